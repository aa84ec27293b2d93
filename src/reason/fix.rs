//! What would let a user in, or shut them out: the smallest sets of edits that do.
//!
//! Every set is tried on the configuration itself, so that whatever code makes of it counts, too.

mod alone;
mod remedies;

use alone::Alone;

use super::{Access, Reasoner, Settings, Subject};
use crate::model::{Binding, BindingId, Change, ChangeError, GroupId, TargetId, User, UserId, World};
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

/// What became of the bindings that were edited: their numbers are positions, which an edit can change.
#[derive(Default)]
pub(crate) struct Rows(Vec<(BindingId, Binding)>);

impl Rows {
    /// Where a binding is `now` that was numbered so at `first`.
    pub(crate) fn find(&self, now: &World, first: &World, id: BindingId) -> Option<BindingId> {
        let known = self.0.iter().find(|(other, _)| *other == id).map(|(_, row)| row);
        find(now, known.unwrap_or_else(|| first.bindings.row(id)))
    }

    /// The change that an edit is in the world as it is `now`; bindings are named as they were at `first`.
    pub(crate) fn change(
        &mut self,
        now: &World,
        first: &World,
        user: UserId,
        edit: &Remedy,
    ) -> Option<Change> {
        let mut rebind = |id: BindingId, edit: fn(&mut Binding)| {
            let at = self.find(now, first, id)?;
            let mut row = now.bindings.row(at).clone();
            edit(&mut row);
            self.0.retain(|(other, _)| *other != id);
            self.0.push((id, row.clone()));
            Some(Change::Rebind(at, Box::new(row)))
        };
        Some(match edit {
            Remedy::Join(group) => Change::Join { user, group: *group },
            Remedy::Leave(group) => Change::Leave { user, group: *group },
            Remedy::Activate => {
                let row = User { active: true, ..now.users.row(user).clone() };
                Change::SetUser { user, row: Box::new(row) }
            }
            Remedy::Enable(id) => rebind(*id, |row| row.enabled = true)?,
            Remedy::Disable(id) => rebind(*id, |row| row.enabled = false)?,
            Remedy::Negate(id) => rebind(*id, |row| row.negate = !row.negate)?,
            Remedy::FailureResult(id) => rebind(*id, |row| row.failure_result = !row.failure_result)?,
        })
    }
}

/// A world to try edits on.
struct Trying {
    reasoner: Reasoner<'static>,
    user: UserId,
    target: TargetId,
}

impl Reasoner<'_> {
    /// The smallest sets of edits after which `user` gets `target` in the end, or no longer does, for certain.
    ///
    /// Edits are: to add the user to a group that bindings of the target, or of what it rests on, ask for, or to one
    /// that leads to several of those, to remove the user from a group that leads there, to activate the user, and to enable, disable, or turn round one of those
    /// bindings or its failure result; and to switch bindings of a flow whose policies may write what others read.
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
        let mut alone = Alone::of(self, user, target);
        // The whole world is looked at only where somebody alone would be helped.
        let mut whole: Option<Trying> = None;
        let make = || {
            let settings = Settings { at: self.settings.at, assumptions: self.settings.assumptions.clone() };
            Trying { reasoner: Reasoner::owning(world.clone(), &settings), user, target }
        };
        let (users, bindings) = match &alone {
            Some(alone) => (1, alone.bindings()),
            None => (world.users.len(), world.bindings.len()),
        };
        let most =
            (MOST_WORK / (users + 10 * world.targets.len() + 50 * bindings + 1)).clamp(TRIED.0, TRIED.1);
        let mut tried = 0;
        for size in 1..=LARGEST.min(edits.len()) {
            let mut chosen: Vec<usize> = (0..size).collect();
            loop {
                let set: Vec<&Remedy> = chosen.iter().filter_map(|index| edits.get(*index)).collect();
                if !is_redundant(&set) {
                    tried += 1;
                    if tried > most {
                        fixes.gave_up_at = Some(size);
                        break;
                    }
                    let may_help = alone.as_mut().is_none_or(|alone| alone.gives(&set, wanted));
                    let moved = |trying: &Trying, targets, users| trying.moved(targets, users, self);
                    if may_help
                        && let Some(moved) = whole.get_or_insert_with(make).with(&set, world, wanted, moved)
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

/// Whether a smaller set does the same: nothing else of a binding matters once it is disabled.
fn is_redundant(edits: &[&Remedy]) -> bool {
    let disabled =
        |id: &BindingId| edits.iter().any(|edit| matches!(edit, Remedy::Disable(other) if other == id));
    edits.iter().any(|edit| matches!(edit, Remedy::Negate(id) | Remedy::FailureResult(id) if disabled(id)))
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

    /// Makes `edits`, of which bindings are named as they are at `first`. If they give the verdict that is wanted, `then` is
    /// told what they touched. The world is as before afterwards.
    fn with<T>(
        &mut self,
        edits: &[&Remedy],
        first: &World,
        wanted: Verdict,
        then: impl FnOnce(&Self, Vec<TargetId>, Vec<(TargetId, UserId)>) -> T,
    ) -> Option<T> {
        let mut undo: Vec<Change> = Vec::new();
        let mut touched: Vec<TargetId> = Vec::new();
        let mut moved: Vec<(TargetId, UserId)> = Vec::new();
        let mut rows = Rows::default();
        let mut possible = true;
        for edit in edits {
            let change = rows.change(self.reasoner.world(), first, self.user, edit);
            let Some(Ok(found)) = change.map(|change| self.apply(&change, &mut undo)) else {
                possible = false;
                break;
            };
            touched.extend(found.targets);
            moved.extend(found.moved.into_iter().map(|moved| (moved.target, moved.user)));
        }
        let fits = possible && self.verdict() == wanted;
        let told = fits.then(|| then(self, touched, moved));
        while let Some(change) = undo.pop() {
            // What was done can be undone.
            let undone = self.apply(&change, &mut Vec::new());
            debug_assert!(undone.is_ok(), "{undone:?}");
        }
        told
    }

    /// Makes a change, and writes down what undoes it.
    fn apply(&mut self, change: &Change, undo: &mut Vec<Change>) -> Result<super::Touched, ChangeError> {
        let back = match change {
            Change::Join { user, group } => Change::Leave { user: *user, group: *group },
            Change::Leave { user, group } => Change::Join { user: *user, group: *group },
            Change::SetUser { user, .. } => {
                let row = self.reasoner.world().users.row(*user).clone();
                Change::SetUser { user: *user, row: Box::new(row) }
            }
            Change::Rebind(id, new) => {
                let old = self.reasoner.world().bindings.row(*id).clone();
                let touched = self.reasoner.apply(change)?;
                let now = find(self.reasoner.world(), new).unwrap_or(*id);
                undo.push(Change::Rebind(now, Box::new(old)));
                return Ok(touched);
            }
            _ => return self.reasoner.apply(change),
        };
        let touched = self.reasoner.apply(change)?;
        undo.push(back);
        Ok(touched)
    }

    /// Whose effective access is another one than `before`, where something was touched.
    fn moved(
        &self,
        mut targets: Vec<TargetId>,
        mut users: Vec<(TargetId, UserId)>,
        before: &Reasoner<'_>,
    ) -> Vec<(TargetId, UserId, Move)> {
        targets.sort_unstable();
        targets.dedup();
        let [old, new] = [before.accesses(&targets), self.reasoner.accesses(&targets)];
        let mut moved = Vec::new();
        for (target, (old, new)) in targets.iter().zip(old.iter().zip(&new)) {
            users.retain(|(other, _)| other != target);
            let differs = |access: &Access, user| access.effective(user);
            let all = before.world().users.ids();
            let others = all
                .filter_map(|user| Some((*target, user, Move::of(differs(old, user), differs(new, user))?)));
            moved.extend(others);
        }
        users.sort_unstable();
        users.dedup();
        moved.extend(users.into_iter().filter_map(|(target, user)| {
            let subject = Subject::User(user);
            Some((
                target,
                user,
                Move::of(before.effective(subject, target), self.reasoner.effective(subject, target))?,
            ))
        }));
        moved.retain(|(target, user, _)| (*target, *user) != (self.target, self.user));
        moved.sort_unstable();
        moved
    }
}

/// The binding that is like `row` in everything.
fn find(world: &World, row: &Binding) -> Option<BindingId> {
    world.bindings_of(row.target).find(|(_, other)| *other == row).map(|(id, _)| id)
}
