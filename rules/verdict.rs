//! Verdict: whom does a target let through?
//!
//! The rows of a target are walked in order. What the walk has found after `n` rows is a gate; the last one is
//! the verdict. Where the engine takes the rows that bind a group or a user together, one gate for all of them
//! joins at the end.

use crate::facts::Facts;
use crate::outcome::Rows;
use crate::{BindingId, Cause, Circuit, Engine, Gate, Hasher, Leaf, Mode, TargetId};

crepe::crepe! {
    // Facts: see `facts.rs`.
    @input
    struct Target(TargetId);
    @input
    struct HasMode(TargetId, Mode);
    @input
    struct OpenMode<'c>(TargetId, Gate<'c>);
    @input
    struct OpenWhenUnbound(TargetId);
    @input
    // What is bound to the target is not known; the gate stands for its verdict.
    struct Obscured<'c>(TargetId, Gate<'c>);
    @input
    struct Row(TargetId, u32, BindingId);
    @input
    // The target has so many rows.
    struct Length(TargetId, u32);
    @input
    struct Generation(Engine);
    @input
    struct Real<'c>(Gate<'c>);
    @input
    struct Yes<'c>(Gate<'c>);

    // Derived in `outcome.rs`.
    @input
    struct Matches<'c>(BindingId, Gate<'c>);
    @input
    struct Passes<'c>(BindingId, Gate<'c>);
    @input
    struct Each<'c>(BindingId, Gate<'c>);

    @output
    // Nothing that counts is bound to the target.
    struct Unbound(TargetId);
    @output
    // Under the mode, the cause settles the verdict for these subjects.
    struct Settles<'c>(TargetId, Mode, u32, Cause, Gate<'c>);
    @output
    // The target lets these subjects through.
    struct Verdict<'c>(TargetId, Gate<'c>);

    struct HasPolicy(BindingId);
    HasPolicy(binding) <- Passes(binding, _);
    struct HasMatch(BindingId);
    HasMatch(binding) <- Matches(binding, _);
    struct HasBoth(TargetId);
    HasBoth(target) <- Row(target, _, binding), HasPolicy(binding), HasMatch(binding);
    struct AsksPolicy(TargetId);
    AsksPolicy(target) <- Row(target, _, binding), HasPolicy(binding);
    struct OnItsOwn();
    OnItsOwn() <- Generation(Engine::Each);
    struct Documented();
    Documented() <- Generation(Engine::Documented);
    struct Pooled();
    Pooled() <- Generation(Engine::Pooled);

    // V1  A row that binds nothing does not count, except where each row counts on its own.
    struct Bound(TargetId);
    Bound(target) <- Row(target, _, _), OnItsOwn();
    Bound(target) <- Row(target, _, binding), HasPolicy(binding);
    Bound(target) <- Row(target, _, binding), HasMatch(binding);
    Unbound(target) <- Target(target), !Bound(target);

    // V2  Each row on its own.
    struct Clause<'c>(TargetId, Mode, u32, BindingId, Gate<'c>);
    Clause(target, mode, n, binding, gate) <- OnItsOwn(), HasMode(target, mode), Row(target, n, binding), Each(binding, gate);

    // V3  Any: a row passes where its policy passes or its group or user matches.
    Clause(target, Mode::Any, n, binding, gate) <-
        HasMode(target, Mode::Any), Row(target, n, binding), Passes(binding, gate), !HasMatch(binding), !OnItsOwn();
    Clause(target, Mode::Any, n, binding, gate) <-
        HasMode(target, Mode::Any), Row(target, n, binding), Matches(binding, gate), !HasPolicy(binding), !OnItsOwn();
    Clause(target, Mode::Any, n, binding, gate) <-
        HasMode(target, Mode::Any), Row(target, n, binding), Passes(binding, passes), Matches(binding, matches),
        !OnItsOwn(), let gate = passes | matches;

    // V4  All: every policy must pass.
    Clause(target, Mode::All, n, binding, gate) <-
        HasMode(target, Mode::All), Row(target, n, binding), Passes(binding, gate), !OnItsOwn();

    // V5  All: every group and user must match, which row by row can be told unless a row binds a policy too.
    Clause(target, Mode::All, n, binding, gate) <-
        HasMode(target, Mode::All), Row(target, n, binding), Matches(binding, gate),
        !HasPolicy(binding), !HasBoth(target), !OnItsOwn(), !Pooled(), !Documented();

    // V6  As documented, such a row is ignored where nobody knows who the subject is.
    Clause(target, Mode::All, n, binding, gate) <-
        HasMode(target, Mode::All), Row(target, n, binding), Matches(binding, matches), Documented(), Real(real),
        !HasPolicy(binding), !HasBoth(target), let gate = matches | !real;

    // V7  Pooled: under All, one match of all those rows is enough. It counts once there is a row without a policy.
    struct Together<'c>(TargetId, Gate<'c>);
    struct InPool(TargetId);
    InPool(target) <-
        Pooled(), HasMode(target, Mode::All), Row(target, _, binding), HasMatch(binding), !HasPolicy(binding);
    struct Pool<'c>(TargetId, u32, Gate<'c>);
    Pool(target, 0, no) <- InPool(target), Yes(yes), let no = !yes;
    Pool(target, n + 1, gate) <- Pool(target, n, before), Row(target, n, binding), Matches(binding, next), let gate = before | next;
    Pool(target, n + 1, before) <- Pool(target, n, before), Row(target, n, binding), !HasMatch(binding);
    Together(target, gate) <- Pool(target, n, gate), Length(target, n);

    // V8  Counted: where a row binds a policy too, its match counts and the row does not, so under All exactly
    //     as many rows must match as there are rows without a policy.
    struct Counted(TargetId);
    Counted(target) <- HasBoth(target), HasMode(target, Mode::All), !OnItsOwn(), !Pooled();
    struct Total(TargetId, u32, u32);
    Total(target, 0, 0) <- Counted(target);
    Total(target, n + 1, k + 1) <- Total(target, n, k), Row(target, n, binding), HasMatch(binding), !HasPolicy(binding);
    Total(target, n + 1, k) <- Total(target, n, k), Row(target, n, binding), HasPolicy(binding);
    Total(target, n + 1, k) <- Total(target, n, k), Row(target, n, binding), !HasPolicy(binding), !HasMatch(binding);

    // V9  Exactly `k` of the first `n` rows match. `k` is written one higher, so that 0 can stand for fewer than none.
    struct Slot(TargetId, u32);
    Slot(target, 0) <- Counted(target);
    Slot(target, k + 1) <- Slot(target, k), Total(target, n, total), Length(target, n), (k <= total);
    struct Tally<'c>(TargetId, u32, u32, Gate<'c>);
    Tally(target, 0, 1, yes) <- Counted(target), Yes(yes);
    Tally(target, 0, k, no) <- Slot(target, k), Yes(yes), (k != 1), let no = !yes;
    Tally(target, n + 1, 0, none) <- Tally(target, n, 0, none), Row(target, n, _);
    Tally(target, n + 1, k + 1, gate) <-
        Tally(target, n, k, fewer), Next(k, same_count), Tally(target, n, same_count, same), Row(target, n, binding),
        Matches(binding, matches), let gate = same & !matches | fewer & matches;
    Tally(target, n + 1, k, same) <- Tally(target, n, k, same), Row(target, n, binding), (k > 0), !HasMatch(binding);
    struct Next(u32, u32);
    Next(k, k + 1) <- Slot(_, k);
    struct Tallied<'c>(TargetId, Gate<'c>);
    Tallied(target, gate) <-
        Length(target, n), Total(target, n, total), Next(total, count), Tally(target, n, count, gate);
    Together(target, gate) <- Tallied(target, gate), !Documented();
    Together(target, gate) <- Tallied(target, tallied), Documented(), Real(real), let gate = tallied | !real;

    // V10 The walk starts with nothing said, and passes over rows that say nothing in the mode.
    struct Prefix<'c>(TargetId, Mode, u32, Gate<'c>);
    Prefix(target, Mode::Any, 0, no) <- HasMode(target, Mode::Any), Yes(yes), let no = !yes;
    Prefix(target, Mode::All, 0, yes) <- HasMode(target, Mode::All), Yes(yes);
    struct Speaks(TargetId, Mode, u32);
    Speaks(target, mode, n) <- Clause(target, mode, n, _, _);
    Prefix(target, mode, n + 1, before) <- Prefix(target, mode, n, before), Row(target, n, _), !Speaks(target, mode, n);

    // V11 Any: the next row may add.
    Prefix(target, Mode::Any, n + 1, gate) <-
        Prefix(target, Mode::Any, n, before), Clause(target, Mode::Any, n, _, next), let gate = before | next;

    // V12 All: the next row may take away.
    Prefix(target, Mode::All, n + 1, gate) <-
        Prefix(target, Mode::All, n, before), Clause(target, Mode::All, n, _, next), let gate = before & next;

    // V13 Where rows count together, that comes last.
    struct Modal<'c>(TargetId, Mode, Gate<'c>);
    struct HasTogether(TargetId);
    HasTogether(target) <- Together(target, _);
    Modal(target, Mode::All, gate) <- Prefix(target, Mode::All, n, gate), Length(target, n), Bound(target), !HasTogether(target);
    Modal(target, Mode::All, gate) <-
        Prefix(target, Mode::All, n, walked), Length(target, n), Together(target, together), let gate = walked & together;
    Modal(target, Mode::Any, gate) <- Prefix(target, Mode::Any, n, gate), Length(target, n), Bound(target), !Documented();

    // V14 As documented, where every row is ignored nothing is bound.
    Modal(target, Mode::Any, gate) <-
        Prefix(target, Mode::Any, n, gate), Length(target, n), Documented(), AsksPolicy(target);
    Modal(target, Mode::Any, gate) <-
        Prefix(target, Mode::Any, n, walked), Length(target, n), Documented(), Bound(target), Real(real),
        !AsksPolicy(target), let gate = walked | !real;

    // V15 A mode that authentik does not know lets nobody through, where anything counts at all.
    Modal(target, Mode::Neither, no) <-
        HasMode(target, Mode::Neither), Bound(target), Yes(yes), !Documented(), let no = !yes;
    Modal(target, Mode::Neither, no) <-
        HasMode(target, Mode::Neither), AsksPolicy(target), Documented(), Yes(yes), let no = !yes;
    Modal(target, Mode::Neither, ignored) <-
        HasMode(target, Mode::Neither), Bound(target), Documented(), Real(real), !AsksPolicy(target),
        let ignored = !real;

    // V16 Nothing bound: open or closed, as the caller of the engine says.
    Verdict(target, yes) <- Unbound(target), OpenWhenUnbound(target), Yes(yes), !Obscured(target, _);
    Verdict(target, no) <- Unbound(target), Yes(yes), !OpenWhenUnbound(target), !Obscured(target, _), let no = !yes;

    // V17 Otherwise what the rows say, in either mode where the mode is open.
    Verdict(target, gate) <- Modal(target, _, gate), !OpenMode(target, _), !Obscured(target, _);
    Verdict(target, gate) <-
        OpenMode(target, is_all), Modal(target, Mode::All, all), Modal(target, Mode::Any, any), !Obscured(target, _),
        let gate = is_all.choose(all, any);

    // V18 Where it is not known what is bound, nothing follows.
    Verdict(target, gate) <- Target(target), Obscured(target, gate);

    // V19 What settles a verdict: under Any a row that passes, under All a row that fails.
    Settles(target, Mode::Any, n, Cause::Binding(binding), gate) <- Clause(target, Mode::Any, n, binding, gate);
    Settles(target, Mode::All, n, Cause::Binding(binding), fails) <-
        Clause(target, Mode::All, n, binding, gate), let fails = !gate;
    Settles(target, Mode::All, n, Cause::Together, fails) <- Together(target, gate), Length(target, n), let fails = !gate;
}

/// What follows for the targets.
pub(crate) struct Verdicts<'c> {
    pub(crate) unbound: Vec<TargetId>,
    pub(crate) settles: Vec<(TargetId, Mode, u32, Cause, Gate<'c>)>,
    pub(crate) verdict: Vec<(TargetId, Gate<'c>)>,
}

pub(crate) fn derive<'c>(facts: &Facts, rows: &Rows<'c>, circuit: &'c Circuit) -> Verdicts<'c> {
    let mut program = Crepe::new();
    program.extend([Generation(facts.engine)]);
    program.extend([Real(circuit.leaf(Leaf::Real))]);
    program.extend([Yes(circuit.yes())]);
    let mut length: rustc_hash::FxHashMap<TargetId, u32> =
        facts.target.iter().map(|&(target, _)| (target, 0)).collect();
    facts.row.iter().for_each(|(target, _, _)| *length.entry(*target).or_default() += 1);
    for &(target, mode) in &facts.target {
        let modes: &[Mode] = if mode.is_some() { mode.as_slice() } else { &[Mode::Any, Mode::All] };
        program.extend([Target(target)]);
        program.extend([Length(target, length.get(&target).copied().unwrap_or_default())]);
        program.extend(modes.iter().map(|&mode| HasMode(target, mode)));
    }
    program.extend(
        facts.obscured.iter().map(|&(target, unknown)| Obscured(target, circuit.leaf(Leaf::Given(unknown)))),
    );
    program.extend(
        facts.open_mode.iter().map(|&(target, unknown)| OpenMode(target, circuit.leaf(Leaf::Given(unknown)))),
    );
    program.extend(facts.open_when_unbound.iter().map(|&target| OpenWhenUnbound(target)));
    program.extend(facts.row.iter().map(|&(target, n, binding)| Row(target, n, binding)));
    program.extend(rows.matches.iter().map(|&(binding, gate)| Matches(binding, gate)));
    program.extend(rows.passes.iter().map(|&(binding, gate)| Passes(binding, gate)));
    program.extend(rows.each.iter().map(|&(binding, gate)| Each(binding, gate)));
    let (unbound, settles, verdict) = program.run_with_hasher::<Hasher>();
    let mut settles: Vec<_> = settles.into_iter().map(|Settles(t, m, n, c, g)| (t, m, n, c, g)).collect();
    settles.sort_unstable_by_key(|(target, mode, n, cause, gate)| (*target, *mode, *n, *cause, gate.id()));
    let mut verdict: Vec<_> = verdict.into_iter().map(|Verdict(target, gate)| (target, gate)).collect();
    verdict.sort_unstable_by_key(|(target, gate)| (*target, gate.id()));
    Verdicts {
        unbound: crate::facts::sorted(unbound.into_iter().map(|Unbound(target)| target)),
        settles,
        verdict,
    }
}
