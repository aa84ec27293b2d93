//! Proofs: there is one for every verdict, and a checker that knows nothing of the evaluator agrees.

mod tamper;

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use serde_json::Value;
use whomay::model::World;
use whomay::proof::{By, Claim, Names, Proof, Shown, Step};
use whomay::truth::Ends;
use whomay::verify::{Said, verify};
use whomay::{Reasoner, Subject, Verdict};

use super::worlds::{built, draft};
use tamper::tampered;

const EDITIONS: [&str; 6] = ["2024.4.0", "2025.6.4", "2025.12.4", "2026.5.0", "2026.5.6", "documented"];

/// All proofs of a world.
fn proofs<'r>(world: &'r World, reasoner: &'r Reasoner<'_>) -> impl Iterator<Item = Proof> + 'r {
    let pairs = world.users.ids().flat_map(|user| world.targets.ids().map(move |target| (user, target)));
    pairs.map(|(user, target)| reasoner.proof(user, target))
}

fn with_names<T>(reasoner: &Reasoner<'_>, use_names: impl FnOnce(Names<'_>) -> T) -> T {
    use_names(Names {
        world: reasoner.world(),
        question: &|atom| {
            reasoner.question(whomay::proof::Unknown::Request(atom)).map(|(atom, _)| atom.text())
        },
        run: &|run| reasoner.policy_of(run).map(|policy| reasoner.world().policies[policy].name.clone()),
    })
}

/// What is wrong with a proof as JSON; `None` if it holds.
fn refused(form: &Value, reasoner: &Reasoner<'_>) -> Option<String> {
    match with_names(reasoner, |names| Proof::from_json(form, names)) {
        Err(error) => Some(error.to_string()),
        Ok(proof) => verify(reasoner.world(), None, &proof, &reasoner.statements())
            .err()
            .map(|error| error.to_string()),
    }
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
            let form = with_names(&reasoner, |names| proof.to_json(names));
            let read = with_names(&reasoner, |names| Proof::from_json(&form, names));
            prop_assert_eq!(read, Ok(proof));
        }
    }

    /// Whatever is done to a proof: what still holds is true.
    #[test]
    fn nothing_false_can_be_proved(draft in draft(), edition in prop::sample::select(EDITIONS.as_slice()), at in any::<prop::sample::Index>()) {
        let world = built(draft, edition, None);
        let reasoner = Reasoner::new(&world);
        let all: Vec<Proof> = proofs(&world, &reasoner).collect();
        prop_assume!(!all.is_empty());
        let form = with_names(&reasoner, |names| at.get(&all).to_json(names));
        for (kind, tampered) in tampered(&form) {
            let Ok(proof) = with_names(&reasoner, |names| Proof::from_json(&tampered, names)) else { continue };
            if verify(&world, None, &proof, &reasoner.statements()).is_ok() {
                let subject = Subject::User(proof.user);
                prop_assert_eq!(proof.verdict, reasoner.verdict(subject, proof.target), "{}", kind);
                prop_assert_eq!(proof.effective, reasoner.effective(subject, proof.target), "{}", kind);
            }
        }
    }
}

/// A tenant where every part of a proof occurs, and no two objects are alike.
const TENANT: &str = r#"
authentik "2026.5.0"
group staff
group admins in staff
group contractors
user anna in admins
user eve in contractors
user zoe { active: false }
policy closed always fail
policy coin unknown "the toss decides"
policy home expression """
return request.user.email.endswith("@example.org") and regex_match(request.context.get("geoip", {}).get("country", ""), "DE")
"""
application wiki any { 0: group staff  10: policy coin  20: not policy coin  30: user anna }
application vault all { 0: group admins  10: policy coin  20: not group contractors + policy closed }
application home all { 0: group admins  10: policy home }
device laptop mode unknown { 0: group staff  10: user eve  expires: "2030-01-01T00:00:00Z" }
"#;

#[test]
fn every_tampering_is_refused() {
    let world = World::parse("tenant.may", TENANT).unwrap_or_else(|error| panic!("{error}"));
    let reasoner = Reasoner::new(&world);
    let mut kinds = BTreeSet::new();
    let mut count = 0;
    for proof in proofs(&world, &reasoner) {
        let form = with_names(&reasoner, |names| proof.to_json(names));
        assert_eq!(refused(&form, &reasoner), None, "{form:#}");
        for (kind, other) in tampered(&form) {
            count += 1;
            if refused(&other, &reasoner).is_some() {
                kinds.insert(kind);
                continue;
            }
            // What is another proof of something that holds is no tampering.
            let proof = with_names(&reasoner, |names| Proof::from_json(&other, names)).unwrap();
            let subject = Subject::User(proof.user);
            assert_eq!(proof.verdict, reasoner.verdict(subject, proof.target), "{kind}: {other:#}");
            assert_eq!(proof.effective, reasoner.effective(subject, proof.target), "{kind}: {other:#}");
            assert!(is_harmless(&kind), "{kind}: {other:#}\n{form:#}");
        }
    }
    println!("{count} tampered proofs, {} kinds refused", kinds.len());
    assert!(kinds.len() >= 200, "{}", kinds.len());
}

/// Two policies that ask the same cannot be assumed to end as they never do together.
#[test]
fn what_is_assumed_must_fit_together() {
    let network = |not: &str| format!("return {not}(ak_client_ip in ip_network(\"10.0.0.0/8\"))");
    let text = format!(
        "user anna  policy p expression '{}'  policy q expression '{}'  application x all {{ 0: policy p  1: policy q }}",
        network(""),
        network("not ")
    );
    let text = text.replace('\'', "\"\"\"");
    let world = World::parse("tenant.may", &text).unwrap_or_else(|error| panic!("{error}"));
    let reasoner = Reasoner::new(&world);
    let (user, target) = (world.find_user("anna").unwrap(), world.find_target("x").unwrap());
    assert_eq!(reasoner.verdict(Subject::User(user), target), Verdict::No);
    let said = reasoner.statements();
    let bindings: Vec<_> = world.bindings.ids().collect();
    let run = |number: usize| said.run(bindings[number]).unwrap();
    let step = |claim, by| Step { claim, by };
    let assumed = |number, ends| step(Claim::Ends(run(number), ends), By::Assumed);
    let follows = |claim, from: &[usize]| step(claim, By::Follows(from.to_vec()));
    let steps = vec![
        assumed(0, Ends::PASS),
        assumed(1, Ends::PASS),
        follows(Claim::Policy(bindings[0], true), &[0]),
        follows(Claim::Policy(bindings[1], true), &[1]),
        follows(Claim::Verdict(target, true), &[2, 3]),
        follows(Claim::Effective(target, true), &[4]),
        assumed(1, Ends::FAIL),
        follows(Claim::Policy(bindings[1], false), &[6]),
        follows(Claim::Verdict(target, false), &[7]),
        follows(Claim::Effective(target, false), &[8]),
    ];
    let forged = Proof {
        user,
        target,
        verdict: Verdict::Depends,
        verdict_shown: Shown::Depends { yes: 4, no: 8 },
        effective: Verdict::Depends,
        effective_shown: Shown::Depends { yes: 5, no: 9 },
        steps,
    };
    let refused = verify(&world, None, &forged, &said).unwrap_err();
    assert!(refused.to_string().contains("cannot be"), "{refused}");
}

/// What depends is not shown to be certain: neither by an assumption, nor by cases of which some show the contrary.
#[test]
fn what_depends_is_not_certain() {
    let text = "user anna  policy p unknown \"p\"  application x { 0: policy p }";
    let world = World::parse("tenant.may", text).unwrap_or_else(|error| panic!("{error}"));
    let reasoner = Reasoner::new(&world);
    let (user, target) = (world.find_user("anna").unwrap(), world.find_target("x").unwrap());
    assert_eq!(reasoner.verdict(Subject::User(user), target), Verdict::Depends);
    let said = reasoner.statements();
    let binding = world.bindings.ids().next().unwrap();
    let run = said.run(binding).unwrap();
    let all = said.ends(run, user, &BTreeMap::new()).unwrap();
    let follows = |claim, from: usize| Step { claim, by: By::Follows(vec![from]) };
    let forged = |steps: Vec<Step>, shown: usize| Proof {
        user,
        target,
        verdict: Verdict::Yes,
        verdict_shown: Shown::Decided(shown),
        effective: Verdict::Yes,
        effective_shown: Shown::Decided(shown + 1),
        steps: [steps, vec![follows(Claim::Effective(target, true), shown)]].concat(),
    };
    let case = |end: Ends, first: usize| {
        let passes = end == Ends::PASS;
        vec![
            Step { claim: Claim::Ends(run, end), by: By::Assumed },
            follows(Claim::Policy(binding, passes), first),
            follows(Claim::Verdict(target, passes), first + 1),
        ]
    };
    let by_assumption = forged(case(Ends::PASS, 0), 2);
    let refused = verify(&world, None, &by_assumption, &said).unwrap_err();
    assert!(refused.to_string().contains("or assumed"), "{refused}");

    let mut steps = vec![Step { claim: Claim::Ends(run, all), by: By::Said(Vec::new()) }];
    let mut from = vec![0];
    for end in all.each() {
        from.extend([steps.len(), steps.len() + 2]);
        steps.extend(case(end, steps.len()));
    }
    assert!(from.len() > 3);
    steps.push(Step { claim: Claim::Verdict(target, true), by: By::Cases(from) });
    let shown = steps.len() - 1;
    let refused = verify(&world, None, &forged(steps, shown), &said).unwrap_err();
    assert!(refused.to_string().contains("one of the cases shows something else"), "{refused}");
}

/// Kinds that can leave a proof of the same: steps in another order, another step that says as much, one more that holds
/// and has a part in it without being needed, and another way for a policy to end in a case that is only one of several.
fn is_harmless(kind: &str) -> bool {
    ["swapped", "another", "more"].iter().any(|word| kind.contains(word)) || kind.starts_with("/steps//ends/")
}
