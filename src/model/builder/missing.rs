//! What targets refer to and the input does not hold.

use super::super::draft::{Draft, DraftDetails, Key, Reference};
use super::super::{Id, Provider, ProviderId, Stage, StageId};
use super::Names;
use crate::diagnostic::{Diagnostic, Diagnostics};

/// Adds the providers that targets refer to and the input does not hold, and in a part of a tenant the stages: nothing
/// is known of them but their name.
pub(super) fn add(
    drafts: &[Draft],
    partial: bool,
    stages: &mut Vec<Stage>,
    providers: &mut Vec<Provider>,
    diagnostics: &mut Diagnostics,
) {
    let mut known_stages: Names<'_, StageId> = Names::new("stage");
    for (index, stage) in stages.iter().enumerate() {
        known_stages.add(StageId::from_index(index), stage.pk.clone(), stage.name.clone());
    }
    let mut known_providers: Names<'_, ProviderId> = Names::new("provider");
    for (index, provider) in providers.iter().enumerate() {
        known_providers.add(ProviderId::from_index(index), provider.pk.clone(), provider.name.clone());
    }
    for target in drafts.iter().flat_map(|draft| &draft.targets) {
        match &target.details {
            DraftDetails::Application { provider: Some(provider) }
            | DraftDetails::RacEndpoint { provider: Some(provider) }
                if !known_providers.knows(&provider.key) =>
            {
                diagnostics.push(missing("provider-not-in-input", "provider", provider));
                let (pk, name) = split(&provider.key);
                known_providers.add(ProviderId::from_index(providers.len()), pk.clone(), name.clone());
                providers.push(Provider { pk, name, model: String::new(), origin: provider.origin });
            }
            DraftDetails::StageBinding { stage, .. } if partial && !known_stages.knows(&stage.key) => {
                diagnostics.push(missing("stage-not-in-input", "stage", stage));
                let (pk, name) = split(&stage.key);
                known_stages.add(StageId::from_index(stages.len()), pk.clone(), name.clone());
                stages.push(Stage { pk, name, model: String::new(), origin: stage.origin });
            }
            _ => {}
        }
    }
}

/// What to say of a `reference` to something that nothing rests on.
pub(super) fn missing(code: &'static str, noun: &str, reference: &Reference) -> Diagnostic {
    let (_, name) = split(&reference.key);
    Diagnostic::warning(code, format!("the {noun} `{name}` is not in the input"))
        .at(reference.origin, "referred to here")
        .because("no verdict rests on what is missing; where one could, it depends")
}

/// The primary key and the name that `key` gives.
pub(super) fn split(key: &Key) -> (Option<String>, String) {
    match key {
        Key::Pk(pk) => (Some(pk.clone()), pk.clone()),
        Key::Name(name) => (None, name.clone()),
    }
}
