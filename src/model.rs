//! What was read: the [`World`] and everything in it, whatever input it came from.

mod ancestry;
mod asked;
pub mod assertion;
mod attributes;
mod binding;
mod both;
pub mod builder;
mod change;
mod differences;
pub mod draft;
mod edition;
mod find;
mod group;
mod id;
mod members;
mod origin;
mod places;
mod policy;
mod provider;
mod source;
mod stage;
mod target;
mod user;

pub use ancestry::Ancestry;
pub use attributes::Attributes;
pub(crate) use attributes::{Pool, has_signed_zero};
pub use binding::{Binding, BoundUser};
pub use both::Both;
pub use builder::nearest;
pub use change::{Change, ChangeError};
pub(crate) use change::{Part, Renumbered};
pub use differences::{Difference, Matching, Side, differences};
pub use edition::{Aspect, Edition, EditionError, Generation, Parents, Release};
pub use find::FindError;
pub use group::Group;
pub use id::{BindingId, GroupId, Id, PolicyId, ProviderId, StageId, Table, TargetId, UserId};
pub(crate) use members::Members;
pub use origin::{Origin, SourceId};
pub use places::{Piece, Places};
pub use policy::{
    Dummy, EventMatcher, Expression, GeoIp, PasswordExpiry, PasswordRules, Policy, PolicyKind, Reputation,
    Score, UniquePassword,
};
pub use provider::Provider;
pub use source::{GroupMatching, Source, SourceFlow, UserMatching};
pub use stage::Stage;
pub use target::{Details, Mode, Target, TargetKind};
pub use user::{User, UserKind};

/// A configuration, with all names resolved. [`World::apply`] changes it, one edit at a time.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct World {
    /// The semantics to apply.
    pub edition: Edition,
    /// Where the edition was found.
    pub edition_from: EditionFrom,
    /// The tenant's flags.
    pub flags: Flags,
    /// Whether the input describes a part of a tenant, as blueprints do: what it does not hold may be there all the
    /// same.
    pub partial: bool,
    /// The users, by username.
    pub users: Table<UserId, User>,
    /// The groups, by name.
    pub groups: Table<GroupId, Group>,
    /// The policies, by name.
    pub policies: Table<PolicyId, Policy>,
    /// The stages, by name.
    pub stages: Table<StageId, Stage>,
    /// The providers, by name.
    pub providers: Table<ProviderId, Provider>,
    /// The targets, by kind and name.
    pub targets: Table<TargetId, Target>,
    /// The bindings, by target and order; those of equal order in an order that only their content decides.
    pub bindings: Table<BindingId, Binding>,
    /// The reputation scores; `None` when the input does not carry them.
    pub reputation: Option<Vec<Score>>,
}

/// Who said which edition it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EditionFrom {
    /// The input.
    Input,
    /// The caller.
    Caller,
    /// Nobody: the newest known one.
    Newest,
}

/// Flags of the tenant that change verdicts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Flags {
    /// Whether an application with nothing bound is open. `None`: nobody said, authentik's default (yes) counts.
    pub core_default_app_access: Option<bool>,
}

impl World {
    /// The bindings of `target`, in the order of evaluation, disabled ones too.
    pub fn bindings_of(&self, target: TargetId) -> impl Iterator<Item = (BindingId, &Binding)> + Clone {
        // Bindings are sorted by target.
        let rows = self.bindings.values().as_slice();
        let start = rows.partition_point(|binding| binding.target < target);
        rows.iter()
            .enumerate()
            .skip(start)
            .take_while(move |(_, binding)| binding.target == target)
            .map(|(index, binding)| (BindingId::from_index(index), binding))
    }

    /// The name that tells `target` from all others of its kind: the slug where there is one; for an
    /// entitlement the slug of its application, a slash and its name; the name otherwise.
    pub fn target_name(&self, target: TargetId) -> String {
        let row = self.targets.row(target);
        match &row.details {
            Details::Entitlement { application } => {
                format!("{}/{}", self.target_name(*application), row.name)
            }
            _ => row.slug.clone().unwrap_or_else(|| row.name.clone()),
        }
    }

    /// The target as it is written on the command line: `app:grafana`, `entitlement:grafana/admin`.
    pub fn target_address(&self, target: TargetId) -> String {
        format!("{}:{}", self.targets.row(target).kind().prefix(), self.target_name(target))
    }

    /// What a binding binds, in words: `not group contractors`, `policy office-hours + user anna`, `nothing`.
    pub fn bound_in_words(&self, row: &Binding) -> String {
        let user = |user: &BoundUser| match user {
            BoundUser::Listed(user) => format!("user {}", self.users.row(*user).username),
            BoundUser::Unlisted(key) => format!("user {key} (not listed)"),
        };
        let parts = [
            row.policy.map(|policy| format!("policy {}", self.policies.row(policy).name)),
            row.group.map(|group| format!("group {}", self.groups.row(group).name)),
            row.user.as_ref().map(user),
        ];
        let bound: Vec<String> = parts.into_iter().flatten().collect();
        let bound = if bound.is_empty() { "nothing".to_owned() } else { bound.join(" + ") };
        if row.negate { format!("not {bound}") } else { bound }
    }
}
