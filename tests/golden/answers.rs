//! What authentik answered, found by target, binding and flow.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde_json::Value;
use whomay::lint::Context;
use whomay::model::{BindingId, BoundUser, Details, GroupId, PolicyId, Target, TargetId, TargetKind, World};

use super::recording::Recording;

/// What else was recorded of a tenant.
pub(crate) struct Recorded {
    pub(crate) users: Vec<User>,
    /// Runs of policies, by the key of the binding.
    steps: BTreeMap<String, Vec<Step>>,
    flows: Vec<Run>,
}

/// A user, as authentik computes it.
pub(crate) struct User {
    pub(crate) name: String,
    pub(crate) active: bool,
    pub(crate) superuser: bool,
    pub(crate) groups: BTreeSet<String>,
    pub(crate) all_groups: BTreeSet<String>,
}

/// One run of a policy for one binding.
pub(crate) struct Step {
    pub(crate) user: String,
    pub(crate) http: Option<bool>,
    /// What the policy returned or raised.
    pub(crate) raw: String,
    /// What counts.
    pub(crate) result: bool,
}

/// One walk through a flow.
pub(crate) struct Run {
    flow: String,
    pub(crate) user: String,
    pub(crate) ctx: String,
    pub(crate) refused: bool,
    /// The stages that came, by name.
    pub(crate) executed: Vec<String>,
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn texts<C: FromIterator<String>>(value: &Value) -> C {
    value.as_array().into_iter().flatten().map(text).collect()
}

impl Recorded {
    pub(crate) fn read(folder: &Path) -> Self {
        let read = |name: &str| -> Value {
            serde_json::from_str(&std::fs::read_to_string(folder.join(name)).unwrap()).unwrap()
        };
        let (verdicts, ids) = (read("verdicts.json"), read("ids.json"));
        let rows = |name: &str| verdicts[name].as_array().unwrap().iter();
        let user = |row: &Value| User {
            name: text(&row["ref"]),
            active: row["is_active"].as_bool().unwrap(),
            superuser: row["is_superuser"].as_bool().unwrap(),
            groups: texts(&row["groups"]),
            all_groups: texts(&row["all_groups"]),
        };
        let run = |row: &Value| {
            let flow =
                rows("targets").find(|target| target["kind"] == "flow" && target["ref"] == row["flow"]);
            Run {
                flow: flow.map(|target| text(&target["pk"])).unwrap_or_default(),
                user: text(&row["user"]),
                ctx: text(&row["ctx"]),
                refused: row.get("exception").is_some(),
                executed: texts(&row["executed"]),
            }
        };
        let mut steps: BTreeMap<String, Vec<Step>> = BTreeMap::new();
        // Rules are asked in a way of their own, which is recorded apart.
        let is_rule = |row: &&Value| {
            let target = usize::try_from(row["target"].as_u64().unwrap()).unwrap();
            verdicts["targets"][target]["kind"] == "notification_rule"
        };
        let engine = rows("engine").filter(|row| !is_rule(row));
        let engine = engine.map(|row| (row, row, Some(row["ctx"] == "http")));
        let rules = rows("notification_rules").map(|row| (row, row.get("verdict").unwrap_or(row), None));
        for (row, verdict, http) in engine.chain(rules) {
            for step in verdict["steps"].as_array().into_iter().flatten() {
                // Targets that authentik made itself have keys where others have our names.
                let name = text(&step["binding"]);
                let key = ids["bindings"].get(&name).map_or(name, text);
                steps.entry(key).or_default().push(Step {
                    user: text(&row["user"]),
                    http,
                    raw: text(&step["raw"]),
                    result: step["result"].as_bool().unwrap(),
                });
            }
        }
        Self { users: rows("users").map(user).collect(), steps, flows: rows("flows").map(run).collect() }
    }
}

/// What authentik answered, as far as the requests were such as the lints were told of.
pub(crate) struct Answers<'a> {
    pub(crate) world: &'a World,
    pub(crate) recording: &'a Recording,
    pub(crate) recorded: &'a Recorded,
    pub(crate) context: &'a Context<'a>,
    /// Whether only answers with a request count, or only those without.
    pub(crate) http: Option<bool>,
    pub(crate) users: BTreeMap<&'a str, &'a User>,
}

/// The answers that a claim is about; `true` where the answer is as claimed.
pub(crate) type Claimed = Vec<(String, bool)>;

impl Answers<'_> {
    fn is_meant(&self, http: Option<bool>) -> bool {
        self.http.is_none() || http.is_none() || http == self.http
    }

    /// Whether somebody who has not logged in asks for such targets, too.
    fn asks(&self, target: TargetId, user: &str) -> bool {
        let kind = self.world.targets.row(target).kind();
        let listed = !user.starts_with('<');
        listed || matches!(kind, TargetKind::Flow | TargetKind::StageBinding | TargetKind::Source)
    }

    /// What was answered for `target`, by user.
    pub(crate) fn verdicts(&self, target: TargetId) -> Vec<(&str, bool)> {
        let row = self.world.targets.row(target);
        let Some(pk) = row.pk.as_deref() else { return Vec::new() };
        // The engine is not all that decides about these.
        let in_the_end = matches!(row.kind(), TargetKind::Entitlement | TargetKind::Device);
        // Without a policy, a request changes nothing, and there is no answer of its own.
        let alike = !self.world.bindings_of(target).any(|(_, row)| row.enabled && row.policy.is_some());
        let said = self.recording.said.iter().filter(|said| {
            said.target == pk
                && (alike || self.is_meant(said.http))
                && said.in_the_end == in_the_end
                && self.asks(target, &said.user)
        });
        said.map(|said| (said.user.as_str(), said.passing)).collect()
    }

    /// Whether a stage came, where its name says which one it was.
    fn came(&self, target: TargetId) -> Vec<(&str, bool)> {
        let details = &self.world.targets.row(target).details;
        // Flows bring users and data that are not assumed otherwise.
        let (Details::StageBinding { flow, stage, .. }, None) = (details, self.http) else {
            return Vec::new();
        };
        let is_same = |row: &Target| {
            matches!(&row.details, Details::StageBinding { flow: other, stage: again, .. }
                if (other, again) == (flow, stage))
        };
        if self.world.targets.values().filter(|row| is_same(row)).count() > 1 {
            return Vec::new();
        }
        let name = &self.world.stages.row(*stage).name;
        let runs = self.runs(*flow).into_iter().filter(|run| !run.refused);
        runs.map(|run| (run.user.as_str(), run.executed.contains(name))).collect()
    }

    fn runs(&self, flow: TargetId) -> Vec<&Run> {
        let pk = self.world.targets.row(flow).pk.as_deref();
        self.recorded.flows.iter().filter(|run| Some(run.flow.as_str()) == pk).collect()
    }

    pub(crate) fn all(&self, target: TargetId, passing: bool) -> Claimed {
        let verdicts = self.verdicts(target).into_iter().chain(self.came(target));
        verdicts.map(|(user, said)| (user.to_owned(), said == passing)).collect()
    }

    pub(crate) fn these(&self, target: TargetId, passing: bool, test: impl Fn(&str) -> bool) -> Claimed {
        let verdicts = self.verdicts(target).into_iter().filter(|(user, _)| test(user));
        verdicts.map(|(user, said)| (user.to_owned(), said == passing)).collect()
    }

    pub(crate) fn steps(&self, binding: BindingId) -> Vec<&Step> {
        let row = self.world.bindings.row(binding);
        let Some(pk) = row.pk.as_deref() else { return Vec::new() };
        let steps = self.recorded.steps.get(pk).into_iter().flatten();
        steps.filter(|step| self.is_meant(step.http) && self.asks(row.target, &step.user)).collect()
    }

    pub(crate) fn steps_of(&self, policy: PolicyId, at: Option<&str>) -> Vec<&Step> {
        let is_bound = |id: &BindingId| {
            let row = self.world.bindings.row(*id);
            // For entitlements, no policy is asked.
            row.policy == Some(policy)
                && self.world.targets.row(row.target).kind() != TargetKind::Entitlement
                && at.is_none_or(|at| self.context.target(row.target) == at)
        };
        self.world.bindings.ids().filter(is_bound).flat_map(|id| self.steps(id)).collect()
    }

    pub(crate) fn raw(steps: Vec<&Step>, expected: &[&str]) -> Claimed {
        steps.into_iter().map(|step| (step.user.clone(), expected.contains(&step.raw.as_str()))).collect()
    }

    /// All of them end alike.
    pub(crate) fn alike(steps: Vec<&Step>) -> Claimed {
        let Some(first) = steps.first().map(|step| step.raw.clone()) else { return Vec::new() };
        Self::raw(steps, &[&first])
    }

    pub(crate) fn is_member(&self, user: &str, group: GroupId) -> bool {
        self.users.get(user).is_some_and(|user| user.all_groups.contains(&self.world.groups.row(group).name))
    }

    /// Whether `user` is whom the row asks for, by a group or as a user.
    pub(crate) fn is_asked_for(&self, user: &str, binding: BindingId) -> bool {
        let row = self.world.bindings.row(binding);
        let is_user = match &row.user {
            Some(BoundUser::Listed(id)) => self.world.users.row(*id).username == user,
            _ => false,
        };
        is_user || row.group.is_some_and(|group| self.is_member(user, group))
    }

    pub(crate) fn listed(&self) -> impl Iterator<Item = &str> {
        self.world.users.values().map(|user| user.username.as_str())
    }

    /// At least so many users as the words after `before` say have an error recorded.
    pub(crate) fn raising(&self, binding: BindingId, words: &str) -> Claimed {
        let listed: BTreeSet<&str> = self.listed().collect();
        let number = words.split_whitespace().find_map(|word| match word {
            "one" => Some(1),
            "everyone" => Some(listed.len()),
            word => word.parse().ok(),
        });
        let Some(number) = number.filter(|_| words.starts_with("raises for ")) else { return Vec::new() };
        let mut raised: BTreeMap<Option<bool>, BTreeSet<&str>> = BTreeMap::new();
        for step in self.steps(binding).into_iter().filter(|step| listed.contains(step.user.as_str())) {
            let users = raised.entry(step.http).or_default();
            if step.raw == "policy_exception" {
                users.insert(&step.user);
            }
        }
        raised
            .into_values()
            .map(|users| (format!("{} users raise", users.len()), users.len() >= number))
            .collect()
    }

    pub(crate) fn flow(&self, target: TargetId, test: impl Fn(&Run) -> Option<bool>) -> Claimed {
        let runs = self.runs(target).into_iter();
        runs.filter_map(|run| Some((format!("{} ({})", run.user, run.ctx), test(run)?))).collect()
    }
}
