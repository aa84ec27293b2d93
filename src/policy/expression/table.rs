//! What code makes of every group there is: so that it need not be run again for every user's groups.

use std::sync::Arc;

use super::ops::Applied;
use super::ops::Failure;
use super::term::Const;
use super::value::{Groups, List, Val, Value};
use crate::model::Id;

/// What a comprehension makes of each group, by the number of the group.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Table(Arc<[Entry]>);

/// What it makes of one.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Entry {
    /// It is passed over.
    Skip,
    /// It becomes this.
    Is(Const),
    /// It raises.
    Raises(&'static str),
}

impl Table {
    pub(super) fn of(entries: Vec<Entry>) -> Self {
        Self(entries.into())
    }

    /// For each group, whether its entry is one of those that `wanted` takes.
    pub(super) fn which(&self, wanted: impl Fn(&Entry) -> bool) -> Vec<bool> {
        self.0.iter().map(wanted).collect()
    }

    /// What becomes of `groups`: a list in the order of the groups, which nobody knows.
    pub(super) fn list(&self, groups: &Groups) -> Applied {
        let mut items = Vec::new();
        let mut raised = None;
        for group in groups.ids.iter() {
            match self.0.get(group.index()) {
                Some(Entry::Is(value)) => items.push(Val::known(value.value())),
                Some(Entry::Raises(class)) => match raised {
                    Some(other) if other != *class => {
                        return Err(Failure::Cannot("which of two exceptions comes first".into()));
                    }
                    _ => raised = Some(*class),
                },
                Some(Entry::Skip) | None => {}
            }
        }
        if let Some(class) = raised {
            return Err(Failure::Raise(class));
        }
        let unordered = items.len() > 1;
        match Value::list(items) {
            Value::List(list) => Ok(Value::List(List { unordered, ..list })),
            other => Ok(other),
        }
    }

    /// Whether one of `groups` has an entry that says `truth`.
    pub(super) fn some(&self, groups: &Groups, truth: bool) -> bool {
        groups.ids.iter().any(|group| match self.0.get(group.index()) {
            Some(Entry::Is(value)) => super::ops::truth(&value.value()) == truth,
            _ => false,
        })
    }

    /// Whether one of `groups` has an entry that raises.
    pub(super) fn raises(&self, groups: &Groups) -> bool {
        groups.ids.iter().any(|group| matches!(self.0.get(group.index()), Some(Entry::Raises(_))))
    }
}
