//! Outcome: for whom does each row pass, taken alone?

use crate::facts::Facts;
use crate::{BindingId, Circuit, Engine, Gate, GroupId, Hasher, Leaf, Outcome, RunId, UserId, way};

crepe::crepe! {
    // Facts: see `facts.rs`.
    @input
    struct BindsPolicy(BindingId, RunId);
    @input
    struct BindsGroup(BindingId, GroupId);
    @input
    struct BindsUser(BindingId, UserId);
    @input
    struct Negated(BindingId);
    @input
    struct PassesOnError(BindingId);
    @input
    // A binding that is enabled.
    struct Enabled(BindingId);
    @input
    struct Generation(Engine);

    // The questions, as gates.
    @input
    struct Member<'c>(GroupId, Gate<'c>);
    @input
    struct Is<'c>(UserId, Gate<'c>);
    @input
    struct Ends<'c>(RunId, Outcome, Gate<'c>);
    @input
    struct Real<'c>(Gate<'c>);
    @input
    struct Yes<'c>(Gate<'c>);

    @output
    // The row's group or user matches.
    struct Matches<'c>(BindingId, Gate<'c>);
    @output
    // The run of the row's policy counts as a pass.
    struct Passes<'c>(BindingId, Gate<'c>);
    @output
    // The row alone, where the engine takes each row on its own.
    struct Each<'c>(BindingId, Gate<'c>);

    // O1  A group matches its members; negated, every saved user who is no member.
    struct InGroup<'c>(BindingId, Gate<'c>);
    InGroup(binding, member) <- BindsGroup(binding, group), Member(group, member), !Negated(binding);
    InGroup(binding, gate) <-
        BindsGroup(binding, group), Negated(binding), Member(group, member), Real(real), let gate = real & !member;

    // O2  A user matches itself; negated, every other saved user.
    struct ByUser<'c>(BindingId, Gate<'c>);
    ByUser(binding, is) <- BindsUser(binding, user), Is(user, is), !Negated(binding);
    ByUser(binding, gate) <-
        BindsUser(binding, user), Negated(binding), Is(user, is), Real(real), let gate = real & !is;

    // O3  A row with both matches where either does, negated or not.
    struct HasGroup(BindingId);
    HasGroup(binding) <- BindsGroup(binding, _);
    struct HasUser(BindingId);
    HasUser(binding) <- BindsUser(binding, _);
    Matches(binding, gate) <- InGroup(binding, gate), !HasUser(binding);
    Matches(binding, gate) <- ByUser(binding, gate), !HasGroup(binding);
    Matches(binding, gate) <- InGroup(binding, one), ByUser(binding, other), let gate = one | other;

    // O4  The end of a policy counts as it is, or turned round.
    struct Hopes(BindingId, Outcome);
    Hopes(binding, Outcome::True) <- BindsPolicy(binding, _), !Negated(binding);
    Hopes(binding, Outcome::False) <- BindsPolicy(binding, _), Negated(binding);

    // O5  The failure result stands in for an error and is never turned round.
    struct Documented();
    Documented() <- Generation(Engine::Documented);
    Hopes(binding, Outcome::Error) <- BindsPolicy(binding, _), PassesOnError(binding), !Documented();

    // O6  As documented, it is turned round like any other result, and stands in for a crash too.
    Hopes(binding, Outcome::Error) <-
        BindsPolicy(binding, _), PassesOnError(binding), Documented(), !Negated(binding);
    Hopes(binding, Outcome::Error) <-
        BindsPolicy(binding, _), Negated(binding), Documented(), !PassesOnError(binding);
    Hopes(binding, Outcome::Crash) <- Hopes(binding, Outcome::Error), Documented();

    // O7  A policy passes where it ends in any of the ways that count, asked one after the other.
    struct Next(Outcome, Outcome);
    Next(Outcome::True, Outcome::False) <- (true);
    Next(Outcome::False, Outcome::Error) <- (true);
    Next(Outcome::Error, Outcome::Crash) <- (true);
    struct Asked<'c>(BindingId, Outcome, Gate<'c>);
    Asked(binding, Outcome::True, ends) <-
        BindsPolicy(binding, run), Hopes(binding, Outcome::True), Ends(run, Outcome::True, ends);
    Asked(binding, Outcome::True, no) <-
        BindsPolicy(binding, _), Yes(yes), !Hopes(binding, Outcome::True), let no = !yes;
    Asked(binding, next, gate) <-
        Asked(binding, last, before), Next(last, next), Hopes(binding, next), BindsPolicy(binding, run),
        Ends(run, next, ends), let gate = before | ends;
    Asked(binding, next, before) <- Asked(binding, last, before), Next(last, next), !Hopes(binding, next);
    Passes(binding, gate) <- Asked(binding, Outcome::Crash, gate);

    // O8  Each row on its own: the policy first, else the group, else the user. Whom nobody knows is not the
    //     user either, so a negated row for a user passes for an anonymous subject.
    struct HasPolicy(BindingId);
    HasPolicy(binding) <- BindsPolicy(binding, _);
    struct OnItsOwn();
    OnItsOwn() <- Generation(Engine::Each);
    Each(binding, gate) <- OnItsOwn(), Passes(binding, gate);
    Each(binding, gate) <- OnItsOwn(), InGroup(binding, gate), !HasPolicy(binding);
    Each(binding, is) <-
        OnItsOwn(), BindsUser(binding, user), Is(user, is), !HasPolicy(binding), !HasGroup(binding), !Negated(binding);
    Each(binding, gate) <-
        OnItsOwn(), BindsUser(binding, user), Negated(binding), Is(user, is), !HasPolicy(binding), !HasGroup(binding),
        let gate = !is;

    // O9  A row that binds nothing fails; negated, it passes.
    Each(binding, yes) <-
        OnItsOwn(), Enabled(binding), Negated(binding), Yes(yes),
        !HasPolicy(binding), !HasGroup(binding), !HasUser(binding);
    Each(binding, no) <-
        OnItsOwn(), Enabled(binding), Yes(yes),
        !Negated(binding), !HasPolicy(binding), !HasGroup(binding), !HasUser(binding), let no = !yes;
}

/// A relation from bindings to gates.
pub(crate) type Says<'c> = Vec<(BindingId, Gate<'c>)>;

/// For whom each row passes, by what it binds.
pub(crate) struct Rows<'c> {
    /// Its group or user matches.
    pub(crate) matches: Says<'c>,
    /// Its policy passes.
    pub(crate) passes: Says<'c>,
    /// The row as the engine takes it on its own; empty where the engine does not.
    pub(crate) each: Says<'c>,
}

pub(crate) fn derive<'c>(facts: &Facts, circuit: &'c Circuit) -> Rows<'c> {
    let mut program = Crepe::new();
    program.extend([Generation(facts.engine)]);
    program.extend([Real(circuit.leaf(Leaf::Real))]);
    program.extend([Yes(circuit.yes())]);
    program.extend(facts.row.iter().map(|&(_, _, binding)| Enabled(binding)));
    program.extend(facts.binds_policy.iter().map(|&(binding, run)| BindsPolicy(binding, run)));
    program.extend(facts.binds_group.iter().map(|&(binding, group)| BindsGroup(binding, group)));
    program.extend(facts.binds_user.iter().map(|&(binding, user)| BindsUser(binding, user)));
    program.extend(facts.negated.iter().map(|&binding| Negated(binding)));
    program.extend(facts.passes_on_error.iter().map(|&binding| PassesOnError(binding)));
    program
        .extend(facts.binds_group.iter().map(|&(_, group)| Member(group, circuit.leaf(Leaf::Member(group)))));
    program.extend(facts.binds_user.iter().map(|&(_, user)| Is(user, circuit.leaf(Leaf::Is(user)))));
    program.extend(way::derive(facts, circuit).into_iter().map(|(run, end, gate)| Ends(run, end, gate)));
    let (matches, passes, each) = program.run_with_hasher::<Hasher>();
    Rows {
        matches: by_binding(matches.into_iter().map(|Matches(binding, gate)| (binding, gate))),
        passes: by_binding(passes.into_iter().map(|Passes(binding, gate)| (binding, gate))),
        each: by_binding(each.into_iter().map(|Each(binding, gate)| (binding, gate))),
    }
}

fn by_binding<'c>(rows: impl Iterator<Item = (BindingId, Gate<'c>)>) -> Says<'c> {
    let mut rows: Says<'c> = rows.collect();
    rows.sort_unstable_by_key(|(binding, gate)| (*binding, gate.id()));
    rows
}
