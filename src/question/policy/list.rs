//! How do all policies end?

use serde::Serialize;

use super::{Dependence, PolicyName, PolicySetting, depends_on};
use crate::model::{Id, PolicyId, TargetKind};
use crate::question::{Answer, Context, Ground, Sheet};
use crate::reason::Outcomes;

/// Every policy.
#[derive(Clone, Debug, Serialize)]
pub struct Policies {
    /// The form of this answer.
    pub schema: &'static str,
    /// What it stands on.
    pub ground: Ground,
    /// The policies, by name.
    pub policies: Vec<PolicyRow>,
}

/// One policy.
#[derive(Clone, Debug, Serialize)]
pub struct PolicyRow {
    /// The policy.
    pub policy: PolicyName,
    /// Its enabled bindings.
    pub bindings: usize,
    /// Its disabled bindings.
    pub disabled_bindings: usize,
    /// How it ends, by what it is asked for.
    pub settings: Vec<PolicySetting>,
}

impl Policies {
    /// All policies of the world.
    pub fn ask(context: Context<'_>) -> Self {
        let world = context.world();
        let mut bound = vec![(0, 0); world.policies.len()];
        for row in world.bindings.values() {
            if let Some((enabled, disabled)) = row.policy.and_then(|policy| bound.get_mut(policy.index())) {
                *if row.enabled { enabled } else { disabled } += 1;
            }
        }
        let runs = context.reasoner.policy_runs();
        let rows = world.policies.iter().zip(&runs).zip(bound);
        let mut policies: Vec<PolicyRow> = rows
            .map(|(((_, policy), runs), (bindings, disabled_bindings)): (((PolicyId, _), _), _)| PolicyRow {
                policy: PolicyName::of(policy),
                bindings,
                disabled_bindings,
                settings: settings(runs),
            })
            .collect();
        policies.sort_by(|one, other| one.policy.name.cmp(&other.policy.name));
        Self { schema: "whomay.policies/1", ground: Ground::of(context.reasoner), policies }
    }
}

/// One setting for each kind of target and each way to end on it.
fn settings(runs: &[crate::reason::PolicyRun]) -> Vec<PolicySetting> {
    let mut settings: Vec<PolicySetting> = Vec::new();
    for run in runs {
        let kind = TargetKind::as_str(run.kind);
        match settings.iter_mut().find(|known| known.kind == kind && known.users == run.outcomes) {
            Some(known) => {
                known.bindings += run.bindings.len();
                known.depends_on.extend(depends_on(run));
                known.depends_on.sort();
                known.depends_on.dedup();
            }
            None => settings.push(PolicySetting {
                kind,
                bindings: run.bindings.len(),
                users: run.outcomes,
                depends_on: depends_on(run),
            }),
        }
    }
    settings
}

impl PolicyRow {
    /// Where it is bound, and how it ends there: the settings in which it ends alike are one.
    fn rows(&self) -> Vec<(String, Option<Outcomes>, String)> {
        let disabled = match self.disabled_bindings {
            0 => String::new(),
            disabled => format!(" ({disabled} disabled)"),
        };
        let mut rows: Vec<(Vec<String>, Outcomes, Vec<&Dependence>)> = Vec::new();
        for setting in &self.settings {
            let place = match setting.bindings {
                0 => format!("nowhere{disabled}"),
                bindings => format!("{bindings} {}", setting.kind),
            };
            match rows.iter_mut().find(|(_, outcomes, _)| *outcomes == setting.users) {
                Some((places, _, depends)) => {
                    places.push(place);
                    depends.extend(&setting.depends_on);
                }
                None => rows.push((vec![place], setting.users, setting.depends_on.iter().collect())),
            }
        }
        if rows.is_empty() {
            return vec![(format!("nowhere{disabled}"), None, String::new())];
        }
        let row = |(places, outcomes, depends): (Vec<String>, Outcomes, Vec<&Dependence>)| {
            let mut reasons: Vec<&str> = depends.iter().map(|depends| depends.reason.as_str()).collect();
            reasons.sort_unstable();
            reasons.dedup();
            (places.join(", "), Some(outcomes), reasons.join("; "))
        };
        rows.into_iter().map(row).collect()
    }
}

impl Answer for Policies {
    fn ground(&self) -> Ground {
        self.ground.clone()
    }

    fn sheets(&self) -> Vec<Sheet<'_>> {
        let columns =
            ["policy", "type", "bound to", "#pass", "#fail", "#error", "#crash", "#depends", "depends on"];
        let mut sheet =
            Sheet::new("how policies end, in users", &columns).main().note(self.ground.sentence());
        for policy in &self.policies {
            for (places, outcomes, reasons) in policy.rows() {
                let numbers = match outcomes {
                    Some(Outcomes { pass, fail, error, crash, depends }) => {
                        [pass, fail, error, crash, depends].map(|number| number.to_string())
                    }
                    None => Default::default(),
                };
                let name = [policy.policy.name.clone(), policy.policy.r#type.clone(), places];
                sheet.row(name.into_iter().chain(numbers).chain([reasons]));
            }
        }
        vec![sheet]
    }

    fn json(&self, output: &mut dyn std::io::Write) -> std::io::Result<()> {
        Ok(serde_json::to_writer_pretty(output, self)?)
    }

    fn lines(&self, line: &mut dyn FnMut(String) -> std::io::Result<()>) -> std::io::Result<()> {
        crate::question::lines(&self.policies, line)
    }
}
