//! Why does the engine let a user through, and why not? The rules of `outcome.rs` and `verdict.rs`, read backwards.

use super::{Known, Reason};
use crate::claim::{Claim, Rule};
use crate::facts::Facts;
use crate::{
    BindingId, Engine, GroupId, Hasher, Mode, Outcome, Outcomes, RunId, TargetId, UnknownId, UserId,
};

crepe::crepe! {
    // Facts: see `facts.rs`.
    @input
    struct Generation(Engine);
    @input
    struct Target(TargetId);
    @input
    struct HasMode(TargetId, Mode);
    @input
    struct OpenMode(TargetId, UnknownId);
    @input
    struct OpenWhenUnbound(TargetId);
    @input
    struct Obscured(TargetId, UnknownId);
    @input
    struct Row(TargetId, u32, BindingId);
    @input
    struct Length(TargetId, u32);
    @input
    // The run's ends that count as a pass of the binding.
    struct BindsPolicy(BindingId, RunId, Outcomes);
    @input
    struct BindsGroup(BindingId, GroupId);
    @input
    struct BindsUser(BindingId, UserId);
    @input
    // Whether the binding is negated.
    struct Flips(BindingId, bool);

    // What is known of the user.
    @input
    struct Member(GroupId, bool);
    @input
    struct Is(UserId, bool);
    @input
    struct Ends(RunId, Outcomes);
    @input
    struct Given(UnknownId, bool);

    @output
    // The conclusion follows by the rule, from this premise among others, or from the facts alone.
    struct Because(Claim, Rule, Option<Claim>);
    @output
    // The group or user of the binding matches, or not.
    struct Matched(BindingId, bool);
    @output
    // The target lets the user through, or not.
    struct Verdict(TargetId, bool);

    struct OnItsOwn();
    OnItsOwn() <- Generation(Engine::Each);
    struct Pooled();
    Pooled() <- Generation(Engine::Pooled);
    struct HasPolicy(BindingId);
    HasPolicy(binding) <- BindsPolicy(binding, _, _);
    struct HasMatch(BindingId);
    HasMatch(binding) <- BindsGroup(binding, _);
    HasMatch(binding) <- BindsUser(binding, _);

    // E1  A group matches its members, a user itself; negated, everyone else.
    struct Hit(BindingId, bool, Claim);
    struct ByGroup(BindingId, bool, Claim);
    ByGroup(binding, hit, Claim::Member(group, is)) <-
        BindsGroup(binding, group), Member(group, is), Flips(binding, negated), let hit = is != negated;
    struct ByUser(BindingId, bool, Claim);
    ByUser(binding, hit, Claim::Is(binding, is)) <-
        BindsUser(binding, user), Is(user, is), Flips(binding, negated), let hit = is != negated;
    Hit(binding, hit, premise) <- ByGroup(binding, hit, premise);
    Hit(binding, hit, premise) <- ByUser(binding, hit, premise);

    // E2  A row with both matches where either does (O3).
    struct Hits(BindingId);
    Hits(binding) <- Hit(binding, true, _);
    Matched(binding, true) <- Hits(binding);
    Matched(binding, false) <- Hit(binding, false, _), !Hits(binding);
    Because(Claim::Match(binding, true), Rule::Matches, Some(premise)) <- Hit(binding, true, premise);
    Because(Claim::Match(binding, false), Rule::MatchesNot, Some(premise)) <-
        Hit(binding, false, premise), !Hits(binding);

    // E3  A policy passes where it can only end so that it counts, and fails where it can only end otherwise (O4 to O7).
    struct Policy(BindingId, bool, Claim);
    Policy(binding, true, Claim::Ends(run, ends)) <-
        BindsPolicy(binding, run, hopes), Ends(run, ends), (ends.is_subset(hopes));
    Policy(binding, false, Claim::Ends(run, ends)) <-
        BindsPolicy(binding, run, hopes), Ends(run, ends), (ends.intersection(hopes).is_empty());
    Because(Claim::Policy(binding, passes), Rule::Counts, Some(premise)) <- Policy(binding, passes, premise);
    struct PolicyKnown(BindingId);
    PolicyKnown(binding) <- Policy(binding, _, _);

    // E4  The parts of a row: each on its own the first of policy, group and user (O8), otherwise all of them (V3).
    struct HasBoth(BindingId);
    HasBoth(binding) <- BindsGroup(binding, _), BindsUser(binding, _);
    struct Part(BindingId, bool, Claim);
    Part(binding, passes, Claim::Policy(binding, passes)) <- Policy(binding, passes, _);
    Part(binding, matches, Claim::Match(binding, matches)) <- Matched(binding, matches), !OnItsOwn();
    Part(binding, matches, Claim::Match(binding, matches)) <-
        OnItsOwn(), Matched(binding, matches), !HasPolicy(binding), !HasBoth(binding);
    Part(binding, matches, premise) <-
        OnItsOwn(), ByGroup(binding, matches, premise), !HasPolicy(binding), HasBoth(binding);

    // E5  A row passes where a part does, and fails where all are known to. One that binds nothing: see O9.
    struct RowPasses(BindingId);
    RowPasses(binding) <- Part(binding, true, _);
    struct RowOpen(BindingId);
    RowOpen(binding) <- HasPolicy(binding), !PolicyKnown(binding);
    struct RowSays(BindingId, bool);
    RowSays(binding, true) <- RowPasses(binding);
    RowSays(binding, false) <- Part(binding, false, _), !RowPasses(binding), !RowOpen(binding);
    RowSays(binding, negated) <-
        OnItsOwn(), Row(_, _, binding), Flips(binding, negated), !HasPolicy(binding), !HasMatch(binding);
    Because(Claim::Row(binding, true), Rule::PartPasses, Some(premise)) <- Part(binding, true, premise);
    Because(Claim::Row(binding, false), Rule::NoPartPasses, Some(premise)) <-
        Part(binding, false, premise), !RowPasses(binding), !RowOpen(binding);
    Because(Claim::Row(binding, negated), Rule::BindsNothing, None) <-
        OnItsOwn(), Row(_, _, binding), Flips(binding, negated), !HasPolicy(binding), !HasMatch(binding);

    // E6  Pooled: one match of all those rows is enough, once there is a row without a policy (V7).
    struct InPool(TargetId);
    InPool(target) <-
        Pooled(), HasMode(target, Mode::All), Row(target, _, binding), HasMatch(binding), !HasPolicy(binding);
    struct PoolMatches(TargetId);
    PoolMatches(target) <- InPool(target), Row(target, _, binding), Matched(binding, true);
    struct Together(TargetId, bool);
    Together(target, true) <- PoolMatches(target);
    Together(target, false) <- InPool(target), !PoolMatches(target);
    Because(Claim::Together(target, true), Rule::OneMatches, Some(Claim::Match(binding, true))) <-
        InPool(target), Row(target, _, binding), Matched(binding, true);
    Because(Claim::Together(target, false), Rule::NoneMatches, Some(Claim::Match(binding, false))) <-
        InPool(target), Row(target, _, binding), Matched(binding, false), !PoolMatches(target);

    // E7  Counted: as many rows must match as there are without a policy, where one binds both (V8).
    struct Counted(TargetId);
    Counted(target) <-
        HasMode(target, Mode::All), Row(target, _, binding), HasPolicy(binding), HasMatch(binding), !OnItsOwn(), !Pooled();
    struct Weighs(BindingId, u32, u32);
    Weighs(binding, 1, 1) <- Matched(binding, true), !HasPolicy(binding);
    Weighs(binding, 1, 0) <- Matched(binding, false), !HasPolicy(binding);
    Weighs(binding, 0, 1) <- Matched(binding, true), HasPolicy(binding);
    Weighs(binding, 0, 0) <- Matched(binding, false), HasPolicy(binding);
    Weighs(binding, 0, 0) <- Row(_, _, binding), !HasMatch(binding);
    struct Tally(TargetId, u32, u32, u32);
    Tally(target, 0, 0, 0) <- Counted(target);
    Tally(target, n + 1, needed + more, found + hit) <-
        Tally(target, n, needed, found), Row(target, n, binding), Weighs(binding, more, hit);
    struct Tallied(TargetId, bool);
    Tallied(target, enough) <-
        Tally(target, n, needed, found), Length(target, n), let enough = needed == found;
    Together(target, enough) <- Tallied(target, enough);
    Because(Claim::Together(target, enough), Rule::Tallied, Some(Claim::Match(binding, matches))) <-
        Tallied(target, enough), Row(target, _, binding), Matched(binding, matches);
    struct IsTogether(TargetId);
    IsTogether(target) <- InPool(target);
    IsTogether(target) <- Counted(target);

    // E8  What speaks in a mode (V2 to V6), and whether something does of which nobody knows what it says.
    struct Clause(TargetId, Mode, bool, Claim);
    Clause(target, mode, passes, Claim::Row(binding, passes)) <-
        OnItsOwn(), HasMode(target, mode), Row(target, _, binding), RowSays(binding, passes);
    Clause(target, Mode::Any, passes, Claim::Row(binding, passes)) <-
        HasMode(target, Mode::Any), Row(target, _, binding), RowSays(binding, passes), !OnItsOwn();
    Clause(target, Mode::All, passes, Claim::Policy(binding, passes)) <-
        HasMode(target, Mode::All), Row(target, _, binding), Policy(binding, passes, _), !OnItsOwn();
    Clause(target, Mode::All, matches, Claim::Match(binding, matches)) <-
        HasMode(target, Mode::All), Row(target, _, binding), Matched(binding, matches),
        !HasPolicy(binding), !IsTogether(target), !OnItsOwn();
    Clause(target, Mode::All, enough, Claim::Together(target, enough)) <- Together(target, enough);
    struct Open(TargetId, Mode);
    Open(target, mode) <- HasMode(target, mode), Row(target, _, binding), OnItsOwn(), RowOpen(binding);
    Open(target, Mode::All) <- HasMode(target, Mode::All), Row(target, _, binding), RowOpen(binding);
    Open(target, Mode::Any) <-
        HasMode(target, Mode::Any), Row(target, _, binding), RowOpen(binding), !RowPasses(binding);

    // E9  Any: one that passes is enough. All: one that fails is too many (V10 to V15).
    struct Bound(TargetId);
    Bound(target) <- Row(target, _, _), OnItsOwn();
    Bound(target) <- Row(target, _, binding), HasPolicy(binding);
    Bound(target) <- Row(target, _, binding), HasMatch(binding);
    struct Passed(TargetId, Mode);
    Passed(target, mode) <- Clause(target, mode, true, _);
    struct Failed(TargetId, Mode);
    Failed(target, mode) <- Clause(target, mode, false, _);
    struct Under(TargetId, Mode, bool);
    Under(target, Mode::Any, true) <- Passed(target, Mode::Any);
    Under(target, Mode::Any, false) <- Failed(target, Mode::Any), !Passed(target, Mode::Any), !Open(target, Mode::Any);
    Under(target, Mode::All, true) <- Passed(target, Mode::All), !Failed(target, Mode::All), !Open(target, Mode::All);
    Under(target, Mode::All, false) <- Failed(target, Mode::All);
    Under(target, Mode::Neither, false) <- HasMode(target, Mode::Neither), Bound(target);
    Because(Claim::Under(target, Mode::Any, true), Rule::RowPasses, Some(premise)) <-
        Clause(target, Mode::Any, true, premise);
    Because(Claim::Under(target, Mode::Any, false), Rule::NoRowPasses, Some(premise)) <-
        Under(target, Mode::Any, false), Clause(target, Mode::Any, false, premise);
    Because(Claim::Under(target, Mode::All, false), Rule::RowFails, Some(premise)) <-
        Clause(target, Mode::All, false, premise);
    Because(Claim::Under(target, Mode::All, true), Rule::EveryRowPasses, Some(premise)) <-
        Under(target, Mode::All, true), Clause(target, Mode::All, true, premise);
    Because(Claim::Under(target, Mode::Neither, false), Rule::NoMode, None) <- Under(target, Mode::Neither, false);

    // E10 The verdict (V16 to V18).
    struct IsObscured(TargetId);
    IsObscured(target) <- Obscured(target, _);
    struct IsOpenMode(TargetId);
    IsOpenMode(target) <- OpenMode(target, _);
    struct Assumed(TargetId, Mode, Claim);
    Assumed(target, Mode::All, Claim::Given(is_all, true)) <- OpenMode(target, is_all), Given(is_all, true);
    Assumed(target, Mode::Any, Claim::Given(is_all, false)) <- OpenMode(target, is_all), Given(is_all, false);
    Verdict(target, true) <- Target(target), OpenWhenUnbound(target), !Bound(target), !IsObscured(target);
    Verdict(target, false) <- Target(target), !Bound(target), !OpenWhenUnbound(target), !IsObscured(target);
    Verdict(target, holds) <- Obscured(target, unknown), Given(unknown, holds);
    Verdict(target, holds) <- Under(target, _, holds), !IsOpenMode(target), !IsObscured(target);
    Verdict(target, holds) <- Assumed(target, mode, _), Under(target, mode, holds), !IsObscured(target);
    Verdict(target, holds) <-
        Under(target, Mode::Any, holds), Under(target, Mode::All, holds), IsOpenMode(target), !IsObscured(target);
    Because(Claim::Verdict(target, true), Rule::NothingBound, None) <-
        Target(target), OpenWhenUnbound(target), !Bound(target), !IsObscured(target);
    Because(Claim::Verdict(target, false), Rule::NothingBound, None) <-
        Target(target), !Bound(target), !OpenWhenUnbound(target), !IsObscured(target);
    Because(Claim::Verdict(target, holds), Rule::Obscured, Some(Claim::Given(unknown, holds))) <-
        Obscured(target, unknown), Given(unknown, holds);
    Because(Claim::Verdict(target, holds), Rule::HasMode, Some(Claim::Under(target, mode, holds))) <-
        Under(target, mode, holds), !IsOpenMode(target), !IsObscured(target);
    Because(Claim::Verdict(target, holds), Rule::AssumedMode, Some(Claim::Under(target, mode, holds))) <-
        Assumed(target, mode, _), Under(target, mode, holds), !IsObscured(target);
    Because(Claim::Verdict(target, holds), Rule::AssumedMode, Some(premise)) <-
        Assumed(target, mode, premise), Under(target, mode, holds), !IsObscured(target);
    struct Either(TargetId, bool);
    Either(target, holds) <-
        Under(target, Mode::Any, holds), Under(target, Mode::All, holds), IsOpenMode(target), !IsObscured(target);
    Because(Claim::Verdict(target, holds), Rule::EitherMode, Some(Claim::Under(target, Mode::Any, holds))) <-
        Either(target, holds);
    Because(Claim::Verdict(target, holds), Rule::EitherMode, Some(Claim::Under(target, Mode::All, holds))) <-
        Either(target, holds);
}

/// What is known of one user, and why.
pub(super) struct Explained {
    pub(super) because: Vec<Reason>,
    pub(super) matches: Vec<(BindingId, bool)>,
    pub(super) verdict: Vec<(TargetId, bool)>,
}

pub(super) fn derive(facts: &Facts, known: &Known) -> Explained {
    let mut program = Crepe::new();
    program.extend([Generation(facts.engine)]);
    let mut length: rustc_hash::FxHashMap<TargetId, u32> =
        facts.target.iter().map(|&(target, _)| (target, 0)).collect();
    facts.row.iter().for_each(|(target, ..)| *length.entry(*target).or_default() += 1);
    for &(target, mode) in &facts.target {
        let modes: &[Mode] = if mode.is_some() { mode.as_slice() } else { &[Mode::Any, Mode::All] };
        program.extend([Target(target)]);
        program.extend([Length(target, length.get(&target).copied().unwrap_or_default())]);
        program.extend(modes.iter().map(|&mode| HasMode(target, mode)));
    }
    program.extend(facts.open_mode.iter().map(|&(target, unknown)| OpenMode(target, unknown)));
    program.extend(facts.open_when_unbound.iter().map(|&target| OpenWhenUnbound(target)));
    program.extend(facts.obscured.iter().map(|&(target, unknown)| Obscured(target, unknown)));
    program.extend(facts.row.iter().map(|&(target, n, binding)| Row(target, n, binding)));
    let negated: rustc_hash::FxHashSet<BindingId> = facts.negated.iter().copied().collect();
    let passes_on_error: rustc_hash::FxHashSet<BindingId> = facts.passes_on_error.iter().copied().collect();
    program.extend(facts.row.iter().map(|&(_, _, binding)| Flips(binding, negated.contains(&binding))));
    program.extend(facts.binds_policy.iter().map(|&(binding, run)| {
        let (negated, passes) = (negated.contains(&binding), passes_on_error.contains(&binding));
        BindsPolicy(binding, run, hopes(facts.engine, negated, passes))
    }));
    program.extend(facts.binds_group.iter().map(|&(binding, group)| BindsGroup(binding, group)));
    program.extend(facts.binds_user.iter().map(|&(binding, user)| BindsUser(binding, user)));
    program.extend(facts.binds_group.iter().map(|&(_, group)| Member(group, known.groups.contains(&group))));
    program.extend(facts.binds_user.iter().map(|&(_, user)| Is(user, user == known.user)));
    program.extend(known.ends.iter().map(|&(run, ends)| Ends(run, ends)));
    program.extend(known.given.iter().map(|&(unknown, holds)| Given(unknown, holds)));
    let (because, matches, verdict) = program.run_with_hasher::<Hasher>();
    Explained {
        because: because
            .into_iter()
            .map(|Because(conclusion, rule, premise)| Reason { conclusion, rule, premise })
            .collect(),
        matches: matches.into_iter().map(|Matched(binding, hit)| (binding, hit)).collect(),
        verdict: verdict.into_iter().map(|Verdict(target, holds)| (target, holds)).collect(),
    }
}

/// The ends of a policy that count as a pass of its binding (O4 to O6).
fn hopes(engine: Engine, negated: bool, passes_on_error: bool) -> Outcomes {
    let plain = Outcomes::only(if negated { Outcome::False } else { Outcome::True });
    let documented = engine == Engine::Documented;
    let error = Outcomes::only(Outcome::Error);
    match (documented, passes_on_error != (documented && negated)) {
        (_, false) => plain,
        (false, true) => plain.union(error),
        (true, true) => plain.union(error).union(Outcomes::only(Outcome::Crash)),
    }
}
