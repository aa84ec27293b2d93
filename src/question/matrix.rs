//! What is the verdict for every user and every target?

use rayon::prelude::*;
use serde::ser::{Error, SerializeSeq, SerializeStruct};
use serde::{Serialize, Serializer};
use serde_json::value::{RawValue, to_raw_value};

use super::who::can_differ;
use super::{Answer, Context, DecidedBy, Ground, NamedUnknown, Sheet, TargetName, UserName};
use crate::model::{TargetId, TargetKind, UserId};
use crate::reason::{Access, Answers};
use crate::truth::Verdict;

/// Every verdict. The cells are made when they are asked for.
pub struct Matrix<'a> {
    context: Context<'a>,
    targets: Vec<TargetId>,
    tell: Option<&'a (dyn Fn(usize, usize) + Sync)>,
}

/// The verdict for one user and one target.
#[derive(Clone, Debug, Serialize)]
pub struct Cell {
    /// The target.
    pub target: TargetName,
    /// The user.
    pub user: UserName,
    /// What authentik's engine answers.
    pub verdict: Verdict,
    /// What the user gets in the end, where that can be something else.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub effective: Option<Verdict>,
    /// What decides; nothing where it depends.
    pub decided_by: Option<DecidedBy>,
    /// What it depends on.
    pub unknowns: Vec<NamedUnknown>,
}

/// As many cells are made at a time, in parallel.
const BATCH: usize = 1 << 16;

/// As many bytes of verdicts are made at a time.
const AT_ONCE: usize = 1 << 25;

impl<'a> Matrix<'a> {
    /// The matrix of all targets of `kinds`; of any kind, if there are none.
    pub fn ask(context: Context<'a>, kinds: &[TargetKind]) -> Self {
        let world = context.world();
        let asked =
            |target: &TargetId| kinds.is_empty() || kinds.contains(&world.targets.row(*target).kind());
        Self { context, targets: world.targets.ids().filter(asked).collect(), tell: None }
    }

    /// Has `tell` told how many cells are done, and of how many, whenever some more are. Some reports make all cells
    /// twice.
    #[must_use]
    pub fn telling(mut self, tell: &'a (dyn Fn(usize, usize) + Sync)) -> Self {
        self.tell = Some(tell);
        self
    }

    /// How many cells there are.
    pub fn len(&self) -> usize {
        self.targets.len() * self.context.world().users.len()
    }

    /// Whether there are no cells.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// What is asked.
    pub(crate) fn context(&self) -> Context<'a> {
        self.context
    }

    /// The targets.
    pub fn targets(&self) -> &[TargetId] {
        &self.targets
    }

    /// Gives what `make` makes of the verdicts of every target to `each`, in the order of the targets. That takes
    /// far less time than asking for the cells, which say why, too.
    ///
    /// # Errors
    /// When `each` fails.
    pub fn accesses<T: Send, E>(
        &self,
        make: impl Fn(&Access) -> T + Sync,
        mut each: impl FnMut(T) -> Result<(), E>,
    ) -> Result<(), E> {
        let users = self.context.world().users.len();
        let mut done = 0;
        // There are up to four bits for each user.
        for targets in self.targets.chunks((AT_ONCE / (users / 2).max(1)).clamp(1, 1 << 10)) {
            let accesses = self.context.reasoner.accesses(targets);
            let results: Vec<T> = accesses.par_iter().map(&make).collect();
            results.into_iter().try_for_each(&mut each)?;
            done += targets.len() * users;
            self.tell.iter().for_each(|tell| tell(done, self.len()));
        }
        Ok(())
    }

    /// Gives what `make` makes of every cell to `each`: by target, then by username.
    ///
    /// # Errors
    /// When `make` or `each` fails.
    pub fn cells<T: Send, E: Send>(
        &self,
        make: impl Fn(&Cell) -> Result<T, E> + Sync,
        each: impl FnMut(T) -> Result<(), E>,
    ) -> Result<(), E> {
        let name = |target| self.context.target(target);
        self.batches(name, |name, answers, user| make(&self.cell(name, answers, user)), each)
    }

    /// Gives what `make` makes of every user and what `name` makes of every target to `each`. So many are made at a
    /// time that all threads have something to do.
    fn batches<N: Send + Sync, T: Send, E: Send>(
        &self,
        name: impl Fn(TargetId) -> N + Sync,
        make: impl Fn(&N, &Answers<'_, '_>, UserId) -> Result<T, E> + Sync,
        mut each: impl FnMut(T) -> Result<(), E>,
    ) -> Result<(), E> {
        let users: Vec<UserId> = self.context.world().users.ids().collect();
        let mut done = 0;
        for targets in self.targets.chunks((BATCH / users.len().max(1)).max(1)) {
            let rows: Vec<_> = targets
                .par_iter()
                .map(|target| (name(*target), self.context.reasoner.answers(*target)))
                .collect();
            for users in users.chunks(BATCH) {
                let results: Vec<Result<T, E>> = rows
                    .par_iter()
                    .flat_map(|(name, answers)| users.par_iter().map(|user| make(name, answers, *user)))
                    .collect();
                done += results.len();
                results.into_iter().try_for_each(|made| each(made?))?;
                self.tell.iter().for_each(|tell| tell(done, self.len()));
            }
        }
        Ok(())
    }

    fn cell(&self, name: &TargetName, answers: &Answers<'_, '_>, user: UserId) -> Cell {
        let context = self.context;
        let answer = answers.get(user);
        Cell {
            target: name.clone(),
            user: context.user(user),
            verdict: answer.verdict,
            effective: can_differ(context.reasoner, user, answers.target()).then_some(answer.effective),
            decided_by: context.decided_by(answer.decider, user),
            unknowns: context.unknowns(&answer.unknowns),
        }
    }

    /// The cells of a row that name the target.
    fn target_in_words(&self, target: TargetId) -> [String; 3] {
        let world = self.context.world();
        let row = world.targets.row(target);
        [row.kind().as_str().to_owned(), world.target_name(target), row.pk.clone().unwrap_or_default()]
    }

    fn row(&self, name: &[String; 3], answers: &Answers<'_, '_>, user: UserId) -> Vec<String> {
        let answer = answers.get(user);
        let subject = self.context.world().users.row(user);
        let about = [
            subject.username.to_string(),
            subject.pk.as_deref().unwrap_or_default().to_owned(),
            answer.verdict.to_string(),
            answer.effective.to_string(),
            self.context.decider_in_words(answer.decider, answer.verdict, answers.target()),
            self.context.unknowns_in_words(&answer.unknowns),
        ];
        name.iter().cloned().chain(about).collect()
    }
}

impl Serialize for Matrix<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut answer = serializer.serialize_struct("Matrix", 3)?;
        answer.serialize_field("schema", "whomay.matrix/1")?;
        answer.serialize_field("ground", &Ground::of(self.context.reasoner))?;
        answer.serialize_field("cells", &Cells(self))?;
        answer.end()
    }
}

/// The cells, which are never all in memory.
struct Cells<'m>(&'m Matrix<'m>);

impl Serialize for Cells<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut cells = serializer.serialize_seq(None)?;
        let write = |cell: Box<RawValue>| cells.serialize_element(&cell).map_err(|error| error.to_string());
        let made = self.0.cells(|cell| to_raw_value(cell).map_err(|error| error.to_string()), write);
        made.map_err(S::Error::custom)?;
        cells.end()
    }
}

impl Answer for Matrix<'_> {
    fn ground(&self) -> Ground {
        Ground::of(self.context.reasoner)
    }

    fn sheets(&self) -> Vec<Sheet<'_>> {
        let columns = [
            "kind",
            "target",
            "target key",
            "user",
            "user key",
            "verdict",
            "in the end",
            "because",
            "depends on",
        ];
        let mut sheet = Sheet::new("", &columns).main();
        sheet.notes.extend(self.ground().assuming());
        let rows = sheet.made(self.len(), |take| {
            let name = |target| self.target_in_words(target);
            let make =
                |name: &[String; 3], answers: &Answers<'_, '_>, user| Ok(self.row(name, answers, user));
            self.batches(name, make, |row| take(&row))
        });
        vec![rows]
    }

    fn json(&self, output: &mut dyn std::io::Write) -> std::io::Result<()> {
        Ok(serde_json::to_writer_pretty(output, self)?)
    }

    fn lines(&self, line: &mut dyn FnMut(String) -> std::io::Result<()>) -> std::io::Result<()> {
        self.cells(|cell| Ok(serde_json::to_string(cell)?), line)
    }
}
