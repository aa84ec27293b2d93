//! Sources as lints look at them: those that people log in through by themselves.

use super::Context;
use crate::model::{Details, GroupMatching, Origin, SourceFlow, TargetId, User, UserMatching};

/// Types of source that copy a directory: whoever runs it names its users and groups, and linking them by name is what
/// such a source is for.
const DIRECTORIES: [&str; 3] = ["kerberos", "ldap", "scim"];

/// A source that is switched on and that accounts of somebody else's making come from.
pub(super) struct Login<'a> {
    pub(super) id: TargetId,
    pub(super) origin: Origin,
    pub(super) user_matching: Option<UserMatching>,
    pub(super) group_matching: Option<GroupMatching>,
    pub(super) authentication_flow: Option<&'a SourceFlow>,
    pub(super) enrollment_flow: Option<&'a SourceFlow>,
    /// The path that authentik gives users who enroll through it.
    path: String,
}

impl Login<'_> {
    /// Whether the user came to be through the source, as far as its path tells.
    pub(super) fn made(&self, user: &User) -> bool {
        user.path == self.path
    }
}

impl<'a> Context<'a> {
    /// The sources that people log in through by themselves.
    pub(super) fn logins(&self) -> Vec<Login<'a>> {
        let world = self.world();
        let login = |(id, row): (TargetId, &'a crate::model::Target)| {
            let Details::Source(source) = &row.details else { return None };
            if !source.enabled || row.source_type().is_some_and(|word| DIRECTORIES.contains(&word)) {
                return None;
            }
            Some(Login {
                id,
                origin: row.origin,
                user_matching: source.user_matching,
                group_matching: source.group_matching,
                authentication_flow: source.authentication_flow.as_ref(),
                enrollment_flow: source.enrollment_flow.as_ref(),
                path: format!("goauthentik.io/sources/{}", row.slug.as_deref().unwrap_or(&row.name)),
            })
        };
        world.targets.iter().filter_map(login).collect()
    }

    /// A flow that a source names, in words.
    pub(super) fn source_flow(&self, flow: &SourceFlow) -> String {
        match flow {
            SourceFlow::Listed(id) => self.target(*id),
            SourceFlow::Unlisted(name) => format!("flow `{name}`, which is not in the input"),
        }
    }

    /// Which groups make superusers of their members: those with the flag, and those below one.
    pub(super) fn superuser_groups(&self) -> Vec<bool> {
        let flagged = self.world().groups.iter().filter(|(_, row)| row.superuser).map(|(id, _)| id);
        self.groups().below(flagged)
    }
}
