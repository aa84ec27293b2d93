//! Makes a [`World`] of drafts: resolves every reference, and reports those that lead nowhere.
//!
//! The order of the drafts and of the objects in them plays no part: everything is sorted by name.

pub(crate) mod extend;
mod hierarchy;
mod memberships;
mod missing;
mod names;
mod targets;

use super::draft::{Draft, DraftBinding, DraftBoundUser, Key, TargetReference};
use super::{
    Binding, BoundUser, Edition, EditionFrom, Flags, GroupId, Id, Origin, Parents, PolicyId, ProviderId,
    Release, Stage, StageId, Table, TargetId, UserId, World,
};
use crate::diagnostic::{Diagnostic, Diagnostics};
use hierarchy::Hierarchy;
use names::Names;
pub(crate) use names::is_same_key;
pub use names::nearest;

/// What the caller says where the input does not.
#[derive(Clone, Debug, Default)]
pub struct Defaults {
    /// The semantics to apply.
    pub edition: Option<Edition>,
    /// Whether they apply even where the input says that it is for another release.
    pub overrule: bool,
    /// The tenant's flags.
    pub flags: Flags,
}

/// Everything that references can mean.
struct Index<'n> {
    users: Names<'n, UserId>,
    groups: Names<'n, GroupId>,
    policies: Names<'n, PolicyId>,
    stages: Names<'n, StageId>,
    providers: Names<'n, ProviderId>,
}

/// Makes the world that `drafts` describe together. Where something in it must be mended, `diagnostics` says
/// so and the world is not to be asked.
pub fn build(drafts: Vec<Draft>, defaults: &Defaults, diagnostics: &mut Diagnostics) -> World {
    let (mut edition, edition_from) = edition(&drafts, defaults, diagnostics);
    let flags = flags(&drafts, defaults, &mut edition, diagnostics);
    let partial = drafts.iter().any(|draft| draft.partial);
    let is_partial = drafts.iter().all(|draft| draft.partial);
    let reputation = reputation(&drafts);
    let is_mixed = drafts.len() > 1;

    let mut drafts = drafts;
    let mut users = take(&mut drafts, |draft| &mut draft.users);
    users.sort_by(|a, b| (&a.user.username, &a.user.pk).cmp(&(&b.user.username, &b.user.pk)));
    let mut groups = take(&mut drafts, |draft| &mut draft.groups);
    groups.sort_by(|a, b| (&a.group.name, &a.group.pk).cmp(&(&b.group.name, &b.group.pk)));
    let mut policies = take(&mut drafts, |draft| &mut draft.policies);
    policies.sort_by(|a, b| (&a.name, &a.pk).cmp(&(&b.name, &b.pk)));
    let mut stages = take(&mut drafts, |draft| &mut draft.stages);
    let mut providers = take(&mut drafts, |draft| &mut draft.providers);
    missing::add(&drafts, partial, &mut stages, &mut providers, diagnostics);
    stages.sort_by(|a, b| (&a.name, &a.pk).cmp(&(&b.name, &b.pk)));
    providers.sort_by(|a, b| (&a.name, &a.pk).cmp(&(&b.name, &b.pk)));

    let stages: Table<StageId, Stage> = stages.into_iter().collect();
    let index = Index {
        users: names(
            "user",
            &users,
            |u| (u.user.pk.as_deref(), &u.user.username, u.user.origin),
            diagnostics,
        ),
        groups: names(
            "group",
            &groups,
            |g| (g.group.pk.as_deref(), &g.group.name, g.group.origin),
            diagnostics,
        ),
        policies: names("policy", &policies, |p| (p.pk.as_deref(), &p.name, p.origin), diagnostics),
        stages: names(
            "stage",
            stages.values().as_slice(),
            |s| (s.pk.as_deref(), &s.name, s.origin),
            diagnostics,
        ),
        providers: names("provider", &providers, |p| (p.pk.as_deref(), &p.name, p.origin), diagnostics),
    };
    index.users.unique(|id| users.get(id.index()).map_or(Origin::None, |u| u.user.origin), diagnostics);
    index.policies.unique(|id| policies.get(id.index()).map_or(Origin::None, |p| p.origin), diagnostics);
    // Until 2025.10 two groups could share a name below different parents.
    if edition.parents != Parents::One {
        index
            .groups
            .unique(|id| groups.get(id.index()).map_or(Origin::None, |g| g.group.origin), diagnostics);
    }

    let resolved = targets::build(&mut drafts, &index, &stages, partial, diagnostics);
    let bindings = bindings(&mut drafts, partial, &index, &resolved, diagnostics);
    let hierarchy = Hierarchy { edition: &edition, from: edition_from };
    let links = memberships::resolve(&users, &groups, &index, &hierarchy, diagnostics);
    drop(index);
    let (users, groups) = links.put(is_mixed, users, groups);

    World {
        edition,
        edition_from,
        flags,
        partial: is_partial,
        users,
        groups,
        policies: policies.into_iter().collect(),
        stages,
        providers: providers.into_iter().collect(),
        targets: resolved.targets,
        bindings,
        reputation,
    }
}

fn take<T>(drafts: &mut [Draft], part: impl Fn(&mut Draft) -> &mut Vec<T>) -> Vec<T> {
    drafts
        .iter_mut()
        .map(|draft| std::mem::take(part(draft)))
        .reduce(|mut all, more| {
            all.extend(more);
            all
        })
        .unwrap_or_default()
}

fn names<'n, I: Id, T>(
    noun: &'static str,
    rows: &'n [T],
    parts: impl Fn(&'n T) -> (Option<&'n str>, &'n str, Origin),
    diagnostics: &mut Diagnostics,
) -> Names<'n, I> {
    let mut names = Names::new(noun);
    names.reserve(rows.iter().filter(|row| parts(row).0.is_some()).count(), rows.len());
    for (position, row) in rows.iter().enumerate() {
        let (pk, name, origin) = parts(row);
        if let Some(first) = names.add(I::from_index(position), pk, name) {
            let pk = pk.unwrap_or_default();
            let first = rows.get(first.index()).map_or(Origin::None, |row| parts(row).2);
            diagnostics.push(
                Diagnostic::error("duplicate-key", format!("several {noun} rows have the key `{pk}`"))
                    .at(origin, "again here")
                    .at(first, "first here"),
            );
        }
    }
    names
}

fn edition(drafts: &[Draft], defaults: &Defaults, diagnostics: &mut Diagnostics) -> (Edition, EditionFrom) {
    let mut stated: Option<(Edition, Origin)> = None;
    for (text, origin) in drafts.iter().filter_map(|draft| draft.release.as_ref()) {
        match (Edition::parse(text), &stated) {
            (Ok(edition), None) => stated = Some((edition, *origin)),
            (Ok(edition), Some((first, place))) if edition != *first => diagnostics.push(
                Diagnostic::error("mixed-releases", format!("the inputs are for {first} and for {edition}"))
                    .at(*origin, "this one")
                    .at(*place, "and this one")
                    .help("read the inputs of one tenant at a time"),
            ),
            (Ok(_), Some(_)) => {}
            (Err(error), _) => {
                diagnostics.push(Diagnostic::error("unknown-release", error.to_string()).at(*origin, "here"));
            }
        }
    }
    let (edition, from) = match (stated, &defaults.edition) {
        (Some((edition, _)), Some(asked)) if defaults.overrule && *asked != edition => {
            (asked.clone(), EditionFrom::Caller)
        }
        (Some((edition, origin)), asked) => {
            if let Some(asked) = asked.as_ref().filter(|asked| **asked != edition) {
                diagnostics.push(
                    Diagnostic::warning(
                        "release-not-used",
                        format!("the input is for {edition}; {asked} is not used"),
                    )
                    .at(origin, "the input says so"),
                );
            }
            (edition, EditionFrom::Input)
        }
        (None, Some(edition)) => (edition.clone(), EditionFrom::Caller),
        (None, None) => (Edition::newest(), EditionFrom::Newest),
    };
    if edition.is_beyond_known() {
        diagnostics.push(Diagnostic::warning(
            "newer-release",
            format!(
                "{edition} is newer than {}, the newest release that is known here; its rules are used",
                Release::NEWEST
            ),
        ));
    }
    (edition, from)
}

fn flags(
    drafts: &[Draft],
    defaults: &Defaults,
    edition: &mut Edition,
    diagnostics: &mut Diagnostics,
) -> Flags {
    let mut stated = drafts.iter().filter_map(|draft| draft.core_default_app_access);
    let first = stated.next();
    let asked = defaults.flags.core_default_app_access;
    if first.is_some_and(|first| stated.any(|other| other != first)) {
        diagnostics.push(
            Diagnostic::error("mixed-flags", "the inputs do not agree on `core_default_app_access`")
                .help("read the inputs of one tenant at a time"),
        );
    }
    if first.is_some() && asked.is_some_and(|asked| Some(asked) != first) {
        diagnostics.push(Diagnostic::warning(
            "flag-not-used",
            "the input says what `core_default_app_access` is; what the caller says is not used",
        ));
    }
    // authentik lists the flags that it reads: one that is there is read, whatever is known of the release. It says
    // nothing about a release that the input is not of.
    let is_other = defaults.overrule && drafts.iter().any(|draft| is_for_another(draft, edition));
    if first == Some(false) && !edition.app_access_flag && edition.release.is_some() && !is_other {
        edition.app_access_flag = true;
        diagnostics.push(Diagnostic::warning(
            "newer-flag",
            format!(
                "{edition} is not known to read `core_default_app_access`, but the input has it; it counts"
            ),
        ));
    }
    Flags { core_default_app_access: first.or(asked) }
}

/// Whether `draft` says that it is for another release than that of `edition`.
fn is_for_another(draft: &Draft, edition: &Edition) -> bool {
    let stated = draft.release.as_ref().and_then(|(name, _)| Edition::parse(name).ok());
    stated.is_some_and(|stated| stated != *edition)
}

fn reputation(drafts: &[Draft]) -> Option<Vec<super::Score>> {
    let stated: Vec<_> = drafts.iter().filter_map(|draft| draft.reputation.as_ref()).collect();
    let mut scores: Vec<_> = stated.iter().flat_map(|scores| scores.iter().cloned()).collect();
    scores.sort_unstable();
    (!stated.is_empty()).then_some(scores)
}

fn bindings(
    drafts: &mut [Draft],
    partial: bool,
    index: &Index<'_>,
    resolved: &targets::Resolved,
    diagnostics: &mut Diagnostics,
) -> Table<super::BindingId, Binding> {
    let mut bindings = Vec::new();
    let mut outside = Vec::new();
    for (draft, rows) in drafts.iter_mut().map(|draft| std::mem::take(&mut draft.bindings)).enumerate() {
        for row in rows {
            // Whatever is wrong with the rest of the row is reported even when the target is not there.
            let policy = row.policy.as_ref().and_then(|policy| index.policies.resolve(policy, diagnostics));
            let group = row.group.as_ref().and_then(|group| index.groups.resolve(group, diagnostics));
            let user = bound_user(&row, partial, index, diagnostics);
            let Some(target) = target_of(draft, &row, partial, resolved, &mut outside, diagnostics) else {
                continue;
            };
            let DraftBinding { pk, enabled, negate, failure_result, order, timeout, expires, origin, .. } =
                row;
            bindings.push(Binding {
                pk,
                target,
                policy,
                group,
                user,
                enabled,
                negate,
                failure_result,
                order,
                timeout,
                expires,
                origin,
            });
        }
    }
    report_outside(&outside, diagnostics);
    bindings.sort_by(Binding::by_place);
    bindings.into_iter().collect()
}

fn target_of(
    draft: usize,
    row: &DraftBinding,
    partial: bool,
    resolved: &targets::Resolved,
    outside: &mut Vec<Origin>,
    diagnostics: &mut Diagnostics,
) -> Option<TargetId> {
    let found = resolved.find(draft, &row.target, None);
    if found.is_none() {
        match &row.target {
            // A row that authentik exported names its target by the key that the target is exported with.
            TargetReference::Elsewhere(reference)
                if partial && row.pk.is_some() && matches!(*reference.key, Key::Pk(_)) =>
            {
                outside.push(row.origin);
            }
            reference => resolved.report(reference, None, diagnostics),
        }
    }
    found
}

/// An export of authentik lists bindings of devices but no devices: such rows change no verdict that is given.
fn report_outside(outside: &[Origin], diagnostics: &mut Diagnostics) {
    let Some(first) = outside.first() else { return };
    diagnostics.push(
        Diagnostic::warning(
            "target-not-in-input",
            format!("{} binding(s) belong to targets that are not in the input", outside.len()),
        )
        .at(*first, "the first of them")
        .because("exports of authentik leave out endpoint devices and the built-in source, and a part of a tenant may be enough: these targets are in no answer"),
    );
}

fn bound_user(
    row: &DraftBinding,
    partial: bool,
    index: &Index<'_>,
    diagnostics: &mut Diagnostics,
) -> Option<BoundUser> {
    match row.user.as_ref()? {
        DraftBoundUser::Unlisted(key) => Some(BoundUser::Unlisted(key.clone())),
        DraftBoundUser::Listed(reference) => match (index.users.find(&reference.key), &*reference.key) {
            (Some(user), _) => Some(BoundUser::Listed(user)),
            (None, Key::Pk(pk)) if partial => {
                diagnostics.push(
                    Diagnostic::warning("user-not-in-input", format!("there is no user with the key `{pk}`"))
                        .at(reference.origin, "bound here")
                        .because("it matches none of the users that are listed, so their verdicts are right"),
                );
                Some(BoundUser::Unlisted(pk.clone()))
            }
            (None, _) => index.users.resolve(reference, diagnostics).map(BoundUser::Listed),
        },
    }
}
