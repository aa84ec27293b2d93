//! What is worked out once for all policies of a world.

use super::expression::{Columns, Library};
use crate::model::{Ancestry, World};

/// The code of a world, the nesting of its groups, and what its users answered to what code asked.
pub struct Study<'w> {
    pub(super) world: &'w World,
    pub(super) ancestry: Ancestry<'w>,
    pub(super) library: Library<'w>,
    pub(super) columns: Columns,
}

impl<'w> Study<'w> {
    /// Begins to look at `world`.
    pub fn of(world: &'w World) -> Self {
        Self {
            world,
            ancestry: Ancestry::of(world),
            library: Library::of(world),
            columns: Columns::default(),
        }
    }
}
