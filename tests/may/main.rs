//! Is the `.may` language read, written and formatted as it should be?

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "what is not as it should be ends the test"
)]

mod assertions;
mod language;
mod laws;
mod problems;
mod sources;
mod worlds;

use whomay::World;
use whomay::diagnostic::{Diagnostics, Sources, line_and_column};
use whomay::input::may;
use whomay::model::builder::{self, Defaults};
use whomay::model::draft::Draft;
use whomay::model::{EditionFrom, Origin, SourceId};

const SOURCE: SourceId = SourceId(0);

/// What `text` says, and what is wrong with it.
fn read(text: &str) -> (Draft, Diagnostics) {
    let mut diagnostics = Diagnostics::default();
    let draft = may::parse(SOURCE, text, &mut diagnostics);
    (draft, diagnostics)
}

/// What `text` says; it must be right.
fn draft(text: &str) -> Draft {
    let (draft, diagnostics) = read(text);
    assert!(diagnostics.is_empty(), "{}\n{text}", shown(text, &diagnostics));
    draft
}

/// `text` in its usual form, or what is wrong with it.
fn format(text: &str) -> Result<String, Diagnostics> {
    let mut diagnostics = Diagnostics::default();
    may::format(SOURCE, text, &mut diagnostics).ok_or(diagnostics)
}

/// The world of `text`, which must be right.
fn world(text: &str) -> World {
    build(draft(text)).unwrap_or_else(|diagnostics| panic!("{}\n{text}", shown(text, &diagnostics)))
}

fn build(draft: Draft) -> Result<World, Diagnostics> {
    let mut diagnostics = Diagnostics::default();
    let world = builder::build(vec![draft], &Defaults::default(), &mut diagnostics);
    if diagnostics.has_errors() { Err(diagnostics) } else { Ok(world) }
}

/// The problems of `text`: line, column, code and message.
fn problems(text: &str) -> Vec<String> {
    let (_, mut diagnostics) = read(text);
    diagnostics.sort();
    diagnostics
        .iter()
        .map(|problem| {
            let place = match problem.labels.first().map(|label| label.origin) {
                Some(Origin::Text { start, .. }) => {
                    let (line, column) = line_and_column(text, start as usize);
                    format!("{line}:{column}")
                }
                _ => "?".to_owned(),
            };
            let help = problem.help.as_deref().map(|help| format!(" ({help})")).unwrap_or_default();
            format!("{place} {}: {}{help}", problem.code, problem.message)
        })
        .collect()
}

fn shown(text: &str, diagnostics: &Diagnostics) -> String {
    let mut sources = Sources::default();
    sources.add("test.may", text);
    whomay::diagnostic::render(diagnostics, &sources, whomay::diagnostic::Style::default())
}

/// Everything in `value` but where it was read from.
fn without_origins(value: &impl std::fmt::Debug) -> String {
    let shown = format!("{value:#?}");
    let mut kept = String::with_capacity(shown.len());
    let mut lines = shown.lines();
    while let Some(line) = lines.next() {
        let indent = line.len() - line.trim_start().len();
        let before = ["Text {", "Row {", "File {"].iter().find_map(|origin| line.strip_suffix(origin));
        if before.is_some() {
            // The closing bracket stands below the first word.
            let closes = |line: &str| line.trim_start().starts_with('}') && line.find('}') == Some(indent);
            let _ = lines.by_ref().find(|line| closes(line));
        }
        if line.trim_start().starts_with("places: ") {
            // Where the parts of a text are written is a place, too.
            if line.ends_with('(') {
                let closes =
                    |line: &str| line.trim_start().starts_with(')') && line.find(')') == Some(indent);
                let _ = lines.by_ref().find(|line| closes(line));
            }
            continue;
        }
        kept.push_str(before.unwrap_or(line).trim_end_matches(',').trim_end_matches("None").trim_end());
        kept.push('\n');
    }
    kept
}

/// What of `world` must survive being written and read again.
fn essence(world: &World) -> String {
    let mut world = world.clone();
    world.edition_from = EditionFrom::Input;
    without_origins(&world)
}
