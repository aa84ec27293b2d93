//! Do snapshots read as what they are, and broken ones as what is wrong with them?

mod broken;
mod golden;
mod law;
mod random;
mod sources;
mod unusual;

use super::{Opened, parse, parse_by, write};
use crate::diagnostic::{Diagnostics, Severity, Sources};
use crate::model::builder::{Defaults, build};
use crate::model::draft::Draft;
use crate::model::{EditionFrom, Id, Origin, PolicyKind, Table, World};

type Files = Vec<(String, String)>;

/// What the files say, and what is wrong with them.
fn read(files: &[(String, String)]) -> (Draft, Diagnostics, Sources) {
    let mut sources = Sources::default();
    let mut diagnostics = Diagnostics::default();
    let ids: Vec<_> = files.iter().map(|(name, text)| sources.add(name, text)).collect();
    let pages: Vec<_> =
        files.iter().zip(ids).map(|((name, text), id)| (name.as_str(), id, text.as_str())).collect();
    let draft = parse(&pages, &mut diagnostics);
    // Rows that are looked into early are looked into in the same way.
    let mut late = Diagnostics::default();
    assert_eq!(draft, parse_by(&pages, |_, _, text, _| Opened::Text(text), &mut late));
    let mut early = diagnostics.clone();
    early.sort();
    late.sort();
    assert_eq!(early, late);
    (draft, diagnostics, sources)
}

/// The world of the files; nothing may be wrong with them.
fn world(files: &[(String, String)]) -> World {
    let (draft, mut diagnostics, sources) = read(files);
    let world = build(vec![draft], &Defaults::default(), &mut diagnostics);
    let errors: Vec<_> = diagnostics.iter().filter(|it| it.severity == Severity::Error).collect();
    assert!(
        errors.is_empty(),
        "{errors:#?}\n{:?}",
        sources.get(crate::model::SourceId(0)).map(|it| &it.name)
    );
    world
}

/// The same rows, changed.
fn each<I: Id, T: Clone>(table: &Table<I, T>, change: impl Fn(&mut T)) -> Table<I, T> {
    let rows = table.values().cloned();
    rows.map(|mut row| {
        change(&mut row);
        row
    })
    .collect()
}

/// The world without what depends on the input that it came from.
fn placeless(world: &World) -> World {
    let mut world = world.clone();
    world.edition_from = EditionFrom::Input;
    world.users = each(&world.users, |row| row.origin = Origin::None);
    world.groups = each(&world.groups, |row| {
        row.origin = Origin::None;
        row.parent_origins.clear();
    });
    world.stages = each(&world.stages, |row| row.origin = Origin::None);
    world.providers = each(&world.providers, |row| row.origin = Origin::None);
    world.targets = each(&world.targets, |row| row.origin = Origin::None);
    world.bindings = each(&world.bindings, |row| row.origin = Origin::None);
    world.policies = each(&world.policies, |row| {
        row.origin = Origin::None;
        if let PolicyKind::Expression(expression) = &mut row.kind {
            expression.origin = Origin::None;
        }
    });
    world
}
