//! What holds of every world, whatever authentik does.

use proptest::prelude::*;
use whomay::model::draft::{Draft, DraftBinding, Key};
use whomay::model::{Mode, PolicyKind, World};
use whomay::{Reasoner, Subject, Verdict};

use super::worlds::{built, draft};

const EDITIONS: [&str; 5] = ["2024.4.0", "2025.6.4", "2025.12.4", "2026.5.6", "documented"];

fn edition() -> impl Strategy<Value = &'static str> {
    prop::sample::select(EDITIONS.as_slice())
}

/// Every verdict and what it leads to, by user and target.
fn verdicts(world: &World) -> Vec<(Verdict, Verdict)> {
    let reasoner = Reasoner::new(world);
    let pairs = world.users.ids().flat_map(|user| world.targets.ids().map(move |target| (user, target)));
    pairs
        .map(|(user, target)| {
            let answer = reasoner.answer(user, target);
            (answer.verdict, answer.effective)
        })
        .collect()
}

fn is_mixed(row: &DraftBinding) -> bool {
    row.policy.is_some() && (row.group.is_some() || row.user.is_some())
}

fn is_code(row: &DraftBinding) -> bool {
    row.policy.as_ref().is_some_and(|policy| *policy.key == Key::Name("code".to_owned()))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn all_questions_agree(draft in draft(), edition in edition()) {
        let world = built(draft, edition, None);
        let reasoner = Reasoner::new(&world);
        let matrix = reasoner.matrix();
        for (target, access) in world.targets.ids().zip(&matrix) {
            let who: Vec<_> = reasoner.who(target).collect();
            for user in world.users.ids() {
                let can = reasoner.verdict(Subject::User(user), target) == Verdict::Yes;
                prop_assert_eq!(who.contains(&user), can);
                prop_assert_eq!(reasoner.what(user).any(|what| what == target), can);
                prop_assert_eq!(access.verdict(user) == Verdict::Yes, can);
            }
        }
    }

    #[test]
    fn the_order_of_the_input_plays_no_part(draft in draft(), edition in edition(), seed in any::<u64>()) {
        let mut other = draft.clone();
        let length = other.bindings.len().max(1);
        other.bindings.rotate_left(usize::try_from(seed % length as u64).unwrap());
        other.users.reverse();
        other.groups.reverse();
        other.policies.reverse();
        prop_assert_eq!(built(draft, edition, None), built(other, edition, None));
    }

    #[test]
    fn a_disabled_binding_changes_nothing(draft in draft(), edition in edition(), which in any::<prop::sample::Index>()) {
        prop_assume!(!draft.bindings.is_empty());
        let mut other = draft.clone();
        let row = draft.bindings[which.index(draft.bindings.len())].clone();
        other.bindings.push(DraftBinding { enabled: false, negate: !row.negate, ..row });
        prop_assert_eq!(verdicts(&built(draft, edition, None)), verdicts(&built(other, edition, None)));
    }

    #[test]
    fn a_row_twice_is_a_row_once(draft in draft(), edition in edition(), which in any::<prop::sample::Index>()) {
        prop_assume!(!draft.bindings.is_empty());
        let row = draft.bindings[which.index(draft.bindings.len())].clone();
        // Where a row binds a policy too, rows are counted; and code need not do the same thing twice.
        let counted = draft.bindings.iter().any(|other| other.target == row.target && is_mixed(other));
        prop_assume!(!counted && !is_code(&row));
        let mut other = draft.clone();
        other.bindings.push(row);
        prop_assert_eq!(verdicts(&built(draft, edition, None)), verdicts(&built(other, edition, None)));
    }

    #[test]
    fn another_binding_under_any_takes_nothing_away(draft in draft(), edition in edition(), which in any::<prop::sample::Index>()) {
        prop_assume!(!draft.bindings.is_empty());
        let row = draft.bindings[which.index(draft.bindings.len())].clone();
        let before = Draft { bindings: draft.bindings.iter().filter(|other| **other != row).cloned().collect(), ..draft.clone() };
        let (before, after) = (built(before, edition, None), built(draft, edition, None));
        let reasoners = (Reasoner::new(&before), Reasoner::new(&after));
        for target in before.targets.ids().filter(|target| before.targets[*target].mode == Mode::Any) {
            if reasoners.0.is_unbound(target) {
                continue;
            }
            for user in before.users.ids().map(Subject::User) {
                if reasoners.0.verdict(user, target) == Verdict::Yes {
                    prop_assert_eq!(reasoners.1.verdict(user, target), Verdict::Yes);
                }
            }
        }
    }

    #[test]
    fn deciding_an_unknown_stays_within_what_was_said_before(draft in draft(), edition in edition(), passes in any::<bool>()) {
        let decided = Draft {
            policies: draft
                .policies
                .iter()
                .cloned()
                .map(|mut policy| {
                    if matches!(policy.kind, PolicyKind::Unknown(_) | PolicyKind::Expression(_)) {
                        policy.kind = PolicyKind::Always(passes);
                    }
                    policy
                })
                .collect(),
            ..draft.clone()
        };
        let (open, decided) = (verdicts(&built(draft, edition, None)), verdicts(&built(decided, edition, None)));
        for (open, decided) in open.into_iter().zip(decided) {
            prop_assert!(open.0 == Verdict::Depends || open.0 == decided.0);
            prop_assert!(open.1 == Verdict::Depends || open.1 == decided.1);
        }
    }
}

fn anna_and_the_wiki(bindings: &str) -> Verdict {
    let text = format!("user anna  policy p unknown \"who knows\"  application wiki any {{ {bindings} }}");
    let world = World::parse("tenant.may", &text).unwrap();
    let anna = Subject::User(world.find_user("anna").unwrap());
    Reasoner::new(&world).verdict(anna, world.find_target("wiki").unwrap())
}

#[test]
fn a_policy_and_its_contrary_let_everyone_through_unless_it_raises() {
    assert_eq!(anna_and_the_wiki("0: policy p  1: not policy p"), Verdict::Depends);
    assert_eq!(anna_and_the_wiki("0: policy p on error pass  1: not policy p"), Verdict::Yes);
}
