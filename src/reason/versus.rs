//! Two reasoners side by side: whose verdicts are others, over the users and targets of either?
//!
//! Whoever is not there gets nothing, and neither does anybody from what is not there.

use rayon::prelude::*;

use super::Reasoner;
use super::rows::Rows;
use crate::model::{Both, Id, Matching, TargetId, UserId};
use crate::subjects::{Subjects, WORD};
use crate::truth::{Move, Verdict};

/// What is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Compared {
    /// What the engine answers.
    Verdicts,
    /// What users get in the end.
    Effective,
}

impl Compared {
    /// `verdicts` or `effective`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Verdicts => "verdicts",
            Self::Effective => "effective",
        }
    }
}

/// Two reasoners, and what is on both sides.
pub struct Versus<'r> {
    old: &'r Reasoner<'r>,
    new: &'r Reasoner<'r>,
    compared: Compared,
    users: Users,
    targets: Vec<Both<TargetId>>,
}

/// The users of both sides, by username.
struct Users {
    runs: Vec<Run>,
    len: usize,
}

/// Users who follow on each other on the sides on which they are.
#[derive(Clone, Copy)]
struct Run {
    /// The number of the first one among all users.
    first: usize,
    old: Option<usize>,
    new: Option<usize>,
    len: usize,
}

/// The users whose verdicts of a target are others, by how; the sets of those who are not moved so may end early.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Moves([Subjects; Move::ALL.len()]);

/// As many targets are looked at in one go.
const AT_ONCE: usize = 64;

/// How many verdicts are others, by how.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct MoveCounts {
    /// From no to yes.
    pub gained: usize,
    /// From yes to no.
    pub lost: usize,
    /// From no to depends.
    pub maybe_gained: usize,
    /// From yes to depends.
    pub maybe_lost: usize,
    /// From depends to yes.
    pub confirmed: usize,
    /// From depends to no.
    pub refused: usize,
}

impl MoveCounts {
    /// Counts `more` verdicts that are others so.
    pub(crate) fn count(&mut self, kind: Move, more: usize) {
        *match kind {
            Move::Gained => &mut self.gained,
            Move::Lost => &mut self.lost,
            Move::MaybeGained => &mut self.maybe_gained,
            Move::MaybeLost => &mut self.maybe_lost,
            Move::Confirmed => &mut self.confirmed,
            Move::Refused => &mut self.refused,
        } += more;
    }

    /// Counts all that `other` does.
    pub(crate) fn add(&mut self, other: &Self) {
        Move::ALL.into_iter().for_each(|kind| self.count(kind, other.get(kind)));
    }

    /// How many are others so.
    pub fn get(&self, kind: Move) -> usize {
        match kind {
            Move::Gained => self.gained,
            Move::Lost => self.lost,
            Move::MaybeGained => self.maybe_gained,
            Move::MaybeLost => self.maybe_lost,
            Move::Confirmed => self.confirmed,
            Move::Refused => self.refused,
        }
    }

    /// How many are others, however.
    pub fn all(&self) -> usize {
        Move::ALL.into_iter().map(|kind| self.get(kind)).sum()
    }
}

impl<'r> Versus<'r> {
    /// Puts `old` and `new` side by side; `matching` says which objects of their worlds are the same.
    pub fn of(old: &'r Reasoner<'r>, new: &'r Reasoner<'r>, matching: &Matching, compared: Compared) -> Self {
        Self { old, new, compared, users: Users::of(&matching.users), targets: matching.targets.clone() }
    }

    /// How many users there are on either side.
    pub fn users(&self) -> usize {
        self.users.len
    }

    /// The user with a number, in the order of usernames.
    pub fn user(&self, number: usize) -> Both<UserId> {
        self.users.get(number)
    }

    /// The targets of both sides, in the order of reports.
    pub fn targets(&self) -> &[Both<TargetId>] {
        &self.targets
    }

    /// How many users are moved at each target, in parallel.
    pub fn counts(&self) -> Vec<MoveCounts> {
        let count = |desk: &mut Desk<'_>, target: &Both<TargetId>| {
            self.moves_in(*target, desk).map(|moves| moves.counts(self.users.len)).unwrap_or_default()
        };
        self.targets.par_iter().with_min_len(8).map_init(|| self.desk(), count).collect()
    }

    /// What `look` makes of who is moved, for each target where somebody is: in parallel.
    pub(crate) fn at_each<T: Send>(
        &self,
        look: impl Fn(Both<TargetId>, &Moves) -> T + Sync,
    ) -> Vec<(Both<TargetId>, T)> {
        let looked = |desk: &mut Desk<'_>, target: &Both<TargetId>| {
            self.moves_in(*target, desk).map(|moves| (*target, look(*target, &moves)))
        };
        let found: Vec<_> =
            self.targets.par_iter().with_min_len(8).map_init(|| self.desk(), looked).collect();
        found.into_iter().flatten().collect()
    }

    /// Who is moved at each of `targets`; `None` where nobody is.
    fn moves(&self, targets: &[Both<TargetId>]) -> Vec<Option<Moves>> {
        let moves = |desk: &mut Desk<'_>, target: &Both<TargetId>| self.moves_in(*target, desk);
        targets.par_iter().map_init(|| self.desk(), moves).collect()
    }

    /// Who is moved at each of `targets` where somebody is: a few targets at a time, in parallel.
    pub(crate) fn moved_at<'v>(
        &'v self,
        targets: impl Iterator<Item = Both<TargetId>> + 'v,
    ) -> impl Iterator<Item = (Both<TargetId>, Moves)> + 'v {
        let mut targets = targets.peekable();
        let chunks = std::iter::from_fn(move || {
            targets.peek()?;
            let asked: Vec<Both<TargetId>> = targets.by_ref().take(AT_ONCE).collect();
            let moves = self.moves(&asked);
            Some(asked.into_iter().zip(moves).filter_map(|(target, moves)| Some((target, moves?))))
        });
        chunks.flatten()
    }

    fn desk(&self) -> Desk<'_> {
        let side = |reasoner: &'r Reasoner<'r>| {
            let users = reasoner.world.users.len();
            Side { rows: reasoner.rows(), own: none(users), all: none(self.users.len) }
        };
        Desk { old: side(self.old), new: side(self.new) }
    }

    fn moves_in(&self, target: Both<TargetId>, Desk { old, new }: &mut Desk<'_>) -> Option<Moves> {
        let before = self.bounds(target.old, self.old, old, |run| run.old);
        let after = self.bounds(target.new, self.new, new, |run| run.new);
        Moves::of(before, after, self.users.len)
    }

    /// Who must and who may get `target` on one side, by the numbers among all users.
    fn bounds<'d>(
        &self,
        target: Option<TargetId>,
        reasoner: &Reasoner<'_>,
        desk: &'d mut Side<'_>,
        side: fn(&Run) -> Option<usize>,
    ) -> &'d [Subjects; 2] {
        match target {
            Some(target) => {
                let gate = match self.compared {
                    Compared::Verdicts => reasoner.verdict_gate(target),
                    Compared::Effective => reasoner.effective_gate(target),
                };
                desk.rows.write(gate, &mut desk.own);
            }
            None => desk.own.iter_mut().for_each(|own| own.fill(false)),
        }
        if let [Run { old: Some(_), new: Some(_), .. }] = self.users.runs.as_slice() {
            return &desk.own;
        }
        for (own, all) in desk.own.iter().zip(&mut desk.all) {
            all.fill(false);
            for run in &self.users.runs {
                if let Some(from) = side(run) {
                    all.paste(own, from, run.first, run.len);
                }
            }
        }
        &desk.all
    }
}

/// Memory to look at one target after the other in.
struct Desk<'d> {
    old: Side<'d>,
    new: Side<'d>,
}

struct Side<'d> {
    rows: Rows<'d>,
    /// Who must and who may, by the numbers of this side.
    own: [Subjects; 2],
    /// The same by the numbers among all users.
    all: [Subjects; 2],
}

fn none(users: usize) -> [Subjects; 2] {
    [Subjects::none(users), Subjects::none(users)]
}

impl Users {
    fn of(matching: &[Both<UserId>]) -> Self {
        let mut users = Self { runs: Vec::new(), len: 0 };
        for both in matching {
            users.add(both.old.map(Id::index), both.new.map(Id::index));
        }
        users
    }

    fn add(&mut self, old: Option<usize>, new: Option<usize>) {
        let first = self.len;
        self.len += 1;
        match self.runs.last_mut() {
            Some(run) if run.old.is_some() == old.is_some() && run.new.is_some() == new.is_some() => {
                run.len += 1;
            }
            _ => self.runs.push(Run { first, old, new, len: 1 }),
        }
    }

    fn get(&self, number: usize) -> Both<UserId> {
        let index = self.runs.partition_point(|run| run.first <= number);
        let run = index.checked_sub(1).and_then(|index| self.runs.get(index));
        let id = |start: Option<usize>, first: usize| {
            start.map(|start| UserId::from_index(start + number - first))
        };
        run.map_or(Both { old: None, new: None }, |run| Both {
            old: id(run.old, run.first),
            new: id(run.new, run.first),
        })
    }
}

impl Moves {
    fn of(
        [must_before, may_before]: &[Subjects; 2],
        [must, may]: &[Subjects; 2],
        users: usize,
    ) -> Option<Self> {
        let length = users.div_ceil(WORD);
        let [must_before, may_before, must, may] =
            [must_before, may_before, must, may].map(|set| set.words(0, length));
        let mut moved = Move::ALL.map(|_| Vec::new());
        let before = must_before.iter().zip(may_before);
        for (place, ((must_before, may_before), (must, may))) in before.zip(must.iter().zip(may)).enumerate()
        {
            if must_before == must && may_before == may {
                continue;
            }
            for (kind, words) in Move::ALL.into_iter().zip(&mut moved) {
                let [was, is] = kind.verdicts();
                let both = having(was, *must_before, *may_before) & having(is, *must, *may);
                if both == 0 {
                    continue;
                }
                if words.is_empty() {
                    words.resize(length, 0);
                }
                if let Some(word) = words.get_mut(place) {
                    *word = both;
                }
            }
        }
        let is_moved = moved.iter().any(|words| !words.is_empty());
        is_moved.then(|| Self(moved.map(Subjects::from_words)))
    }

    /// How many users are moved, by how.
    pub(crate) fn counts(&self, users: usize) -> MoveCounts {
        let mut counts = MoveCounts::default();
        Move::ALL.into_iter().for_each(|kind| counts.count(kind, self.get(kind).count(users)));
        counts
    }

    /// The users who are moved so.
    pub(crate) fn get(&self, kind: Move) -> &Subjects {
        let [gained, lost, maybe_gained, maybe_lost, confirmed, refused] = &self.0;
        match kind {
            Move::Gained => gained,
            Move::Lost => lost,
            Move::MaybeGained => maybe_gained,
            Move::MaybeLost => maybe_lost,
            Move::Confirmed => confirmed,
            Move::Refused => refused,
        }
    }

    /// Every user who is moved, by number.
    pub(crate) fn in_order(&self) -> Vec<(usize, Move)> {
        let mut users: Vec<(usize, Move)> = Move::ALL
            .into_iter()
            .flat_map(|kind| self.get(kind).iter().map(move |user| (user, kind)))
            .collect();
        users.sort_unstable();
        users
    }

    /// Everybody who is moved.
    pub(crate) fn all(&self) -> Subjects {
        self.0.iter().cloned().reduce(Subjects::or).unwrap_or_default()
    }

    /// Everybody who is moved to the same verdict in `other`, which begins with the same ones.
    pub(crate) fn alike(&self, other: &Self) -> Subjects {
        let pairs = self.0.iter().zip(&other.0).map(|(one, other)| {
            let mut both = one.clone();
            both.keep(other);
            both
        });
        pairs.reduce(Subjects::or).unwrap_or_default()
    }
}

/// Who gets a verdict, of those in one word of each bound.
fn having(verdict: Verdict, must: u64, may: u64) -> u64 {
    match verdict {
        Verdict::Yes => must,
        Verdict::No => !may,
        Verdict::Depends => may & !must,
    }
}
