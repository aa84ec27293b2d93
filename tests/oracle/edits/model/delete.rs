//! What is deleted, with what goes along.

use super::*;

impl Model {
    pub(super) fn deleted(&mut self, edit: &Edit) -> Option<String> {
        Some(match edit {
            Edit::DeleteUser(index) => {
                let user = self.user(*index)?;
                self.draft.users.retain(|row| row.user.username != user.as_str());
                let is_of = |row: &DraftBinding| matches!(&row.user, Some(DraftBoundUser::Listed(one)) if says(one, &user));
                self.draft.bindings.retain(|row| !is_of(row));
                format!("delete user:{user}")
            }
            Edit::DeleteGroup(index) => {
                let group = self.group(*index)?;
                self.draft.groups.retain(|row| row.group.name != group);
                for row in &mut self.draft.groups {
                    row.parents.retain(|parent| !says(parent, &group));
                }
                for row in &mut self.draft.users {
                    row.groups.retain(|of| !says(of, &group));
                }
                self.draft.bindings.retain(|row| !row.group.as_ref().is_some_and(|of| says(of, &group)));
                format!("delete group {group}")
            }
            Edit::DeletePolicy(index) => {
                let policy = self.policy(*index)?;
                self.draft.policies.retain(|row| row.name != policy);
                self.draft.bindings.retain(|row| !row.policy.as_ref().is_some_and(|of| says(of, &policy)));
                format!("delete policy {policy}")
            }
            Edit::DeleteTarget(index, is_short) => {
                let at = self.one(*index, |_| true)?;
                let address = self.address(at);
                self.lose(|_, other| other == at);
                match address.split_once(':') {
                    Some(("app", name)) if *is_short => format!("delete application {name}"),
                    _ => format!("delete {address}"),
                }
            }
            Edit::DeleteStage(index) => {
                let stages = &self.draft.stages;
                let stage = (!stages.is_empty()).then(|| index.get(stages).name.clone())?;
                self.draft.stages.retain(|row| row.name != stage);
                self.lose(|this, at| matches!(&this.draft.targets[at].details, DraftDetails::StageBinding { stage: of, .. } if says(of, &stage)));
                format!("delete stage \"{stage}\"")
            }
            Edit::DeleteProvider(index) => {
                let providers = &self.draft.providers;
                let provider = (!providers.is_empty()).then(|| index.get(providers).name.clone())?;
                self.draft.providers.retain(|row| row.name != provider);
                for row in &mut self.draft.targets {
                    if let DraftDetails::Application { provider: of } = &mut row.details {
                        of.take_if(|of| says(of, &provider));
                    }
                }
                self.lose(|this, at| matches!(&this.draft.targets[at].details, DraftDetails::RacEndpoint { provider: Some(of) } if says(of, &provider)));
                format!("delete provider:{provider}")
            }
            _ => return None,
        })
    }
}
