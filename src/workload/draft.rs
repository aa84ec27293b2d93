//! A workload as an input would give it.

use serde_json::Value;

use super::people::Person;
use super::policies::{department, domain};
use super::targets::{Bound, Lock};
use super::{RELEASE, Workload};
use crate::model::draft::{
    Draft, DraftBinding, DraftBoundUser, DraftDetails, DraftGroup, DraftTarget, DraftUser, Key, Reference,
    TargetReference,
};
use crate::model::{
    Attributes, Binding, Expression, Group, Mode, Origin, Places, Policy, PolicyKind, Pool, User, UserKind,
};

/// Makes names of numbers that sort as the numbers do.
struct Names {
    letter: char,
    width: usize,
}

impl Names {
    fn new(letter: char, count: u32) -> Self {
        Self { letter, width: count.saturating_sub(1).to_string().len() }
    }

    fn of(&self, number: u32) -> String {
        format!("{}{number:0width$}", self.letter, width = self.width)
    }

    fn reference(&self, number: u32) -> Reference {
        Reference { key: Key::Name(self.of(number)).into(), origin: Origin::None }
    }
}

pub(super) fn draft(workload: &Workload) -> Draft {
    let size = workload.size;
    let mut pool = Pool::default();
    let groups = Names::new('g', size.groups);
    let users = Names::new('u', size.users);
    let policies = Names::new('p', size.policies);
    let targets = Names::new('a', size.targets);
    let bindings = workload.targets.iter().zip(0..).flat_map(|(target, at)| {
        let rows = target.bindings.iter().zip(0..);
        let names = (&policies, &users, &groups);
        rows.map(move |(row, order)| binding(row, at, order, names))
    });
    Draft {
        release: Some((RELEASE.to_owned(), Origin::None)),
        groups: (0..)
            .zip(&workload.parents)
            .map(|(number, parents)| group(number, parents, &groups))
            .collect(),
        users: (0..)
            .zip(&workload.users)
            .map(|(number, person)| user(&users.of(number), person, &groups, &mut pool))
            .collect(),
        policies: (0..)
            .zip(&workload.policies)
            .map(|(number, test)| Policy {
                pk: None,
                name: policies.of(number),
                kind: PolicyKind::Expression(Expression {
                    text: test.code(),
                    origin: Origin::None,
                    places: Places::InPlace,
                }),
                origin: Origin::None,
            })
            .collect(),
        targets: (0..)
            .zip(&workload.targets)
            .map(|(number, target)| DraftTarget {
                pk: None,
                pbm: None,
                details: DraftDetails::Application { provider: None },
                name: targets.of(number),
                slug: Some(targets.of(number)),
                mode: if target.is_all { Mode::All } else { Mode::Any },
                origin: Origin::None,
            })
            .collect(),
        bindings: bindings.collect(),
        ..Draft::default()
    }
}

fn group(number: u32, parents: &[u32], groups: &Names) -> DraftGroup {
    DraftGroup {
        group: Group {
            pk: None,
            name: groups.of(number),
            parents: Vec::new(),
            parent_origins: Vec::new(),
            superuser: false,
            attributes: Attributes::new(),
            origin: Origin::None,
        },
        parents: parents.iter().map(|parent| groups.reference(*parent)).collect(),
        shaped: Vec::new(),
        users: Vec::new(),
    }
}

fn user(username: &str, person: &Person, groups: &Names, pool: &mut Pool) -> DraftUser {
    let badge = ("badge", Value::from(person.badge));
    let department = person.department.map(|number| ("department", Value::from(department(number))));
    let attributes = pool.share([badge].into_iter().chain(department).collect());
    DraftUser {
        user: User {
            pk: None,
            email: format!("{username}@{}", domain(person.domain)).into(),
            username: username.into(),
            name: "".into(),
            kind: UserKind::Internal,
            active: true,
            path: "users".into(),
            attributes,
            password_changed: None,
            groups: Box::default(),
            origin: Origin::None,
        },
        groups: person.groups.iter().map(|group| groups.reference(*group)).collect(),
    }
}

fn binding(
    row: &Lock,
    target: usize,
    order: i64,
    (policies, users, groups): (&Names, &Names, &Names),
) -> DraftBinding {
    let (mut policy, mut group, mut user) = (None, None, None);
    match row.bound {
        Bound::Policy(number) => policy = Some(policies.reference(number)),
        Bound::Group(number) => group = Some(groups.reference(number)),
        Bound::User(number) => user = Some(DraftBoundUser::Listed(users.reference(number))),
    }
    DraftBinding {
        pk: None,
        target: TargetReference::Here(target),
        policy,
        group,
        user,
        enabled: row.enabled,
        negate: row.negate,
        failure_result: row.failure_result,
        order,
        timeout: Binding::TIMEOUT,
        expires: None,
        origin: Origin::None,
    }
}
