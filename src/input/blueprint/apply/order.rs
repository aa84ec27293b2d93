//! In which order blueprints are applied, and which of them are tried again (dossier §5.6).

use rustc_hash::{FxHashMap, FxHashSet};

use super::super::Outside;
use super::super::document::Blueprint;
use super::super::models::{self, MATTER};
use super::super::node::{Data, Map, MapKey, Node};
use super::super::resolve::{Missing, Shared};
use super::super::store::Store;
use super::{Applied, Apply, Progress};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::model::Origin;

/// Steps of evaluation beyond what the files themselves are worth.
const STEPS: u64 = 10_000_000;

/// Steps that it takes to copy a row.
const COPY: u64 = 4;

/// How much more than one run may be spent on trying again.
const PATIENCE: u64 = 8;

/// Applies all blueprints: in the order given, but those that fail again after the others, as authentik does. What
/// they wait for is looked out for if they `may_wait`, which changes nothing but the time that it takes.
pub(in super::super) fn apply(
    blueprints: &mut [Blueprint],
    outside: &Outside,
    may_wait: bool,
    diagnostics: &mut Diagnostics,
) -> Applied {
    let nodes = blueprints.iter().fold(0u64, |sum, blueprint| sum.saturating_add(blueprint.nodes));
    let mut by_name = FxHashMap::default();
    for (position, blueprint) in blueprints.iter().enumerate() {
        if let Some(name) = &blueprint.name {
            by_name.entry(name.clone()).or_insert(position);
        }
    }
    let fuel = STEPS.saturating_add(nodes.saturating_mul(4));
    let mut apply = Apply {
        shared: Shared {
            store: Store::default(),
            missing: Vec::new(),
            outside,
            diagnostics: Diagnostics::default(),
            fuel,
        },
        progress: vec![Progress::Waiting; blueprints.len()],
        blueprints,
        by_name,
        defaults: defaults(),
        unknown: indexmap::IndexMap::new(),
        waits: FxHashMap::default(),
        may_wait,
        depth: 0,
        unresolved: false,
        running: Vec::new(),
        related: FxHashSet::default(),
    };
    apply.all();
    apply.report();
    diagnostics.append(apply.shared.diagnostics);
    Applied { store: apply.shared.store, missing: apply.shared.missing }
}

/// What is put back when a blueprint failed.
struct Before {
    store: Store,
    missing: Vec<Missing>,
    progress: Vec<Progress>,
    unknown: indexmap::IndexMap<std::rc::Rc<str>, (usize, Origin)>,
    diagnostics: Diagnostics,
}

impl Apply<'_> {
    fn all(&mut self) {
        let fuel = self.shared.fuel;
        let held_back = |position: &usize| {
            self.blueprints.get(*position).is_some_and(|blueprint| blueprint.held_back.is_some())
        };
        let all: Vec<usize> = (0..self.blueprints.len()).filter(|position| !held_back(position)).collect();
        // Most of the time, nothing fails.
        let before = self.save();
        self.each(&all);
        if all.len() < 2 || !self.failed() {
            return;
        }
        self.restore(before);
        let rest = self.rounds(all, fuel);
        self.shared.fuel = fuel;
        self.each(&rest);
    }

    fn each(&mut self, positions: &[usize]) {
        for position in positions {
            // Another one may have applied it.
            if self.progress.get(*position) == Some(&Progress::Waiting) {
                self.blueprint(*position);
            }
        }
    }

    /// Tries all of `waiting`, and those that failed again, until a round brings nothing. Gives what is left.
    fn rounds(&mut self, mut waiting: Vec<usize>, fuel: u64) -> Vec<usize> {
        let mut patience = fuel.saturating_mul(PATIENCE);
        loop {
            let count = waiting.len();
            let mut failed = Vec::new();
            for position in waiting {
                if self.progress.get(position) != Some(&Progress::Waiting) {
                    continue;
                }
                if self.may_wait && self.still_waits(position) {
                    failed.push(position);
                    continue;
                }
                let rows = u64::try_from(self.shared.store.rows.len()).unwrap_or(u64::MAX);
                patience = patience.saturating_sub(rows.saturating_mul(COPY));
                if patience == 0 || !self.attempt(position, fuel.min(patience)) {
                    failed.push(position);
                }
                patience = patience.saturating_sub(fuel.saturating_sub(self.shared.fuel));
            }
            if failed.is_empty() || failed.len() == count {
                return failed;
            }
            waiting = failed;
        }
    }

    /// Applies a blueprint, or nothing of it if it fails.
    fn attempt(&mut self, position: usize, fuel: u64) -> bool {
        let mut before = self.save();
        self.unresolved = false;
        self.shared.fuel = fuel;
        self.blueprint(position);
        if self.failed() {
            self.note_wait(position, before.missing.len());
            self.restore(before);
            return false;
        }
        before.diagnostics.append(std::mem::take(&mut self.shared.diagnostics));
        self.shared.diagnostics = before.diagnostics;
        true
    }

    fn failed(&self) -> bool {
        self.unresolved || self.shared.diagnostics.has_errors()
    }

    fn save(&mut self) -> Before {
        Before {
            store: self.shared.store.clone(),
            missing: self.shared.missing.clone(),
            progress: self.progress.clone(),
            unknown: self.unknown.clone(),
            diagnostics: std::mem::take(&mut self.shared.diagnostics),
        }
    }

    fn restore(&mut self, before: Before) {
        self.shared.store = before.store;
        self.shared.missing = before.missing;
        self.progress = before.progress;
        self.unknown = before.unknown;
        self.shared.diagnostics = before.diagnostics;
    }

    /// What is to be said about all files together.
    fn report(&mut self) {
        self.report_conflicts();
        for (model, (count, first)) in &self.unknown {
            self.shared.diagnostics.push(
                Diagnostic::note(
                    "unknown-model",
                    format!("the model `{model}` is not known here (entries: {count})"),
                )
                .at(*first, "the first of them")
                .because("its rows can be referred to, and nothing else is made of them"),
            );
        }
        for (blueprint, progress) in self.blueprints.iter().zip(&self.progress) {
            if let Some(label) = blueprint.held_back.filter(|_| *progress == Progress::Waiting) {
                self.shared.diagnostics.push(
                    Diagnostic::note("not-instantiated", "this blueprint is not applied")
                        .at(label, "authentik applies it only if another one does, or a person")
                        .help("name the file itself to have it applied"),
                );
            }
        }
    }
}

/// What authentik puts into every context (dossier §5.2).
fn defaults() -> Map {
    let yes = Node::new(Data::Bool(true), Origin::None);
    let models = models::OTHER.iter().chain(&MATTER).filter_map(|name| {
        let (app, model) = name.split_once('.')?;
        let key = Node::text(model, Origin::None);
        Some((MapKey::Text(model.into()), (key, Node::text(app, Origin::None))))
    });
    let mut map = Map::default();
    for (name, value) in [
        ("goauthentik.io/enterprise/licensed", Node::seq(vec![yes], Origin::None)),
        ("goauthentik.io/rbac/models", Node::map(models.collect(), Origin::None)),
    ] {
        map.insert(MapKey::Text(name.into()), (Node::text(name, Origin::None), value));
    }
    map
}
