//! Proofs as JSON. Every object stands there with its number in the configuration and with its name.

use serde_json::{Map, Value, json};

use super::{By, Claim, Proof, RunId, Shown, Step, Unknown};
use crate::model::{BindingId, Id, ProviderId, TargetId, UserId, World};

/// What objects are called.
#[derive(Clone, Copy)]
pub struct Names<'n> {
    /// The configuration.
    pub world: &'n World,
    /// What a question about the request is called.
    pub question: &'n dyn Fn(super::AtomId) -> Option<String>,
    /// The policy of runs.
    pub run: &'n dyn Fn(RunId) -> Option<String>,
}

impl Proof {
    /// The proof as JSON.
    pub fn to_json(&self, names: Names<'_>) -> Value {
        json!({
            "user": names.user(self.user),
            "target": names.target(self.target),
            "verdict": shown(self.verdict.as_str(), self.verdict_shown),
            "effective": shown(self.effective.as_str(), self.effective_shown),
            "steps": self.steps.iter().map(|step| names.step(step)).collect::<Vec<_>>(),
        })
    }
}

fn shown(verdict: &str, shown: Shown) -> Value {
    match shown {
        Shown::Decided(step) => json!({ "is": verdict, "shown_by": [step] }),
        Shown::Depends { yes, no } => json!({ "is": verdict, "shown_by": [yes, no] }),
        Shown::Nothing => json!({ "is": verdict, "shown_by": [] }),
    }
}

impl Names<'_> {
    fn object(number: usize, name: impl Into<Value>) -> Value {
        json!({ "number": number, "name": name.into() })
    }

    pub(super) fn user(&self, id: UserId) -> Value {
        Self::object(id.index(), self.world.users.get(id).map(|row| row.username.to_string()))
    }

    pub(super) fn target(&self, id: TargetId) -> Value {
        let exists = self.world.targets.get(id).is_some();
        Self::object(id.index(), exists.then(|| self.world.target_address(id)))
    }

    fn binding(&self, id: BindingId) -> Value {
        Self::object(id.index(), self.world.bindings.get(id).map(|_| self.binding_name(id)))
    }

    /// `app:grafana#10: not group contractors`.
    fn binding_name(&self, id: BindingId) -> String {
        let row = self.world.bindings.row(id);
        let (target, bound) = (self.world.target_address(row.target), self.world.bound_in_words(row));
        format!("{target}#{}: {bound}", row.order)
    }

    fn provider(&self, id: ProviderId) -> Value {
        Self::object(id.index(), self.world.providers.get(id).map(|row| row.name.clone()))
    }

    fn unknown(&self, unknown: Unknown) -> (&'static str, Value) {
        match unknown {
            Unknown::Policy(policy) => {
                let name = self.world.policies.get(policy).map(|row| row.name.clone());
                ("policy", Self::object(policy.index(), name))
            }
            Unknown::Request(atom) => ("request", Self::object(atom.0 as usize, (self.question)(atom))),
            Unknown::Mode(target) => ("mode", self.target(target)),
            Unknown::Provider(provider) => ("provider", self.provider(provider)),
            Unknown::Expiry(target) => ("expiry", self.target(target)),
            Unknown::Bindings(target) => ("bindings", self.target(target)),
            Unknown::Exchange(target) => ("exchange", self.target(target)),
        }
    }

    /// A step.
    pub(super) fn step(&self, step: &Step) -> Value {
        let mut form = Map::new();
        let mut put = |key: &str, value: Value| form.insert(key.to_owned(), value);
        let (kind, key, about, holds) = match step.claim {
            Claim::Given(unknown, holds) => {
                let (kind, object) = self.unknown(unknown);
                put("unknown", kind.into());
                ("given", "of", object, Some(holds))
            }
            Claim::Ends(run, ends) => {
                put("ends", ends.names().collect());
                ("ends", "run", Self::object(run.0 as usize, (self.run)(run)), None)
            }
            Claim::Policy(binding, holds) => ("policy", "binding", self.binding(binding), Some(holds)),
            Claim::Match(binding, holds) => ("match", "binding", self.binding(binding), Some(holds)),
            Claim::Verdict(target, holds) => ("verdict", "target", self.target(target), Some(holds)),
            Claim::Effective(target, holds) => ("effective", "target", self.target(target), Some(holds)),
        };
        put("claim", kind.into());
        put(key, about);
        holds.map(|holds| put("holds", holds.into()));
        let because = match &step.by {
            By::Assumed => "assumed",
            By::Said(_) => "said",
            By::Follows(_) => "follows",
            By::Cases(_) => "cases",
        };
        put("because", because.into());
        if !step.by.from().is_empty() {
            put("from", step.by.from().to_vec().into());
        }
        Value::Object(form)
    }
}
