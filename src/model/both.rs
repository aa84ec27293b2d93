//! One object in two worlds.

/// An object on either side.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Both<I> {
    /// As it was; `None` where it was not there.
    pub old: Option<I>,
    /// As it is now; `None` where it is there no more.
    pub new: Option<I>,
}

impl<I: Copy> Both<I> {
    /// Both, where it is on both sides.
    pub fn pair(self) -> Option<(I, I)> {
        self.old.zip(self.new)
    }
}
