//! What `!Enumerate` makes of a list or a mapping.

use std::rc::Rc;

use super::{Failed, Resolver};
use crate::input::blueprint::node::{Data, Map, Node, merge_into};
use crate::input::blueprint::tag::TagKind;
use crate::model::Origin;

impl Resolver<'_, '_> {
    pub(super) fn enumerate(
        &mut self,
        id: usize,
        iterable: &Node,
        rest: &[Node],
        at: Origin,
    ) -> Result<Node, Failed> {
        if let Data::Tag(inner) = &iterable.data
            && matches!(inner.kind, TagKind::Index | TagKind::Value)
            && matches!(inner.args.as_slice(), [Node { data: Data::Int(0), .. }])
        {
            return self.wrong(at, "the items of this `!Enumerate` are its own; use a depth above 0");
        }
        let iterable = self.argument(iterable)?;
        let items = self.items_of(&iterable, at)?;
        let [output, body, ..] = rest else { return self.wrong(at, "`!Enumerate` has no body") };
        let output = output.as_text().map(|text| text.to_uppercase()).unwrap_or_default();
        let mapping = match output.as_str() {
            "SEQ" => false,
            "MAP" => true,
            _ => return self.wrong(at, "`!Enumerate` makes a `SEQ` or a `MAP`"),
        };
        self.items.insert(id, None);
        let mut list = Vec::new();
        let mut map = Map::default();
        let mut outcome = Ok(());
        for item in items {
            self.items.insert(id, Some(item));
            outcome = self.add(body, mapping, &mut list, &mut map);
            if outcome.is_err() {
                break;
            }
        }
        self.items.insert(id, None);
        outcome?;
        Ok(if mapping { Node::map(map, at) } else { Node::seq(list, at) })
    }

    fn add(&mut self, body: &Node, mapping: bool, list: &mut Vec<Node>, map: &mut Map) -> Result<(), Failed> {
        let value = self.resolve(body)?;
        if !mapping {
            list.push(value);
            return Ok(());
        }
        let single;
        let next: &Map = match &value.data {
            Data::Map(next) => next,
            Data::Seq(pair) => {
                let [key, value, ..] = pair.as_slice() else {
                    return self
                        .wrong(body.at, "an item of a `MAP` is a mapping, or a list of key and value");
                };
                let Some(name) = key.map_key() else {
                    return self.wrong(body.at, format!("{} cannot be a key of a mapping", key.noun()));
                };
                single = Map::from_iter([(name, (key.clone(), value.clone()))]);
                &single
            }
            _ => return self.wrong(body.at, "an item of a `MAP` is a mapping, or a list of key and value"),
        };
        // Appending to long lists again and again is work, too.
        for (key, (_, value)) in next {
            if let (Data::Seq(new), Some((_, Node { data: Data::Seq(old), .. }))) =
                (&value.data, map.get(key))
            {
                self.burn((new.len() + old.len()) as u64)?;
            } else if let (Data::Map(_), Some((_, Node { data: Data::Map(old), .. }))) =
                (&value.data, map.get(key))
            {
                self.burn(old.len() as u64)?;
            }
        }
        merge_into(map, next);
        Ok(())
    }

    fn items_of(&mut self, iterable: &Node, at: Origin) -> Result<Vec<(Node, Node)>, Failed> {
        let number = |index: usize| Node::new(Data::Int(i128::try_from(index).unwrap_or_default()), at);
        let items: Vec<(Node, Node)> = match &iterable.data {
            Data::Missing(missing) if self.matters => return self.tell(*missing),
            Data::Seq(items) => {
                items.iter().enumerate().map(|(index, item)| (number(index), item.clone())).collect()
            }
            Data::Map(map) => map.values().cloned().collect(),
            // Python walks a text letter by letter.
            Data::Text(text) => {
                let letter =
                    |c: char| Node::new(Data::Text(Rc::from(c.encode_utf8(&mut [0; 4]) as &str)), at);
                text.chars().enumerate().map(|(index, c)| (number(index), letter(c))).collect()
            }
            _ => {
                let noun = iterable.noun();
                return self.wrong(at, format!("`!Enumerate` walks a list or a mapping, and this is {noun}"));
            }
        };
        self.burn(items.len() as u64)?;
        Ok(items)
    }
}
