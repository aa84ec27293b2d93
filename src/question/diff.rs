//! What is different between two worlds: who gains access, who loses it, and because of what?

mod causes;
mod words;

use std::io;

use indexmap::IndexMap;
use rustc_hash::FxBuildHasher;
use serde::ser::{Error, SerializeSeq, SerializeStruct};
use serde::{Serialize, Serializer};

use super::{Answer, Context, Ground, Sheet, TargetName, UserName};
use crate::model::{Both, Difference, Matching, TargetId, UserId, differences};
use crate::reason::{Compared, MoveCounts, Moves, Versus};
use crate::truth::{Move, Verdict};
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
    /// What is different that they rest on; all of it together, where it is several things.
    pub because: Vec<String>,
    /// How many verdicts.
    #[serde(flatten)]
    pub moved: MoveCounts,
    /// Of how many targets.
    pub targets: usize,
}

/// One verdict that is another one.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct MovedVerdict {
    /// The target.
    pub target: TargetName,
    /// The user.
    pub user: UserName,
    /// How it is another one.
    pub moved: Move,
    /// What it was.
    pub before: Verdict,
    /// What it is.
    pub after: Verdict,
    /// What is different that it rests on.
    pub because: Vec<String>,
}

impl<'a> Diff<'a> {
    /// Compares two worlds.
    pub fn ask(sides: Sides<'a>, compared: Compared) -> Self {
        let (old, new) = (sides.old.world(), sides.new.world());
        let matching = Matching::of(old, new);
        let versus = Versus::of(sides.old.reasoner, sides.new.reasoner, &matching, compared);
        let differences = differences(old, new, &matching);
        let counts = versus.counts();
        let moved = versus.targets().iter().copied().zip(counts).filter(|(_, counts)| counts.all() > 0);
        let moved: Vec<(Both<TargetId>, MoveCounts)> = moved.collect();
        let mut diff = Self { sides, compared, versus, differences, moved, causes: Vec::new() };
        diff.causes = diff.caused();
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
        Causes::of(self.sides, self.compared, self.versus.targets(), &self.differences)
    }

    fn caused(&self) -> Vec<CausedMoves> {
        let causes = self.all_causes();
        let users = self.versus.users();
        let personal = causes.personal(users, |number| self.versus.user(number));
        let mut found: IndexMap<Vec<Cause>, (MoveCounts, usize), FxBuildHasher> = IndexMap::default();
        for (target, moves) in self.moves() {
            let at = causes.at(target);
            let mut here: IndexMap<Vec<Cause>, MoveCounts, FxBuildHasher> = IndexMap::default();
            let mut count =
                |user, kind, more| here.entry(causes.of_one(&at, user)).or_default().count(kind, more);
            for kind in Move::ALL {
                let mut one_by_one = moves.get(kind).clone();
                if at.is_uniform() {
                    let mut others = one_by_one.clone();
                    others.remove(&personal);
                    one_by_one.keep(&personal);
                    let others = others.count(users);
                    if others > 0 {
                        count(Both { old: None, new: None }, kind, others);
                    }
                }
                one_by_one.iter().for_each(|user| count(self.versus.user(user), kind, 1));
            }
            for (key, moved) in here {
                let (all, targets) = found.entry(key).or_default();
                all.add(&moved);
                *targets += 1;
            }
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
        found
    }

    /// Gives every verdict that is another one to `each`: by target, then by username.
    ///
    /// # Errors
    /// When `each` fails.
    pub fn verdicts<E>(&self, mut each: impl FnMut(MovedVerdict) -> Result<(), E>) -> Result<(), E> {
        self.each_move(|target, user, moved, because| {
            let (Some(target), Some(user)) =
                (self.sides.either(target, Context::target), self.sides.either(user, Context::user))
            else {
                return Ok(());
            };
            let [before, after] = moved.verdicts();
            each(MovedVerdict { target, user, moved, before, after, because })
        })
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
                let because = causes.of_one(&at, user).iter().map(|cause| causes.in_words(cause)).collect();
                each(target, user, kind, because)?;
            }
        }
        Ok(())
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

/// The verdicts, which are never all in memory.
struct Rows<'d>(&'d Diff<'d>);

impl Serialize for Rows<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut rows = serializer.serialize_seq(None)?;
        let made = self.0.verdicts(|row| rows.serialize_element(&row).map_err(|error| error.to_string()));
        made.map_err(S::Error::custom)?;
        rows.end()
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
        let columns = ["moved", "user", "target", "before", "now", "because of"];
        let verdicts = Sheet::new("who is affected", &columns).main().made(self.moved().all(), |take| {
            self.each_move(|target, user, moved, because| {
                let [before, after] = moved.verdicts();
                take(&[
                    moved.as_str().to_owned(),
                    self.sides.user_name(user),
                    self.sides.target_name(target),
                    before.to_string(),
                    after.to_string(),
                    because.join("; "),
                ])
            })
        });
        vec![objects, causes, verdicts]
    }

    fn json(&self, output: &mut dyn io::Write) -> io::Result<()> {
        Ok(serde_json::to_writer_pretty(output, self)?)
    }

    fn lines(&self, line: &mut dyn FnMut(String) -> io::Result<()>) -> io::Result<()> {
        self.verdicts(|row| line(serde_json::to_string(&row)?))
    }
}
