//! How authentik asks its engine about targets (dossier §1.4, §3).

use jiff::Timestamp;

use super::{Binding, BindingId, Details, Generation, Mode, Target, TargetId, TargetKind, World};

impl World {
    /// The mode that the engine is asked with: of notification rules Any, whatever they say themselves (dossier §3.9).
    pub fn asked_mode(&self, target: TargetId) -> Mode {
        let row = self.targets.row(target);
        let forced = row.kind() == TargetKind::NotificationRule;
        if forced && self.edition.generation != Generation::Documented { Mode::Any } else { row.mode }
    }

    /// The bindings of `target` that count at a moment, in the order of evaluation.
    pub fn rows_of(&self, target: TargetId, at: Option<Timestamp>) -> Vec<(BindingId, &Binding)> {
        self.bindings_of(target).filter(|(_, row)| row.counts(at)).collect()
    }

    /// What the caller of the engine takes for an answer when nothing is bound (dossier §1.4, §3.1).
    pub fn opens_when_unbound(&self, target: TargetId) -> bool {
        match self.targets.row(target).kind() {
            _ if self.edition.generation == Generation::Documented => true,
            TargetKind::Application => {
                !self.edition.app_access_flag || self.flags.core_default_app_access.unwrap_or(true)
            }
            TargetKind::Source | TargetKind::Flow | TargetKind::StageBinding | TargetKind::RacEndpoint => {
                true
            }
            TargetKind::Entitlement
            | TargetKind::NotificationRule
            | TargetKind::Device
            | TargetKind::DeviceAccessGroup => false,
        }
    }
}

impl Target {
    /// When it goes out of sight, if it ever does.
    pub fn expires(&self) -> Option<Timestamp> {
        match self.details {
            Details::Device { expires, .. } => expires,
            _ => None,
        }
    }
}

impl TargetKind {
    /// Whether a user who cannot log in gets nothing from targets of this kind: what such a user gets from a flow, a
    /// stage or a rule is not access of theirs (dossier §3.2).
    pub fn needs_login(self) -> bool {
        !matches!(self, Self::Flow | Self::StageBinding | Self::NotificationRule)
    }
}
