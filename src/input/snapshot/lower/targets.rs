//! Which targets are there, and the stages and providers that they refer to?

use rustc_hash::{FxHashMap, FxHashSet};
use serde_json::value::RawValue;

use super::super::endpoint::{self, Endpoint};
use super::super::fields::Fields;
use super::super::folder::Folder;
use super::super::row::{Number, Row};
use crate::diagnostic::Diagnostics;
use crate::model::draft::{DraftDetails, DraftTarget, Reference, TargetReference};
use crate::model::{GroupMatching, Mode, Origin, Provider, Source, Stage, UserMatching};

pub(super) struct Parts {
    pub(super) stages: Vec<Stage>,
    pub(super) providers: Vec<Provider>,
    pub(super) targets: Vec<DraftTarget>,
}

pub(super) fn lower(folder: &Folder<'_>, diagnostics: &mut Diagnostics) -> Parts {
    let stages = folder.read(&endpoint::STAGES, diagnostics, |row| Stage {
        pk: Some(row.required("pk")),
        name: row.required("name"),
        model: row.required("meta_model_name"),
        origin: row.origin,
    });
    let providers = folder.read(&endpoint::PROVIDERS, diagnostics, |row| {
        let Number(pk) = row.required("pk");
        let (name, model) = (row.required("name"), row.required("meta_model_name"));
        Provider { pk: Some(pk), name, model, origin: row.origin }
    });
    let mut told = Told { group_matching: group_matching(folder), ..Told::default() };
    let mut targets = Vec::new();
    for (endpoint, details) in KINDS {
        targets.extend(folder.read(endpoint, diagnostics, |row| target(row, endpoint, *details, &mut told)));
    }
    Parts { stages: told.stages(stages), providers: told.providers(providers), targets }
}

/// What is read from a row of its own kind only.
type ReadDetails = fn(&mut Row<'_, '_>, &mut Told) -> DraftDetails;

const KINDS: &[(&Endpoint, ReadDetails)] = &[
    (&endpoint::APPLICATIONS, |row, told| DraftDetails::Application { provider: provider(row, told) }),
    (&endpoint::ENTITLEMENTS, |row, _| DraftDetails::Entitlement { application: target_at(row, "app") }),
    (&endpoint::FLOWS, |row, _| DraftDetails::Flow {
        designation: row.required("designation"),
        authentication: row.required("authentication"),
    }),
    (&endpoint::STAGE_BINDINGS, |row, told| DraftDetails::StageBinding {
        flow: target_at(row, "target"),
        stage: stage(row, told),
        order: row.required("order"),
        evaluate_on_plan: row.required("evaluate_on_plan"),
        re_evaluate_policies: row.required("re_evaluate_policies"),
    }),
    (&endpoint::SOURCES, |row, told| source(row, told)),
    (&endpoint::RULES, |_, _| DraftDetails::NotificationRule),
    (&endpoint::RAC_ENDPOINTS, |row, told| DraftDetails::RacEndpoint { provider: provider(row, told) }),
    (&endpoint::DEVICES, |row, _| {
        let access_group: Option<String> = row.nullable("access_group");
        let access_group = access_group.map(|group| TargetReference::Elsewhere(row.to(group)));
        let expiring: bool = row.required("expiring");
        let expires = row.time("expires").filter(|_| expiring);
        DraftDetails::Device { access_group, expires }
    }),
    (&endpoint::ACCESS_GROUPS, |_, _| DraftDetails::DeviceAccessGroup),
];

fn target(row: &mut Row<'_, '_>, endpoint: &Endpoint, details: ReadDetails, told: &mut Told) -> DraftTarget {
    let details = details(row, told);
    // Those that are named by another key on their pages are bound by either.
    let pbm = ["policybindingmodel_ptr_id", "pbm_uuid"]
        .into_iter()
        .find(|name| *name != endpoint.key && row.has(name));
    let slug = endpoint.fields.contains(&"slug").then(|| row.nullable("slug")).flatten();
    let name = if endpoint.fields.contains(&"name") { row.required("name") } else { String::new() };
    DraftTarget {
        pk: Some(row.required(endpoint.key)),
        pbm: pbm.and_then(|name| row.optional(name)),
        details,
        name,
        slug,
        mode: mode(row),
        origin: row.origin,
    }
}

fn mode(row: &mut Row<'_, '_>) -> Mode {
    const NAME: &str = "policy_engine_mode";
    if !row.has(NAME) {
        return Mode::Unexposed;
    }
    match row.required::<String>(NAME).as_str() {
        "any" => Mode::Any,
        "all" => Mode::All,
        _ => Mode::Invalid,
    }
}

fn target_at(row: &mut Row<'_, '_>, name: &'static str) -> TargetReference {
    let key = row.required(name);
    TargetReference::Elsewhere(row.to(key))
}

fn provider(row: &mut Row<'_, '_>, told: &mut Told) -> Option<Reference> {
    let Number(pk) = row.nullable("provider")?;
    told.providers.extend(row.raw("provider_obj").and_then(|object| Object::read(object, &pk, row.origin)));
    Some(row.to(pk))
}

fn source(row: &mut Row<'_, '_>, told: &Told) -> DraftDetails {
    let mut word = |name| row.optional::<String>(name);
    let (user_matching, group_matching) = (word("user_matching_mode"), word("group_matching_mode"));
    let key: Option<String> = row.optional(endpoint::SOURCES.key);
    let group_matching = group_matching.as_ref().or_else(|| told.group_matching.get(&key?));
    let mut flow = |name| {
        let key = row.optional(name)?;
        Some(TargetReference::Elsewhere(row.to(key)))
    };
    DraftDetails::Source(Source {
        authentication_flow: flow("authentication_flow"),
        enrollment_flow: flow("enrollment_flow"),
        enabled: row.required("enabled"),
        model: row.optional("meta_model_name").unwrap_or_default(),
        // A word of a later release is one that nothing is known about.
        user_matching: user_matching.and_then(|word| UserMatching::parse(&word)),
        group_matching: group_matching.and_then(|word| GroupMatching::parse(word)),
    })
}

/// The group matching modes of sources, by the key of the source. Whatever is wrong with these pages makes no verdict
/// wrong, so nothing is said about it.
fn group_matching(folder: &Folder<'_>) -> FxHashMap<String, String> {
    let read = |row: &mut Row<'_, '_>| Some((row.optional("pk")?, row.optional("group_matching_mode")?));
    let mut ignored = Diagnostics::default();
    let rows =
        endpoint::SOURCES_BY_TYPE.iter().flat_map(|endpoint| folder.read(endpoint, &mut ignored, read));
    rows.flatten().collect()
}

fn stage(row: &mut Row<'_, '_>, told: &mut Told) -> Reference {
    let pk: String = row.required("stage");
    told.stages.extend(row.raw("stage_obj").and_then(|object| Object::read(object, &pk, row.origin)));
    row.to(pk)
}

/// What rows tell about the objects that they refer to, which have pages of their own that may be missing.
#[derive(Default)]
struct Told {
    stages: Vec<Object>,
    providers: Vec<Object>,
    /// Of sources, by their key.
    group_matching: FxHashMap<String, String>,
}

struct Object {
    pk: String,
    name: String,
    model: String,
    origin: Origin,
}

impl Object {
    fn read(object: &RawValue, pk: &str, origin: Origin) -> Option<Self> {
        let fields = Fields::of(object.get(), &["pk", "name", "meta_model_name"]).ok()?;
        let Number(own) = serde_json::from_str(fields.get("pk")?.get()).ok()?;
        let model = fields.text("meta_model_name").unwrap_or_default();
        (own == pk).then_some(Self { pk: own, name: fields.text("name")?, model, origin })
    }
}

impl Told {
    /// The `stages` that have rows, and those that only other rows tell about.
    fn stages(&mut self, mut stages: Vec<Stage>) -> Vec<Stage> {
        let mut known: FxHashSet<String> = stages.iter().filter_map(|stage| stage.pk.clone()).collect();
        let fresh = self.stages.drain(..).filter(|object| known.insert(object.pk.clone()));
        stages.extend(fresh.map(|Object { pk, name, model, origin }| Stage {
            pk: Some(pk),
            name,
            model,
            origin,
        }));
        stages
    }

    /// The `providers` that have rows, and those that only other rows tell about.
    fn providers(&mut self, mut providers: Vec<Provider>) -> Vec<Provider> {
        let mut known: FxHashSet<String> =
            providers.iter().filter_map(|provider| provider.pk.clone()).collect();
        let fresh = self.providers.drain(..).filter(|object| known.insert(object.pk.clone()));
        providers.extend(fresh.map(|Object { pk, name, model, origin }| Provider {
            pk: Some(pk),
            name,
            model,
            origin,
        }));
        providers
    }
}
