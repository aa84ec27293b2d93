//! What would let a user in, or shut them out: the smallest sets of edits that do.
//!
//! Every set is tried on the configuration itself, so that whatever code makes of it counts, too.

mod alone;
mod bound;
mod change;
mod remedies;

use alone::Alone;
pub(crate) use change::{Back, Rows};

use super::{Access, Reasoner, Subject, Touched};
use crate::model::{BindingId, Change, ChangeError, GroupId, TargetId, UserId, World};
use crate::truth::{Move, Verdict};

/// One edit that may help.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Remedy {
    /// Puts the user into a group.
    Join(GroupId),
    /// Takes the user out of a group.
    Leave(GroupId),
    /// Lets the user log in.
    Activate,
    /// Enables a binding.
    Enable(BindingId),
    /// Disables a binding.
    Disable(BindingId),
    /// Turns a binding round: negates it, or takes its negation away.
    Negate(BindingId),
    /// Turns the failure result of a binding round.
    FailureResult(BindingId),
}

/// Edits that give the verdict that is wanted, and what else they do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fix {
    /// The edits; without any of them the verdict is another one.
    pub edits: Vec<Remedy>,
    /// Whose effective access to which target is another one with it, but for what was asked: by target, then by user.
    pub moved: Vec<(TargetId, UserId, Move)>,
}

/// The smallest fixes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Fixes {
    /// All of one size; those that move the fewest others first.
    pub found: Vec<Fix>,
    /// Whether larger sets than this were not tried, or not all of this size.
    pub gave_up_at: Option<usize>,
}

/// Sets of more edits are nothing that anybody would make by hand.
const LARGEST: usize = 4;
/// So many sets are tried at least, and at most.
const TRIED: (usize, usize) = (200, 4_000);
/// Between these, the more the smaller the world is.
const MOST_WORK: usize = 4_000_000;

/// A world to try edits on.
struct Trying {
    reasoner: Reasoner<'static>,
    user: UserId,
    target: TargetId,
}

impl Reasoner<'_> {
    /// The smallest sets of edits after which `user` gets `target` in the end, or no longer does, for certain.
    ///
    /// Edits are: to activate the user; to add them to a group that bindings of the target, or of what it rests on, ask
    /// for, or to one that leads to several of those; to take them out of a group that leads there; to switch or turn
    /// round one of those bindings, or turn round its failure result; and to switch bindings elsewhere in a flow whose
    /// policies may write what those of the target read.
    ///
    /// ```
    /// use whomay::reason::Remedy;
    /// use whomay::{Reasoner, World};
    ///
    /// let world = World::parse("tenant.may", "group ops  user anna  application wiki { 0: group ops }")?;
    /// let (anna, ops) = (world.find_user("anna")?, world.find_group("ops")?);
    /// let fixes = Reasoner::new(&world).fixes(anna, world.find_target("wiki")?, true);
    /// assert_eq!(fixes.found[0].edits, [Remedy::Join(ops)]);
    /// assert!(fixes.found[0].moved.is_empty());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn fixes(&self, user: UserId, target: TargetId, wanted: bool) -> Fixes {
        let subject = Subject::User(user);
        let wanted = if wanted { Verdict::Yes } else { Verdict::No };
        let mut fixes = Fixes::default();
        if self.effective(subject, target) == wanted {
            return fixes;
        }
        let edits = self.remedies(user, target, wanted);
        let world = self.world();
        let mut alone = Alone::of(self, user, target, &edits);
        // The whole world is looked at only where somebody alone would be helped.
        let mut whole: Option<Trying> = None;
        let make = || {
            let settings = self.settings.clone();
            Trying { reasoner: Reasoner::owning(world.clone(), &settings), user, target }
        };
        let size = world.users.len() + 10 * world.targets.len() + 50 * world.bindings.len() + 1;
        let most = if alone.is_some() { TRIED.1 } else { (MOST_WORK / size).clamp(TRIED.0, TRIED.1) };
        let mut tried = 0;
        for size in 1..=LARGEST.min(edits.len()) {
            let mut chosen: Vec<usize> = (0..size).collect();
            loop {
                let set: Vec<&Remedy> = chosen.iter().filter_map(|index| edits.get(*index)).collect();
                if !is_redundant(world, &set) {
                    tried += 1;
                    if tried > most {
                        fixes.gave_up_at = Some(size);
                        break;
                    }
                    let may_help = alone.as_mut().is_none_or(|alone| alone.gives(&set, wanted));
                    if may_help && let Some(moved) = whole.get_or_insert_with(make).moved(&set, self, wanted)
                    {
                        fixes.found.push(Fix { edits: set.into_iter().cloned().collect(), moved });
                    }
                }
                if !next(&mut chosen, edits.len()) {
                    break;
                }
            }
            if !fixes.found.is_empty() || fixes.gave_up_at.is_some() {
                // What does the least beside what is asked comes first.
                fixes.found.sort_by_key(|fix| fix.moved.len());
                return fixes;
            }
        }
        fixes.gave_up_at = (edits.len() > LARGEST).then_some(LARGEST + 1);
        fixes
    }
}

/// Whether a smaller set does the same: nothing else of a binding matters where it is disabled.
fn is_redundant(world: &World, edits: &[&Remedy]) -> bool {
    let is_switched = |id: BindingId| {
        edits
            .iter()
            .any(|edit| matches!(edit, Remedy::Enable(other) | Remedy::Disable(other) if *other == id))
    };
    let is_disabled = |id: &BindingId| world.bindings.row(*id).enabled == is_switched(*id);
    edits.iter().any(|edit| matches!(edit, Remedy::Negate(id) | Remedy::FailureResult(id) if is_disabled(id)))
}

/// The next choice of as many of `count` things.
fn next(chosen: &mut [usize], count: usize) -> bool {
    let size = chosen.len();
    let movable =
        (0..size).rev().find(|place| chosen.get(*place).is_some_and(|at| *at < count - size + place));
    let Some(place) = movable else { return false };
    let first = chosen.get(place).copied().unwrap_or_default() + 1;
    for (value, slot) in (first..).zip(chosen.iter_mut().skip(place)) {
        *slot = value;
    }
    true
}

impl Trying {
    fn verdict(&self) -> Verdict {
        self.reasoner.effective(Subject::User(self.user), self.target)
    }

    /// Makes `edits`, of which bindings are named as they are at `first`, and tells `then` what they touched. The world is
    /// as before afterwards. `None` where they cannot be made.
    fn with<T>(
        &mut self,
        edits: &[&Remedy],
        first: &World,
        then: impl FnOnce(&Self, &Touched) -> Option<T>,
    ) -> Option<T> {
        let mut undo: Vec<Back> = Vec::new();
        let mut touched = Touched::default();
        let mut rows = Rows::default();
        let mut possible = true;
        for edit in edits {
            let change = rows.change(self.reasoner.world(), first, self.user, edit);
            let Some(Ok(found)) = change.map(|change| self.apply(&change, &mut undo)) else {
                possible = false;
                break;
            };
            touched.targets.extend(found.targets);
            touched.moved.extend(found.moved);
        }
        let told = if possible { then(self, &touched) } else { None };
        while let Some(back) = undo.pop() {
            let undone = back.change(self.reasoner.world()).map(|change| self.reasoner.apply(&change));
            debug_assert!(matches!(undone, Some(Ok(_))), "what was done can be undone");
        }
        told
    }

    /// Makes a change, and writes down what takes it back.
    fn apply(&mut self, change: &Change, undo: &mut Vec<Back>) -> Result<Touched, ChangeError> {
        let back = Back::of(self.reasoner.world(), change);
        let touched = self.reasoner.apply(change)?;
        undo.extend(back);
        Ok(touched)
    }

    /// Whose effective access is another one than `before` with `edits`, if they give the verdict that is wanted.
    fn moved(
        &mut self,
        edits: &[&Remedy],
        before: &Reasoner<'_>,
        wanted: Verdict,
    ) -> Option<Vec<(TargetId, UserId, Move)>> {
        let (of_bindings, of_user): (Vec<&Remedy>, Vec<&Remedy>) =
            edits.iter().partition(|edit| bound::binding(edit).is_some());
        let subject = Subject::User(self.user);
        // The edits of the user make no other circuit; those of bindings one of a few targets.
        if let Some(bound) = before.bound_by(&of_bindings) {
            let found = self.with(&of_user, before.world(), |trying, touched| {
                let accesses = trying.reasoner.accesses_with(&bound, &of_bindings)?;
                let here = bound.binary_search(&trying.target).ok();
                let verdict = match here.and_then(|place| accesses.get(place)) {
                    Some(access) => access.effective(trying.user),
                    None => trying.reasoner.effective(subject, trying.target),
                };
                let moved = || trying.differences(touched, (&bound, accesses), before);
                Some((verdict == wanted).then(moved))
            });
            if let Some(found) = found {
                return found;
            }
        }
        self.with(edits, before.world(), |trying, touched| {
            let moved = || trying.differences(touched, (&[], Vec::new()), before);
            (trying.verdict() == wanted).then(moved)
        })
    }

    /// Whose effective access is another one than `before`, where something was touched; of the targets that are
    /// `bound` otherwise by the access that goes with them.
    fn differences(
        &self,
        touched: &Touched,
        (bound, accesses): (&[TargetId], Vec<Access>),
        before: &Reasoner<'_>,
    ) -> Vec<(TargetId, UserId, Move)> {
        let is_bound = |target: &TargetId| bound.binary_search(target).is_ok();
        let mut targets: Vec<TargetId> =
            touched.targets.iter().filter(|target| !is_bound(target)).copied().collect();
        targets.sort_unstable();
        targets.dedup();
        let mut after: Vec<(TargetId, Access)> = bound.iter().copied().zip(accesses).collect();
        let others = self.reasoner.accesses(&targets);
        after.extend(targets.into_iter().zip(others));
        after.sort_unstable_by_key(|(target, _)| *target);
        let all: Vec<TargetId> = after.iter().map(|(target, _)| *target).collect();
        let mut moved = Vec::new();
        for (old, (target, new)) in before.accesses(&all).iter().zip(&after) {
            let differs = |user| Some((*target, user, Move::of(old.effective(user), new.effective(user))?));
            moved.extend(before.world().users.ids().filter_map(differs));
        }
        let mut one: Vec<TargetId> = touched.moved.iter().map(|moved| moved.target).collect();
        one.retain(|target| all.binary_search(target).is_err());
        one.sort_unstable();
        one.dedup();
        let subject = Subject::User(self.user);
        moved.extend(one.into_iter().filter_map(|target| {
            let (old, new) = (before.effective(subject, target), self.reasoner.effective(subject, target));
            Some((target, self.user, Move::of(old, new)?))
        }));
        moved.retain(|(target, user, _)| (*target, *user) != (self.target, self.user));
        moved.sort_unstable();
        moved
    }
}
