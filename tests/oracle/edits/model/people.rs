//! Who is where: users and groups.

use super::*;

impl Model {
    pub(super) fn moved(&mut self, edit: &Edit) -> Option<String> {
        Some(match edit {
            Edit::Join(user, group) => {
                let (user, group) = (self.user(*user)?, self.group(*group)?);
                let row = self.draft.users.iter_mut().find(|row| row.user.username == user.as_str())?;
                if row.groups.iter().any(|of| says(of, &group)) {
                    return None;
                }
                row.groups.push(reference(&group));
                format!("add user:{user} to {group}")
            }
            Edit::Leave(user, group) => {
                let user = self.user(*user)?;
                let row = self.draft.users.iter_mut().find(|row| row.user.username == user.as_str())?;
                let group = (!row.groups.is_empty()).then(|| name(group.get(&row.groups)))?;
                row.groups.retain(|of| !says(of, &group));
                format!("remove {user} from group:{group}")
            }
            Edit::Nest(child, parent) => {
                let (child, parent) = (self.group(*child)?, self.group(*parent)?);
                let row = self.draft.groups.iter_mut().find(|row| row.group.name == child)?;
                if row.parents.iter().any(|of| says(of, &parent)) {
                    return None;
                }
                row.parents.push(reference(&parent));
                format!("add parent {parent} to {child}")
            }
            Edit::Unnest(child, parent) => {
                let child = self.group(*child)?;
                let row = self.draft.groups.iter_mut().find(|row| row.group.name == child)?;
                let parent = (!row.parents.is_empty()).then(|| name(parent.get(&row.parents)))?;
                row.parents.retain(|of| !says(of, &parent));
                format!("remove parent {parent} from group:{child}")
            }
            Edit::AddUser(user, group) => {
                // Between those that are there, before and after them.
                let user = ["a", "u2b", "z"][*user];
                if self.draft.users.iter().any(|row| row.user.username == user) {
                    return None;
                }
                let group = self.group(*group)?;
                self.draft.users.push(DraftUser {
                    user: User {
                        pk: None,
                        username: user.into(),
                        name: "".into(),
                        email: "x@example.org".into(),
                        kind: UserKind::External,
                        active: true,
                        path: "users".into(),
                        attributes: Attributes::new(),
                        password_changed: None,
                        groups: Box::default(),
                        origin: Origin::None,
                    },
                    groups: vec![reference(&group)],
                });
                format!("add user {user} in {group} {{ email: \"x@example.org\", type: external }}")
            }
            Edit::AddGroup(group, parent, member) => {
                let group = ["a", "g2b", "z"][*group];
                if self.draft.groups.iter().any(|row| row.group.name == group) {
                    return None;
                }
                let (parent, member) = (self.group(*parent)?, self.user(*member)?);
                self.draft.groups.push(DraftGroup {
                    group: Group {
                        pk: None,
                        name: group.to_owned(),
                        parents: Vec::new(),
                        parent_origins: Vec::new(),
                        superuser: true,
                        attributes: Attributes::new(),
                        origin: Origin::None,
                    },
                    parents: vec![reference(&parent)],
                    shaped: Vec::new(),
                    users: vec![],
                });
                let row = self.draft.users.iter_mut().find(|row| row.user.username == member.as_str())?;
                row.groups.push(reference(group));
                format!("add group {group} in {parent} with {member} {{ superuser: true }}")
            }
            _ => return None,
        })
    }
}
