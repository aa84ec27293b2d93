//! Way: in which outcome does a run end, where questions that nobody can answer decide?

use std::collections::BTreeSet;

use crate::facts::Facts;
use crate::{Circuit, Gate, Hasher, Leaf, Outcome, Outcomes, RunId, UnknownId, WayId};

crepe::crepe! {
    @input
    // The subjects of the nth class of a run take this way.
    struct Takes(RunId, u32, WayId);
    @input
    struct EndsIn(WayId, Outcome);
    @input
    // The way goes on by the first way where the unknown holds, by the second where not.
    struct Splits(WayId, UnknownId, WayId, WayId);
    @input
    // The run's own question decides.
    struct Open(WayId, RunId);
    @input
    struct Possible(Outcome);

    // The questions, as gates.
    @input
    struct Class<'c>(RunId, u32, Gate<'c>);
    @input
    struct Question<'c>(RunId, Outcome, Gate<'c>);
    @input
    struct Given<'c>(UnknownId, Gate<'c>);
    @input
    struct Yes<'c>(Gate<'c>);

    @output
    // The run ends in this outcome.
    struct Ends<'c>(RunId, Outcome, Gate<'c>);

    // W1  A way that has an end leads there and nowhere else.
    struct Leads<'c>(WayId, Outcome, Gate<'c>);
    Leads(way, end, yes) <- EndsIn(way, end), Yes(yes);
    Leads(way, other, no) <- EndsIn(way, _), Possible(other), Yes(yes), !EndsIn(way, other), let no = !yes;

    // W2  An open way leads wherever the run's own question says.
    Leads(way, end, ends) <- Open(way, run), Question(run, end, ends);

    // W3  A way that splits leads where the way leads that the unknown chooses.
    Leads(way, end, gate) <-
        Splits(way, unknown, then, otherwise), Given(unknown, holds), Leads(then, end, first), Leads(otherwise, end, second),
        let gate = holds.decide(first, second);

    // W4  A run ends so for the classes whose way leads there, taken one after the other.
    struct UpTo<'c>(RunId, u32, Outcome, Gate<'c>);
    UpTo(run, 0, end, gate) <- Takes(run, 0, way), Class(run, 0, class), Leads(way, end, leads), let gate = class & leads;
    UpTo(run, n + 1, end, gate) <-
        UpTo(run, n, end, before), Takes(run, n + 1, way), Class(run, n + 1, class), Leads(way, end, leads),
        let gate = before | (class & leads);
    Ends(run, end, gate) <- UpTo(run, n, end, gate), !Takes(run, n + 1, _);
}

/// The gates of the ends of every run: by its ways where it has some, by its own question otherwise.
pub(crate) fn derive<'c>(facts: &Facts, circuit: &'c Circuit) -> Vec<(RunId, Outcome, Gate<'c>)> {
    let question =
        |run| Outcome::ALL.map(|end| (run, end, circuit.leaf(Leaf::Ends(run, Outcomes::only(end)))));
    let mut program = Crepe::new();
    program.extend([Yes(circuit.yes())]);
    program.extend(Outcome::ALL.map(Possible));
    program.extend(facts.takes.iter().map(|&(run, n, way)| Takes(run, n, way)));
    let several: BTreeSet<RunId> =
        facts.takes.iter().filter(|(_, n, _)| *n > 0).map(|&(run, ..)| run).collect();
    program.extend(facts.takes.iter().map(|&(run, n, _)| {
        // A class of all subjects needs no question.
        let alone = !several.contains(&run);
        Class(run, n, if alone { circuit.yes() } else { circuit.leaf(Leaf::Takes(run, n)) })
    }));
    program.extend(facts.ends_in.iter().map(|&(way, end)| EndsIn(way, end)));
    program.extend(
        facts.splits.iter().map(|&(way, unknown, then, otherwise)| Splits(way, unknown, then, otherwise)),
    );
    program.extend(
        facts.splits.iter().map(|&(_, unknown, ..)| Given(unknown, circuit.leaf(Leaf::Given(unknown)))),
    );
    program.extend(facts.open_way.iter().map(|&(way, run)| Open(way, run)));
    program.extend(
        facts
            .open_way
            .iter()
            .flat_map(|&(_, run)| question(run))
            .map(|(run, end, gate)| Question(run, end, gate)),
    );
    let (ends,) = program.run_with_hasher::<Hasher>();
    let mut ends: Vec<_> = ends.into_iter().map(|Ends(run, end, gate)| (run, end, gate)).collect();
    ends.sort_unstable_by_key(|&(run, end, gate)| (run, end, gate.id()));
    let decided: BTreeSet<RunId> = facts.takes.iter().map(|&(run, ..)| run).collect();
    let others = facts.binds_policy.iter().map(|&(_, run)| run).filter(|run| !decided.contains(run));
    ends.extend(others.flat_map(question));
    ends
}
