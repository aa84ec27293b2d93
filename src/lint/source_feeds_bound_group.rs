//! See [`SourceFeedsBoundGroup`].

use super::sources::Login;
use super::{Context, Finding, Lint, Object};
use crate::diagnostic::Severity;
use crate::model::{BindingId, GroupId, GroupMatching, Id, TargetKind};

lint! {
    /// A source that puts its users into groups of the same name here, where such a group opens something.
    ///
    /// # Why it matters
    ///
    /// With `name_link`, a group that the source names is the group with that name here, whoever made it and for
    /// whatever. Whoever may name groups over there, or get into one, gets into it with the next login: into what is
    /// bound to the group, or among the superusers (dossier §3.7). That is an error for groups of superusers, and a
    /// warning for them where all members come from the source, which looks as if it was meant.
    ///
    /// A group without the flag is left out where it has no members but those that enrolled through the source: it seems to
    /// be there for them. Sources that copy a directory (LDAP, Kerberos, SCIM) are left out, too.
    ///
    /// # Example
    ///
    /// ```may
    /// group admins { superuser: true }
    /// user anna in admins
    /// stage enter user_login
    /// flow google-login { designation: authentication  stage enter at 10 }
    /// source google {
    ///     type: oauth
    ///     group_matching_mode: name_link
    ///     authentication_flow: google-login
    /// }
    /// ```
    ///
    /// # Instead
    ///
    /// ```may
    /// group admins { superuser: true }
    /// user anna in admins
    /// stage enter user_login
    /// flow google-login { designation: authentication  stage enter at 10 }
    /// source google {
    ///     type: oauth
    ///     group_matching_mode: name_deny
    ///     authentication_flow: google-login
    /// }
    /// ```
    SourceFeedsBoundGroup, "source-feeds-bound-group", Error
}

impl Lint for SourceFeedsBoundGroup {
    fn check(&self, context: &Context<'_>) -> Vec<Finding> {
        let sources: Vec<Login<'_>> = context
            .logins()
            .into_iter()
            .filter(|source| source.group_matching == Some(GroupMatching::NameLink))
            // Groups come with a login or an enrollment.
            .filter(|source| source.authentication_flow.is_some() || source.enrollment_flow.is_some())
            .collect();
        if sources.is_empty() {
            return Vec::new();
        }
        let rights = Rights::of(context);
        sources.iter().filter_map(|source| about(context, source, &rights)).collect()
    }
}

/// What members of groups get.
struct Rights {
    /// Whether they are superusers.
    superusers: Vec<bool>,
    /// A binding that lets them in somewhere.
    opens: Vec<Option<BindingId>>,
}

impl Rights {
    fn of(context: &Context<'_>) -> Self {
        let world = context.world();
        let mut opens = vec![None; world.groups.len()];
        for (target, row) in world.targets.iter() {
            // A stage that runs, a notification that is sent or a source on a list is no access.
            let is_access = !matches!(
                row.kind(),
                TargetKind::StageBinding | TargetKind::NotificationRule | TargetKind::Source
            );
            if !is_access {
                continue;
            }
            for (id, binding) in context.counted(target) {
                let Some(group) = binding.group.filter(|_| !binding.negate) else { continue };
                if !context.matters(target) {
                    break;
                }
                let below = context.groups().below([group]);
                for (slot, _) in
                    opens.iter_mut().zip(below).filter(|(slot, is_below)| *is_below && slot.is_none())
                {
                    *slot = Some(id);
                }
            }
        }
        Self { superusers: context.superuser_groups(), opens }
    }
}

/// The groups that `source` could put somebody into, by what that gives.
fn about(context: &Context<'_>, source: &Login<'_>, rights: &Rights) -> Option<Finding> {
    let world = context.world();
    let mut made = vec![false; world.groups.len()];
    let mut kept = vec![false; world.groups.len()];
    for user in world.users.values() {
        let members = if source.made(user) { &mut made } else { &mut kept };
        for group in &user.groups {
            if let Some(slot) = members.get_mut(group.index()) {
                *slot = true;
            }
        }
    }
    let has = |members: &[bool], group: GroupId| members.get(group.index()) == Some(&true);
    let is_super = |group: &GroupId| has(&rights.superusers, *group);
    let supers: Vec<GroupId> = world.groups.ids().filter(is_super).collect();
    let bound: Vec<(GroupId, BindingId)> = world
        .groups
        .ids()
        .filter(|group| !is_super(group) && (has(&kept, *group) || world.partial))
        .filter_map(|group| Some((group, (*rights.opens.get(group.index())?)?)))
        .collect();
    let names = |groups: &[GroupId]| {
        let noun = if groups.len() == 1 { "group" } else { "groups" };
        let names = context.names(groups.iter().map(|group| world.groups.row(*group).name.as_str()));
        format!("{noun} {names}")
    };
    let of_bound: Vec<GroupId> = bound.iter().map(|(group, _)| *group).collect();
    let into = match (supers.is_empty(), bound.is_empty()) {
        (true, true) => return None,
        (false, true) => format!("{} of superusers", names(&supers)),
        (true, false) => names(&of_bound),
        (false, false) => format!("{} of superusers, and into {}", names(&supers), names(&of_bound)),
    };
    let message = format!("whoever names groups at {} gets people into {into}", context.target(source.id));
    // The mode may be on another page than the source.
    let mut finding = Finding::about(world, Object::Target(source.id), message)
        .at(source.origin, "its groups are linked by their name");
    for group in supers.iter().take(2) {
        let row = world.groups.row(*group);
        finding = finding.at(row.origin, format!("members of `{}` are superusers", row.name));
    }
    for (group, binding) in bound.iter().take(2) {
        let row = world.bindings.row(*binding);
        let name = &world.groups.row(*group).name;
        finding = finding
            .at(row.origin, format!("members of `{name}` may be let in to {}", context.target(row.target)));
    }
    finding = finding
        .because("a group that the source names is the group of that name here, whoever made it")
        .help("set `group_matching_mode: name_deny`, or have property mappings give the groups names of their own");
    let is_meant = supers.iter().all(|group| has(&made, *group) && !has(&kept, *group));
    Some(if is_meant { finding.at_most(Severity::Warning) } else { finding })
}
