//! Random edits.

use proptest::prelude::*;
use proptest::sample::Index;

/// A random edit; what it is about depends on what there is.
#[derive(Clone, Debug)]
pub(crate) enum Edit {
    DeleteUser(Index),
    DeleteGroup(Index),
    DeletePolicy(Index),
    DeleteTarget(Index, bool),
    DeleteStage(Index),
    DeleteProvider(Index),
    Unbind(Index),
    Turn(Index),
    Negate(Index),
    Change(Index, Row),
    Bind(Index, Row),
    Join(Index, Index),
    Leave(Index, Index),
    Nest(Index, Index),
    Unnest(Index, Index),
    Mode(Index, usize),
    Active(Index),
    Superuser(Index),
    Provider(Index, Option<Index>),
    AccessGroup(Index, Option<Index>),
    Flag(bool),
    AddUser(usize, Index),
    AddGroup(usize, Index, Index),
    AddPolicy(usize, usize),
    Replace(Index, usize),
    AddApplication(usize, Row, Row),
    AddEntitlement(usize, Index, Row),
    AddStage(i64, Index, Row),
    AddEndpoint(usize, Index),
    AddDevices(usize),
}

#[derive(Clone, Debug)]
pub(crate) struct Row {
    pub(super) policy: Option<Index>,
    pub(super) group: Option<Index>,
    pub(super) user: Option<Bound>,
    pub(super) flags: (bool, bool, bool),
    pub(super) order: i64,
    pub(super) has_key: bool,
}

/// The user of a binding.
#[derive(Clone, Debug)]
pub(crate) enum Bound {
    Listed(Index),
    Unlisted,
}

fn row() -> impl Strategy<Value = Row> {
    let index = |weight| prop::option::weighted(weight, any::<Index>());
    let user = prop_oneof![4 => any::<Index>().prop_map(Bound::Listed), 1 => Just(Bound::Unlisted)];
    let user = prop::option::weighted(0.3, user);
    let flags = (prop::bool::weighted(0.2), any::<bool>(), any::<bool>());
    (index(0.4), index(0.5), user, flags, 0..4_i64, any::<bool>()).prop_map(
        |(policy, group, user, flags, order, has_key)| Row { policy, group, user, flags, order, has_key },
    )
}

pub(crate) fn edit() -> impl Strategy<Value = Edit> {
    let index = any::<Index>;
    let new = || 0..3_usize;
    let one = prop_oneof![
        2 => index().prop_map(Edit::DeleteUser),
        3 => index().prop_map(Edit::DeleteGroup),
        2 => index().prop_map(Edit::DeletePolicy),
        3 => (index(), any::<bool>()).prop_map(|(target, short)| Edit::DeleteTarget(target, short)),
        1 => index().prop_map(Edit::DeleteStage),
        1 => index().prop_map(Edit::DeleteProvider),
        3 => index().prop_map(Edit::Unbind),
        3 => index().prop_map(Edit::Turn),
        3 => index().prop_map(Edit::Negate),
        3 => (index(), row()).prop_map(|(binding, row)| Edit::Change(binding, row)),
        4 => (index(), row()).prop_map(|(target, row)| Edit::Bind(target, row)),
        3 => (index(), index()).prop_map(|(user, group)| Edit::Join(user, group)),
        3 => (index(), index()).prop_map(|(user, group)| Edit::Leave(user, group)),
        2 => (index(), index()).prop_map(|(child, parent)| Edit::Nest(child, parent)),
        2 => (index(), index()).prop_map(|(child, parent)| Edit::Unnest(child, parent)),
    ];
    let other = prop_oneof![
        3 => (index(), 0..4_usize).prop_map(|(target, mode)| Edit::Mode(target, mode)),
        2 => index().prop_map(Edit::Active),
        1 => index().prop_map(Edit::Superuser),
        2 => (index(), prop::option::of(index())).prop_map(|(of, provider)| Edit::Provider(of, provider)),
        2 => (index(), prop::option::of(index())).prop_map(|(of, group)| Edit::AccessGroup(of, group)),
        1 => any::<bool>().prop_map(Edit::Flag),
        2 => (new(), index()).prop_map(|(name, group)| Edit::AddUser(name, group)),
        3 => (new(), index(), index()).prop_map(|(name, parent, member)| Edit::AddGroup(name, parent, member)),
        2 => (new(), 0..4_usize).prop_map(|(name, kind)| Edit::AddPolicy(name, kind)),
        2 => (index(), 0..4_usize).prop_map(|(policy, kind)| Edit::Replace(policy, kind)),
        3 => (new(), row(), row()).prop_map(|(name, row, inner)| Edit::AddApplication(name, row, inner)),
        3 => (new(), index(), row()).prop_map(|(name, of, row)| Edit::AddEntitlement(name, of, row)),
        2 => (0..3_i64, index(), row()).prop_map(|(order, of, row)| Edit::AddStage(order, of, row)),
        2 => (new(), index()).prop_map(|(name, provider)| Edit::AddEndpoint(name, provider)),
        1 => new().prop_map(Edit::AddDevices),
    ];
    prop_oneof![1 => one, 1 => other]
}
