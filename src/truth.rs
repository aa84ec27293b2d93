//! Three-valued logic: the only home of it outside the rules.

use std::fmt;

/// What is known about something that holds or does not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Truth {
    /// It holds, whatever the unknowns turn out to be.
    pub must: bool,
    /// It can hold; true wherever `must` is.
    pub may: bool,
}

impl Truth {
    /// It holds.
    pub const YES: Self = Self { must: true, may: true };
    /// It does not hold.
    pub const NO: Self = Self { must: false, may: false };
    /// It may or may not hold.
    pub const UNKNOWN: Self = Self { must: false, may: true };

    /// `yes` or `no`.
    pub const fn known(holds: bool) -> Self {
        Self { must: holds, may: holds }
    }

    /// Whether it is known.
    pub const fn is_known(self) -> bool {
        self.must == self.may
    }

    /// Both hold.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self { must: self.must & other.must, may: self.may & other.may }
    }

    /// Either holds.
    #[must_use]
    pub const fn or(self, other: Self) -> Self {
        Self { must: self.must | other.must, may: self.may | other.may }
    }

    /// It does not hold.
    #[must_use]
    pub const fn negated(self) -> Self {
        Self { must: !self.may, may: !self.must }
    }
}

/// Whether a target lets a user through.
///
/// There is no way from here to a yes-or-no: what depends must stay visible.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// It does, whatever the unknowns turn out to be.
    Yes,
    /// It does not, whatever the unknowns turn out to be.
    No,
    /// That depends on what the configuration does not say.
    Depends,
}

impl Verdict {
    /// The verdict that the two bounds make.
    pub const fn of(truth: Truth) -> Self {
        match (truth.must, truth.may) {
            (true, _) => Self::Yes,
            (false, false) => Self::No,
            (false, true) => Self::Depends,
        }
    }

    /// Yes where both are, no where either is no.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::Yes, Self::Yes) => Self::Yes,
            (Self::No, _) | (_, Self::No) => Self::No,
            _ => Self::Depends,
        }
    }

    /// Yes where it is no, and the other way round.
    #[must_use]
    pub const fn negated(self) -> Self {
        match self {
            Self::Yes => Self::No,
            Self::No => Self::Yes,
            Self::Depends => Self::Depends,
        }
    }

    /// `yes`, `no` or `depends`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Yes => "yes",
            Self::No => "no",
            Self::Depends => "depends",
        }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// Every single end, and how it is called.
const NAMES: [(Ends, &str); 4] =
    [(Ends::PASS, "pass"), (Ends::FAIL, "fail"), (Ends::ERROR, "error"), (Ends::CRASH, "crash")];

/// The ways in which a run of a policy can end; never none.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Ends(u8);

impl Ends {
    /// It passes.
    pub const PASS: Self = Self(1);
    /// It does not pass.
    pub const FAIL: Self = Self(1 << 1);
    /// It raises a `PolicyException`: the failure result counts (dossier §2.5).
    pub const ERROR: Self = Self(1 << 2);
    /// It raises anything else: the binding fails, whatever its options are (dossier §2.5).
    pub const CRASH: Self = Self(1 << 3);
    /// Nothing is known about it.
    pub const UNKNOWN: Self = Self(0b1111);

    /// It passes, or does not.
    pub const fn known(passes: bool) -> Self {
        if passes { Self::PASS } else { Self::FAIL }
    }

    /// Either these ends or those.
    #[must_use]
    pub const fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether there is only one.
    pub const fn is_known(self) -> bool {
        self.0.is_power_of_two()
    }

    /// Whether it can end in one of these ends.
    pub const fn has(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    /// Each end alone.
    pub fn each(self) -> impl Iterator<Item = Self> {
        NAMES.iter().map(|(end, _)| *end).filter(move |end| self.has(*end))
    }

    /// How each end is called, here and in what people write: `pass`, `fail`, `error` or `crash`.
    pub fn names(self) -> impl Iterator<Item = &'static str> {
        NAMES.iter().filter(move |(end, _)| self.has(*end)).map(|(_, name)| *name)
    }

    /// The end that is called so.
    pub fn named(name: &str) -> Option<Self> {
        NAMES.iter().find(|(_, known)| *known == name).map(|(end, _)| *end)
    }

    /// The ends as a number below 16, one bit for each of them: pass, fail, error, crash.
    pub const fn bits(self) -> u8 {
        self.0
    }
}

impl fmt::Debug for Ends {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.names()).finish()
    }
}

impl fmt::Display for Ends {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.names().collect::<Vec<_>>().join(" or "))
    }
}

/// How a verdict is another one than before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Move {
    /// From no to yes.
    Gained,
    /// From yes to no.
    Lost,
    /// From no to depends.
    MaybeGained,
    /// From yes to depends.
    MaybeLost,
    /// From depends to yes.
    Confirmed,
    /// From depends to no.
    Refused,
}

impl Move {
    /// Every way.
    pub const ALL: [Self; 6] =
        [Self::Gained, Self::Lost, Self::MaybeGained, Self::MaybeLost, Self::Confirmed, Self::Refused];

    /// How it is called: `maybe-gained`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Gained => "gained",
            Self::Lost => "lost",
            Self::MaybeGained => "maybe-gained",
            Self::MaybeLost => "maybe-lost",
            Self::Confirmed => "confirmed",
            Self::Refused => "refused",
        }
    }

    /// The verdict before and the one after.
    pub const fn verdicts(self) -> [Verdict; 2] {
        match self {
            Self::Gained => [Verdict::No, Verdict::Yes],
            Self::Lost => [Verdict::Yes, Verdict::No],
            Self::MaybeGained => [Verdict::No, Verdict::Depends],
            Self::MaybeLost => [Verdict::Yes, Verdict::Depends],
            Self::Confirmed => [Verdict::Depends, Verdict::Yes],
            Self::Refused => [Verdict::Depends, Verdict::No],
        }
    }

    /// How one verdict became another; `None` where it is the same.
    pub fn of(before: Verdict, after: Verdict) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.verdicts() == [before, after])
    }
}
