//! What is different between two worlds: who gains access, who loses it, and because of what?

mod causes;
mod words;

use std::io;

use indexmap::IndexMap;
use rustc_hash::{FxBuildHasher, FxHashMap};
use serde::ser::SerializeStruct;
use serde::{Serialize, Serializer};

use super::moved::{self, Moved, MovedVerdict, Rows};
use super::{Answer, Context, Ground, Sheet};
use crate::model::{Both, Difference, Matching, TargetId, UserId, differences};
use crate::reason::{Compared, MoveCounts, Moves, Versus};
use crate::subjects::Subjects;
use crate::truth::Move;
use causes::{Cause, Causes};
pub use words::ChangedObject;

/// The two worlds that are compared.
#[derive(Clone, Copy)]
pub struct Sides<'a> {
    /// What was.
    pub old: Context<'a>,
    /// What is now.
    pub new: Context<'a>,
}

/// What is different.
pub struct Diff<'a> {
    sides: Sides<'a>,
    compared: Compared,
    versus: Versus<'a>,
    differences: Vec<Difference>,
    /// The targets where somebody is moved, each with how many.
    moved: Vec<(Both<TargetId>, MoveCounts)>,
    causes: Vec<CausedMoves>,
}

/// Verdicts that are others because of the same.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CausedMoves {
    /// What is different that they rest on; all of it together, where it is several things. Where users of one target
    /// are others in more ways than anybody would read, they are counted together, and said to be.
    pub because: Vec<String>,
    /// How many verdicts.
    #[serde(flatten)]
    pub moved: MoveCounts,
    /// Of how many targets.
    pub targets: usize,
}

/// Verdicts of one target that are others, by causes.
type Counts = Vec<(Vec<Cause>, MoveCounts)>;

/// Users of one target are told apart as long as there are no more causes.
const CAUSES: usize = 100;

/// And as long as no more different things are different about them.
const KINDS: usize = 4096;

impl<'a> Diff<'a> {
    /// Compares two worlds.
    pub fn ask(sides: Sides<'a>, compared: Compared) -> Self {
        let (old, new) = (sides.old.world(), sides.new.world());
        let matching = Matching::of(old, new);
        let versus = Versus::of(sides.old.reasoner, sides.new.reasoner, &matching, compared);
        let differences = differences(old, new, &matching);
        let mut diff = Self { sides, compared, versus, differences, moved: Vec::new(), causes: Vec::new() };
        (diff.moved, diff.causes) = diff.compare();
        diff
    }

    /// How many verdicts are others.
    pub fn moved(&self) -> MoveCounts {
        let mut all = MoveCounts::default();
        self.moved.iter().for_each(|(_, counts)| all.add(counts));
        all
    }

    /// The objects that are different.
    pub fn objects(&self) -> impl Iterator<Item = ChangedObject> {
        self.differences.iter().map(|difference| self.sides.in_words(difference))
    }

    /// Verdicts that are others, by what they rest on that is different.
    pub fn causes(&self) -> &[CausedMoves] {
        &self.causes
    }

    fn all_causes(&self) -> Causes<'_> {
        Causes::of(self.sides, self.compared, &self.versus, &self.differences)
    }

    /// Who is moved where, and because of what.
    fn compare(&self) -> (Vec<(Both<TargetId>, MoveCounts)>, Vec<CausedMoves>) {
        let causes = self.all_causes();
        let (personal, classes) = causes.personal();
        let at_targets = self.versus.at_each(|target, moves| {
            let counts = moves.counts(self.versus.users());
            (counts, self.counts_at(&causes, target, moves, &personal, &classes))
        });
        let moved = at_targets.iter().map(|(target, (counts, _))| (*target, *counts)).collect();
        let mut found: IndexMap<Vec<Cause>, (MoveCounts, usize), FxBuildHasher> = IndexMap::default();
        for (key, moved) in at_targets.into_iter().flat_map(|(_, (_, causes))| causes) {
            let (all, targets) = found.entry(key).or_default();
            all.add(&moved);
            *targets += 1;
        }
        let mut found: Vec<CausedMoves> = found
            .into_iter()
            .map(|(because, (moved, targets))| CausedMoves {
                because: because.iter().map(|cause| causes.in_words(cause)).collect(),
                moved,
                targets,
            })
            .collect();
        found.sort_by(|one, other| (other.moved.all(), &one.because).cmp(&(one.moved.all(), &other.because)));
        (moved, found)
    }

    /// The verdicts of one target that are others, by causes. Users of whom nothing is different count all at once, and
    /// so do the others where too many things are different about them.
    fn counts_at(
        &self,
        causes: &Causes<'_>,
        target: Both<TargetId>,
        moves: &Moves,
        personal: &Subjects,
        classes: &[u32],
    ) -> Counts {
        let at = causes.at(target);
        let users = self.versus.users();
        let with_nested = causes.nested(&at).map(|mut nested| {
            nested.extend(personal);
            nested
        });
        let told_apart = with_nested.as_ref().unwrap_or(personal);
        let mut bulk = MoveCounts::default();
        let mut each = MoveCounts::default();
        for kind in Move::ALL {
            let all = moves.get(kind).count(users);
            if all > 0 {
                let count = moves.get(kind).count_without(told_apart);
                bulk.count(kind, count);
                each.count(kind, all - count);
            }
        }
        let mut found: IndexMap<Vec<Cause>, MoveCounts, FxBuildHasher> = IndexMap::default();
        // Users of whom the same is different have the same causes.
        let mut alike: FxHashMap<(u32, u32), usize> = FxHashMap::default();
        'all: for kind in Move::ALL {
            if each.get(kind) == 0 {
                continue;
            }
            for user in moves.get(kind).in_both(told_apart) {
                let key = (classes.get(user).copied().unwrap_or_default(), causes.nestings_of(&at, user));
                let index = *alike.entry(key).or_insert_with(|| {
                    let entry = found.entry(causes.of_one(&at, user));
                    let index = entry.index();
                    entry.or_default();
                    index
                });
                if found.len() > CAUSES || alike.len() > KINDS {
                    found.clear();
                    found.insert(at.of_many(), each);
                    break 'all;
                }
                if let Some((_, counts)) = found.get_index_mut(index) {
                    counts.count(kind, 1);
                }
            }
        }
        if bulk.all() > 0 {
            found.entry(at.of_anybody()).or_default().add(&bulk);
        }
        found.into_iter().collect()
    }

    /// Gives every verdict that is another one to `each`: by target, then by username.
    ///
    /// # Errors
    /// When `each` fails.
    pub fn verdicts<E>(&self, each: impl FnMut(MovedVerdict<Vec<String>>) -> Result<(), E>) -> Result<(), E> {
        moved::verdicts(self, each)
    }

    /// Who is moved at every target where somebody is.
    fn moves(&self) -> impl Iterator<Item = (Both<TargetId>, Moves)> {
        self.versus.moved_at(self.moved.iter().map(|(target, _)| *target))
    }

    /// What is to be known of sides that describe a part of a tenant.
    fn about_parts(&self) -> Option<String> {
        let [old, new] = [self.sides.old, self.sides.new].map(|side| side.world().partial);
        let which = match (old, new) {
            (true, true) => "both sides describe",
            (true, false) => "what was describes",
            (false, true) => "what is now describes",
            (false, false) => return None,
        };
        Some(format!(
            "{which} a part of a tenant: who and what is not in it counts as nothing here, and may be there all the same"
        ))
    }

    /// What the answer stands on, on either side.
    pub fn grounds(&self) -> [Ground; 2] {
        [self.sides.old, self.sides.new].map(|side| Ground::of(side.reasoner))
    }
}

impl Serialize for Diff<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let [old, new] = self.grounds();
        let mut answer = serializer.serialize_struct("Diff", 9)?;
        answer.serialize_field("schema", "whomay.diff/1")?;
        answer.serialize_field("old", &old)?;
        answer.serialize_field("new", &new)?;
        answer.serialize_field("compared", self.compared.as_str())?;
        let partial = [self.sides.old, self.sides.new].map(|side| side.world().partial);
        answer.serialize_field("partial", &partial)?;
        answer.serialize_field("moved", &self.moved())?;
        answer.serialize_field("objects", &self.objects().collect::<Vec<_>>())?;
        answer.serialize_field("causes", &self.causes)?;
        answer.serialize_field("verdicts", &Rows(self))?;
        answer.end()
    }
}

impl Moved for Diff<'_> {
    type Because = Vec<String>;

    fn sides(&self) -> Sides<'_> {
        self.sides
    }

    fn count(&self) -> usize {
        self.moved().all()
    }

    fn each_move<E>(
        &self,
        mut each: impl FnMut(Both<TargetId>, Both<UserId>, Move, Vec<String>) -> Result<(), E>,
    ) -> Result<(), E> {
        let causes = self.all_causes();
        for (target, moves) in self.moves() {
            let at = causes.at(target);
            for (number, kind) in moves.in_order() {
                let user = self.versus.user(number);
                let because = causes.of_one(&at, number).iter().map(|cause| causes.in_words(cause)).collect();
                each(target, user, kind, because)?;
            }
        }
        Ok(())
    }

    fn in_words(because: &Vec<String>) -> String {
        because.join("; ")
    }
}

impl Answer for Diff<'_> {
    fn ground(&self) -> Ground {
        Ground::of(self.sides.new.reasoner)
    }

    fn sheets(&self) -> Vec<Sheet<'_>> {
        let mut objects = Sheet::new("what is different", &["object", "what", "before", "now"]);
        let [old, new] = self.grounds();
        objects = if old == new {
            objects.note(new.sentence())
        } else {
            objects.note(format!("before: {}", old.sentence())).note(format!("now: {}", new.sentence()))
        };
        objects.notes.extend(self.about_parts());
        for one in self.objects() {
            objects.row([
                one.object,
                one.what,
                one.old_place.unwrap_or_default(),
                one.new_place.unwrap_or_default(),
            ]);
        }
        let mut causes = Sheet::new("what that does", &MoveCounts::columns("because of"));
        for one in &self.causes {
            causes.row(one.moved.cells(one.because.join("; "), one.targets));
        }
        causes.row(self.moved().cells("everything".to_owned(), self.moved.len()));
        vec![objects, causes, moved::affected(self)]
    }

    fn json(&self, output: &mut dyn io::Write) -> io::Result<()> {
        Ok(serde_json::to_writer_pretty(output, self)?)
    }

    fn lines(&self, line: &mut dyn FnMut(String) -> io::Result<()>) -> io::Result<()> {
        self.verdicts(|row| line(serde_json::to_string(&row)?))
    }
}
