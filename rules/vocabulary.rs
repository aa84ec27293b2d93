//! The words that the rules are written in.

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub u32);
    )*};
}

ids! {
    /// A group.
    GroupId,
    /// A user that a binding asks for.
    UserId,
    /// Runs of a policy that end alike: all that share a `RunId` have the same outcome.
    RunId,
    /// A way in which runs end.
    WayId,
    /// Something that is not known and does not depend on the user, such as a mode that the input leaves open.
    UnknownId,
    /// A binding.
    BindingId,
    /// Anything that bindings decide about.
    TargetId,
}

/// How one run of a policy can end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Outcome {
    /// It passed.
    True,
    /// It did not pass.
    False,
    /// It raised what the engine expects from a policy; the binding's failure result counts instead.
    Error,
    /// It raised anything else; authentik then fails the binding, whatever its options are.
    Crash,
}

impl Outcome {
    /// Every outcome.
    pub const ALL: [Self; 4] = [Self::True, Self::False, Self::Error, Self::Crash];
}

/// A set of outcomes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Outcomes(u8);

impl Outcomes {
    /// No outcome.
    pub const NONE: Self = Self(0);
    /// Every outcome.
    pub const ANY: Self = Self(0b1111);

    /// This outcome alone.
    pub const fn only(outcome: Outcome) -> Self {
        Self(1 << outcome as u8)
    }

    /// The outcomes of either set.
    #[must_use]
    pub const fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// The outcomes of both sets.
    #[must_use]
    pub const fn intersection(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// All other outcomes.
    #[must_use]
    pub const fn complement(self) -> Self {
        Self(!self.0 & Self::ANY.0)
    }

    /// Whether `outcome` is one of them.
    pub const fn contains(self, outcome: Outcome) -> bool {
        self.0 & 1 << outcome as u8 != 0
    }

    /// Whether all of them are in `other`.
    pub const fn is_subset(self, other: Self) -> bool {
        self.0 & !other.0 == 0
    }

    /// Whether there are none.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Each of them.
    pub fn iter(self) -> impl Iterator<Item = Outcome> {
        Outcome::ALL.into_iter().filter(move |outcome| self.contains(*outcome))
    }

    /// The set as a number below 16: bit 0 is true, 1 false, 2 error, 3 crash.
    pub const fn bits(self) -> u8 {
        self.0
    }
}

impl FromIterator<Outcome> for Outcomes {
    fn from_iter<I: IntoIterator<Item = Outcome>>(outcomes: I) -> Self {
        outcomes.into_iter().fold(Self::NONE, |set, outcome| set.union(Self::only(outcome)))
    }
}

impl std::fmt::Debug for Outcomes {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_set().entries(self.iter()).finish()
    }
}

/// How a target combines its bindings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Mode {
    /// One passing binding is enough.
    Any,
    /// Every binding must pass.
    All,
    /// A word that authentik does not know: whatever is bound, nobody passes.
    Neither,
}

/// A generation of authentik's policy engine: what it does with rows that bind a group or a user.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Engine {
    /// What the documentation promises.
    Documented,
    /// Each row counts on its own (E1).
    Each,
    /// The rows count as one, and one match is enough in either mode (E2).
    Pooled,
    /// The rows count as one: under All as many must match as there are (E3, E4).
    Counted,
}

/// What can settle the verdict of a target.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Cause {
    /// One binding.
    Binding(BindingId),
    /// All rows that bind a group or a user, taken together.
    Together,
}
