//! Other settings, and policies.

use super::*;

impl Model {
    pub(super) fn set(&mut self, edit: &Edit) -> Option<String> {
        Some(match edit {
            Edit::Mode(target, mode) => {
                let at = self.one(*target, |_| true)?;
                let (word, mode) = [
                    ("mode any", Mode::Any),
                    ("all", Mode::All),
                    ("mode invalid", Mode::Invalid),
                    ("mode unknown", Mode::Unexposed),
                ][*mode];
                self.draft.targets[at].mode = mode;
                format!("set {} {word}", self.address(at))
            }
            Edit::Active(user) => {
                let user = self.user(*user)?;
                let row = self.draft.users.iter_mut().find(|row| row.user.username == user.as_str())?;
                row.user.active ^= true;
                format!("set user {user} {{ active: {} }}", row.user.active)
            }
            Edit::Superuser(group) => {
                let group = self.group(*group)?;
                let row = self.draft.groups.iter_mut().find(|row| row.group.name == group)?;
                row.group.superuser ^= true;
                format!("set group:{group} {{ superuser: {} }}", row.group.superuser)
            }
            Edit::Provider(target, provider) => {
                let at = self.one(*target, |row| matches!(row, DraftDetails::Application { .. }))?;
                let providers = &self.draft.providers;
                let provider =
                    provider.filter(|_| !providers.is_empty()).map(|one| one.get(providers).name.clone());
                let text = provider.as_deref().unwrap_or("null").to_owned();
                self.draft.targets[at].details =
                    DraftDetails::Application { provider: provider.map(|name| reference(&name)) };
                format!("set {} {{ provider: {text} }}", self.address(at))
            }
            Edit::AccessGroup(target, group) => {
                let at = self.one(*target, |row| matches!(row, DraftDetails::Device { .. }))?;
                let group =
                    group.and_then(|group| self.one(group, |row| *row == DraftDetails::DeviceAccessGroup));
                let text = group.map_or("null".to_owned(), |at| self.draft.targets[at].name.clone());
                self.draft.targets[at].details =
                    DraftDetails::Device { access_group: group.map(TargetReference::Here), expires: None };
                format!("set {} {{ access_group: {text} }}", self.address(at))
            }
            Edit::Flag(is_set) => {
                self.draft.core_default_app_access = Some(*is_set);
                format!("set flag core_default_app_access {is_set}")
            }
            Edit::AddPolicy(policy, kind) => {
                let policy = ["a", "n", "z"][*policy];
                if self.draft.policies.iter().any(|row| row.name == policy) {
                    return None;
                }
                let (text, kind) = kinds(*kind);
                let row = Policy { pk: None, name: policy.to_owned(), kind, origin: Origin::None };
                self.draft.policies.push(row);
                format!("add policy {policy} {text}")
            }
            Edit::Replace(policy, kind) => {
                let policy = self.policy(*policy)?;
                let (text, kind) = kinds(*kind);
                let row = self.draft.policies.iter_mut().find(|row| row.name == policy)?;
                row.kind = kind;
                format!("replace policy {policy} {text}")
            }
            _ => return None,
        })
    }
}
