//! What edits do, said plainly: to a draft, by names.

mod binding;
mod delete;
mod edit;
mod people;
mod set;
mod target;

use std::collections::BTreeSet;

use proptest::sample::Index;
use whomay::model::draft::{
    Draft, DraftBinding, DraftBoundUser, DraftDetails, DraftGroup, DraftTarget, DraftUser, Key, Reference,
    TargetReference,
};
use whomay::model::{
    Attributes, Dummy, Group, Mode, Origin, Policy, PolicyKind, Provider, Stage, User, UserKind,
};

fn reference(name: &str) -> Reference {
    Reference { key: Key::Name(name.to_owned()).into(), origin: Origin::None }
}

fn says(reference: &Reference, name: &str) -> bool {
    matches!(&*reference.key, Key::Name(known) if known == name)
}

fn name(reference: &Reference) -> String {
    let (Key::Name(name) | Key::Pk(name)) = &*reference.key;
    name.clone()
}

/// The policies that edits make, in words and as they are.
fn kinds(which: usize) -> (&'static str, PolicyKind) {
    let dummy = |result| PolicyKind::Dummy(Dummy { result, wait_min: 0, wait_max: 9 });
    match which {
        0 => ("always pass", PolicyKind::Always(true)),
        1 => ("unknown \"r\"", PolicyKind::Unknown("r".to_owned())),
        2 => ("dummy { result: true wait_min: 0 wait_max: 9 }", dummy(true)),
        _ => ("dummy { wait_min: 0, wait_max: 9 }", dummy(false)),
    }
}

pub(super) use edit::{Bound, Edit, Row, edit};

/// A configuration, in which targets that are gone keep their place.
pub(super) struct Model {
    draft: Draft,
    gone: BTreeSet<usize>,
    /// Every binding gets a key of its own.
    next: usize,
}

impl Model {
    pub(super) fn of(mut draft: Draft) -> Self {
        for (number, row) in draft.bindings.iter_mut().enumerate() {
            row.pk = Some(format!("b{number}"));
        }
        let next = draft.bindings.len();
        Self { draft, gone: BTreeSet::new(), next }
    }

    /// The configuration without what is gone.
    pub(super) fn draft(&self) -> Draft {
        let mut draft = self.draft.clone();
        let kept: Vec<usize> = (0..draft.targets.len()).filter(|at| !self.gone.contains(at)).collect();
        let moved = |reference: &mut TargetReference| {
            if let TargetReference::Here(at) = reference {
                *at = kept.iter().position(|kept| kept == at).unwrap();
            }
        };
        draft.targets = kept.iter().map(|at| self.draft.targets[*at].clone()).collect();
        for target in &mut draft.targets {
            match &mut target.details {
                DraftDetails::Entitlement { application: owner }
                | DraftDetails::StageBinding { flow: owner, .. } => {
                    moved(owner);
                }
                DraftDetails::Source(source) => {
                    source.authentication_flow.iter_mut().for_each(moved);
                    source.enrollment_flow.iter_mut().for_each(moved);
                }
                DraftDetails::Device { access_group: Some(group), .. } => moved(group),
                _ => {}
            }
        }
        draft.bindings.iter_mut().for_each(|row| moved(&mut row.target));
        draft
    }

    fn one(&self, index: Index, of: impl Fn(&DraftDetails) -> bool) -> Option<usize> {
        let here = |at: &usize| !self.gone.contains(at) && of(&self.draft.targets[*at].details);
        let known: Vec<usize> = (0..self.draft.targets.len()).filter(here).collect();
        (!known.is_empty()).then(|| *index.get(&known))
    }

    fn address(&self, at: usize) -> String {
        let row = &self.draft.targets[at];
        let own = |at: &TargetReference| match at {
            TargetReference::Here(at) => self.draft.targets[*at].name.clone(),
            TargetReference::Elsewhere(_) => panic!("all targets are here"),
        };
        let name = match &row.details {
            DraftDetails::Entitlement { application } => format!("{}/{}", own(application), row.name),
            DraftDetails::StageBinding { flow, stage, order, .. } => {
                format!("{}/{}@{order}", own(flow), name(stage))
            }
            _ => row.name.clone(),
        };
        format!("{}:{name}", row.details.kind().prefix())
    }

    fn user(&self, index: Index) -> Option<String> {
        let users = &self.draft.users;
        (!users.is_empty()).then(|| index.get(users).user.username.to_string())
    }

    fn group(&self, index: Index) -> Option<String> {
        let groups = &self.draft.groups;
        (!groups.is_empty()).then(|| index.get(groups).group.name.clone())
    }

    fn policy(&self, index: Index) -> Option<String> {
        let policies = &self.draft.policies;
        (!policies.is_empty()).then(|| index.get(policies).name.clone())
    }

    /// Takes targets away, with their parts and bindings.
    fn lose(&mut self, lost: impl Fn(&Self, usize) -> bool) {
        let lost: BTreeSet<usize> = (0..self.draft.targets.len()).filter(|at| lost(self, *at)).collect();
        let is_lost = |reference: &TargetReference, lost: &BTreeSet<usize>| matches!(reference, TargetReference::Here(at) if lost.contains(at));
        let mut all = lost.clone();
        for (at, row) in self.draft.targets.iter().enumerate() {
            if let DraftDetails::Entitlement { application: owner }
            | DraftDetails::StageBinding { flow: owner, .. } = &row.details
                && is_lost(owner, &lost)
            {
                all.insert(at);
            }
        }
        for row in &mut self.draft.targets {
            match &mut row.details {
                DraftDetails::Source(source) => {
                    source.authentication_flow.take_if(|flow| is_lost(flow, &all));
                    source.enrollment_flow.take_if(|flow| is_lost(flow, &all));
                }
                DraftDetails::Device { access_group, .. } => {
                    access_group.take_if(|group| is_lost(group, &all));
                }
                _ => {}
            }
        }
        self.draft.bindings.retain(|row| !is_lost(&row.target, &all));
        self.gone.extend(all);
    }

    fn text(row: &DraftBinding) -> String {
        let mut bound = Vec::new();
        bound.extend(row.policy.as_ref().map(|policy| format!("policy {}", name(policy))));
        bound.extend(row.group.as_ref().map(|group| format!("group {}", name(group))));
        bound.extend(row.user.as_ref().map(|user| match user {
            DraftBoundUser::Listed(user) => format!("user {}", name(user)),
            DraftBoundUser::Unlisted(key) => format!("user unlisted {key}"),
        }));
        let word = |on: bool, word: &'static str| if on { word } else { "" };
        format!(
            "{}: {}{}{}{}{}",
            row.order,
            word(!row.enabled, "disabled "),
            word(row.negate, "not "),
            if bound.is_empty() { "nothing".to_owned() } else { bound.join(" + ") },
            word(row.failure_result, " on error pass"),
            row.pk.as_ref().map(|pk| format!(" pk {pk}")).unwrap_or_default(),
        )
    }

    fn row(&mut self, target: usize, row: &Row) -> DraftBinding {
        let (disabled, negate, failure_result) = row.flags;
        let user = row.user.as_ref().and_then(|user| match user {
            Bound::Listed(user) => self.user(*user).map(|user| DraftBoundUser::Listed(reference(&user))),
            Bound::Unlisted => Some(DraftBoundUser::Unlisted("1".to_owned())),
        });
        self.next += 1;
        DraftBinding {
            pk: Some(format!("b{}", self.next)),
            target: TargetReference::Here(target),
            policy: row.policy.and_then(|policy| self.policy(policy)).map(|policy| reference(&policy)),
            group: row.group.and_then(|group| self.group(group)).map(|group| reference(&group)),
            user,
            enabled: !disabled,
            negate,
            failure_result,
            order: row.order,
            timeout: 30,
            expires: None,
            origin: Origin::None,
        }
    }

    /// How a binding is written: by its order where no other one of its target has it, else by its key.
    fn spot(&self, at: usize) -> String {
        let row = &self.draft.bindings[at];
        let alike = |other: &&DraftBinding| other.target == row.target && other.order == row.order;
        match &row.target {
            TargetReference::Here(target) if self.draft.bindings.iter().filter(alike).count() == 1 => {
                format!("{}#{}", self.address(*target), row.order)
            }
            _ => format!("pk {}", row.pk.as_ref().unwrap()),
        }
    }

    fn binding(&self, index: Index) -> Option<usize> {
        let rows = self.draft.bindings.len();
        (rows > 0).then(|| index.index(rows))
    }

    fn add(&mut self, details: DraftDetails, name: String, mode: Mode, slug: Option<String>) -> usize {
        let target = DraftTarget { pk: None, pbm: None, details, name, slug, mode, origin: Origin::None };
        self.draft.targets.push(target);
        self.draft.targets.len() - 1
    }

    fn is_taken(&self, address: &str) -> bool {
        (0..self.draft.targets.len()).any(|at| !self.gone.contains(&at) && self.address(at) == address)
    }

    /// Makes an edit, and says how it is written; `None` where there is nothing to make it with.
    pub(super) fn make(&mut self, edit: &Edit) -> Option<String> {
        let of_one = [Self::deleted, Self::bound, Self::moved, Self::set, Self::added];
        of_one.into_iter().find_map(|make| make(self, edit))
    }
}
