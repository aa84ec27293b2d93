//! What a judgement of code rests on, beyond the policy and where it is bound: so that it is made again only where
//! something of that has changed.
//!
//! Which users speak for which others is decided by the answers to tests alone. How a run goes rests on more of the user
//! who speaks: on how large values are, and on what they are where nothing certain comes of them. So where a user who
//! speaks for nobody answers all tests as before, the judgement is as it was.

use std::sync::atomic::Ordering;

use indexmap::IndexSet;
use rustc_hash::FxBuildHasher;

use super::column::holds;
use super::ops::Data;
use super::run::Test;
use super::term::{Node, Op, Term};
use super::value::Who;
use crate::model::{TargetId, UserId};
use crate::policy::Study;

/// What a judgement rests on.
#[derive(Debug, Default)]
pub(crate) struct Grounds {
    /// Tests of what a user has whatever groups there are.
    of_user: Vec<Test>,
    /// All other tests.
    of_groups: Vec<Test>,
    /// Those who spoke for others.
    speakers: Vec<Who>,
    /// Whether it can rest on anything about any user.
    of_everybody: bool,
    policies: bool,
}

/// What a user has whatever groups there are.
const OWN: [&str; 12] = [
    "attributes",
    "email",
    "id",
    "is_active",
    "is_anonymous",
    "is_authenticated",
    "name",
    "password_change_date",
    "path",
    "pk",
    "type",
    "username",
];

impl Grounds {
    pub(super) fn of(
        tests: IndexSet<Test, FxBuildHasher>,
        speakers: Vec<Who>,
        alone: bool,
        data: &Data<'_>,
    ) -> Self {
        let (of_user, of_groups) = tests.into_iter().partition(|test| is_own(&test.term));
        Self {
            of_user,
            of_groups,
            speakers,
            of_everybody: alone || data.looked.users.load(Ordering::Relaxed),
            policies: data.looked.policies.load(Ordering::Relaxed),
        }
    }

    /// Whether another nesting of groups can change it.
    pub(crate) fn has_groups(&self) -> bool {
        self.of_everybody || !self.of_groups.is_empty()
    }

    /// Whether other policies than its own can change it.
    pub(crate) fn has_policies(&self) -> bool {
        self.policies
    }

    /// Whether any other row of any user may change it.
    pub(crate) fn has_everybody(&self) -> bool {
        self.of_everybody
    }

    /// Whether `user` spoke for others, so that it rests on more than what they answer to tests.
    pub(crate) fn is_spoken_by(&self, user: UserId) -> bool {
        self.speakers.contains(&Who::User(user))
    }

    /// Whether there is anything to ask a user; who gets other groups and is otherwise as before, if `groups_only`.
    pub(crate) fn has_tests(&self, groups_only: bool) -> bool {
        !self.of_groups.is_empty() || !(groups_only || self.of_user.is_empty())
    }

    /// Which of the tests `user` passes.
    pub(crate) fn answers(
        &self,
        study: &Study<'_>,
        target: TargetId,
        user: UserId,
        groups_only: bool,
    ) -> Vec<bool> {
        let data = Data::new(study.world, &study.ancestry, target);
        let of_user = self.of_user.iter().filter(|_| !groups_only);
        of_user.chain(&self.of_groups).map(|test| holds(&data, test, Who::User(user))).collect()
    }
}

fn is_own(term: &Term) -> bool {
    match term.node() {
        _ if !term.varies() => true,
        Node::Op(Op::Attribute(name), terms) if OWN.contains(&name.as_ref()) => match terms.as_slice() {
            [subject] if *subject.node() == Node::Subject => true,
            terms => terms.iter().all(|term| is_own(term)),
        },
        Node::Op(_, terms) | Node::Build(_, terms) => terms.iter().all(|term| is_own(term)),
        Node::Const(_) | Node::Subject | Node::Given(_) => false,
    }
}
