//! What is there, who gets in, and what is not known? The first minute with a tenant.

use serde::Serialize;

use super::describe::mode;
use super::{Answer, Context, Ground, NamedUnknown, Sheet, TargetName, UserName};
use crate::model::{TargetId, TargetKind, UserId};
use crate::reason::{Counted, CountedAccess, Subject, Unknown};
use crate::truth::Verdict;

/// The audit of a tenant.
#[derive(Clone, Debug, Serialize)]
pub struct Audit {
    /// The form of this answer.
    pub schema: &'static str,
    /// What it stands on.
    pub ground: Ground,
    /// How much there is.
    pub counts: Counts,
    /// The targets that everyone may access, and why. Flows, stages and rules are not access and not listed here.
    pub open: Vec<OpenTarget>,
    /// Every target.
    pub targets: Vec<TargetCounts>,
    /// What verdicts depend on.
    pub unknowns: Vec<UnknownCount>,
    /// Users who cannot log in but whom targets would let through.
    pub inactive: Vec<InactiveUser>,
    /// Targets with too many shared unknowns to try all of their combinations: some of their verdicts may depend
    /// although they need not.
    pub coarse: Vec<TargetName>,
}

/// How much there is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// Users.
    pub users: usize,
    /// Users who cannot log in.
    pub inactive_users: usize,
    /// Groups.
    pub groups: usize,
    /// Policies.
    pub policies: usize,
    /// Targets.
    pub targets: usize,
    /// Bindings.
    pub bindings: usize,
    /// Bindings that are disabled.
    pub disabled_bindings: usize,
    /// Verdicts: every user and every target.
    pub verdicts: usize,
    /// Verdicts that are yes.
    pub yes: usize,
    /// Verdicts that are no.
    pub no: usize,
    /// Verdicts that depend.
    pub depends: usize,
}

/// A target that everyone may access.
#[derive(Clone, Debug, Serialize)]
pub struct OpenTarget {
    /// The target.
    pub target: TargetName,
    /// Why.
    pub because: String,
    #[serde(skip)]
    address: String,
}

/// One target, counted.
#[derive(Clone, Debug, Serialize)]
pub struct TargetCounts {
    /// The target.
    pub target: TargetName,
    /// How it combines its bindings.
    pub mode: &'static str,
    /// Its enabled bindings.
    pub bindings: usize,
    /// Users whom the engine lets through.
    pub yes: usize,
    /// Users whom it does not.
    pub no: usize,
    /// Users of whom it cannot be said.
    pub depends: usize,
    /// Users who get in, in the end.
    pub effective_yes: usize,
    /// Users of whom it cannot be said whether they do.
    pub effective_depends: usize,
    #[serde(skip)]
    address: String,
}

/// Something unknown, counted.
#[derive(Clone, Debug, Serialize)]
pub struct UnknownCount {
    /// What it is.
    #[serde(flatten)]
    pub unknown: NamedUnknown,
    /// Targets whose verdicts, or access to which, can depend on it.
    pub targets: usize,
    /// How many verdicts of those targets depend, on this or on something else.
    pub verdicts: usize,
}

/// A user who cannot log in, with what would let the user through.
#[derive(Clone, Debug, Serialize)]
pub struct InactiveUser {
    /// The user.
    pub user: UserName,
    /// Targets that would let the user through.
    pub targets: usize,
}

impl Audit {
    /// The audit of everything.
    pub fn ask(context: Context<'_>) -> Self {
        let (world, reasoner) = (context.world(), context.reasoner);
        let rows = reasoner.counts();
        let row = |target: TargetId| rows.get(target.0 as usize).copied();
        let targets: Vec<TargetCounts> =
            world.targets.ids().filter_map(|target| Some(counted(context, target, row(target)?))).collect();
        let open = world
            .targets
            .ids()
            .filter(|target| row(*target).is_some_and(|row| is_open(context, *target, row)));
        let coarse = world.targets.ids().filter(|target| reasoner.is_coarse(*target));
        Self {
            schema: "whomay.audit/1",
            ground: Ground::of(reasoner),
            counts: counts(context, &targets),
            open: open
                .map(|target| OpenTarget {
                    target: context.target(target),
                    because: why_open(context, target),
                    address: world.target_address(target),
                })
                .collect(),
            targets,
            unknowns: unknowns(context, &rows),
            inactive: inactive(context),
            coarse: coarse.map(|target| context.target(target)).collect(),
        }
    }
}

fn counts(context: Context<'_>, targets: &[TargetCounts]) -> Counts {
    let world = context.world();
    Counts {
        users: world.users.len(),
        inactive_users: world.users.values().filter(|user| !user.active).count(),
        groups: world.groups.len(),
        policies: world.policies.len(),
        targets: world.targets.len(),
        bindings: world.bindings.len(),
        disabled_bindings: world.bindings.values().filter(|binding| !binding.enabled).count(),
        verdicts: world.users.len() * world.targets.len(),
        yes: targets.iter().map(|target| target.yes).sum(),
        no: targets.iter().map(|target| target.no).sum(),
        depends: targets.iter().map(|target| target.depends).sum(),
    }
}

fn counted(context: Context<'_>, target: TargetId, access: CountedAccess) -> TargetCounts {
    let world = context.world();
    let Counted { yes, no, depends } = access.verdict;
    TargetCounts {
        target: context.target(target),
        mode: mode(world.targets.row(target).mode),
        bindings: world.bindings_of(target).filter(|(_, row)| row.enabled).count(),
        yes,
        no,
        depends,
        effective_yes: access.effective.yes,
        effective_depends: access.effective.depends,
        address: world.target_address(target),
    }
}

/// Whether everyone gets in, users that do not exist yet too if there are none.
fn is_open(context: Context<'_>, target: TargetId, access: CountedAccess) -> bool {
    let world = context.world();
    let row = world.targets.row(target);
    let is_access = row.kind().needs_login();
    let users = world.users.len();
    let all = if context.reasoner.has_reach(target) {
        let active = world.users.values().filter(|user| user.active).count();
        active > 0 && access.effective.yes == active
    } else {
        let opens = || context.reasoner.verdict(Subject::Anonymous, target) == Verdict::Yes;
        access.verdict.yes == users && (users > 0 || context.reasoner.is_unbound(target) && opens())
    };
    is_access && all
}

fn why_open(context: Context<'_>, target: TargetId) -> String {
    if context.reasoner.is_unbound(target) {
        return context.why_unbound(target);
    }
    match context.reasoner.admits_everyone(target) {
        Some(binding) => format!("{} passes for everyone", context.binding_in_words(binding)),
        None => "its bindings together let everyone through".to_owned(),
    }
}

fn unknowns(context: Context<'_>, rows: &[CountedAccess]) -> Vec<UnknownCount> {
    let mut counted: std::collections::BTreeMap<NamedUnknown, (usize, usize)> =
        std::collections::BTreeMap::new();
    for (target, access) in context.world().targets.ids().zip(rows) {
        let (of_verdict, of_access) = context.reasoner.unknowns_of(target);
        let depends = [access.verdict.depends, access.effective.depends];
        if depends == [0, 0] {
            continue;
        }
        let all: std::collections::BTreeSet<Unknown> = of_verdict.iter().chain(&of_access).copied().collect();
        for unknown in all {
            let here = [of_verdict.contains(&unknown), of_access.contains(&unknown)];
            let open: usize = here
                .iter()
                .zip(depends)
                .filter(|(here, _)| **here)
                .map(|(_, count)| count)
                .max()
                .unwrap_or(0);
            if open > 0 {
                let (targets, verdicts) = counted.entry(context.unknown(unknown)).or_default();
                *targets += 1;
                *verdicts += open;
            }
        }
    }
    let mut unknowns: Vec<UnknownCount> = counted
        .into_iter()
        .map(|(unknown, (targets, verdicts))| UnknownCount { unknown, targets, verdicts })
        .collect();
    unknowns.sort_by(|a, b| b.verdicts.cmp(&a.verdicts).then_with(|| a.unknown.cmp(&b.unknown)));
    unknowns
}

fn inactive(context: Context<'_>) -> Vec<InactiveUser> {
    let world = context.world();
    let is_access = |target: &TargetId| world.targets.row(*target).kind().needs_login();
    let targets: Vec<TargetId> = world.targets.ids().filter(is_access).collect();
    let users: Vec<UserId> =
        world.users.iter().filter(|(_, row)| !row.active).map(|(user, _)| user).collect();
    if users.is_empty() {
        return Vec::new();
    }
    let admissions = context.reasoner.admissions(&targets, &users).into_iter();
    let found = users.into_iter().zip(admissions).filter(|(_, targets)| *targets > 0);
    found.map(|(user, targets)| InactiveUser { user: context.user(user), targets }).collect()
}

/// Kinds in words, for counting.
fn by_kind(targets: &[TargetCounts]) -> String {
    let count = |kind: TargetKind| {
        let count = targets.iter().filter(|target| target.target.kind == kind.as_str()).count();
        (count > 0).then(|| format!("{count} {}", kind.as_str().replace('_', " ")))
    };
    TargetKind::ALL.into_iter().filter_map(count).collect::<Vec<_>>().join(", ")
}

impl Answer for Audit {
    fn ground(&self) -> Ground {
        self.ground.clone()
    }

    fn sheets(&self) -> Vec<Sheet<'_>> {
        vec![
            self.counts_sheet(),
            self.open_sheet(),
            self.unknowns_sheet(),
            self.inactive_sheet(),
            self.targets_sheet(),
            self.coarse_sheet(),
        ]
        .into_iter()
        .filter(|sheet| !sheet.is_empty() || sheet.title.starts_with("open"))
        .collect()
    }

    fn json(&self, output: &mut dyn std::io::Write) -> std::io::Result<()> {
        Ok(serde_json::to_writer_pretty(output, self)?)
    }

    fn lines(&self, line: &mut dyn FnMut(String) -> std::io::Result<()>) -> std::io::Result<()> {
        super::lines(&self.targets, line)
    }
}

impl Audit {
    fn counts_sheet(&self) -> Sheet<'_> {
        let counts = &self.counts;
        let mut sheet = Sheet::new("what is there", &["", "#count", ""]).note(self.ground.sentence());
        let mut row =
            |name: &str, count: usize, rest: String| sheet.row([name.to_owned(), count.to_string(), rest]);
        row("users", counts.users, format!("{} inactive", counts.inactive_users));
        row("groups", counts.groups, String::new());
        row("policies", counts.policies, String::new());
        row("targets", counts.targets, by_kind(&self.targets));
        row("bindings", counts.bindings, format!("{} disabled", counts.disabled_bindings));
        let Counts { yes, no, depends, .. } = counts;
        row("verdicts", counts.verdicts, format!("{yes} yes, {no} no, {depends} depend"));
        sheet
    }

    fn open_sheet(&self) -> Sheet<'_> {
        let mut sheet = Sheet::new("open to everyone", &["target", "because"]);
        if self.open.is_empty() {
            sheet = sheet.note("nothing is");
        }
        for open in &self.open {
            sheet.row([open.address.clone(), open.because.clone()]);
        }
        sheet
    }

    fn targets_sheet(&self) -> Sheet<'_> {
        let columns = [
            "target",
            "mode",
            "#bindings",
            "#yes",
            "#no",
            "#depends",
            "#in the end yes",
            "#in the end depends",
        ];
        let mut sheet = Sheet::new("verdicts", &columns).main();
        for row in &self.targets {
            let numbers =
                [row.bindings, row.yes, row.no, row.depends, row.effective_yes, row.effective_depends];
            let words = [row.address.clone(), row.mode.to_owned()];
            sheet.row(words.into_iter().chain(numbers.iter().map(ToString::to_string)));
        }
        sheet
    }

    fn unknowns_sheet(&self) -> Sheet<'_> {
        let mut sheet = Sheet::new("what is not known", &["what", "because", "#targets", "#verdicts"]);
        for row in &self.unknowns {
            let what = format!("{} {}", row.unknown.kind, row.unknown.name);
            sheet.row([what, row.unknown.reason.clone(), row.targets.to_string(), row.verdicts.to_string()]);
        }
        sheet
    }

    fn inactive_sheet(&self) -> Sheet<'_> {
        let mut sheet = Sheet::new("inactive users whom targets would let through", &["user", "#targets"])
            .note("they cannot log in, so they get nothing as long as they stay inactive");
        for row in &self.inactive {
            sheet.row([row.user.name.clone(), row.targets.to_string()]);
        }
        sheet
    }

    fn coarse_sheet(&self) -> Sheet<'_> {
        let mut sheet = Sheet::new("targets with too many shared unknowns", &["target"]).note(
            "not all combinations were tried: some of their verdicts may depend although they need not",
        );
        for row in &self.coarse {
            sheet.row([format!("{} {}", row.kind, row.name)]);
        }
        sheet
    }
}
