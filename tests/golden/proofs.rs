//! Proofs of verdicts on recorded tenants: there is one for each, and it holds.

use std::path::Path;

use whomay::Reasoner;
use whomay::model::World;
use whomay::policy::assumption::Assumptions;
use whomay::proof::Shown;
use whomay::reason::Settings;
use whomay::verify::verify;

use super::recording::Recording;
use super::{assumed, read, tenants};

/// Every so many pairs of a user and a target are looked at: with no factor in common with how many users there are.
const STEP: usize = 37;

/// How many proofs were checked, and how many of them rest on what was said of policies.
fn check(world: &World, settings: &Settings, name: &Path) -> (usize, usize) {
    let reasoner = Reasoner::with(world, settings);
    let said = reasoner.statements();
    let pairs = world.targets.ids().flat_map(|target| world.users.ids().map(move |user| (user, target)));
    let (mut checked, mut with_code) = (0, 0);
    for (user, target) in pairs.step_by(STEP) {
        let proof = reasoner.proof(user, target);
        let of = || {
            format!("{}: {} and {}", name.display(), world.users[user].username, world.target_address(target))
        };
        let is_shown =
            [proof.verdict_shown, proof.effective_shown].iter().all(|shown| *shown != Shown::Nothing);
        // Where not all combinations of unknowns were tried there is nothing to show.
        assert!(is_shown || reasoner.is_coarse(target), "{}", of());
        if is_shown {
            let held =
                verify(world, settings.at, &proof, &said).unwrap_or_else(|error| panic!("{}: {error}", of()));
            with_code += usize::from(!held.is_empty());
            checked += 1;
        }
    }
    (checked, with_code)
}

#[test]
fn verdicts_on_recorded_tenants_have_proofs_that_hold() {
    let mut counts = (0, 0);
    for tenant in tenants() {
        let recording = Recording::read(&tenant);
        let world = read(&tenant.join("api"), &recording);
        for http in [None, Some(true)] {
            let assumptions = if http.is_some() { assumed(&recording, http) } else { Assumptions::default() };
            let (checked, with_code) =
                check(&world, &Settings { at: Some(recording.at), assumptions }, &tenant);
            counts = (counts.0 + checked, counts.1 + with_code);
        }
    }
    println!("{} proofs hold, {} of them rest on what policies do", counts.0, counts.1);
    assert!(counts.0 > 500 && counts.1 > 50, "{counts:?}");
}
