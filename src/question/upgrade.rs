//! What does another release of authentik do with the same configuration: who gains access, who loses it, and which
//! difference between the releases is it because of?

mod explain;

use std::io;

use indexmap::IndexMap;
use rustc_hash::FxBuildHasher;
use serde::ser::SerializeStruct;
use serde::{Serialize, Serializer};

use super::moved::{self, Moved, MovedVerdict, Rows};
use super::{Answer, Ground, Sheet, Sides};
use crate::model::{Aspect, Both, Matching, TargetId, UserId};
use crate::reason::{Compared, MoveCounts, Versus};
use crate::truth::Move;
use explain::{Aspects, Explained, explain};

/// What two releases do otherwise with one configuration.
pub struct Upgrade<'a> {
    sides: Sides<'a>,
    compared: Compared,
    versus: Versus<'a>,
    /// The targets where somebody is moved, each with how many.
    moved: Vec<(Both<TargetId>, MoveCounts)>,
    explained: Vec<Explained>,
    causes: Vec<ExplainedMoves>,
}

/// One thing that the two releases do in different ways.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ChangedAspect {
    /// How it is called: `group-depth`.
    pub name: &'static str,
    /// What the old release does.
    pub before: &'static str,
    /// What the new one does.
    pub now: &'static str,
}

/// Verdicts that are others because of the same.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ExplainedMoves {
    /// What explains them. Each of these sets is enough: the old release with these aspects of the new one, and with
    /// nothing else of it, gives the new verdicts; and no smaller set does.
    pub because: Vec<Vec<&'static str>>,
    /// How many verdicts.
    #[serde(flatten)]
    pub moved: MoveCounts,
    /// Of how many targets.
    pub targets: usize,
}

impl<'a> Upgrade<'a> {
    /// Compares what two editions make of one configuration: both sides are worlds of the same drafts.
    pub fn ask(sides: Sides<'a>, compared: Compared) -> Self {
        let matching = Matching::of(sides.old.world(), sides.new.world());
        let versus = Versus::of(sides.old.reasoner, sides.new.reasoner, &matching, compared);
        let counts = versus.counts();
        let moved = versus.targets().iter().copied().zip(counts).filter(|(_, counts)| counts.all() > 0);
        let moved: Vec<(Both<TargetId>, MoveCounts)> = moved.collect();
        let targets: Vec<Both<TargetId>> = moved.iter().map(|(target, _)| *target).collect();
        let explained = explain(sides, compared, &matching, &versus, &targets);
        let mut upgrade = Self { sides, compared, versus, moved, explained, causes: Vec::new() };
        upgrade.causes = upgrade.counted();
        upgrade
    }

    /// How many verdicts are others.
    pub fn moved(&self) -> MoveCounts {
        let mut all = MoveCounts::default();
        self.moved.iter().for_each(|(_, counts)| all.add(counts));
        all
    }

    /// What the two releases do in different ways, whether or not it matters here.
    pub fn aspects(&self) -> Vec<ChangedAspect> {
        let [old, new] = [self.sides.old, self.sides.new].map(|side| &side.world().edition);
        let said = |aspect: Aspect| ChangedAspect {
            name: aspect.as_str(),
            before: aspect.of(old),
            now: aspect.of(new),
        };
        old.apart(new).into_iter().map(said).collect()
    }

    /// Verdicts that are others, by what explains them.
    pub fn causes(&self) -> &[ExplainedMoves] {
        &self.causes
    }

    fn counted(&self) -> Vec<ExplainedMoves> {
        let users = self.versus.users();
        let mut found: IndexMap<&[Aspects], (MoveCounts, usize), FxBuildHasher> = IndexMap::default();
        let moves = self.versus.moved_at(self.targets());
        for ((_, moves), (explained, (_, counts))) in moves.zip(self.explained.iter().zip(&self.moved)) {
            for part in explained.parts() {
                let (all, targets) = found.entry(&part.sets).or_default();
                *targets += 1;
                let Some(who) = &part.who else {
                    all.add(counts);
                    continue;
                };
                for kind in Move::ALL {
                    let mut here = moves.get(kind).clone();
                    here.keep(who);
                    all.count(kind, here.count(users));
                }
            }
        }
        let counted = |(sets, (moved, targets)): (&[Aspects], _)| ExplainedMoves {
            because: named(sets),
            moved,
            targets,
        };
        let mut found: Vec<ExplainedMoves> = found.into_iter().map(counted).collect();
        found.sort_by(|one, other| (other.moved.all(), &one.because).cmp(&(one.moved.all(), &other.because)));
        found
    }

    fn targets(&self) -> impl Iterator<Item = Both<TargetId>> {
        self.moved.iter().map(|(target, _)| *target)
    }

    /// Gives every verdict that is another one to `each`: by target, then by username.
    ///
    /// # Errors
    /// When `each` fails.
    pub fn verdicts<E>(
        &self,
        each: impl FnMut(MovedVerdict<Vec<Vec<&'static str>>>) -> Result<(), E>,
    ) -> Result<(), E> {
        moved::verdicts(self, each)
    }

    /// What the answer stands on, on either side.
    pub fn grounds(&self) -> [Ground; 2] {
        [self.sides.old, self.sides.new].map(|side| Ground::of(side.reasoner))
    }

    /// How many groups are below others in one release, and not in the other.
    fn parents_apart(&self) -> usize {
        let [old, new] = [self.sides.old, self.sides.new].map(|side| side.world().groups.values());
        old.zip(new).filter(|(one, other)| one.parents != other.parents).count()
    }
}

/// Sets of aspects by name.
fn named(sets: &[Aspects]) -> Vec<Vec<&'static str>> {
    sets.iter().map(|set| set.iter().map(Aspect::as_str).collect()).collect()
}

impl Serialize for Upgrade<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let [old, new] = self.grounds();
        let mut answer = serializer.serialize_struct("Upgrade", 9)?;
        answer.serialize_field("schema", "whomay.upgrade/1")?;
        answer.serialize_field("old", &old)?;
        answer.serialize_field("new", &new)?;
        answer.serialize_field("compared", self.compared.as_str())?;
        answer.serialize_field("moved", &self.moved())?;
        answer.serialize_field("aspects", &self.aspects())?;
        answer.serialize_field("groups_read_otherwise", &self.parents_apart())?;
        answer.serialize_field("causes", &self.causes)?;
        answer.serialize_field("verdicts", &Rows(self))?;
        answer.end()
    }
}

impl Moved for Upgrade<'_> {
    type Because = Vec<Vec<&'static str>>;

    fn sides(&self) -> Sides<'_> {
        self.sides
    }

    fn count(&self) -> usize {
        self.moved().all()
    }

    fn each_move<E>(
        &self,
        mut each: impl FnMut(Both<TargetId>, Both<UserId>, Move, Self::Because) -> Result<(), E>,
    ) -> Result<(), E> {
        for ((target, moves), explained) in self.versus.moved_at(self.targets()).zip(&self.explained) {
            for (number, kind) in moves.in_order() {
                each(target, self.versus.user(number), kind, named(explained.of_one(number)))?;
            }
        }
        Ok(())
    }

    /// What is needed together, and what else would do.
    fn in_words(because: &Self::Because) -> String {
        because.iter().map(|set| set.join(" + ")).collect::<Vec<_>>().join(" or ")
    }
}

impl Answer for Upgrade<'_> {
    fn ground(&self) -> Ground {
        Ground::of(self.sides.new.reasoner)
    }

    fn sheets(&self) -> Vec<Sheet<'_>> {
        let [old, new] = self.grounds();
        let mut aspects = Sheet::new("what the releases do otherwise", &["what", "before", "now"])
            .note(format!("before: {}", old.sentence()))
            .note(format!("now: {}", new.sentence()));
        let otherwise = self.parents_apart();
        if otherwise > 0 {
            let groups = if otherwise == 1 { "1 group is" } else { &format!("{otherwise} groups are") };
            aspects.notes.push(format!(
                "{groups} read with other parents; what an updated database keeps of them is not in the input"
            ));
        }
        for one in self.aspects() {
            aspects.row([one.name, one.before, one.now].map(str::to_owned));
        }
        let mut causes = Sheet::new("what that does", &MoveCounts::columns("because of"));
        for one in &self.causes {
            causes.row(one.moved.cells(Self::in_words(&one.because), one.targets));
        }
        causes.row(self.moved().cells("everything".to_owned(), self.moved.len()));
        vec![aspects, causes, moved::affected(self)]
    }

    fn json(&self, output: &mut dyn io::Write) -> io::Result<()> {
        Ok(serde_json::to_writer_pretty(output, self)?)
    }

    fn lines(&self, line: &mut dyn FnMut(String) -> io::Result<()>) -> io::Result<()> {
        self.verdicts(|row| line(serde_json::to_string(&row)?))
    }
}
