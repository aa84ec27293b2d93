//! May this user access this target?

use serde::Serialize;

use super::{Answer, Context, DecidedBy, Ground, NamedUnknown, Sheet, TargetName, UserName};
use crate::model::{TargetId, UserId};
use crate::truth::Verdict;

/// Whether one user may access one target.
#[derive(Clone, Debug, Serialize)]
pub struct Can {
    /// The form of this answer.
    pub schema: &'static str,
    /// What it stands on.
    pub ground: Ground,
    /// The user.
    pub user: UserName,
    /// The target.
    pub target: TargetName,
    /// What authentik's engine answers.
    pub verdict: Verdict,
    /// What the user gets in the end.
    pub effective: Verdict,
    /// Whether the user may log in.
    pub active: bool,
    /// What decides.
    pub decided_by: Option<DecidedBy>,
    /// What it depends on.
    pub unknowns: Vec<NamedUnknown>,
    #[serde(skip)]
    address: String,
    #[serde(skip)]
    because: String,
    #[serde(skip)]
    path: String,
}

impl Can {
    /// Whether `user` may access `target`.
    pub fn ask(context: Context<'_>, user: UserId, target: TargetId) -> Self {
        let world = context.world();
        let answer = context.reasoner.answer(user, target);
        Self {
            schema: "whomay.can/1",
            ground: Ground::of(context.reasoner),
            user: context.user(user),
            target: context.target(target),
            verdict: answer.verdict,
            effective: answer.effective,
            active: world.users.row(user).active,
            decided_by: context.decided_by(answer.decider, user),
            unknowns: context.unknowns(&answer.unknowns),
            address: world.target_address(target),
            because: context.decider_in_words(answer.decider, answer.verdict, target),
            path: context.path_in_words(answer.decider, user),
        }
    }

    /// Why what the user gets in the end is something else than the verdict.
    fn in_the_end(&self) -> String {
        let why = super::describe::why_otherwise(self.active, self.effective, self.target.kind);
        format!("{} ({why})", self.effective)
    }
}

impl Answer for Can {
    fn ground(&self) -> Ground {
        self.ground.clone()
    }

    fn sheets(&self) -> Vec<Sheet<'_>> {
        let mut sheet = Sheet::new("", &["", ""]).main();
        let mut row = |name: &str, value: String| {
            if !value.is_empty() {
                sheet.row([name.to_owned(), value]);
            }
        };
        row("user", self.user.name.clone());
        row("target", self.address.clone());
        row("verdict", self.verdict.to_string());
        row("because", self.because.clone());
        row("member", self.path.clone());
        for unknown in &self.unknowns {
            row("depends on", format!("{} {}: {}", unknown.kind, unknown.name, unknown.reason));
        }
        if self.effective != self.verdict {
            row("in the end", self.in_the_end());
        }
        row("semantics", self.ground.sentence());
        vec![sheet]
    }

    fn json(&self, output: &mut dyn std::io::Write) -> std::io::Result<()> {
        Ok(serde_json::to_writer_pretty(output, self)?)
    }

    fn lines(&self, line: &mut dyn FnMut(String) -> std::io::Result<()>) -> std::io::Result<()> {
        super::lines(std::slice::from_ref(self), line)
    }
}
