//! Shards: rows and verdicts of some targets at a time, on all threads.
//!
//! No rule of theirs looks at two targets, so each shard has a circuit of its own; what they find is put together in
//! one. How the targets are taken apart rests on the facts alone, so the same facts give the same circuit at any number
//! of threads.

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use crate::facts::Facts;
use crate::outcome::{Rows, Says};
use crate::verdict::Verdicts;
use crate::{BindingId, Cause, Circuit, GateId, Mode, Nodes, ReachFacts, RunId, TargetId, outcome, verdict};

/// So many targets make a shard.
const SHARD: usize = 512;

/// What was derived in a shard, with gates of its own circuit.
struct Shard {
    nodes: Nodes,
    matches: Vec<(BindingId, GateId)>,
    passes: Vec<(BindingId, GateId)>,
    each: Vec<(BindingId, GateId)>,
    unbound: Vec<TargetId>,
    settles: Vec<(TargetId, Mode, u32, Cause, GateId)>,
    verdict: Vec<(TargetId, GateId)>,
}

/// For whom each row passes, and whom each target lets through.
pub(crate) fn derive<'c>(facts: &Facts, circuit: &'c Circuit) -> (Rows<'c>, Verdicts<'c>) {
    if facts.target.len() <= SHARD {
        let rows = outcome::derive(facts, circuit);
        let verdicts = verdict::derive(facts, &rows, circuit);
        return (rows, verdicts);
    }
    let shards: Vec<Shard> = split(facts).into_par_iter().map(|facts| Shard::of(&facts)).collect();
    together(shards, circuit)
}

/// The facts of each shard.
fn split(facts: &Facts) -> Vec<Facts> {
    let targets: Vec<FxHashSet<TargetId>> =
        facts.target.chunks(SHARD).map(|chunk| chunk.iter().map(|(target, _)| *target).collect()).collect();
    let shard_of: FxHashMap<TargetId, usize> = targets
        .iter()
        .enumerate()
        .flat_map(|(shard, targets)| targets.iter().map(move |target| (*target, shard)))
        .collect();
    let mut bindings: Vec<FxHashSet<BindingId>> = vec![FxHashSet::default(); targets.len()];
    for (target, _, binding) in &facts.row {
        if let Some(found) = shard_of.get(target).and_then(|shard| bindings.get_mut(*shard)) {
            found.insert(*binding);
        }
    }
    // Bindings that are in no row say something, too.
    let bound: FxHashSet<BindingId> = bindings.iter().flatten().copied().collect();
    let binds = facts.binds_policy.iter().map(|(binding, _)| *binding);
    let binds = binds.chain(facts.binds_group.iter().map(|(binding, _)| *binding));
    let binds = binds.chain(facts.binds_user.iter().map(|(binding, _)| *binding));
    let left: Vec<BindingId> = binds.filter(|binding| !bound.contains(binding)).collect();
    if let Some(first) = bindings.first_mut() {
        first.extend(left);
    }
    targets.iter().zip(&bindings).map(|(targets, bindings)| of_some(facts, targets, bindings)).collect()
}

/// The facts about `targets` and `bindings`.
fn of_some(facts: &Facts, targets: &FxHashSet<TargetId>, bindings: &FxHashSet<BindingId>) -> Facts {
    fn about<K: std::hash::Hash + Eq, T: Copy>(
        rows: &[T],
        key: impl Fn(&T) -> K,
        of: &FxHashSet<K>,
    ) -> Vec<T> {
        rows.iter().filter(|row| of.contains(&key(row))).copied().collect()
    }
    let binds_policy = about(&facts.binds_policy, |row| row.0, bindings);
    let runs: FxHashSet<RunId> = binds_policy.iter().map(|(_, run)| *run).collect();
    Facts {
        engine: facts.engine,
        group_depth: facts.group_depth,
        parent: Vec::new(),
        target: about(&facts.target, |row| row.0, targets),
        open_mode: about(&facts.open_mode, |row| row.0, targets),
        open_when_unbound: about(&facts.open_when_unbound, |row| *row, targets),
        obscured: about(&facts.obscured, |row| row.0, targets),
        row: about(&facts.row, |row| row.0, targets),
        takes: about(&facts.takes, |row| row.0, &runs),
        binds_policy,
        ends_in: facts.ends_in.clone(),
        splits: facts.splits.clone(),
        open_way: facts.open_way.clone(),
        binds_group: about(&facts.binds_group, |row| row.0, bindings),
        binds_user: about(&facts.binds_user, |row| row.0, bindings),
        negated: about(&facts.negated, |row| *row, bindings),
        passes_on_error: about(&facts.passes_on_error, |row| *row, bindings),
        reach: ReachFacts::default(),
    }
}

impl Shard {
    fn of(facts: &Facts) -> Self {
        let circuit = Circuit::default();
        let rows = outcome::derive(facts, &circuit);
        let verdicts = verdict::derive(facts, &rows, &circuit);
        let ids = |says: Says<'_>| says.into_iter().map(|(binding, gate)| (binding, gate.id())).collect();
        let settles = verdicts.settles.into_iter();
        let verdict = verdicts.verdict.into_iter();
        let (matches, passes, each) = (ids(rows.matches), ids(rows.passes), ids(rows.each));
        let settles =
            settles.map(|(target, mode, n, cause, gate)| (target, mode, n, cause, gate.id())).collect();
        let verdict = verdict.map(|(target, gate)| (target, gate.id())).collect();
        Self { matches, passes, each, unbound: verdicts.unbound, settles, verdict, nodes: circuit.finish() }
    }
}

fn together(shards: Vec<Shard>, circuit: &Circuit) -> (Rows<'_>, Verdicts<'_>) {
    let mut rows = Rows { matches: Vec::new(), passes: Vec::new(), each: Vec::new() };
    let mut verdicts = Verdicts { unbound: Vec::new(), settles: Vec::new(), verdict: Vec::new() };
    for shard in shards {
        let gates = circuit.absorb(&shard.nodes);
        let at = |id: GateId| gates.get(id.0 as usize).copied().unwrap_or_else(|| circuit.no());
        let says = |own: Vec<(BindingId, GateId)>| own.into_iter().map(|(binding, gate)| (binding, at(gate)));
        rows.matches.extend(says(shard.matches));
        rows.passes.extend(says(shard.passes));
        rows.each.extend(says(shard.each));
        verdicts.unbound.extend(shard.unbound);
        let settles = shard.settles.into_iter();
        verdicts
            .settles
            .extend(settles.map(|(target, mode, n, cause, gate)| (target, mode, n, cause, at(gate))));
        verdicts.verdict.extend(shard.verdict.into_iter().map(|(target, gate)| (target, at(gate))));
    }
    for says in [&mut rows.matches, &mut rows.passes, &mut rows.each] {
        says.sort_unstable_by_key(|(binding, gate)| (*binding, gate.id()));
        // A binding may be in rows of several targets, and says the same in all of them.
        says.dedup();
    }
    verdicts.unbound.sort_unstable();
    verdicts
        .settles
        .sort_unstable_by_key(|(target, mode, n, cause, gate)| (*target, *mode, *n, *cause, gate.id()));
    verdicts.verdict.sort_unstable_by_key(|(target, gate)| (*target, gate.id()));
    (rows, verdicts)
}

#[cfg(test)]
mod tests {
    use rustc_hash::FxHashMap;

    use super::*;
    use crate::{Engine, GroupId, Leaf, Node, Outcome, UnknownId, UserId, WayId};

    /// Numbers that look random, the same ones each time.
    struct Dice(u64);

    impl Dice {
        fn below(&mut self, most: u64) -> u64 {
            self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (self.0 >> 33) % most
        }

        fn number(&mut self, most: u32) -> u32 {
            u32::try_from(self.below(u64::from(most))).unwrap_or_default()
        }

        fn is(&mut self, percent: u64) -> bool {
            self.below(100) < percent
        }
    }

    /// More targets than go into two shards, with rows that bind everything, some of them in rows of two targets.
    fn facts(engine: Engine, dice: &mut Dice) -> Facts {
        let targets = 1_300;
        let bindings = 2_000;
        let mut facts = Facts {
            engine,
            group_depth: None,
            parent: Vec::new(),
            target: Vec::new(),
            open_mode: Vec::new(),
            open_when_unbound: Vec::new(),
            obscured: Vec::new(),
            row: Vec::new(),
            binds_policy: Vec::new(),
            takes: vec![(RunId(0), 0, WayId(2)), (RunId(0), 1, WayId(0))],
            ends_in: vec![(WayId(0), Outcome::True), (WayId(1), Outcome::False)],
            splits: vec![(WayId(2), UnknownId(0), WayId(0), WayId(1))],
            open_way: Vec::new(),
            binds_group: Vec::new(),
            binds_user: Vec::new(),
            negated: Vec::new(),
            passes_on_error: Vec::new(),
            reach: ReachFacts::default(),
        };
        for binding in (0..bindings).map(BindingId) {
            if dice.is(40) {
                facts.binds_policy.push((binding, RunId(dice.number(5))));
            }
            if dice.is(50) {
                facts.binds_group.push((binding, GroupId(dice.number(20))));
            }
            if dice.is(20) {
                facts.binds_user.push((binding, UserId(dice.number(20))));
            }
            if dice.is(30) {
                facts.negated.push(binding);
            }
            if dice.is(30) {
                facts.passes_on_error.push(binding);
            }
        }
        for target in (0..targets).map(TargetId) {
            let mode = match dice.below(5) {
                0 | 1 => Some(Mode::Any),
                2 | 3 => Some(Mode::All),
                _ => None,
            };
            if mode.is_none() {
                facts.open_mode.push((target, UnknownId(1 + target.0)));
            }
            facts.target.push((target, mode));
            if dice.is(50) {
                facts.open_when_unbound.push(target);
            }
            if dice.is(3) {
                facts.obscured.push((target, UnknownId(10_000 + target.0)));
            }
            let rows = dice.number(4);
            facts.row.extend((0..rows).map(|n| (target, n, BindingId(dice.number(bindings)))));
        }
        facts
    }

    /// What each gate says for 64 ways in which the questions can be answered.
    fn read(nodes: &Nodes) -> Vec<u64> {
        let mut answers: FxHashMap<Leaf, u64> = FxHashMap::default();
        let mut found: Vec<u64> = Vec::new();
        for (_, node) in nodes.iter() {
            let at = |gate: GateId| found.get(gate.0 as usize).copied().unwrap_or_default();
            let word = match node {
                Node::True => u64::MAX,
                Node::Leaf(Leaf::Ends(run, wanted)) => {
                    // Every run ends in one way, whoever asks.
                    let ends = Outcome::ALL.into_iter().zip(0..).filter(|(end, _)| wanted.contains(*end));
                    let throw = |way: u64| {
                        let mut dice = Dice(u64::from(run.0));
                        (0..64).fold(0, |word, bit| word | u64::from(dice.below(4) == way) << bit)
                    };
                    ends.fold(0, |word, (_, way)| word | throw(way))
                }
                Node::Leaf(leaf) => *answers.entry(leaf).or_insert_with(|| {
                    use std::hash::BuildHasher;
                    rustc_hash::FxBuildHasher.hash_one(leaf)
                }),
                Node::Not(input) => !at(input),
                Node::And(a, b) => at(a) & at(b),
                Node::Or(a, b) => at(a) | at(b),
            };
            found.push(word);
        }
        found
    }

    type Said =
        (Vec<(BindingId, u64)>, Vec<TargetId>, Vec<(TargetId, Mode, u32, Cause, u64)>, Vec<(TargetId, u64)>);

    fn said(facts: &Facts, derive: fn(&Facts, &Circuit) -> Shard) -> Said {
        let circuit = Circuit::default();
        let shard = derive(facts, &circuit);
        let words = read(&circuit.finish());
        let at = |gate: GateId| words.get(gate.0 as usize).copied().unwrap_or_default();
        let says = shard.matches.iter().chain(&shard.passes).chain(&shard.each);
        let mut settles: Vec<_> = shard
            .settles
            .iter()
            .map(|&(target, mode, n, cause, gate)| (target, mode, n, cause, at(gate)))
            .collect();
        settles.sort_unstable();
        let verdict = shard.verdict.iter().map(|&(target, gate)| (target, at(gate))).collect();
        (says.map(|&(binding, gate)| (binding, at(gate))).collect(), shard.unbound, settles, verdict)
    }

    fn ids(rows: Rows<'_>, verdicts: Verdicts<'_>) -> Shard {
        let ids = |says: Says<'_>| says.into_iter().map(|(binding, gate)| (binding, gate.id())).collect();
        let settles = verdicts.settles.into_iter();
        Shard {
            nodes: Nodes::default(),
            matches: ids(rows.matches),
            passes: ids(rows.passes),
            each: ids(rows.each),
            unbound: verdicts.unbound,
            settles: settles
                .map(|(target, mode, n, cause, gate)| (target, mode, n, cause, gate.id()))
                .collect(),
            verdict: verdicts.verdict.into_iter().map(|(target, gate)| (target, gate.id())).collect(),
        }
    }

    #[test]
    fn shards_say_what_all_say_at_once() {
        let mut dice = Dice(1);
        for engine in [Engine::Documented, Engine::Each, Engine::Pooled, Engine::Counted] {
            let facts = facts(engine, &mut dice);
            assert!(split(&facts).len() > 2, "there is something to put together");
            let at_once = said(&facts, |facts, circuit| {
                let rows = outcome::derive(facts, circuit);
                let verdicts = verdict::derive(facts, &rows, circuit);
                ids(rows, verdicts)
            });
            let in_shards = said(&facts, |facts, circuit| {
                let (rows, verdicts) = derive(facts, circuit);
                ids(rows, verdicts)
            });
            assert_eq!(at_once, in_shards, "{engine:?}");
        }
    }
}
