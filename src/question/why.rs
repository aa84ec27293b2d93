//! Why may this user access this target, or why not?

mod lines;
mod words;

use serde::Serialize;
use serde_json::Value;

use super::describe::pk;
use super::{Answer, Context, Ground, NamedUnknown, Sheet, TargetName, UserName};
use crate::diagnostic::{Remark, Severity, Sources, Style, quote};
use crate::model::{Binding, BindingId, Details, Generation, Mode, Origin, TargetId, UserId};
use crate::proof::Names;
use crate::reason::Decider;
use crate::reason::explain::{Claim, Reasons};
use crate::truth::Verdict;
pub use lines::WhyLine;
pub(super) use lines::why_lines;

/// Why one user may access one target, or not: the bindings, what each says, and what decides, down to facts.
#[derive(Clone, Debug, Serialize)]
pub struct Why {
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
    /// The bindings of the target, in order.
    pub bindings: Vec<WhyBinding>,
    /// What it depends on.
    pub unknowns: Vec<NamedUnknown>,
    /// The reasons in words, each below what it is a reason for.
    pub reasons: Vec<WhyLine>,
    /// The reasons as a proof, which `whomay verify` checks.
    pub proof: Value,
    /// The target as it is written on the command line.
    #[serde(skip)]
    pub(super) address: String,
    #[serde(skip)]
    mode: &'static str,
    #[serde(skip)]
    sources: Sources,
}

/// A binding, and what it says about a user.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct WhyBinding {
    /// The key, as in the input.
    pub pk: Value,
    /// The order.
    pub order: i64,
    /// The binding in words: `not group contractors (order 10)`.
    pub binding: String,
    /// What it says: `passes`, `fails`, or `depends`; `disabled`, `expired` or `ignored` (it binds nothing that counts)
    /// where it is not asked.
    pub says: &'static str,
    /// Whether it decides the verdict.
    pub decides: bool,
    /// Where it was read from.
    pub place: Option<String>,
    /// What is certain of it, and why.
    #[serde(skip)]
    pub(super) detail: Option<String>,
    /// Whether its group or user is one of several that match together as they must, whatever it says itself.
    #[serde(skip)]
    pub(super) is_covered: bool,
}

impl Why {
    /// Why `user` may access `target`, or not. Of many reasons on one level the first ones are shown, unless all are
    /// asked for.
    pub fn ask(context: Context<'_>, user: UserId, target: TargetId, all: bool) -> Self {
        let world = context.world();
        let reasons = context.reasoner.reasons(user, target);
        let answer = context.reasoner.answer(user, target);
        let bindings = world.bindings_of(target).map(|(id, row)| WhyBinding {
            pk: pk(row.pk.as_deref()),
            order: row.order,
            binding: context.binding_in_words(id),
            says: says(context, &reasons, id, row),
            decides: answer.decider == Decider::Binding(id),
            place: context.place(row.origin),
            detail: lines::detail(context, &reasons, id),
            is_covered: row.policy.is_none() && reasons.match_together(),
        });
        Self {
            schema: "whomay.why/1",
            ground: Ground::of(context.reasoner),
            user: context.user(user),
            target: context.target(target),
            verdict: reasons.verdict,
            effective: reasons.effective,
            active: world.users.row(user).active,
            bindings: bindings.collect(),
            unknowns: context.unknowns(&answer.unknowns),
            reasons: lines::of(context, &reasons, all),
            proof: context.proof_as_json(&reasons),
            address: world.target_address(target),
            mode: super::describe::mode(world.asked_mode(target)),
            sources: context.sources.clone(),
        }
    }
}

impl Why {
    /// What is answered, without any reasons.
    pub(super) fn head(&self) -> Sheet<'_> {
        let mut head = Sheet::new("", &["", ""]);
        let mut row = |name: &str, value: String| head.row([name.to_owned(), value]);
        row("user", self.user.name.clone());
        row("target", self.address.clone());
        row("verdict", self.verdict.to_string());
        if self.effective != self.verdict {
            row("in the end", self.effective.to_string());
        }
        for unknown in &self.unknowns {
            row("depends on", format!("{} {}: {}", unknown.kind, unknown.name, unknown.reason));
        }
        row("semantics", self.ground.sentence());
        head
    }
}

impl Context<'_> {
    /// Whether groups and users alone grant a target, whatever its policies say: so authentik grants entitlements.
    pub(super) fn grants_by_rows(&self, target: TargetId) -> bool {
        let is_entitlement = matches!(self.world().targets.row(target).details, Details::Entitlement { .. });
        is_entitlement && self.world().edition.generation != Generation::Documented
    }

    /// The place of an object, if it was read from one.
    pub(super) fn place(&self, origin: Origin) -> Option<String> {
        origin.source().map(|_| self.sources.place(origin).to_string())
    }

    /// Calls what needs the names of what proofs are about.
    pub(crate) fn with_names<T>(&self, use_names: impl FnOnce(Names<'_>) -> T) -> T {
        use_names(Names {
            world: self.world(),
            question: &|atom| {
                self.reasoner.question(crate::proof::Unknown::Request(atom)).map(|(atom, _)| atom.text())
            },
            run: &|run| {
                self.reasoner.policy_of(run).map(|policy| self.world().policies.row(policy).name.clone())
            },
        })
    }

    /// A proof as JSON, with the names of what it is about.
    fn proof_as_json(&self, reasons: &Reasons) -> Value {
        self.with_names(|names| reasons.proof().to_json(names))
    }
}

/// What a binding says.
fn says(context: Context<'_>, reasons: &Reasons, id: BindingId, row: &Binding) -> &'static str {
    let world = context.world();
    let generation = world.edition.generation;
    let by_rows = context.grants_by_rows(row.target);
    if !row.enabled {
        return "disabled";
    }
    if !row.counts(context.reasoner.settings().at) {
        return "expired";
    }
    if row.is_empty() && generation != Generation::E1 || by_rows && !row.asks_who() {
        return "ignored";
    }
    let number = crate::reason::explain::binding(id);
    let all = world.asked_mode(row.target) == Mode::All;
    let claim: fn(_, bool) -> Claim = match () {
        () if by_rows => Claim::Match,
        () if !all || generation == Generation::E1 => Claim::Row,
        () if row.policy.is_some() => Claim::Policy,
        () => Claim::Match,
    };
    match [true, false].map(|holds| reasons.is_certain(claim(number, holds))) {
        [true, _] => "passes",
        [_, true] => "fails",
        _ => "depends",
    }
}

impl Answer for Why {
    fn ground(&self) -> Ground {
        self.ground.clone()
    }

    fn preface(&self, style: Style) -> Option<String> {
        let mut remarks: Vec<Remark> = Vec::new();
        for remark in self.reasons.iter().filter_map(WhyLine::remark) {
            match remarks.iter_mut().find(|known| known.origin == remark.origin) {
                // One answer needs it so, and the other one otherwise.
                Some(known) if known.text != remark.text && self.verdict == Verdict::Depends => {
                    "it depends".clone_into(&mut known.text);
                }
                Some(known) if !known.text.split("; ").any(|text| text == remark.text) => {
                    known.text += &format!("; {}", remark.text);
                }
                Some(_) => {}
                None => remarks.push(remark),
            }
        }
        let title = format!("{} and {}: {}", self.user.name, self.address, self.verdict);
        quote("why", &title, &remarks, &[], &self.sources, style)
    }

    fn sheets(&self) -> Vec<Sheet<'_>> {
        let title = format!("bindings of {}, in order (mode {})", self.address, self.mode);
        let mut bindings = Sheet::new(title, &["binding", "says", "place"]);
        for one in &self.bindings {
            let says = if one.decides { format!("{}, which decides", one.says) } else { one.says.to_owned() };
            bindings.row([one.binding.clone(), says, one.place.clone().unwrap_or_default()]);
        }
        let mut reasons = Sheet::new("why", &["reason", "place"]).main();
        for line in &self.reasons {
            reasons.row([
                format!("{}{}", "  ".repeat(line.depth), line.text),
                line.place.clone().unwrap_or_default(),
            ]);
        }
        let mut sheets = vec![self.head()];
        if !self.bindings.is_empty() {
            sheets.push(bindings);
        }
        sheets.push(reasons);
        sheets
    }

    fn json(&self, output: &mut dyn std::io::Write) -> std::io::Result<()> {
        Ok(serde_json::to_writer_pretty(output, self)?)
    }

    fn lines(&self, line: &mut dyn FnMut(String) -> std::io::Result<()>) -> std::io::Result<()> {
        super::lines(&self.reasons, line)
    }
}

impl WhyLine {
    /// What is to be said at the place of the reason.
    fn remark(&self) -> Option<Remark> {
        self.origin.source()?;
        Some(Remark { origin: self.origin, severity: Severity::Note, text: self.text.clone() })
    }
}
