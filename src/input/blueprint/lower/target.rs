//! What rows say about targets.

use super::{Lower, named_at};
use crate::input::blueprint::models::{Family, To};
use crate::input::blueprint::store::Row;
use crate::model::draft::{DraftDetails, DraftTarget, Key, Reference, TargetReference};
use crate::model::{GroupMatching, Source, TargetKind, UserMatching};

const DESIGNATIONS: [&str; 7] = [
    "authentication",
    "authorization",
    "invalidation",
    "enrollment",
    "unenrollment",
    "recovery",
    "stage_configuration",
];
const AUTHENTICATIONS: [&str; 6] = [
    "none",
    "require_authenticated",
    "require_unauthenticated",
    "require_superuser",
    "require_redirect",
    "require_outpost",
];

impl Lower<'_> {
    /// Every row gives exactly one target, so that positions stay what they were said to be.
    pub(super) fn target(&mut self, row: &Row, kind: TargetKind) {
        // What a broken row refers to is never asked for: its problem was reported.
        let nowhere =
            || TargetReference::Elsewhere(Reference { key: Key::Pk(String::new()).into(), origin: row.at });
        let to = |kind| To::Family(Family::Target(kind));
        let mut slug = None;
        let details = match kind {
            TargetKind::Application => {
                slug = self.name(row, "slug");
                DraftDetails::Application { provider: self.loose(row, "provider", Family::Provider) }
            }
            TargetKind::Entitlement => DraftDetails::Entitlement {
                application: self
                    .target_reference(row, "app", to(TargetKind::Application))
                    .unwrap_or_else(nowhere),
            },
            TargetKind::Flow => {
                slug = self.name(row, "slug");
                if Self::value(row, "designation").is_none() {
                    self.needs(row, "designation");
                }
                DraftDetails::Flow {
                    designation: self.word(row, "designation", "authentication", &DESIGNATIONS),
                    authentication: self.word(row, "authentication", "none", &AUTHENTICATIONS),
                }
            }
            TargetKind::StageBinding => {
                let stage = self.loose(row, "stage", Family::Stage);
                if stage.is_none() {
                    self.no_stage(row);
                }
                if Self::value(row, "order").is_none() {
                    self.needs(row, "order");
                }
                DraftDetails::StageBinding {
                    flow: self.target_reference(row, "target", to(TargetKind::Flow)).unwrap_or_else(nowhere),
                    stage: stage.unwrap_or(Reference { key: Key::Pk(String::new()).into(), origin: row.at }),
                    order: self.int(row, "order").unwrap_or(0),
                    evaluate_on_plan: self.bool(row, "evaluate_on_plan", false),
                    re_evaluate_policies: self.bool(row, "re_evaluate_policies", true),
                }
            }
            TargetKind::Source => {
                slug = self.name(row, "slug");
                DraftDetails::Source(Source {
                    enabled: self.bool(row, "enabled", true),
                    model: row.model.name.to_string(),
                    user_matching: self.optional_word(row, "user_matching_mode", UserMatching::parse),
                    group_matching: self.optional_word(row, "group_matching_mode", GroupMatching::parse),
                    authentication_flow: self.loose_flow(row, "authentication_flow"),
                    enrollment_flow: self.loose_flow(row, "enrollment_flow"),
                })
            }
            TargetKind::NotificationRule => DraftDetails::NotificationRule,
            TargetKind::RacEndpoint => {
                DraftDetails::RacEndpoint { provider: self.loose(row, "provider", Family::Provider) }
            }
            TargetKind::Device => DraftDetails::Device { access_group: None, expires: None },
            TargetKind::DeviceAccessGroup => DraftDetails::DeviceAccessGroup,
        };
        let (name, origin) = if kind == TargetKind::StageBinding {
            (String::new(), row.at)
        } else {
            (self.name(row, "name").unwrap_or_default(), named_at(row, "name"))
        };
        let mode = self.mode(row, kind);
        self.draft.targets.push(DraftTarget {
            pk: row.pk.clone(),
            pbm: None,
            details,
            name,
            slug,
            mode,
            origin,
        });
    }

    fn no_stage(&mut self, row: &Row) {
        use crate::input::blueprint::node::Data;
        match row.fields.get("stage").map(|node| &node.data) {
            None | Some(Data::Null) => self.needs(row, "stage"),
            Some(Data::Missing(missing)) => self.tell(*missing),
            Some(_) => {}
        }
    }
}
