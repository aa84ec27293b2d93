//! Bindings.

use super::*;

impl Model {
    pub(super) fn bound(&mut self, edit: &Edit) -> Option<String> {
        Some(match edit {
            Edit::Unbind(index) => {
                let at = self.binding(*index)?;
                let text = format!("delete binding {}", self.spot(at));
                self.draft.bindings.remove(at);
                text
            }
            Edit::Turn(index) => {
                let at = self.binding(*index)?;
                let spot = self.spot(at);
                let row = &mut self.draft.bindings[at];
                row.enabled = !row.enabled;
                format!("{} binding {spot}", if row.enabled { "enable" } else { "disable" })
            }
            Edit::Negate(index) => {
                let at = self.binding(*index)?;
                self.draft.bindings[at].negate ^= true;
                format!("negate binding {}", self.spot(at))
            }
            Edit::Change(index, row) => {
                let at = self.binding(*index)?;
                let spot = self.spot(at);
                let mut new = self.row(0, row);
                new.target = self.draft.bindings[at].target.clone();
                if !row.has_key {
                    new.pk = None;
                }
                let text = format!("change binding {spot} {{ {} }}", Self::text(&new));
                new.pk = new.pk.or(self.draft.bindings[at].pk.clone());
                self.draft.bindings[at] = new;
                text
            }
            Edit::Bind(target, row) => {
                let target = self.one(*target, |_| true)?;
                let rows = [self.row(target, row), self.row(target, row)];
                let texts = rows.each_ref().map(Self::text);
                self.draft.bindings.extend(rows);
                format!("bind {} {{ {} }}", self.address(target), texts.join(" "))
            }
            _ => return None,
        })
    }
}
