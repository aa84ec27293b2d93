//! Proofs: there is one for every verdict, and a checker that knows nothing of the evaluator agrees.

use proptest::prelude::*;
use whomay::model::World;
use whomay::proof::{Proof, Shown};
use whomay::verify::verify;
use whomay::{Reasoner, Subject, Verdict};

use super::worlds::{built, draft};

const EDITIONS: [&str; 6] = ["2024.4.0", "2025.6.4", "2025.12.4", "2026.5.0", "2026.5.6", "documented"];

/// All proofs of a world.
fn proofs<'r>(world: &'r World, reasoner: &'r Reasoner<'_>) -> impl Iterator<Item = Proof> + 'r {
    let pairs = world.users.ids().flat_map(|user| world.targets.ids().map(move |target| (user, target)));
    pairs.map(|(user, target)| reasoner.proof(user, target))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_verdict_has_a_proof_that_holds(draft in draft(), edition in prop::sample::select(EDITIONS.as_slice())) {
        let world = built(draft, edition, None);
        let reasoner = Reasoner::new(&world);
        let said = reasoner.statements();
        for proof in proofs(&world, &reasoner) {
            let subject = Subject::User(proof.user);
            prop_assert_eq!(proof.verdict, reasoner.verdict(subject, proof.target));
            prop_assert_eq!(proof.effective, reasoner.effective(subject, proof.target));
            for (verdict, shown) in [(proof.verdict, proof.verdict_shown), (proof.effective, proof.effective_shown)] {
                prop_assert_eq!(matches!(shown, Shown::Depends { .. }), verdict == Verdict::Depends, "{:?}", proof);
                prop_assert!(shown != Shown::Nothing, "{:?} in {:?}", proof, world);
            }
            let checked = verify(&world, None, &proof, &said);
            prop_assert!(checked.is_ok(), "{:?}: {:#?} in {:?}", checked, proof, world);
        }
    }
}
