//! What is the verdict for every user and every target?

use rayon::prelude::*;
use serde::ser::{SerializeSeq, SerializeStruct};
use serde::{Serialize, Serializer};

use super::who::can_differ;
use super::{Answer, Context, DecidedBy, NamedUnknown, Sheet, TargetName, UserName};
use crate::model::{TargetId, TargetKind, UserId};
use crate::truth::Verdict;

/// Every verdict. The cells are made when they are asked for.
pub struct Matrix<'a> {
    context: Context<'a>,
    targets: Vec<TargetId>,
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

/// Targets whose cells are made at a time, in parallel.
const BATCH: usize = 64;

impl<'a> Matrix<'a> {
    /// The matrix of all targets of `kinds`; of any kind, if there are none.
    pub fn ask(context: Context<'a>, kinds: &[TargetKind]) -> Self {
        let world = context.world();
        let asked =
            |target: &TargetId| kinds.is_empty() || kinds.contains(&world.targets.row(*target).kind());
        Self { context, targets: world.targets.ids().filter(asked).collect() }
    }

    /// The cells of `target`, by username.
    pub fn row(&self, target: TargetId) -> Vec<Cell> {
        let context = self.context;
        let name = context.target(target);
        let answers = context.reasoner.answers(target);
        let cell = |user: UserId| {
            let answer = answers.get(user);
            Cell {
                target: name.clone(),
                user: context.user(user),
                verdict: answer.verdict,
                effective: can_differ(context.reasoner, user, target).then_some(answer.effective),
                decided_by: context.decided_by(answer.decider, user),
                unknowns: context.unknowns(&answer.unknowns),
            }
        };
        context.world().users.ids().map(cell).collect()
    }

    /// Gives every cell to `each`: by target, then by username.
    ///
    /// # Errors
    /// When `each` fails.
    pub fn cells<E>(&self, mut each: impl FnMut(Cell) -> Result<(), E>) -> Result<(), E> {
        for batch in self.targets.chunks(BATCH) {
            let rows: Vec<Vec<Cell>> = batch.par_iter().map(|target| self.row(*target)).collect();
            rows.into_iter().flatten().try_for_each(&mut each)?;
        }
        Ok(())
    }
}

impl Serialize for Matrix<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut answer = serializer.serialize_struct("Matrix", 3)?;
        answer.serialize_field("schema", "whomay.matrix/1")?;
        answer.serialize_field("ground", &super::Ground::of(self.context.reasoner))?;
        answer.serialize_field("cells", &Cells(self))?;
        answer.end()
    }
}

/// The cells, which are never all in memory.
struct Cells<'m>(&'m Matrix<'m>);

impl Serialize for Cells<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut cells = serializer.serialize_seq(None)?;
        self.0.cells(|cell| cells.serialize_element(&cell))?;
        cells.end()
    }
}

impl Answer for Matrix<'_> {
    fn sheets(&self) -> Vec<Sheet> {
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
        let world = self.context.world();
        for &target in &self.targets {
            let answers = self.context.reasoner.answers(target);
            let row = world.targets.row(target);
            for user in world.users.ids() {
                let answer = answers.get(user);
                let subject = world.users.row(user);
                sheet.row([
                    row.kind().as_str().to_owned(),
                    world.target_name(target),
                    row.pk.clone().unwrap_or_default(),
                    subject.username.clone(),
                    subject.pk.clone().unwrap_or_default(),
                    answer.verdict.to_string(),
                    answer.effective.to_string(),
                    self.context.decider_in_words(answer.decider, answer.verdict, target),
                    self.context.unknowns_in_words(&answer.unknowns),
                ]);
            }
        }
        vec![sheet]
    }

    fn json(&self, output: &mut dyn std::io::Write) -> std::io::Result<()> {
        Ok(serde_json::to_writer_pretty(output, self)?)
    }

    fn lines(&self, line: &mut dyn FnMut(String) -> std::io::Result<()>) -> std::io::Result<()> {
        self.cells(|cell| line(serde_json::to_string(&cell)?))
    }
}
