//! What follows from authentik's bindings, as Datalog over a Boolean circuit.
//!
//! The rules never see a user. They derive, for every target, a [`Gate`]: a Boolean function of the few
//! questions that can be asked about a user ([`Leaf`]). Whoever calls evaluates the gates, for one user or for
//! all of them at once.
//!
//! Each file beside this one answers one question, and reads on its own:
//!
//! | file | question |
//! | --- | --- |
//! | `membership.rs` | whose direct members are members of a group? |
//! | `way.rs` | in which outcome does a run end, where questions that nobody can answer decide? |
//! | `outcome.rs` | for whom does each row pass, taken alone? |
//! | `verdict.rs` | whom does a target let through, and what settles it? |
//! | `shards.rs` | how are rows and verdicts derived on all threads? |
//! | `reach.rs` | who gets what a target stands for, in the end? |
//! | `explain.rs` | why, for one user? |
//!
//! ```
//! use rules::*;
//!
//! // One target, Any, with one binding for one group.
//! let facts = Facts {
//!     engine: Engine::Counted,
//!     group_depth: None,
//!     parent: vec![],
//!     target: vec![(TargetId(0), Some(Mode::Any))],
//!     open_mode: vec![],
//!     open_when_unbound: vec![TargetId(0)],
//!     obscured: vec![],
//!     row: vec![(TargetId(0), 0, BindingId(0))],
//!     binds_policy: vec![],
//!     takes: vec![],
//!     ends_in: vec![],
//!     splits: vec![],
//!     open_way: vec![],
//!     binds_group: vec![(BindingId(0), GroupId(7))],
//!     binds_user: vec![],
//!     negated: vec![],
//!     passes_on_error: vec![],
//!     reach: ReachFacts::default(),
//! };
//! let (nodes, relations) = derive(&facts);
//! let (target, gate) = relations.verdict[0];
//! assert_eq!(target, TargetId(0));
//! assert_eq!(nodes.get(gate), Some(Node::Leaf(Leaf::Member(GroupId(7)))));
//! ```

mod circuit;
mod claim;
mod explain;
mod facts;
mod membership;
mod outcome;
mod reach;
mod shards;
mod verdict;
mod vocabulary;
mod way;

pub use circuit::{Circuit, Gate, GateId, Leaf, Node, Nodes};
pub use claim::{Claim, Needs, Rule};
pub use explain::{Known, Reason, explain};
pub use facts::{Facts, Presence, ReachFacts, Relations};
pub use vocabulary::{
    BindingId, Cause, Engine, GroupId, Mode, Outcome, Outcomes, RunId, TargetId, UnknownId, UserId, WayId,
};

/// A fixed hasher, so that the same facts give the same relations.
type Hasher = rustc_hash::FxBuildHasher;

/// Whose direct members are members of each group that a binding asks for: `(g, d)`, where direct members of `d` are
/// members of `g`; sorted.
pub fn memberships(facts: &Facts) -> Vec<(GroupId, GroupId)> {
    membership::derive(facts)
}

/// Derives all relations of targets and bindings, and the circuit that their gates belong to.
pub fn derive(facts: &Facts) -> (Nodes, Relations) {
    let circuit = Circuit::default();
    let (rows, verdicts) = shards::derive(facts, &circuit);
    let effective = reach::derive(facts, &rows, &verdicts, &circuit);
    let says = if facts.engine == Engine::Each { rows.each.clone() } else { alone(&rows) };
    let relations = Relations {
        says: says.into_iter().map(|(binding, gate)| (binding, gate.id())).collect(),
        settles: verdicts.settles.into_iter().map(|(t, m, n, c, gate)| (t, m, n, c, gate.id())).collect(),
        unbound: verdicts.unbound,
        verdict: verdicts.verdict.into_iter().map(|(target, gate)| (target, gate.id())).collect(),
        effective: effective.into_iter().map(|(target, gate)| (target, gate.id())).collect(),
    };
    (circuit.finish(), relations)
}

/// What each row says where the engine takes rows together: its policy passes, or its group or user matches.
fn alone<'c>(rows: &outcome::Rows<'c>) -> outcome::Says<'c> {
    let mut says: std::collections::BTreeMap<BindingId, Gate<'c>> = rows.passes.iter().copied().collect();
    for &(binding, matches) in &rows.matches {
        says.entry(binding).and_modify(|gate| *gate = *gate | matches).or_insert(matches);
    }
    says.into_iter().collect()
}
