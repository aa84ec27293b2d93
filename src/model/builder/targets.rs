//! Targets: what they are called, and what they refer to.

use super::super::draft::{Draft, DraftDetails, DraftTarget, Key, Reference, TargetReference};
use super::super::{
    Details, Id, Origin, ProviderId, SourceFlow, Stage, StageId, Table, Target, TargetId, TargetKind,
};
use super::missing::{missing, split};
use super::{Index, Names};
use crate::diagnostic::{Diagnostic, Diagnostics};

/// The targets of a world, and what references to them mean.
pub(super) struct Resolved {
    pub(super) targets: Table<TargetId, Target>,
    /// Draft and position in it -> target.
    here: Vec<Vec<Option<TargetId>>>,
    any_kind: Names<'static, TargetId>,
    by_kind: Vec<Names<'static, TargetId>>,
}

impl Resolved {
    /// The target that `reference` of the draft number `draft` means; `kind` is what the place asks for.
    pub(super) fn find(
        &self,
        draft: usize,
        reference: &TargetReference,
        kind: Option<TargetKind>,
    ) -> Option<TargetId> {
        match reference {
            TargetReference::Here(position) => self.here.get(draft)?.get(*position).copied()?,
            TargetReference::Elsewhere(Reference { key, .. }) => match (&**key, kind) {
                (Key::Name(_), Some(kind)) => names_of(&self.by_kind, kind)?.find(key),
                _ => self.any_kind.find(key),
            },
        }
    }

    /// Reports a reference that [`find`](Self::find) had no answer to.
    pub(super) fn report(
        &self,
        reference: &TargetReference,
        kind: Option<TargetKind>,
        diagnostics: &mut Diagnostics,
    ) {
        // A target of the same draft that could not be made was reported where it is.
        let TargetReference::Elsewhere(reference) = reference else { return };
        let names = kind.and_then(|kind| names_of(&self.by_kind, kind)).unwrap_or(&self.any_kind);
        names.resolve(reference, diagnostics);
    }
}

fn names_of<'a>(
    by_kind: &'a [Names<'static, TargetId>],
    kind: TargetKind,
) -> Option<&'a Names<'static, TargetId>> {
    by_kind.get(TargetKind::ALL.iter().position(|known| *known == kind)?)
}

/// A target on its way to its place.
struct Row {
    draft: usize,
    position: usize,
    target: DraftTarget,
}

/// Takes the targets out of the drafts. Other targets first, so that the names of those that live inside
/// another one (entitlements, stage bindings) can be made of it.
pub(super) fn build(
    drafts: &mut [Draft],
    index: &Index<'_>,
    stages: &Table<StageId, Stage>,
    partial: bool,
    diagnostics: &mut Diagnostics,
) -> Resolved {
    let mut resolved = Resolved {
        targets: Table::default(),
        here: drafts.iter().map(|draft| vec![None; draft.targets.len()]).collect(),
        any_kind: Names::new("target"),
        by_kind: TargetKind::ALL.iter().map(|kind| Names::new(kind.noun())).collect(),
    };
    let (mut owners, mut parts): (Vec<Row>, Vec<Row>) = drafts
        .iter_mut()
        .map(|draft| std::mem::take(&mut draft.targets))
        .enumerate()
        .flat_map(|(draft, targets)| {
            targets.into_iter().enumerate().map(move |(position, target)| Row { draft, position, target })
        })
        .partition(|row| {
            !matches!(
                row.target.details,
                DraftDetails::Entitlement { .. }
                    | DraftDetails::StageBinding { .. }
                    | DraftDetails::Device { .. }
            )
        });
    let mut linker = Linker { index, stages, partial, diagnostics };
    owners
        .sort_by_cached_key(|row| (row.target.details.kind(), own_name(&row.target), row.target.pk.clone()));
    for row in owners {
        linker.place(row, &mut resolved);
    }
    // Parts sort by their owner's position, which the owners' names decided.
    parts.sort_by_cached_key(|row| {
        let (owner, order) = match &row.target.details {
            DraftDetails::Entitlement { application } => {
                (resolved.find(row.draft, application, Some(TargetKind::Application)), 0)
            }
            DraftDetails::StageBinding { flow, order, .. } => {
                (resolved.find(row.draft, flow, Some(TargetKind::Flow)), *order)
            }
            _ => (None, 0),
        };
        let stage = match &row.target.details {
            DraftDetails::StageBinding { stage, .. } => linker.index.stages.find(&stage.key),
            _ => None,
        };
        (row.target.details.kind(), owner, order, stage, own_name(&row.target), row.target.pk.clone())
    });
    for row in parts {
        linker.place(row, &mut resolved);
    }
    resolved.in_kind_order()
}

fn own_name(target: &DraftTarget) -> String {
    target.slug.clone().unwrap_or_else(|| target.name.clone())
}

impl Resolved {
    /// Renumbers the targets so that ids follow the order of kinds.
    fn in_kind_order(mut self) -> Self {
        let mut order: Vec<TargetId> = self.targets.ids().collect();
        order.sort_by_key(|id| (self.targets.row(*id).kind(), *id));
        let mut renamed = vec![TargetId(0); order.len()];
        for (new, old) in order.iter().enumerate() {
            if let Some(slot) = renamed.get_mut(old.index()) {
                *slot = TargetId::from_index(new);
            }
        }
        let rename = |id: &mut TargetId| *id = renamed.get(id.index()).copied().unwrap_or(*id);
        let rows = order.iter().map(|old| {
            let mut target = self.targets.row(*old).clone();
            match &mut target.details {
                Details::Entitlement { application } => rename(application),
                Details::StageBinding { flow, .. } => rename(flow),
                Details::Device { access_group: Some(group), .. } => rename(group),
                Details::Source(source) => {
                    for flow in [&mut source.authentication_flow, &mut source.enrollment_flow] {
                        if let Some(SourceFlow::Listed(flow)) = flow {
                            rename(flow);
                        }
                    }
                }
                _ => {}
            }
            target
        });
        self.targets = rows.collect();
        self.here.iter_mut().flatten().flatten().for_each(rename);
        self.any_kind.rename(rename);
        self.by_kind.iter_mut().for_each(|names| names.rename(rename));
        self
    }
}

/// Follows what targets refer to.
struct Linker<'a> {
    index: &'a Index<'a>,
    stages: &'a Table<StageId, Stage>,
    partial: bool,
    diagnostics: &'a mut Diagnostics,
}

impl Linker<'_> {
    fn place(&mut self, row: Row, resolved: &mut Resolved) {
        let Row { draft, position, target } = row;
        let DraftTarget { pk, pbm, details, name, slug, mode, origin } = target;
        let kind = details.kind();
        let Some((details, unique)) = self.link(draft, details, slug.as_deref().unwrap_or(&name), resolved)
        else {
            return;
        };
        let name = if kind == TargetKind::StageBinding { unique.clone() } else { name };
        let id = resolved.targets.push(Target { pk: pk.clone(), details, name, slug, mode, origin });
        if let Some(slot) = resolved.here.get_mut(draft).and_then(|here| here.get_mut(position)) {
            *slot = Some(id);
        }
        let clash = resolved.any_kind.add(id, pk.clone(), unique.clone());
        let clash = clash.or_else(|| pbm.and_then(|pbm| resolved.any_kind.add_pk(id, pbm)));
        if let Some(first) = clash {
            let first = resolved.targets.row(first).origin;
            self.diagnostics.push(
                Diagnostic::error("duplicate-key", format!("`{unique}` has the key of another target"))
                    .at(origin, "again here")
                    .at(first, "first here"),
            );
        }
        let slot = TargetKind::ALL.iter().position(|known| *known == kind);
        let Some(names) = slot.and_then(|slot| resolved.by_kind.get_mut(slot)) else { return };
        let before = names.find(&Key::Name(unique.clone()));
        names.add(id, pk, unique.clone());
        if let Some(before) = before.filter(|_| is_unique(kind)) {
            let first = resolved.targets.row(before).origin;
            self.diagnostics.push(
                Diagnostic::error(
                    "duplicate-name",
                    format!("there are several {}s called `{unique}`", kind.noun()),
                )
                .at(origin, "again here")
                .at(first, "first here"),
            );
        }
    }

    fn provider(&mut self, reference: Option<&Reference>) -> Option<ProviderId> {
        self.index.providers.resolve(reference?, self.diagnostics)
    }

    /// The flow that a source names. Only lints look at it, so one that is not in the input stops nothing.
    fn flow(&mut self, draft: usize, reference: TargetReference, resolved: &Resolved) -> Option<SourceFlow> {
        let found = resolved.find(draft, &reference, Some(TargetKind::Flow));
        let TargetReference::Elsewhere(reference) = reference else { return found.map(SourceFlow::Listed) };
        match found {
            Some(id) if resolved.targets.row(id).kind() == TargetKind::Flow => Some(SourceFlow::Listed(id)),
            Some(id) => {
                self.wrong_kind(id, TargetKind::Flow, reference.origin, resolved);
                None
            }
            None => {
                // A part of a tenant seldom holds the flows that authentik comes with.
                if !self.partial {
                    self.diagnostics.push(missing("flow-not-in-input", "flow", &reference));
                }
                let (_, name) = split(&reference.key);
                Some(SourceFlow::Unlisted(name))
            }
        }
    }

    fn wrong_kind(&mut self, found: TargetId, wanted: TargetKind, origin: Origin, resolved: &Resolved) {
        let message = format!("`{}` is not a {}", resolved.targets.row(found).name, wanted.noun());
        self.diagnostics.push(Diagnostic::error("wrong-kind", message).at(origin, "here"));
    }

    /// What the target is, and the name that tells it from all others of its kind.
    fn link(
        &mut self,
        draft: usize,
        details: DraftDetails,
        own: &str,
        resolved: &Resolved,
    ) -> Option<(Details, String)> {
        let owner = |this: &mut Self, reference: &TargetReference, kind: TargetKind| {
            let found = resolved.find(draft, reference, Some(kind));
            match found {
                None => resolved.report(reference, Some(kind), this.diagnostics),
                Some(id) if resolved.targets.row(id).kind() != kind => {
                    let origin = match reference {
                        TargetReference::Elsewhere(reference) => reference.origin,
                        TargetReference::Here(_) => Origin::None,
                    };
                    this.wrong_kind(id, kind, origin, resolved);
                    return None;
                }
                Some(_) => {}
            }
            found
        };
        let own = own.to_owned();
        Some(match details {
            DraftDetails::Application { provider } => {
                let provider = self.provider(provider.as_ref());
                (Details::Application { provider }, own)
            }
            DraftDetails::Entitlement { application } => {
                let application = owner(self, &application, TargetKind::Application)?;
                let row = resolved.targets.row(application);
                let unique = format!("{}/{own}", row.slug.as_deref().unwrap_or(&row.name));
                (Details::Entitlement { application }, unique)
            }
            DraftDetails::Flow { designation, authentication } => {
                (Details::Flow { designation, authentication }, own)
            }
            DraftDetails::StageBinding { flow, stage, order, evaluate_on_plan, re_evaluate_policies } => {
                let flow = owner(self, &flow, TargetKind::Flow)?;
                let stage = self.index.stages.resolve(&stage, self.diagnostics)?;
                let row = resolved.targets.row(flow);
                let flow_name = row.slug.as_deref().unwrap_or(&row.name);
                let unique = format!("{flow_name}/{}@{order}", self.stages.row(stage).name);
                (Details::StageBinding { flow, stage, order, evaluate_on_plan, re_evaluate_policies }, unique)
            }
            DraftDetails::Source(source) => {
                let source = source.with_flows(|flow| self.flow(draft, flow, resolved));
                (Details::Source(source), own)
            }
            DraftDetails::NotificationRule => (Details::NotificationRule, own),
            DraftDetails::RacEndpoint { provider } => {
                let provider = self.provider(provider.as_ref());
                (Details::RacEndpoint { provider }, own)
            }
            DraftDetails::Device { access_group, expires } => {
                let access_group = match access_group {
                    Some(group) => Some(owner(self, &group, TargetKind::DeviceAccessGroup)?),
                    None => None,
                };
                (Details::Device { access_group, expires }, own)
            }
            DraftDetails::DeviceAccessGroup => (Details::DeviceAccessGroup, own),
        })
    }
}

/// Whether authentik keeps names of that kind unique.
fn is_unique(kind: TargetKind) -> bool {
    !matches!(kind, TargetKind::RacEndpoint)
}
