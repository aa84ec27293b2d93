//! Typed dense ids and the tables that they index.

use std::marker::PhantomData;
use std::ops::Index;

/// A dense id: a position in a [`Table`].
pub trait Id: Copy + Eq + Ord {
    /// The id of the row at `index`.
    fn from_index(index: usize) -> Self;
    /// The row that the id stands for.
    fn index(self) -> usize;
}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub u32);

        impl Id for $name {
            fn from_index(index: usize) -> Self {
                Self(u32::try_from(index).unwrap_or(u32::MAX))
            }

            fn index(self) -> usize {
                self.0 as usize
            }
        }
    )*};
}

ids! {
    /// A user.
    UserId,
    /// A group.
    GroupId,
    /// A policy.
    PolicyId,
    /// A stage, as distinct from the place that a flow gives it (a stage binding).
    StageId,
    /// A provider.
    ProviderId,
    /// Anything that bindings decide about.
    TargetId,
    /// A binding.
    BindingId,
}

/// All objects of one kind, in a fixed order.
///
/// Indexing with an id that another world made panics, as indexing a slice does.
#[derive(Clone, Debug, PartialEq)]
pub struct Table<I, T> {
    rows: Vec<T>,
    id: PhantomData<fn(I) -> I>,
}

impl<I: Id, T> Table<I, T> {
    /// How many rows there are.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there are no rows.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Every row with its id, in order.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = (I, &T)> + ExactSizeIterator + Clone {
        self.rows.iter().enumerate().map(|(index, row)| (I::from_index(index), row))
    }

    /// Every id, in order.
    pub fn ids(&self) -> impl DoubleEndedIterator<Item = I> + ExactSizeIterator + Clone + use<I, T> {
        (0..self.rows.len()).map(I::from_index)
    }

    /// Every row, in order.
    pub fn values(&self) -> std::slice::Iter<'_, T> {
        self.rows.iter()
    }

    /// The row of `id`, if this table has one.
    pub fn get(&self, id: I) -> Option<&T> {
        self.rows.get(id.index())
    }

    /// The row of `id`.
    ///
    /// # Panics
    /// When another world made `id`, as indexing a slice does.
    #[expect(clippy::indexing_slicing, reason = "a table hands out the ids that it is asked with")]
    pub fn row(&self, id: I) -> &T {
        &self.rows[id.index()]
    }

    /// The row of `id`, to be changed, if this table has one.
    pub(crate) fn get_mut(&mut self, id: I) -> Option<&mut T> {
        self.rows.get_mut(id.index())
    }

    /// Every row, to be changed.
    pub(crate) fn values_mut(&mut self) -> std::slice::IterMut<'_, T> {
        self.rows.iter_mut()
    }

    /// Puts `row` behind all rows that `goes_before` it, which are the first ones.
    pub(crate) fn insert(&mut self, row: T, goes_before: impl Fn(&T) -> bool) -> I {
        let at = self.rows.partition_point(goes_before);
        self.rows.insert(at, row);
        I::from_index(at)
    }

    /// Takes away the rows of which `is_kept` does not hold.
    pub(crate) fn retain(&mut self, is_kept: impl Fn(I) -> bool) {
        let mut index = 0;
        self.rows.retain(|_| {
            index += 1;
            is_kept(I::from_index(index - 1))
        });
    }

    /// Adds a row and gives its id.
    pub fn push(&mut self, row: T) -> I {
        self.rows.push(row);
        I::from_index(self.rows.len() - 1)
    }
}

impl<I, T> Default for Table<I, T> {
    fn default() -> Self {
        Self { rows: Vec::new(), id: PhantomData }
    }
}

impl<I: Id, T> FromIterator<T> for Table<I, T> {
    fn from_iter<A: IntoIterator<Item = T>>(rows: A) -> Self {
        Self { rows: rows.into_iter().collect(), id: PhantomData }
    }
}

impl<I, T> IntoIterator for Table<I, T> {
    type Item = T;
    type IntoIter = std::vec::IntoIter<T>;

    fn into_iter(self) -> Self::IntoIter {
        self.rows.into_iter()
    }
}

impl<I: Id, T> Index<I> for Table<I, T> {
    type Output = T;

    fn index(&self, id: I) -> &T {
        self.row(id)
    }
}
