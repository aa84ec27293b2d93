//! Files that hold assertions and no configuration.

use std::path::{Path, PathBuf};

use super::{files, may};
use crate::diagnostic::{Diagnostic, Diagnostics, Source, Sources};
use crate::model::SourceId;
use crate::model::assertion::Assertion;

/// Reads the assertions in the `.may` files of `paths`, which hold nothing else; `sources` gets their texts. Files that
/// are in `sources` already are passed over. What is wrong with one assertion is reported and keeps no other from being
/// read.
///
/// ```
/// use whomay::diagnostic::{Diagnostics, Sources};
/// use whomay::input::read_assertions;
///
/// # let folder = tempfile::tempdir()?;
/// # let path = folder.path().join("access.may");
/// # std::fs::write(&path, "assert nobody can legacy")?;
/// let (mut sources, mut problems) = (Sources::default(), Diagnostics::default());
/// let assertions = read_assertions(&[path], &mut sources, &mut problems);
/// assert_eq!(assertions[0].text, "nobody can legacy");
/// assert!(problems.is_empty());
/// # Ok::<(), std::io::Error>(())
/// ```
pub fn read_assertions<P: AsRef<Path>>(
    paths: &[P],
    sources: &mut Sources,
    diagnostics: &mut Diagnostics,
) -> Vec<Assertion> {
    let found = may_files(paths, sources, diagnostics);
    let text = |source| sources.get(source).map_or("", Source::text);
    found.into_iter().flat_map(|source| may::assertions(source, text(source), diagnostics)).collect()
}

fn may_files<P: AsRef<Path>>(
    paths: &[P],
    sources: &mut Sources,
    diagnostics: &mut Diagnostics,
) -> Vec<SourceId> {
    let known: Vec<PathBuf> = sources.iter().filter_map(|(_, source)| place(source)).collect();
    let found = files::find(paths, sources, diagnostics);
    let others = found.blueprints.iter().map(|(source, _)| *source);
    let others = others.chain(found.snapshots.iter().flatten().map(|page| page.source));
    for other in others.filter_map(|source| sources.get(source)) {
        diagnostics.push(
            Diagnostic::error("no-assertions", format!("`{}` is no `.may` file", other.name))
                .help("assertions stand in `.may` files; what they are about is given with `-i`"),
        );
    }
    let is_new =
        |source: &SourceId| sources.get(*source).and_then(place).is_none_or(|place| !known.contains(&place));
    found.may.into_iter().filter(is_new).collect()
}

/// Where a text was read from, whatever way leads there.
fn place(source: &Source) -> Option<PathBuf> {
    Path::new(&source.name).canonicalize().ok()
}
