//! Graphs: what leads to what. The only user of petgraph.
//!
//! Nothing here is recursive: a chain of a million groups must not end a run.

mod groups;
mod policies;

use std::collections::VecDeque;

use petgraph::algo::kosaraju_scc;
use petgraph::graph::{DiGraph, NodeIndex};

pub use groups::Groups;
pub use policies::Calls;

/// In a knot of more things than this, a shortest cycle is looked for from its first member only.
const SMALL: usize = 300;

/// Numbered things, some of which lead to others.
#[derive(Clone, Debug)]
pub struct Links(DiGraph<(), ()>);

/// Things that all lead to each other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Knot {
    /// All of them, in ascending order.
    pub members: Vec<usize>,
    /// A shortest cycle among them, from its lowest member on; each leads to the next, and the last to the first. In
    /// a large knot, a shortest one through the first member.
    pub cycle: Vec<usize>,
}

impl Links {
    /// `nodes` things, and which lead to which.
    pub fn of(nodes: usize, links: impl IntoIterator<Item = (usize, usize)>) -> Self {
        let mut graph = DiGraph::with_capacity(nodes, 0);
        (0..nodes).for_each(|_| {
            graph.add_node(());
        });
        for (from, to) in links {
            if from < nodes && to < nodes {
                graph.add_edge(NodeIndex::new(from), NodeIndex::new(to), ());
            }
        }
        Self(graph)
    }

    /// What `node` leads to, in ascending order.
    pub fn next(&self, node: usize) -> Vec<usize> {
        let mut next: Vec<usize> = self.0.neighbors(NodeIndex::new(node)).map(NodeIndex::index).collect();
        next.sort_unstable();
        next
    }

    /// All knots, in the order of their first members. Something that leads to itself is one.
    pub fn knots(&self) -> Vec<Knot> {
        let mut knots: Vec<Vec<usize>> = kosaraju_scc(&self.0)
            .into_iter()
            .filter(|knot| match knot.as_slice() {
                [alone] => self.0.contains_edge(*alone, *alone),
                _ => true,
            })
            .map(|knot| knot.into_iter().map(NodeIndex::index).collect())
            .collect();
        for knot in &mut knots {
            knot.sort_unstable();
        }
        knots.sort_unstable();
        knots
            .into_iter()
            .map(|members| {
                let from = if members.len() <= SMALL { members.len() } else { 1 };
                let cycles = members.iter().take(from).filter_map(|start| self.cycle(*start));
                let cycle = cycles.min_by_key(Vec::len).unwrap_or_default();
                Knot { members, cycle }
            })
            .collect()
    }

    /// A shortest way from `start` back to itself; the start is not repeated.
    fn cycle(&self, start: usize) -> Option<Vec<usize>> {
        if self.0.contains_edge(NodeIndex::new(start), NodeIndex::new(start)) {
            return Some(vec![start]);
        }
        self.search(start, |here| self.0.contains_edge(NodeIndex::new(here), NodeIndex::new(start)))
    }

    /// A shortest way from `from` to `to`, both included.
    pub fn way(&self, from: usize, to: usize) -> Option<Vec<usize>> {
        self.search(from, |here| here == to)
    }

    /// A shortest way from `from` to something that is the end.
    fn search(&self, from: usize, is_end: impl Fn(usize) -> bool) -> Option<Vec<usize>> {
        let mut came = rustc_hash::FxHashMap::default();
        let mut queue = VecDeque::from([from]);
        came.insert(from, from);
        while let Some(here) = queue.pop_front() {
            if is_end(here) {
                let mut way = vec![here];
                let mut last = here;
                while let Some(before) = came.get(&last).filter(|before| **before != last) {
                    way.push(*before);
                    last = *before;
                }
                way.reverse();
                return Some(way);
            }
            for next in self.next(here) {
                came.entry(next).or_insert_with(|| {
                    queue.push_back(next);
                    here
                });
            }
        }
        None
    }

    /// Which things `from` leads to, themselves included.
    pub fn reached(&self, from: impl IntoIterator<Item = usize>) -> Vec<bool> {
        let mut reached = vec![false; self.0.node_count()];
        let mut queue: Vec<usize> = from.into_iter().collect();
        while let Some(here) = queue.pop() {
            let Some(slot) = reached.get_mut(here).filter(|slot| !**slot) else { continue };
            *slot = true;
            queue.extend(self.0.neighbors(NodeIndex::new(here)).map(NodeIndex::index));
        }
        reached
    }

    /// The same links the other way round.
    #[must_use]
    pub fn reversed(&self) -> Self {
        let mut graph = self.0.clone();
        graph.reverse();
        Self(graph)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_knot_has_a_shortest_cycle() {
        let links = Links::of(6, [(0, 1), (1, 2), (2, 0), (2, 3), (3, 2), (4, 4), (5, 0)]);
        let knots = links.knots();
        assert_eq!(
            knots,
            [
                Knot { members: vec![0, 1, 2, 3], cycle: vec![2, 3] },
                Knot { members: vec![4], cycle: vec![4] }
            ]
        );
    }

    proptest! {
        #[test]
        fn every_cycle_is_one_and_nothing_else_is_in_a_knot(
            links in prop::collection::vec((0_usize..12, 0_usize..12), 0..40)
        ) {
            let graph = Links::of(12, links.iter().copied());
            let knots = graph.knots();
            for knot in &knots {
                let next = knot.cycle.iter().cycle().skip(1);
                for (from, to) in knot.cycle.iter().zip(next) {
                    prop_assert!(links.contains(&(*from, *to)));
                }
                // No shorter one anywhere in the knot.
                for member in &knot.members {
                    for next in graph.next(*member) {
                        if let Some(way) = graph.way(next, *member) {
                            prop_assert!(way.len() >= knot.cycle.len());
                        }
                    }
                }
            }
            for node in 0..12 {
                let returns = graph.next(node).into_iter().any(|next| graph.reached([next])[node]);
                prop_assert_eq!(returns, knots.iter().any(|knot| knot.members.contains(&node)));
            }
        }
    }
}
