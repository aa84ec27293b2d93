//! What may a user access?

use serde::Serialize;

use super::describe::mode;
use super::{Answer, Context, DecidedBy, Ground, NamedUnknown, Sheet, TargetName, UserName};
use crate::model::{TargetId, TargetKind, UserId};
use crate::truth::Verdict;

/// What one user may access.
#[derive(Clone, Debug, Serialize)]
pub struct What {
    /// The form of this answer.
    pub schema: &'static str,
    /// What it stands on.
    pub ground: Ground,
    /// The user.
    pub user: UserName,
    /// Whether the user may log in.
    pub active: bool,
    /// The type of the account.
    pub r#type: &'static str,
    /// The targets, by kind and name.
    pub targets: Vec<WhatRow>,
    #[serde(skip)]
    hidden: usize,
}

/// One target.
#[derive(Clone, Debug, Serialize)]
pub struct WhatRow {
    /// The target.
    pub target: TargetName,
    /// What authentik's engine answers.
    pub verdict: Verdict,
    /// What the user gets in the end.
    pub effective: Verdict,
    /// How the target combines its bindings.
    pub mode: &'static str,
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

impl What {
    /// Every target of one of `kinds` (of any, if there are none) whose verdict or effective access is not `no`; with
    /// `all`, every target.
    pub fn ask(context: Context<'_>, user: UserId, kinds: &[TargetKind], all: bool) -> Self {
        let world = context.world();
        let row = |target: TargetId| {
            let answer = context.reasoner.answer(user, target);
            let because = match answer.verdict {
                Verdict::Depends => context.unknowns_in_words(&answer.unknowns),
                verdict => context.decider_in_words(answer.decider, verdict, target),
            };
            WhatRow {
                target: context.target(target),
                verdict: answer.verdict,
                effective: answer.effective,
                mode: mode(world.targets.row(target).mode),
                decided_by: context.decided_by(answer.decider, user),
                unknowns: context.unknowns(&answer.unknowns),
                address: world.target_address(target),
                because,
                path: context.path_in_words(answer.decider, user),
            }
        };
        let asked =
            |target: &TargetId| kinds.is_empty() || kinds.contains(&world.targets.row(*target).kind());
        let shown = |row: &WhatRow| all || row.verdict != Verdict::No || row.effective != Verdict::No;
        let candidates: Vec<TargetId> = world.targets.ids().filter(asked).collect();
        let count = candidates.len();
        let targets: Vec<WhatRow> = candidates.into_iter().map(row).filter(shown).collect();
        let subject = world.users.row(user);
        Self {
            schema: "whomay.what/1",
            ground: Ground::of(context.reasoner),
            user: context.user(user),
            active: subject.active,
            r#type: subject.kind.as_str(),
            hidden: count - targets.len(),
            targets,
        }
    }
}

impl Answer for What {
    fn ground(&self) -> Ground {
        self.ground.clone()
    }

    fn sheets(&self) -> Vec<Sheet<'_>> {
        let title = format!("what user:{} may access", self.user.name);
        let columns = ["target", "verdict", "in the end", "mode", "because", "member through"];
        let mut sheet = Sheet::new(title, &columns).main().note(self.ground.sentence());
        if !self.active {
            sheet = sheet.note("the user is inactive and cannot log in");
        }
        if self.hidden > 0 {
            sheet = sheet.note(format!("{} more target(s): no", self.hidden));
        }
        for row in &self.targets {
            sheet.row([
                row.address.clone(),
                row.verdict.to_string(),
                row.effective.to_string(),
                row.mode.to_owned(),
                row.because.clone(),
                row.path.clone(),
            ]);
        }
        vec![sheet]
    }

    fn json(&self, output: &mut dyn std::io::Write) -> std::io::Result<()> {
        Ok(serde_json::to_writer_pretty(output, self)?)
    }

    fn lines(&self, line: &mut dyn FnMut(String) -> std::io::Result<()>) -> std::io::Result<()> {
        super::lines(&self.targets, line)
    }
}
