//! The graph of reasons in the making: equal reasons are one.

use std::collections::BTreeSet;

use rules::{Claim, Needs, Rule};
use rustc_hash::FxHashMap;

use super::{Because, Reason};

/// The reasons so far.
#[derive(Default)]
pub(super) struct Graph {
    all: Vec<Reason>,
    known: FxHashMap<Reason, usize>,
    /// What each of them rests on that is assumed.
    open: Vec<BTreeSet<Claim>>,
}

impl Graph {
    /// Adds a reason, unless it is there already; gives its position.
    pub(super) fn add(&mut self, reason: Reason) -> usize {
        if let Some(known) = self.known.get(&reason) {
            return *known;
        }
        let of = |from: &[usize]| {
            from.iter().filter_map(|reason| self.open.get(*reason)).flatten().copied().collect()
        };
        let open: BTreeSet<Claim> = match reason.because {
            Because::Assumed => BTreeSet::from([reason.claim]),
            Because::Cases => {
                let (said, pairs) = reason.from.split_at(reason.from.len() % 2);
                let mut open: BTreeSet<Claim> = of(said);
                for pair in pairs.chunks(2) {
                    let [assumed, shown] = pair else { continue };
                    let assumed = self.all.get(*assumed).map(|reason| reason.claim);
                    open.extend(of(&[*shown]).into_iter().filter(|claim| Some(*claim) != assumed));
                }
                open
            }
            _ => of(&reason.from),
        };
        self.all.push(reason.clone());
        self.open.push(open);
        self.known.insert(reason, self.all.len() - 1);
        self.all.len() - 1
    }

    /// Whether a reason rests on the assumption that `claim` holds.
    pub(super) fn rests_on(&self, reason: usize, claim: Claim) -> bool {
        self.open.get(reason).is_some_and(|open| open.contains(&claim))
    }

    /// All reasons that were added.
    pub(super) fn finish(self) -> Vec<Reason> {
        self.all
    }
}

/// What a rule needs to be told; several ways to conclude the same come one after the other.
type Options = Vec<(Rule, Vec<Option<Claim>>)>;

/// The shortest reasons for claims in one case.
pub(super) struct Shortest<'s> {
    options: FxHashMap<Claim, Options>,
    /// The reason for a claim that no rule concludes, and how much that costs.
    leaf: &'s mut dyn FnMut(&mut Graph, Claim) -> usize,
    costs: FxHashMap<Claim, (u64, usize)>,
    done: FxHashMap<Claim, usize>,
}

/// An assumption is to be avoided where something certain will do.
const ASSUMED: u64 = 16;

impl<'s> Shortest<'s> {
    pub(super) fn new(
        reasons: impl IntoIterator<Item = rules::Reason>,
        leaf: &'s mut dyn FnMut(&mut Graph, Claim) -> usize,
    ) -> Self {
        let mut options: FxHashMap<Claim, Options> = FxHashMap::default();
        // Reasons come sorted: those by one rule for one conclusion in a row.
        for rules::Reason { conclusion, rule, premise } in reasons {
            let known = options.entry(conclusion).or_default();
            match known.last_mut() {
                Some((last, premises)) if *last == rule => premises.push(premise),
                _ => known.push((rule, vec![premise])),
            }
        }
        Self { options, leaf, costs: FxHashMap::default(), done: FxHashMap::default() }
    }

    /// Whether there are reasons for a claim.
    pub(super) fn holds(&self, claim: Claim) -> bool {
        self.options.contains_key(&claim)
    }

    /// How much it takes to show a claim, and the first option that takes as little.
    fn cost(&mut self, claim: Claim) -> (u64, usize) {
        if let Some(known) = self.costs.get(&claim) {
            return *known;
        }
        let options = self.options.get(&claim).cloned().unwrap_or_default();
        let of =
            |shortest: &mut Self, premise: &Option<Claim>| premise.map_or(0, |claim| shortest.cost(claim).0);
        let mut best = (if matches!(claim, Claim::Given(..)) { ASSUMED } else { 0 }, 0);
        for (index, (rule, premises)) in options.iter().enumerate() {
            let costs: Vec<u64> = premises.iter().map(|premise| of(self, premise)).collect();
            let cost = match rule.needs() {
                Needs::One => costs.into_iter().min().unwrap_or_default(),
                Needs::All => costs.into_iter().fold(0, u64::saturating_add),
            };
            if index == 0 || cost < best.0 {
                best = (cost, index);
            }
        }
        let best = (best.0.saturating_add(1), best.1);
        self.costs.insert(claim, best);
        best
    }

    /// Adds the shortest reason for a claim.
    pub(super) fn add(&mut self, graph: &mut Graph, claim: Claim) -> usize {
        if let Some(known) = self.done.get(&claim) {
            return *known;
        }
        let (_, chosen) = self.cost(claim);
        let option = self.options.get(&claim).and_then(|options| options.get(chosen)).cloned();
        let added = match option {
            None => (self.leaf)(graph, claim),
            Some((rule, premises)) => {
                let mut premises: Vec<Claim> = premises.into_iter().flatten().collect();
                if rule.needs() == Needs::One {
                    let cheapest = premises.iter().copied().min_by_key(|premise| self.cost(*premise).0);
                    premises = cheapest.into_iter().collect();
                }
                let from = premises.into_iter().map(|premise| self.add(graph, premise)).collect();
                graph.add(Reason { claim, because: Because::Rule(rule), from })
            }
        };
        self.done.insert(claim, added);
        added
    }
}
