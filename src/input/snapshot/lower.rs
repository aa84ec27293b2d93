//! Which objects do the rows stand for?

mod bindings;
mod complete;
pub(super) mod people;
mod policies;
mod targets;

use std::net::IpAddr;

use serde_json::value::RawValue;

use super::endpoint;
use super::fields::Fields;
use super::folder::Folder;
use super::row::Row;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::model::draft::Draft;
use crate::model::{Edition, Origin, Score, Stage};
use complete::Prompts;

pub(super) use people::ANONYMOUS;

/// Makes a draft of all rows.
pub(super) fn lower(mut folder: Folder<'_>, diagnostics: &mut Diagnostics) -> Draft {
    let users = folder.users(diagnostics);
    let groups = folder.groups(diagnostics);
    let folder = &folder;
    let release = release(folder, diagnostics);
    let core_default_app_access = flag(folder, release.as_ref(), diagnostics);
    let (bindings, anonymous) = bindings::lower(folder, &users, diagnostics);
    let groups = people::groups(groups, &users, &anonymous, diagnostics);
    let (policies, in_use) = policies::lower(folder, diagnostics);
    let parts = targets::lower(folder, diagnostics);
    let reputation = reputation(folder, diagnostics);
    complete::check(&in_use, &bindings, &prompts(folder, &parts.stages, diagnostics), diagnostics);
    Draft {
        assertions: Vec::new(),
        release,
        core_default_app_access,
        partial: false,
        users,
        groups,
        policies,
        stages: parts.stages,
        providers: parts.providers,
        targets: parts.targets,
        bindings,
        reputation,
    }
}

/// A prompt stage uses policies without any binding. Which ones is on pages of its own, which may not be there.
fn prompts(folder: &Folder<'_>, stages: &[Stage], diagnostics: &mut Diagnostics) -> Prompts {
    if folder.holds(&endpoint::PROMPT_STAGES) {
        let read = |row: &mut Row<'_, '_>| row.required::<Vec<String>>("validation_policies");
        return Prompts::Using(folder.read(&endpoint::PROMPT_STAGES, diagnostics, read).concat());
    }
    let prompt = |stage: &Stage| stage.model == "authentik_stages_prompt.promptstage";
    if folder.holds(&endpoint::STAGES) && !stages.iter().any(prompt) {
        return Prompts::Using(Vec::new());
    }
    Prompts::Unread
}

fn release(folder: &Folder<'_>, diagnostics: &mut Diagnostics) -> Option<(String, Origin)> {
    let read = |row: &mut Row<'_, '_>| (row.required("version_current"), row.origin);
    folder.read(&endpoint::VERSION, diagnostics, read).pop()
}

/// The flag that decides about applications with nothing bound: authentik takes it to be on where it is not set.
fn flag(
    folder: &Folder<'_>,
    release: Option<&(String, Origin)>,
    diagnostics: &mut Diagnostics,
) -> Option<bool> {
    const NAME: &str = "core_default_app_access";
    if !folder.holds(&endpoint::SETTINGS) {
        let edition = release.map_or_else(|| Ok(Edition::newest()), |(name, _)| Edition::parse(name));
        let asked =
            folder.holds(&endpoint::APPLICATIONS) && edition.is_ok_and(|edition| edition.app_access_flag);
        if asked {
            diagnostics.push(
                Diagnostic::warning("flag-not-in-input", format!("the snapshot does not say whether `{NAME}` is on"))
                    .because("applications with nothing bound are open if it is, as it is by default, and closed if it is not")
                    .help("fetch `admin_settings.p1.json`"),
            );
        }
        return None;
    }
    let read = |row: &mut Row<'_, '_>| {
        if !row.has("flags") && !row.has("default_user_change_name") {
            let problem = Diagnostic::error("wrong-page", "this is no page of `admin_settings`")
                .at(row.origin, "there are no `flags`")
                .help("fetch the page again");
            row.refuse(problem);
        }
        let Some(flags) = row.raw("flags") else { return true };
        let Ok(flags) = Fields::of(flags.get(), &[NAME]) else {
            row.invalid("flags", "`flags` must be an object");
            return true;
        };
        match flags.get(NAME).map(RawValue::get) {
            None | Some("null" | "true") => true,
            Some("false") => false,
            Some(_) => {
                row.invalid("flags/core_default_app_access", &format!("`{NAME}` must be `true` or `false`"));
                true
            }
        }
    };
    folder.read(&endpoint::SETTINGS, diagnostics, read).pop()
}

fn reputation(folder: &Folder<'_>, diagnostics: &mut Diagnostics) -> Option<Vec<Score>> {
    let read = |row: &mut Row<'_, '_>| {
        let ip: String = row.required("ip");
        // One address can be written in several ways; scores are compared as text.
        let address = ip.parse::<IpAddr>();
        if address.is_err() && row.is_sound() {
            row.invalid("ip", &format!("`{ip}` is no address"));
        }
        let ip = address.map_or(ip, |address| address.to_string());
        Score { identifier: row.required("identifier"), ip, score: row.required("score") }
    };
    let scores = folder.read(&endpoint::SCORES, diagnostics, read);
    folder.holds(&endpoint::SCORES).then_some(scores)
}
