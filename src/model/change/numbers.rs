//! Which numbers objects have after others were added or removed.

use super::super::Id;

/// Which numbers the rows of a table have now.
#[derive(Clone, Debug, Default)]
pub(super) enum Now<I> {
    /// Those that they had.
    #[default]
    Same,
    /// Those from this one on were moved on by one.
    Added(I),
    /// These, in ascending order, are gone.
    Gone(Vec<I>),
}

impl<I: Id> Now<I> {
    /// The number of what had the number `before`; `None` if it is gone.
    pub(super) fn of(&self, before: I) -> Option<I> {
        match self {
            Self::Added(added) if before >= *added => Some(I::from_index(before.index() + 1)),
            Self::Same | Self::Added(_) => Some(before),
            Self::Gone(gone) => match gone.binary_search(&before) {
                Ok(_) => None,
                Err(smaller) => Some(I::from_index(before.index() - smaller)),
            },
        }
    }

    pub(super) fn is_same(&self) -> bool {
        match self {
            Self::Same => true,
            Self::Added(_) => false,
            Self::Gone(gone) => gone.is_empty(),
        }
    }

    /// Whether what had the number `before` is still there.
    pub(super) fn keeps(&self, before: I) -> bool {
        self.of(before).is_some()
    }
}
