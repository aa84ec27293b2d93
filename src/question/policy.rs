//! What does a policy ask for, and how does it end for whom?

mod list;
mod marks;

use serde::Serialize;
use serde_json::{Map, Value, json};

use super::describe::pk;
use super::{Answer, Context, Ground, Sheet, TargetName};
use crate::diagnostic::Style;
use crate::model::{Policy, PolicyId, PolicyKind};
use crate::policy::writes::{Keys, Writes};
use crate::reason::{Outcomes, PolicyRun};
pub use list::{Policies, PolicyRow};
use marks::Quotation;
pub use marks::{CodeMark, MarkPlace};

/// Everything about one policy.
#[derive(Clone, Debug, Serialize)]
pub struct OnePolicy {
    /// The form of this answer.
    pub schema: &'static str,
    /// What it stands on.
    pub ground: Ground,
    /// The policy.
    pub policy: PolicyName,
    /// Where it was read from.
    pub place: Option<String>,
    /// Its fields, as authentik names them; without its code.
    pub fields: Map<String, Value>,
    /// Its code, if it has any.
    pub code: Option<PolicyCode>,
    /// What a run may leave behind in the request for the policies that run after it.
    pub writes: MayWrite,
    /// How it ends, by what it is asked for.
    pub settings: Vec<PolicySetting>,
    /// Where it is bound.
    pub bindings: Vec<PolicyBinding>,
    #[serde(skip)]
    quotation: Option<Quotation>,
}

/// A policy in an answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PolicyName {
    /// The name.
    pub name: String,
    /// The key, as in the input.
    pub pk: Value,
    /// The type: `expression`, `geoip` and so on.
    pub r#type: String,
}

/// The code of a policy.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PolicyCode {
    /// The text.
    pub text: String,
    /// Whether it is looked into: `read`, `broken` (it is not Python) or `not_read`.
    pub state: &'static str,
    /// What is to be said about it, in the order of the text.
    pub marks: Vec<CodeMark>,
}

/// What a run may write.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct MayWrite {
    /// The keys of the context of the request; null where nobody knows which.
    pub context: Option<Vec<String>>,
    /// Whether it may write anything else.
    pub anything_else: bool,
}

/// How a policy ends in one setting.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PolicySetting {
    /// What it is asked for.
    pub kind: &'static str,
    /// How many enabled bindings ask it; 0 where it is bound nowhere, and this is how it would end.
    pub bindings: usize,
    /// For how many users it ends in which way.
    pub users: Outcomes,
    /// What it depends on.
    pub depends_on: Vec<Dependence>,
}

/// Something that the end of a policy depends on.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Dependence {
    /// The question that nobody can answer, close to the code; null where there is no such question.
    pub question: Option<String>,
    /// Why nobody can.
    pub reason: String,
}

/// A binding of a policy.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PolicyBinding {
    /// What it is bound to.
    pub target: TargetName,
    /// The key, as in the input.
    pub pk: Value,
    /// The order.
    pub order: i64,
    /// Whether the result is turned round.
    pub negate: bool,
    /// What counts when the policy raises an error.
    pub failure_result: bool,
    /// Whether it counts at all.
    pub enabled: bool,
    /// Where it was read from.
    pub place: Option<String>,
    #[serde(skip)]
    address: String,
}

impl PolicyName {
    fn of(policy: &Policy) -> Self {
        Self {
            name: policy.name.clone(),
            pk: pk(policy.pk.as_deref()),
            r#type: policy.kind.as_str().to_owned(),
        }
    }
}

impl MayWrite {
    fn of(writes: &Writes) -> Self {
        let context = match &writes.context {
            Keys::Some(keys) => Some(keys.iter().cloned().collect()),
            Keys::All => None,
        };
        Self { context, anything_else: writes.user }
    }

    fn in_words(&self) -> String {
        match &self.context {
            _ if self.anything_else => "anything".to_owned(),
            None => "any key of the context of the request".to_owned(),
            Some(keys) if keys.is_empty() => "nothing".to_owned(),
            Some(keys) => format!("`{}` in the context of the request", keys.join("`, `")),
        }
    }
}

/// What runs depend on.
fn depends_on(run: &PolicyRun) -> Vec<Dependence> {
    let asked =
        run.atoms.iter().map(|atom| Dependence { question: Some(atom.text()), reason: atom.reason() });
    let unclear = run.unclear.iter().map(|(_, reason)| reason);
    let unknown = run.unknown.iter().filter(|_| run.unclear.is_empty());
    let unclear = unclear.chain(unknown).map(|reason| Dependence { question: None, reason: reason.clone() });
    let mut found: Vec<Dependence> = asked.chain(unclear).collect();
    found.sort();
    found.dedup();
    found
}

/// The fields of a policy, without its code.
pub(super) fn fields(kind: &PolicyKind) -> Map<String, Value> {
    let fields = match kind {
        PolicyKind::Expression(_) | PolicyKind::Other(_) => json!({}),
        PolicyKind::Dummy(dummy) => {
            json!({ "result": dummy.result, "wait_min": dummy.wait_min, "wait_max": dummy.wait_max })
        }
        PolicyKind::PasswordExpiry(expiry) => json!({ "days": expiry.days, "deny_only": expiry.deny_only }),
        PolicyKind::EventMatcher(event) => json!({
            "action": event.action,
            "client_ip": event.client_ip,
            "app": event.app,
            "model": event.model,
            "query": event.query,
        }),
        PolicyKind::GeoIp(geoip) => json!({
            "asns": geoip.asns,
            "countries": geoip.countries,
            "check_history_distance": geoip.check_history_distance,
            "history_max_distance_km": geoip.history_max_distance_km,
            "distance_tolerance_km": geoip.distance_tolerance_km,
            "history_login_count": geoip.history_login_count,
            "check_impossible_travel": geoip.check_impossible_travel,
            "impossible_tolerance_km": geoip.impossible_tolerance_km,
        }),
        PolicyKind::Password(password) => json!({
            "password_field": password.password_field,
            "check_static_rules": password.check_static_rules,
            "check_have_i_been_pwned": password.check_have_i_been_pwned,
            "check_zxcvbn": password.check_zxcvbn,
        }),
        PolicyKind::UniquePassword(unique) => json!({
            "password_field": unique.password_field,
            "num_historical_passwords": unique.num_historical_passwords,
        }),
        PolicyKind::Reputation(reputation) => json!({
            "check_ip": reputation.check_ip,
            "check_username": reputation.check_username,
            "threshold": reputation.threshold,
        }),
        PolicyKind::Always(result) => json!({ "result": result }),
        PolicyKind::Unknown(reason) => json!({ "reason": reason }),
    };
    if let Value::Object(fields) = fields { fields } else { Map::new() }
}

impl OnePolicy {
    /// Everything about `id`.
    pub fn ask(context: Context<'_>, id: PolicyId) -> Self {
        let world = context.world();
        let policy = world.policies.row(id);
        let facts = context.reasoner.policy(id);
        let place =
            |origin: crate::model::Origin| origin.source().map(|_| context.sources.place(origin).to_string());
        let setting = |run: &PolicyRun| PolicySetting {
            kind: run.kind.as_str(),
            bindings: run.bindings.len(),
            users: run.outcomes,
            depends_on: depends_on(run),
        };
        let bound = world.bindings.values().filter(|row| row.policy == Some(id));
        let bindings = bound.map(|row| PolicyBinding {
            target: context.target(row.target),
            pk: pk(row.pk.as_deref()),
            order: row.order,
            negate: row.negate,
            failure_result: row.failure_result,
            enabled: row.enabled,
            place: place(row.origin),
            address: world.target_address(row.target),
        });
        let (code, quotation) = match &policy.kind {
            PolicyKind::Expression(expression) => {
                let (code, quotation) = marks::of(policy, expression, &facts, context.sources);
                (Some(code), Some(quotation))
            }
            _ => (None, None),
        };
        Self {
            schema: "whomay.policy/1",
            ground: Ground::of(context.reasoner),
            policy: PolicyName::of(policy),
            place: place(policy.origin),
            fields: fields(&policy.kind),
            code,
            writes: MayWrite::of(&facts.writes),
            settings: facts.runs.iter().map(setting).collect(),
            bindings: bindings.collect(),
            quotation,
        }
    }

    fn about(&self) -> Sheet<'_> {
        let mut sheet = Sheet::new("", &["", ""]);
        let mut row = |name: &str, value: String| sheet.row([name.to_owned(), value]);
        row("policy", self.policy.name.clone());
        row("type", self.policy.r#type.clone());
        self.place.iter().for_each(|place| row("place", place.clone()));
        for (name, value) in &self.fields {
            row(name, value.as_str().map_or_else(|| value.to_string(), str::to_owned));
        }
        if self.code.is_some() {
            row("may write", self.writes.in_words());
        }
        row("semantics", self.ground.sentence());
        sheet
    }

    fn outcomes(&self) -> Sheet<'_> {
        let columns =
            ["asked for", "#bindings", "#pass", "#fail", "#error", "#crash", "#depends", "depends on"];
        let mut sheet = Sheet::new("how it ends, in users", &columns)
            .main()
            .note("before what bindings make of it: negation and failure result");
        if self.settings.is_empty() {
            sheet = sheet.note("it is bound nowhere, and there is no application to try it on");
        }
        for setting in &self.settings {
            let kind = match setting.bindings {
                0 => format!("{} (it is bound nowhere)", setting.kind),
                _ => setting.kind.to_owned(),
            };
            let depends: Vec<String> = setting.depends_on.iter().map(Dependence::in_words).collect();
            let Outcomes { pass, fail, error, crash, depends: open } = setting.users;
            let numbers = [setting.bindings, pass, fail, error, crash, open].map(|number| number.to_string());
            sheet.row(std::iter::once(kind).chain(numbers).chain([depends.join("; ")]));
        }
        sheet
    }

    fn marks(&self) -> Option<Sheet<'_>> {
        let code = self.code.as_ref()?;
        let mut sheet = Sheet::new("what its code asks for", &["#line", "what"]);
        for mark in &code.marks {
            let line = mark.at.as_ref().map(|at| at.line.to_string()).unwrap_or_default();
            sheet.row([line, mark.text.clone()]);
        }
        if sheet.is_empty() {
            sheet = sheet.note("nothing");
        }
        Some(sheet)
    }

    fn bound(&self) -> Sheet<'_> {
        let yes = |value: bool| if value { "yes" } else { "no" }.to_owned();
        let columns = ["target", "#order", "negate", "on error", "enabled", "place"];
        let mut sheet = Sheet::new("where it is bound", &columns);
        for row in &self.bindings {
            sheet.row([
                row.address.clone(),
                row.order.to_string(),
                yes(row.negate),
                if row.failure_result { "pass" } else { "fail" }.to_owned(),
                yes(row.enabled),
                row.place.clone().unwrap_or_default(),
            ]);
        }
        if self.bindings.is_empty() {
            sheet = sheet.note("nowhere");
        }
        sheet
    }
}

impl Dependence {
    fn in_words(&self) -> String {
        match &self.question {
            Some(question) => format!("{question} ({})", self.reason),
            None => self.reason.clone(),
        }
    }
}

impl Answer for OnePolicy {
    fn ground(&self) -> Ground {
        self.ground.clone()
    }

    fn preface(&self, style: Style) -> Option<String> {
        self.quotation.as_ref()?.render(style)
    }

    fn sheets(&self) -> Vec<Sheet<'_>> {
        let about = [self.about(), self.outcomes()];
        about.into_iter().chain(self.marks()).chain([self.bound()]).collect()
    }

    fn json(&self, output: &mut dyn std::io::Write) -> std::io::Result<()> {
        Ok(serde_json::to_writer_pretty(output, self)?)
    }

    fn lines(&self, line: &mut dyn FnMut(String) -> std::io::Result<()>) -> std::io::Result<()> {
        super::lines(&self.settings, line)
    }
}
