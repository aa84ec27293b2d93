//! The chapter about lints is made of their doc comments.
//!
//! `WHOMAY_WRITE_DOCS=1 cargo test --test lints chapter` writes it.

use std::path::Path;

use whomay::diagnostic::Severity;
use whomay::lint::{Document, LINTS};

const HEAD: &str = "\
# Lints

What `whomay lint` looks for. A code leads to its page: what it finds, why that matters, an example, and what to do;
`whomay explain CODE` prints the same. Levels are changed with `--allow`, `--warn` and `--deny`, or in `whomay.toml`; a
comment `# whomay: allow(CODE)` allows a finding where it is, in YAML, `.may` and Python alike.
";

/// The chapter, as the lints have it now.
fn chapter() -> String {
    let mut chapter = HEAD.to_owned();
    for (level, heading) in
        [(Severity::Error, "Errors"), (Severity::Warning, "Warnings"), (Severity::Note, "Notes")]
    {
        let mut lints: Vec<_> = LINTS.iter().map(|lint| lint.about()).collect();
        lints.retain(|about| about.level == level);
        lints.sort_by_key(|about| about.code);
        chapter += &format!("\n## {heading}\n\n| code | finds |\n| --- | --- |\n");
        for about in lints {
            let code = about.code;
            let summary = Document::of(about.docs).summary.replace('|', "\\|");
            let module = code.replace('-', "_");
            chapter += &format!("| [`{code}`](crate::lint::{module}::{}) | {summary} |\n", kind(code));
        }
    }
    chapter
}

/// The name of the type of the lint that is called `code`.
fn kind(code: &str) -> String {
    let capital =
        |word: &str| word.get(..1).unwrap_or_default().to_uppercase() + word.get(1..).unwrap_or_default();
    code.split('-').map(capital).collect()
}

#[test]
fn the_chapter_is_what_the_lints_say() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/docs/lints.md");
    let chapter = chapter();
    if std::env::var_os("WHOMAY_WRITE_DOCS").is_some() {
        std::fs::write(&path, &chapter).unwrap();
    }
    let written = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(written == chapter, "`WHOMAY_WRITE_DOCS=1 cargo test --test lints chapter` writes it");
}

#[test]
fn every_lint_that_has_a_file_is_asked() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/lint");
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let declares = path.is_file() && std::fs::read_to_string(&path).unwrap().contains("\nlint! {");
        let code = path.file_stem().unwrap().to_string_lossy().replace('_', "-");
        assert_eq!(declares, whomay::lint::find(&code).is_some(), "{}", path.display());
    }
}

#[test]
fn the_file_of_a_lint_is_called_like_it() {
    for lint in LINTS {
        let name = lint.about().code.replace('-', "_");
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("src/lint/{name}.rs"));
        assert!(path.exists(), "{}", path.display());
    }
}
