//! Targets, with what is bound to them and with their parts.

use super::super::models;
use super::super::text::quoted;
use super::layout::{block, key, name, open, set};
use super::{Names, pk};
use crate::model::{Binding, BoundUser, Details, Mode, SourceFlow, Target, TargetId, World};

/// Every target that is no part of another one.
pub(super) fn print(world: &World, names: &Names<'_>) -> Vec<String> {
    let mut parts: Vec<Vec<TargetId>> = vec![Vec::new(); world.targets.len()];
    let mut owners = Vec::new();
    for (id, row) in world.targets.iter() {
        match row.details {
            Details::Entitlement { application: owner } | Details::StageBinding { flow: owner, .. } => {
                if let Some(parts) = parts.get_mut(owner.0 as usize) {
                    parts.push(id);
                }
            }
            _ => owners.push(id),
        }
    }
    let printer = Printer { world, names, parts };
    owners.into_iter().map(|id| printer.target(id)).collect()
}

struct Printer<'w> {
    world: &'w World,
    names: &'w Names<'w>,
    /// The parts of each target.
    parts: Vec<Vec<TargetId>>,
}

impl Printer<'_> {
    fn target(&self, id: TargetId) -> String {
        let row = self.world.targets.row(id);
        let slug = row.slug.as_deref().unwrap_or(&row.name);
        let mut entries = Vec::new();
        if !matches!(row.details, Details::StageBinding { .. }) && row.name != slug {
            set(&mut entries, "name", quoted(&row.name));
        }
        let head = self.details(row, slug, &mut entries);
        entries.extend(pk(row.pk.as_deref()));
        let settings = entries.len();
        entries.extend(self.world.bindings_of(id).map(|(_, binding)| self::binding(binding, self.names)));
        let bound = entries.len() - settings;
        let parts = self.parts.get(id.0 as usize).map_or(&[][..], Vec::as_slice);
        entries.extend(parts.iter().map(|part| self.target(*part)));
        let mode = match row.mode {
            // Where nothing is bound the mode decides nothing.
            Mode::Any if bound == 0 => "",
            Mode::Any => " any",
            Mode::All => " all",
            Mode::Invalid => " mode invalid",
            Mode::Unexposed => " mode unknown",
        };
        let body = if entries.len() == settings { block(&entries) } else { format!(" {}", open(&entries)) };
        format!("{head}{mode}{body}")
    }

    /// The words before the mode; the settings go to `entries`.
    fn details(&self, row: &Target, slug: &str, entries: &mut Vec<String>) -> String {
        let own = name(slug);
        match &row.details {
            Details::Application { provider } => {
                if let Some(provider) = provider {
                    set(entries, "provider", self.names.provider(*provider));
                }
                format!("application {own}")
            }
            Details::Entitlement { .. } => format!("entitlement {own}"),
            Details::Flow { designation, authentication } => {
                if !designation.is_empty() {
                    set(entries, "designation", name(designation));
                }
                if authentication != "none" {
                    set(entries, "authentication", name(authentication));
                }
                format!("flow {own}")
            }
            Details::StageBinding { stage, order, evaluate_on_plan, re_evaluate_policies, .. } => {
                if *evaluate_on_plan {
                    set(entries, "evaluate_on_plan", true);
                }
                if !*re_evaluate_policies {
                    set(entries, "re_evaluate_policies", false);
                }
                format!("stage {} at {order}", self.names.stage(*stage))
            }
            Details::Source { .. } => {
                self.source(&row.details, entries);
                format!("source {own}")
            }
            Details::NotificationRule => format!("rule {own}"),
            Details::RacEndpoint { provider } => {
                if let Some(provider) = provider {
                    set(entries, "provider", self.names.provider(*provider));
                }
                format!("endpoint {own}")
            }
            Details::Device { access_group, expires } => {
                if let Some(group) = access_group {
                    set(entries, "access_group", name(&self.world.target_name(*group)));
                }
                if let Some(expires) = expires {
                    set(entries, "expires", quoted(&expires.to_string()));
                }
                format!("device {own}")
            }
            Details::DeviceAccessGroup => format!("devices {own}"),
        }
    }

    fn source(&self, details: &Details, entries: &mut Vec<String>) {
        let Details::Source(source) = details else { return };
        if !source.model.is_empty() {
            let word = models::SOURCES.word(&source.model);
            set(entries, "type", word.map_or_else(|| quoted(&source.model), str::to_owned));
        }
        if !source.enabled {
            set(entries, "enabled", false);
        }
        if let Some(mode) = source.user_matching {
            set(entries, "user_matching_mode", mode.as_str());
        }
        if let Some(mode) = source.group_matching {
            set(entries, "group_matching_mode", mode.as_str());
        }
        for (setting, flow) in source.flows() {
            match flow {
                Some(SourceFlow::Listed(flow)) => {
                    set(entries, setting, name(&self.world.target_name(*flow)));
                }
                // By key, so that no flow of that name is taken for it.
                Some(SourceFlow::Unlisted(unlisted)) => {
                    set(entries, setting, format!("pk {}", key(unlisted)));
                }
                None => {}
            }
        }
    }
}

/// A binding as an entry of a block.
pub(super) fn binding(row: &Binding, names: &Names<'_>) -> String {
    let mut text = format!("{}:", row.order);
    if !row.enabled {
        text.push_str(" disabled");
    }
    if row.negate {
        text.push_str(" not");
    }
    let policy = row.policy.map(|policy| format!("policy {}", names.policy(policy)));
    let group = row.group.map(|group| format!("group {}", names.group(group)));
    let user = row.user.as_ref().map(|user| match user {
        BoundUser::Listed(user) => format!("user {}", name(&names.world.users.row(*user).username)),
        BoundUser::Unlisted(unlisted) => format!("user unlisted {}", key(unlisted)),
    });
    let bound: Vec<String> = [policy, group, user].into_iter().flatten().collect();
    text.push(' ');
    text.push_str(&if bound.is_empty() { "nothing".to_owned() } else { bound.join(" + ") });
    if row.failure_result {
        text.push_str(" on error pass");
    }
    if row.timeout != Binding::TIMEOUT {
        text.push_str(&format!(" timeout {}", row.timeout));
    }
    if let Some(expires) = row.expires {
        text.push_str(&format!(" expires {}", quoted(&expires.to_string())));
    }
    if let Some(pk) = &row.pk {
        text.push_str(&format!(" pk {}", key(pk)));
    }
    text
}
