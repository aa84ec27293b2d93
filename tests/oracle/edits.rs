//! A world that is edited is the one that reading the edited configuration gives.

mod cascades;
mod model;
mod texts;

use proptest::collection::vec;
use proptest::prelude::*;
use whomay::input::may;
use whomay::model::{Group, Origin, Policy, Provider, Stage, Target, User};
use whomay::{Reasoner, World};

use super::changes::{verdicts, words};
use super::worlds::{built, draft};
use model::{Model, edit};

/// The world without the places that it was read from.
fn bare(mut world: World) -> World {
    let origin = Origin::None;
    let groups = std::mem::take(&mut world.groups).into_iter();
    world.groups = groups.map(|row| Group { origin, parent_origins: Vec::new(), ..row }).collect();
    let users = std::mem::take(&mut world.users).into_iter();
    world.users = users.map(|row| User { origin, ..row }).collect();
    let policies = std::mem::take(&mut world.policies).into_iter();
    world.policies = policies.map(|row| Policy { origin, ..row }).collect();
    let stages = std::mem::take(&mut world.stages).into_iter();
    world.stages = stages.map(|row| Stage { origin, ..row }).collect();
    let providers = std::mem::take(&mut world.providers).into_iter();
    world.providers = providers.map(|row| Provider { origin, ..row }).collect();
    let targets = std::mem::take(&mut world.targets).into_iter();
    world.targets = targets.map(|row| Target { origin, ..row }).collect();
    let bindings = std::mem::take(&mut world.bindings).into_iter();
    world.bindings = bindings.map(|row| whomay::model::Binding { origin, ..row }).collect();
    world
}

/// Whether both are the same, in everything that can be said of them.
fn same(is: World, should: World, edits: &str) {
    assert_eq!(may::print(&is), may::print(&should), "{edits}");
    let (is, should) = (bare(is), bare(should));
    assert!(is == should, "{edits}");
    let (is, should) = (Reasoner::new(&is), Reasoner::new(&should));
    assert_eq!(verdicts(&is), verdicts(&should), "{edits}");
    assert_eq!(words(&is), words(&should), "{edits}");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn an_edited_world_is_the_one_that_is_read(
        draft in draft(),
        edition in prop::sample::select(vec!["2025.6.4", "2026.5.0"]),
        flag in prop::option::of(any::<bool>()),
        edits in vec(edit(), 1..12),
    ) {
        let mut model = Model::of(draft);
        let world = built(model.draft(), edition, flag);
        let mut text = String::new();
        for edit in &edits {
            if let Some(edit) = model.make(edit) {
                text += &edit;
                text.push('\n');
            }
        }
        // Where none of the edits can be made there is nothing to read, which is an error.
        prop_assume!(!text.is_empty());
        let edited = world.edited(&text).unwrap_or_else(|error| panic!("{error}"));
        same(edited, built(model.draft(), edition, flag), &text);
    }
}
