//! Always: a policy that is known to pass, or to fail (`.may` only).

use super::{Judgement, Ruling, Setting, Type};
use crate::truth::Ends;

/// Passes, or fails, always.
pub(super) struct Always<const PASSES: bool>;

impl<const PASSES: bool> Type for Always<PASSES> {
    fn judge<'w>(&'w self, _: Setting<'w, '_>) -> Ruling<'w> {
        Judgement::same(Ends::known(PASSES))
    }
}
