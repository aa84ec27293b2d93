//! Who may access a target?

use serde::Serialize;

use super::{Answer, Context, DecidedBy, Ground, NamedUnknown, Sheet, TargetName, UserName};
use crate::model::{TargetId, UserId};
use crate::reason::Reasoner;
use crate::truth::Verdict;

/// Who may access one target.
#[derive(Clone, Debug, Serialize)]
pub struct Who {
    /// The form of this answer.
    pub schema: &'static str,
    /// What it stands on.
    pub ground: Ground,
    /// The target.
    pub target: TargetName,
    /// The users, by username.
    pub users: Vec<WhoRow>,
    #[serde(skip)]
    heading: String,
    #[serde(skip)]
    hidden: usize,
}

/// One user.
#[derive(Clone, Debug, Serialize)]
pub struct WhoRow {
    /// The user.
    pub user: UserName,
    /// What authentik's engine answers.
    pub verdict: Verdict,
    /// What the user gets in the end.
    pub effective: Verdict,
    /// Whether the user may log in.
    pub active: bool,
    /// The type of the account.
    pub r#type: &'static str,
    /// What decides.
    pub decided_by: Option<DecidedBy>,
    /// What it depends on.
    pub unknowns: Vec<NamedUnknown>,
    #[serde(skip)]
    because: String,
    #[serde(skip)]
    path: String,
}

impl Who {
    /// Everyone whose verdict or effective access is not `no`; with `all`, everyone.
    pub fn ask(context: Context<'_>, target: TargetId, all: bool) -> Self {
        let world = context.world();
        let answers = context.reasoner.answers(target);
        let row = |user: UserId| {
            let answer = answers.get(user);
            let row = world.users.row(user);
            let because = match answer.verdict {
                Verdict::Depends => context.unknowns_in_words(&answer.unknowns),
                verdict => context.decider_in_words(answer.decider, verdict, target),
            };
            WhoRow {
                user: context.user(user),
                verdict: answer.verdict,
                effective: answer.effective,
                active: row.active,
                r#type: row.kind.as_str(),
                decided_by: context.decided_by(answer.decider, user),
                unknowns: context.unknowns(&answer.unknowns),
                because,
                path: context.path_in_words(answer.decider, user),
            }
        };
        let shown = |row: &WhoRow| all || row.verdict != Verdict::No || row.effective != Verdict::No;
        let users: Vec<WhoRow> = world.users.ids().map(row).filter(shown).collect();
        Self {
            schema: "whomay.who/1",
            ground: Ground::of(context.reasoner),
            target: context.target(target),
            hidden: world.users.len() - users.len(),
            users,
            heading: world.target_address(target),
        }
    }
}

impl Answer for Who {
    fn ground(&self) -> Ground {
        self.ground.clone()
    }

    fn sheets(&self) -> Vec<Sheet<'_>> {
        let title = format!("who may access {}", self.heading);
        let columns = ["user", "verdict", "in the end", "active", "type", "because", "member through"];
        let mut sheet = Sheet::new(title, &columns).main().note(self.ground.sentence());
        if self.hidden > 0 {
            sheet = sheet.note(format!("{} more user(s): no", self.hidden));
        }
        for row in &self.users {
            sheet.row([
                row.user.name.clone(),
                row.verdict.to_string(),
                row.effective.to_string(),
                if row.active { "yes" } else { "no" }.to_owned(),
                row.r#type.to_owned(),
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
        super::lines(&self.users, line)
    }
}

/// Whether the effective access of `user` can be something else than the verdict on `target`.
pub(super) fn can_differ(reasoner: &Reasoner<'_>, user: UserId, target: TargetId) -> bool {
    let world = reasoner.world();
    let kind = world.targets.row(target).kind();
    reasoner.has_reach(target) || (!world.users.row(user).active && kind.needs_login())
}
