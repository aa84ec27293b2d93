//! Edits of a world, one after the other: what each means in the world that the ones before it leave.

mod find;
mod set;

use rustc_hash::FxHashSet;

use super::ast::{Do, Edit, Noun, Spot, What, Word};
use super::lower::Lower;
use super::problems::Problems;
use super::shape::Unbalanced;
use super::{ast, syntax};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::model::builder::extend::Extension;
use crate::model::draft::Draft;
use crate::model::{Binding, Change, Origin, SourceId, TargetKind, World};

/// Makes all edits of `texts` in `world`. What is wrong with them is reported, everything at once; the world is not to
/// be asked then.
pub(in crate::input) fn make(world: &mut World, texts: &[(SourceId, &str)], diagnostics: &mut Diagnostics) {
    let mut lost = FxHashSet::default();
    for (source, text) in texts {
        let edits = |is_balanced| {
            let mut edits = Vec::new();
            let found = syntax::edits(*source, text, is_balanced, |edit| edits.push(edit))?;
            Ok::<_, Unbalanced>((edits, found))
        };
        let place = Origin::File { source: *source };
        let Ok((edits, found)) = edits(true).or_else(|Unbalanced| edits(false)) else {
            diagnostics.push(Diagnostic::error("syntax", "the brackets do not match").at(place, "in it"));
            continue;
        };
        if edits.is_empty() {
            diagnostics
                .push(Diagnostic::error("no-edit", "there is no edit in it").at(place, "nothing is changed"));
        }
        diagnostics.append(found);
        for edit in edits {
            let added = added(&edit.what).map(|name| name.text().into_owned());
            let mut found = Diagnostics::default();
            let is_broken = matches!(edit.what, Do::Broken);
            let mut editor = Editor { world, diagnostics: &mut found, lost: &lost, source: *source };
            editor.make(edit);
            if found.has_errors() || is_broken {
                lost.extend(added);
            }
            diagnostics.append(found);
        }
    }
}

/// What an edit adds: later ones may name it.
fn added<'s>(what: &Do<'s>) -> Option<Word<'s>> {
    match what {
        Do::Add(
            What::Group { name, .. }
            | What::User { name, .. }
            | What::Policy { name, .. }
            | What::Provider { name, .. }
            | What::Stage { name, .. },
        ) => Some(*name),
        Do::Add(What::Target(target)) | Do::AddPart(target, _) => Some(target.name.word),
        _ => None,
    }
}

/// Makes one edit.
struct Editor<'e> {
    world: &'e mut World,
    diagnostics: &'e mut Diagnostics,
    lost: &'e FxHashSet<String>,
    source: SourceId,
}

impl Editor<'_> {
    fn extension(&mut self) -> Extension<'_> {
        Extension { world: self.world, diagnostics: self.diagnostics, lost: self.lost }
    }

    fn origin(&self, word: Word<'_>) -> Origin {
        Origin::text(self.source, word.range())
    }

    /// Understands a part of an edit by itself; `None` where there is something wrong with it.
    fn lower<T>(&mut self, read: impl FnOnce(&mut Lower<'_, '_>) -> T) -> Option<(T, Draft)> {
        let mut found = Diagnostics::default();
        let mut problems = Problems::new(self.source, &mut found);
        let mut lower = Lower::new(&mut problems);
        let read = read(&mut lower);
        let draft = lower.finish();
        let is_wrong = found.has_errors();
        self.diagnostics.append(found);
        (!is_wrong).then_some((read, draft))
    }

    fn make(&mut self, Edit { start, end, what }: Edit<'_>) {
        let whole = Origin::text(self.source, start..end);
        match what {
            Do::Delete(noun, spot) => _ = self.delete(noun, spot, whole),
            Do::Unbind(spot) => {
                if let Some(id) = self.binding(spot) {
                    self.extension().make(&Change::Unbind(id), whole);
                }
            }
            Do::Enable(spot, enabled) => self.enable(spot, enabled, whole),
            Do::Negate(spot) => self.rebind(spot, whole, |row| row.negate = !row.negate),
            Do::Change(spot, block) => self.change(spot, block, whole),
            Do::Bind(spot, block) => self.bind(spot, block),
            Do::Join { user, group } => {
                if let (Some(user), Some(group)) = (self.user(user), self.group(group)) {
                    self.extension().make(&Change::Join { user, group }, whole);
                }
            }
            Do::Leave { user, group } => {
                if let (Some(user), Some(group)) = (self.user(user), self.group(group)) {
                    self.extension().make(&Change::Leave { user, group }, whole);
                }
            }
            Do::Nest { parent, child } => {
                if let (Some(parent), Some(child)) = (self.group(parent), self.group(child)) {
                    self.say_how_many_parents(child, whole);
                    self.extension().make(&Change::Nest { child, parent }, whole);
                }
            }
            Do::Unnest { parent, child } => {
                if let (Some(parent), Some(child)) = (self.group(parent), self.group(child)) {
                    self.extension().make(&Change::Unnest { child, parent }, whole);
                }
            }
            Do::Set { noun, spot, mode, block } => self.set(noun, spot, mode.as_ref(), block, whole),
            Do::Flag(name, value) => self.flag(name, &value, whole),
            Do::Add(what) => {
                let item = ast::Item { start, what };
                if let Some(((), draft)) = self.lower(|lower| lower.item(item)) {
                    self.extension().add(draft, None);
                }
            }
            Do::AddPart(target, owner) => self.add_part(start, target, owner),
            Do::Replace(what) => self.replace(start, what),
            Do::Broken => {}
        }
    }

    fn delete(&mut self, noun: Noun, spot: Spot<'_>, whole: Origin) -> Option<bool> {
        let change = match told(noun, spot) {
            Noun::User => Change::RemoveUser(self.user(spot)?),
            Noun::Group => Change::RemoveGroup(self.group(spot)?),
            Noun::Policy => Change::RemovePolicy(self.policy(spot)?),
            Noun::Stage => Change::RemoveStage(self.stage(spot)?),
            Noun::Provider => Change::RemoveProvider(self.provider(spot)?),
            Noun::Told => Change::RemoveTarget(self.target(None, spot)?),
            Noun::Target(kind) => Change::RemoveTarget(self.target(Some(kind), spot)?),
        };
        if let Change::RemoveTarget(target) = change {
            self.say_what_flows_take(target, whole);
        }
        Some(self.extension().make(&change, whole))
    }

    /// A flow takes the providers with it that authorize with it, and those their endpoints; no input says which.
    fn say_what_flows_take(&mut self, target: crate::model::TargetId, whole: Origin) {
        let is_of = |kind| move |row: &&crate::model::Target| row.kind() == kind;
        let is_flow = self.world.targets.get(target).filter(is_of(TargetKind::Flow)).is_some();
        if is_flow && self.world.targets.values().any(|row| row.kind() == TargetKind::RacEndpoint) {
            self.diagnostics.push(
                Diagnostic::warning(
                    "providers-of-flow",
                    "authentik deletes the providers that authorize with the flow, too, and their endpoints",
                )
                .at(whole, "deletes a flow")
                .because("which providers those are is not in the input; here, they stay")
                .help("delete such providers with `delete provider NAME`"),
            );
        }
    }

    /// Until 2025.10, authentik knows one parent of each group (dossier §1.2).
    fn say_how_many_parents(&mut self, child: crate::model::GroupId, whole: Origin) {
        let edition = &self.world.edition;
        let knows_one = edition.group_depth.is_some() && edition.release.is_some();
        if knows_one && self.world.groups.get(child).is_some_and(|row| !row.parents.is_empty()) {
            let message = format!("{edition} knows one parent of each group, and this one has one");
            let problem = Diagnostic::warning("one-parent", message).at(whole, "one more");
            self.diagnostics.push(problem.help("take the other one away with `remove parent`"));
        }
    }

    fn enable(&mut self, spot: Spot<'_>, enabled: bool, whole: Origin) {
        let Some(id) = self.binding(spot) else { return };
        if self.world.bindings.get(id).is_some_and(|row| row.enabled == enabled) {
            let word = if enabled { "enabled" } else { "disabled" };
            let message = format!("the binding is {word} already");
            self.diagnostics.push(Diagnostic::error("already", message).at(whole, "changes nothing"));
            return;
        }
        self.rebind_one(id, whole, |row| row.enabled = enabled);
    }

    fn rebind(&mut self, spot: Spot<'_>, whole: Origin, change: impl FnOnce(&mut Binding)) {
        if let Some(id) = self.binding(spot) {
            self.rebind_one(id, whole, change);
        }
    }

    fn rebind_one(&mut self, id: crate::model::BindingId, whole: Origin, change: impl FnOnce(&mut Binding)) {
        let Some(mut row) = self.world.bindings.get(id).cloned() else { return };
        change(&mut row);
        row.origin = whole;
        self.extension().make(&Change::Rebind(id, Box::new(row)), whole);
    }

    /// Gives a binding another definition. Its key stays.
    fn change(&mut self, spot: Spot<'_>, block: Vec<ast::Entry<'_>>, whole: Origin) {
        let id = self.binding(spot);
        let lowered = self.lower(|lower| lower.bindings("change binding", spot.word(), block));
        let Some((rows, _)) = lowered else { return };
        let mut rows = rows.into_iter();
        let Some(mut row) = rows.next() else { return };
        if let Some(second) = rows.next() {
            let problem = Diagnostic::error("repeated", "a binding is changed into one binding");
            let problem = problem.at(second.origin, "one more").help("add others with `bind`");
            self.diagnostics.push(problem);
        }
        let old = id.and_then(|id| self.world.bindings.get(id));
        let (target, known) = (old.map(|row| row.target), old.and_then(|row| row.pk.clone()));
        if row.pk.is_some() && row.pk == known {
            row.pk = None;
        }
        let Some(mut row) = self.extension().binding(row, target, id) else { return };
        row.pk = row.pk.or(known);
        if let Some(id) = id {
            self.extension().make(&Change::Rebind(id, Box::new(row)), whole);
        }
    }

    fn bind(&mut self, spot: Spot<'_>, block: Vec<ast::Entry<'_>>) {
        let target = self.target(None, spot);
        let lowered = self.lower(|lower| lower.bindings("bind", spot.word(), block));
        for row in lowered.into_iter().flat_map(|(rows, _)| rows) {
            self.extension().bind(row, target);
        }
    }

    fn add_part(&mut self, start: usize, target: ast::Target<'_>, owner: Spot<'_>) {
        let kind =
            if target.kind == TargetKind::Entitlement { TargetKind::Application } else { TargetKind::Flow };
        let owner = self.target(Some(kind), owner);
        let lowered = self.lower(|lower| lower.target_of(start, target, Some(0)));
        if let (Some(owner), Some(((), draft))) = (owner, lowered) {
            self.extension().add(draft, Some(owner));
        }
    }

    /// Gives a policy another definition. Its key stays, unless the definition says another one.
    fn replace(&mut self, start: usize, what: What<'_>) {
        let What::Policy { name, .. } = &what else { return };
        let id = self.policy(Spot::Named(ast::Reference { word: *name, is_pk: false }));
        let item = ast::Item { start, what };
        let Some((name, ((), draft))) = self.name_of(id).zip(self.lower(|lower| lower.item(item))) else {
            return;
        };
        for mut row in draft.policies {
            let old = id.and_then(|id| self.world.policies.get(id));
            row.pk = row.pk.or_else(|| old.and_then(|old| old.pk.clone()));
            row.name.clone_from(&name);
            let origin = row.origin;
            if let Some(id) = id {
                self.extension().make(&Change::SetPolicy(id, Box::new(row)), origin);
            }
        }
    }

    fn name_of(&self, policy: Option<crate::model::PolicyId>) -> Option<String> {
        Some(self.world.policies.get(policy?)?.name.clone())
    }
}

/// The kind of object that a name itself says it is.
fn told(noun: Noun, spot: Spot<'_>) -> Noun {
    let (Noun::Told, Spot::Address(word)) = (noun, spot) else { return noun };
    match word.raw.split_once(':').map(|(prefix, _)| prefix) {
        Some("user") => Noun::User,
        Some("group") => Noun::Group,
        Some("policy") => Noun::Policy,
        Some("provider") => Noun::Provider,
        _ => noun,
    }
}
