//! Fixes: each gives what is wanted, moves exactly whom it says, and no smaller one exists.

use std::collections::BTreeSet;

use proptest::prelude::*;
use whomay::diagnostic::Sources;
use whomay::model::{Binding, Change, TargetId, User, UserId, World};
use whomay::question::{Context, WhyNot};
use whomay::reason::Remedy;
use whomay::truth::Move;
use whomay::{Reasoner, Subject, Verdict};

use super::worlds::{built, draft};

const EDITIONS: [&str; 4] = ["2025.6.4", "2025.12.4", "2026.5.6", "documented"];

/// The world with `edits`, read off what they say; `None` where one of them cannot be made.
fn edited(world: &World, user: UserId, edits: &[Remedy]) -> Option<World> {
    let mut other = world.clone();
    // Bindings change places with what they say, so each is changed where it is found last.
    let mut rows: Vec<(usize, Binding)> = Vec::new();
    let index = |id: whomay::model::BindingId| id.0 as usize;
    for edit in edits {
        let mut of_binding = |id, change: fn(&mut Binding) -> bool| {
            let known = rows.iter().position(|(at, _)| *at == index(id));
            let at = known.unwrap_or_else(|| {
                rows.push((index(id), world.bindings[id].clone()));
                rows.len() - 1
            });
            change(&mut rows[at].1)
        };
        let made = match edit {
            Remedy::Join(group) => other.apply(&Change::Join { user, group: *group }).is_ok(),
            Remedy::Leave(group) => other.apply(&Change::Leave { user, group: *group }).is_ok(),
            Remedy::Activate => {
                let row = Box::new(User { active: true, ..other.users[user].clone() });
                other.apply(&Change::SetUser { user, row }).is_ok()
            }
            Remedy::Enable(id) => of_binding(*id, |row| !std::mem::replace(&mut row.enabled, true)),
            Remedy::Disable(id) => of_binding(*id, |row| std::mem::replace(&mut row.enabled, false)),
            Remedy::Negate(id) => of_binding(*id, |row| {
                row.negate = !row.negate;
                true
            }),
            Remedy::FailureResult(id) => of_binding(*id, |row| {
                row.failure_result = !row.failure_result;
                true
            }),
        };
        if !made {
            return None;
        }
    }
    // From the last to the first, so that numbers of those that come are as they were.
    rows.sort_by_key(|(at, _)| std::cmp::Reverse(*at));
    let ids: Vec<_> = world.bindings.ids().collect();
    for (at, _) in &rows {
        other.apply(&Change::Unbind(ids[*at])).unwrap();
    }
    for (_, row) in rows {
        other.apply(&Change::Bind(Box::new(row))).unwrap();
    }
    Some(other)
}

fn effective(world: &World) -> Vec<((TargetId, UserId), Verdict)> {
    let reasoner = Reasoner::new(world);
    let pairs = world.targets.ids().flat_map(|target| world.users.ids().map(move |user| (target, user)));
    pairs.map(|(target, user)| ((target, user), reasoner.effective(Subject::User(user), target))).collect()
}

/// Every edit that could be made about a user and what a target rests on, and more.
fn all_edits(world: &World, user: UserId) -> Vec<Remedy> {
    let row = &world.users[user];
    let mut edits: Vec<Remedy> = Vec::new();
    if !row.active {
        edits.push(Remedy::Activate);
    }
    for group in world.groups.ids() {
        edits.push(if row.groups.contains(&group) { Remedy::Leave(group) } else { Remedy::Join(group) });
    }
    for (id, row) in world.bindings.iter() {
        edits.push(if row.enabled { Remedy::Disable(id) } else { Remedy::Enable(id) });
        edits.extend([Remedy::Negate(id), Remedy::FailureResult(id)]);
    }
    edits
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn fixes_do_what_they_say(draft in draft(), edition in prop::sample::select(EDITIONS.as_slice()), at in any::<prop::sample::Index>()) {
        let world = built(draft, edition, None);
        let pairs: Vec<(UserId, TargetId)> =
            world.users.ids().flat_map(|user| world.targets.ids().map(move |target| (user, target))).collect();
        prop_assume!(!pairs.is_empty());
        let (user, target) = *at.get(&pairs);
        let reasoner = Reasoner::new(&world);
        let wanted = reasoner.effective(Subject::User(user), target) != Verdict::Yes;
        let verdict = if wanted { Verdict::Yes } else { Verdict::No };
        let before = effective(&world);
        let fixes = reasoner.fixes(user, target, wanted);
        let size = fixes.found.first().map(|fix| fix.edits.len());
        let mut seen = BTreeSet::new();
        for fix in &fixes.found {
            prop_assert_eq!(Some(fix.edits.len()), size);
            prop_assert!(seen.insert(format!("{:?}", fix.edits)), "twice: {:?}", fix);
            let other = edited(&world, user, &fix.edits).unwrap();
            let after = effective(&other);
            let mut moved = Vec::new();
            for ((pair, before), (_, after)) in before.iter().zip(&after) {
                if *pair == (target, user) {
                    prop_assert_eq!(*after, verdict, "{:?}", fix);
                } else {
                    moved.extend(Move::of(*before, *after).map(|moved| (pair.0, pair.1, moved)));
                }
            }
            prop_assert_eq!(&fix.moved, &moved, "{:?}", fix);
        }
        // The words for the edits are the edits.
        let sources = Sources::default();
        let answer = WhyNot::ask(Context { reasoner: &reasoner, sources: &sources }, user, target, true);
        for fix in answer.fixes.unwrap().found {
            let other = world.edited(&fix.edits.join("\n")).unwrap_or_else(|error| panic!("{:?}: {error}", fix.edits));
            let user = other.find_user(&world.users[user].username).unwrap();
            let target = other.find_target(&world.target_address(target)).unwrap();
            prop_assert_eq!(Reasoner::new(&other).effective(Subject::User(user), target), verdict, "{:?}", fix.edits);
        }
        // Nothing smaller, of all edits that there are.
        let gives = |edits: &[Remedy]| {
            let other = edited(&world, user, edits);
            other.is_some_and(|other| Reasoner::new(&other).effective(Subject::User(user), target) == verdict)
        };
        let all = all_edits(&world, user);
        let found = |edit: &Remedy| fixes.found.iter().any(|fix| fix.edits == [edit.clone()]);
        for edit in &all {
            // Of groups that lead to the same ones, one is enough.
            let is_one_of_many = size == Some(1) && matches!(edit, Remedy::Join(_));
            prop_assert!(found(edit) || is_one_of_many || !gives(std::slice::from_ref(edit)), "{:?} is enough", edit);
        }
        if size.is_some_and(|size| size > 2) {
            for (at, one) in all.iter().enumerate() {
                for other in all.iter().skip(at + 1) {
                    let both = [one.clone(), other.clone()];
                    prop_assert!(!gives(&both), "{:?} are enough", both);
                }
            }
        }
    }
}

/// Code that is bound elsewhere in a flow may write what the code of a stage reads.
#[test]
fn what_writes_elsewhere_can_be_disabled() {
    let text = "user anna
        policy writes expression \"request.user.username = 'bob'\\nreturn True\"
        policy is-bob expression \"return request.user.username == 'bob'\"
        stage password  flow login { 0: policy writes  stage password at 10 { 0: policy is-bob } }";
    let world = World::parse("tenant.may", text).unwrap();
    let (anna, stage) =
        (world.find_user("anna").unwrap(), world.find_target("stage:login/password@10").unwrap());
    let reasoner = Reasoner::new(&world);
    assert_eq!(reasoner.verdict(Subject::User(anna), stage), Verdict::Depends);
    let fixes = reasoner.fixes(anna, stage, false);
    let flow = world.find_target("flow:login").unwrap();
    let (id, _) = world.bindings_of(flow).next().unwrap();
    assert!(fixes.found.iter().any(|fix| fix.edits == [Remedy::Disable(id)]), "{fixes:?}");
}

/// One group below two of them does what would take two edits otherwise.
#[test]
fn a_group_below_two_can_be_joined() {
    let text = "group staff  group ops  group on-call in staff, ops  group others in staff
        user anna  application wiki { 0: not group staff  0: not group ops }";
    let world = World::parse("tenant.may", text).unwrap();
    let (anna, wiki) = (world.find_user("anna").unwrap(), world.find_target("wiki").unwrap());
    let fixes = Reasoner::new(&world).fixes(anna, wiki, false);
    let [fix] = fixes.found.as_slice() else { panic!("{fixes:?}") };
    assert_eq!(fix.edits, [Remedy::Join(world.find_group("on-call").unwrap())]);
}

/// What is bound to an access group counts at its devices, and what is bound to an application at the endpoints behind it.
#[test]
fn what_rests_on_a_target_moves_with_it() {
    let text = "group staff  user anna  user bob in staff  provider desktop rac
        application remote { provider: desktop  0: group staff }  endpoint ssh { provider: desktop }
        devices office { 0: group staff }  device laptop { access_group: office  0: user eve } user eve";
    let world = World::parse("tenant.may", text).unwrap();
    let reasoner = Reasoner::new(&world);
    let anna = world.find_user("anna").unwrap();
    for (target, other) in [("app:remote", "endpoint:ssh"), ("devices:office", "device:laptop")] {
        let (target, other) = (world.find_target(target).unwrap(), world.find_target(other).unwrap());
        let (id, _) = world.bindings_of(target).next().unwrap();
        let edits = |asked| {
            let fixes = reasoner.fixes(anna, asked, true);
            let fix = fixes.found.into_iter().find(|fix| fix.edits == [Remedy::Negate(id)]);
            fix.map(|fix| {
                fix.moved.into_iter().map(|(target, user, _)| (target, user)).collect::<BTreeSet<_>>()
            })
        };
        let (bob, eve) = (world.find_user("bob").unwrap(), world.find_user("eve").unwrap());
        let mut all = BTreeSet::from([anna, bob, eve].map(|user| (target, user)));
        all.extend([anna, bob].map(|user| (other, user)));
        if world.target_address(other).starts_with("endpoint") {
            all.insert((other, eve));
        }
        for asked in [target, other] {
            let mut others = all.clone();
            others.remove(&(asked, anna));
            assert_eq!(edits(asked), Some(others), "{}", world.target_address(asked));
        }
    }
}

/// Without the binding that nobody knows to count, it is known what the target lets through.
#[test]
fn what_expires_can_be_disabled() {
    let text = "group staff  user anna  application wiki { 0: group staff expires \"2026-01-01T00:00:00Z\" }";
    let world = World::parse("tenant.may", text).unwrap();
    let (anna, wiki) = (world.find_user("anna").unwrap(), world.find_target("wiki").unwrap());
    let fixes = Reasoner::new(&world).fixes(anna, wiki, true);
    let id = world.bindings.ids().next().unwrap();
    assert!(fixes.found.iter().any(|fix| fix.edits == [Remedy::Disable(id)]), "{fixes:?}");
}

/// What is disabled can be enabled and turned round.
#[test]
fn a_disabled_binding_can_be_enabled_and_turned_round() {
    let text = "group staff  user anna  application wiki { 0: disabled not group staff  0: disabled not group staff }";
    let world = World::parse("tenant.may", text).unwrap();
    let (anna, wiki) = (world.find_user("anna").unwrap(), world.find_target("wiki").unwrap());
    let fixes = Reasoner::new(&world).fixes(anna, wiki, false);
    let id = world.bindings.ids().next().unwrap();
    assert!(fixes.found.iter().any(|fix| fix.edits == [Remedy::Enable(id), Remedy::Negate(id)]), "{fixes:?}");
}

/// What a binding that binds nothing says counts, too: without its negation nobody gets in.
#[test]
fn an_empty_binding_can_be_turned_round() {
    let text = "authentik \"2025.6.4\"  user anna  application wiki { 0: not nothing }";
    let world = World::parse("tenant.may", text).unwrap();
    let (anna, wiki) = (world.find_user("anna").unwrap(), world.find_target("wiki").unwrap());
    let fixes = Reasoner::new(&world).fixes(anna, wiki, false);
    let id = world.bindings.ids().next().unwrap();
    assert!(fixes.found.iter().any(|fix| fix.edits == [Remedy::Negate(id)]), "{fixes:?}");
}

/// Rows that are alike but for when they expire keep their places, whatever is tried in between.
#[test]
fn rows_that_are_nearly_alike_are_told_apart() {
    for policy in ["group ops", "policy p"] {
        let text = format!(
            "group ops  user anna  user bob  policy p expression \"context['x'] = 1\\nreturn False\"
            application wiki all {{ 0: {policy} expires \"2020-01-01T00:00:00Z\"  0: {policy} }}"
        );
        let world = World::parse("tenant.may", &text).unwrap();
        let (anna, wiki) = (world.find_user("anna").unwrap(), world.find_target("wiki").unwrap());
        let at = Some("2026-01-01T00:00:00Z".parse().unwrap());
        let settings = whomay::reason::Settings { at, ..Default::default() };
        let reasoner = Reasoner::with(&world, &settings);
        let sources = Sources::default();
        let answer = WhyNot::ask(Context { reasoner: &reasoner, sources: &sources }, anna, wiki, true);
        let found = answer.fixes.unwrap().found;
        assert!(found.len() > 1);
        for fix in found {
            let other = world.edited(&fix.edits.join("\n")).unwrap();
            let verdict = Reasoner::with(&other, &settings).effective(Subject::User(anna), wiki);
            assert_eq!(verdict, Verdict::Yes, "{:?}", fix.edits);
        }
    }
}

/// The code of policies may ask for groups and users that nobody sees before an edit.
#[test]
fn code_may_look_further_than_it_does_now() {
    let policies = [
        "policy p expression \"if not ak_is_group_member(request.user, name='ops'):\\n    return False\\n\
            return ak_user_by(username='boss') is not None\"",
        "policy inner expression \"return ak_is_group_member(request.user, name='ops')\"
            policy p expression \"return ak_call_policy('inner').passing\"",
        "policy p expression \"return request.user.is_superuser\"",
    ];
    for policy in policies {
        let text = format!(
            "group ops {{ superuser: true }}  user anna  user boss  {policy}
            policy q expression \"return ak_is_group_member(request.user, name='ops')\"
            application wiki all {{ 0: policy p  1: policy q }}"
        );
        let world = World::parse("tenant.may", &text).unwrap();
        let (anna, wiki) = (world.find_user("anna").unwrap(), world.find_target("wiki").unwrap());
        let fixes = Reasoner::new(&world).fixes(anna, wiki, true);
        let ops = world.find_group("ops").unwrap();
        assert!(fixes.found.iter().any(|fix| fix.edits == [Remedy::Join(ops)]), "{policy}: {fixes:?}");
    }
}

/// Entitlements are granted row by row, also by those behind one that is gone.
#[test]
fn rows_behind_a_disabled_one_grant_as_before() {
    let text = "group a  group b  group c  user anna in a  user bob in c
        application wiki { entitlement admin { 0: group a  1: group b  2: group c } }";
    let world = World::parse("tenant.may", text).unwrap();
    let anna = world.find_user("anna").unwrap();
    let admin = world.find_target("entitlement:wiki/admin").unwrap();
    let (id, _) = world.bindings_of(admin).next().unwrap();
    let fixes = Reasoner::new(&world).fixes(anna, admin, false);
    let fix = fixes.found.iter().find(|fix| fix.edits == [Remedy::Disable(id)]).unwrap();
    assert!(fix.moved.is_empty(), "{fix:?}");
}
