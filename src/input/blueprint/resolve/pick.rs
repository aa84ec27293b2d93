//! What `!AtIndex` picks, and what `!Index` and `!Value` see of the item at hand.

use std::borrow::Cow;

use super::{Failed, Resolver};
use crate::input::blueprint::node::{Data, Key, MapKey, Node};
use crate::input::blueprint::tag::TagKind;
use crate::model::Origin;

impl Resolver<'_, '_> {
    pub(super) fn at_index(&mut self, object: &Node, rest: &[Node], at: Origin) -> Result<Node, Failed> {
        let object = self.argument(object)?;
        let Some(key) = rest.first() else { return self.wrong(at, "`!AtIndex` has no key") };
        let key = self.argument(key)?;
        let default = rest.get(1);
        match &object.data {
            // Whatever comes of it is as unknown as the object.
            Data::Missing(_) => Ok(object),
            Data::Seq(items) => {
                let index = match key.data {
                    Data::Int(index) => index,
                    Data::Bool(index) => index.into(),
                    _ => return self.wrong(at, format!("{} is no index of a list", key.noun())),
                };
                let length = i128::try_from(items.len()).unwrap_or(i128::MAX);
                let index = if index < 0 { index.saturating_add(length) } else { index };
                let found = usize::try_from(index).ok().and_then(|index| items.get(index));
                match (found, default) {
                    (Some(found), _) => Ok(found.clone()),
                    (None, Some(default)) => Ok(default.clone()),
                    (None, None) => self.wrong(at, format!("the list has {length} items, not more")),
                }
            }
            Data::Map(map) => {
                let Some(name) = key.map_key() else {
                    return self.wrong(at, format!("{} is no key of a mapping", key.noun()));
                };
                match (map.get(&name), default) {
                    (Some((_, found)), _) => Ok(found.clone()),
                    (None, Some(default)) => Ok(default.clone()),
                    (None, None) => {
                        let shown =
                            key.as_text().map_or_else(|| "such".to_owned(), |text| format!("`{text}`"));
                        self.wrong(at, format!("the mapping has no {shown} key"))
                    }
                }
            }
            Data::Object(row) => self.field_of(*row, &key, at),
            _ => {
                let noun = object.noun();
                self.wrong(at, format!("`!AtIndex` picks from a list or a mapping, and this is {noun}"))
            }
        }
    }

    /// A field of a row. What no entry wrote has a value in authentik, too: a default, or one that is not known here.
    fn field_of(&mut self, row: usize, key: &Node, at: Origin) -> Result<Node, Failed> {
        let name = key.as_text().cloned().unwrap_or_default();
        if let Some(MapKey::Text(text)) = key.map_key()
            && &*text == "pk"
        {
            return Ok(Node::new(Data::Row(Key { row, pbm: false }), at));
        }
        let row = self.shared.store.row(row);
        // A row that an entry knows by its key may have been there before.
        let held = row.and_then(|row| match row.pk {
            Some(_) => row.fields.get(&name).cloned(),
            None => row.holds(&name).map(Cow::into_owned),
        });
        match held {
            Some(value) => Ok(value),
            None => self.wrong(at, format!("the files do not say what `{name}` of this row is")),
        }
    }

    pub(super) fn item(&mut self, kind: TagKind, depth: &Node, at: Origin) -> Result<Node, Failed> {
        let name = kind.name();
        let Data::Int(depth) = depth.data else { return self.wrong(at, format!("`{name}` has no depth")) };
        let frame = usize::try_from(depth)
            .ok()
            .and_then(|depth| self.frames.len().checked_sub(depth.checked_add(1)?))
            .and_then(|index| self.frames.get(index).copied());
        let Some(frame) = frame else {
            let message = if depth == 0 {
                format!("`{name}` is of use only inside of an `!Enumerate`")
            } else {
                format!("there is no `!Enumerate` at depth {depth} around this `{name}`")
            };
            return self.wrong(at, message);
        };
        match self.items.get(&frame).cloned().flatten() {
            Some((index, value)) => Ok(if kind == TagKind::Index { index } else { value }),
            None => self.wrong(at, format!("the `!Enumerate` around this `{name}` has no item at hand")),
        }
    }
}
