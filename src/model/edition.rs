//! Editions: what authentik does in one release, as data.
//!
//! Every difference between releases that can change a verdict is one field of [`Edition`] (dossier §1.2,
//! §1.6, §2.2, §3.1, §3.3). The rules read the fields; there is no second set of rules.

mod aspect;

use std::fmt;

pub use aspect::Aspect;

/// A release of authentik, such as `2025.12.4`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Release {
    /// The year.
    pub year: u16,
    /// The month.
    pub month: u8,
    /// The patch level.
    pub patch: u16,
}

/// A generation of the policy engine (dossier §2.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Generation {
    /// What the documentation promises.
    Documented,
    /// Until 2025.6: every binding on its own.
    E1,
    /// 2025.8 to 2025.12.4: group and user bindings together, and any one of them is enough, even under All.
    E2,
    /// 2025.12.5 and 2026.2 on: group and user bindings together, counted.
    E3,
    /// 2026.5.6 on: as [`E3`](Self::E3) for one user, with a second engine for lists of users (dossier §2.9).
    E4,
}

/// Which field of a group names the groups above it (dossier §5.5).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Parents {
    /// `parent`; the other is dropped.
    One,
    /// `parents`; the other is dropped.
    Many,
    /// Both.
    Either,
}

/// The semantics of one release.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
#[expect(clippy::struct_excessive_bools, reason = "each is one difference between releases, on its own")]
pub struct Edition {
    /// The release; `None` for the documentation.
    pub release: Option<Release>,
    /// How bindings combine.
    pub generation: Generation,
    /// How many levels of ancestors count as memberships; `None` for all of them (dossier §1.2).
    pub group_depth: Option<u32>,
    /// Where the parents of a group are written (until 2025.10 `parent`, from 2025.12 on `parents`).
    pub parents: Parents,
    /// Whether the tenant flag `core_default_app_access` is read (dossier §3.1).
    pub app_access_flag: bool,
    /// Whether an event matcher passes when any one of its fields matches (until 2024.8.3).
    pub event_matcher_any: bool,
    /// Whether a GeoIP policy that looks at distances only always fails (2025.2).
    pub geoip_distance_only_fails: bool,
    /// Whether an endpoint for remote access opens only through the application of its own provider
    /// (from 2026.2.6 and 2026.5.5 on; dossier §3.3).
    pub rac_checks_provider: bool,
    /// Whether `groups` of a user are authentik's groups (from 2026.2 on); before, they are Django's, which nothing
    /// fills (dossier §4.2).
    pub user_groups: bool,
    /// Whether what an expression returns is kept with its result, and must therefore be something that can be kept
    /// (seen with 2026.5). `None` where nobody has looked.
    pub keeps_returned: Option<bool>,
}

/// Why a name of an edition was not understood.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EditionError {
    /// Neither `documented` nor a release.
    #[error("`{0}` is not a release of authentik such as `2025.10` or `2025.12.4`, nor `documented`")]
    NotARelease(String),
    /// Older than anything this program knows.
    #[error("authentik {0} is older than 2024.2, the oldest release that is known here")]
    TooOld(Release),
    /// Between releases that there are.
    #[error("there is no authentik {}.{}; {}", .0.year, .0.month, .0.around())]
    NoSuchLine(Release),
}

impl Release {
    const fn new(year: u16, month: u8, patch: u16) -> Self {
        Self { year, month, patch }
    }

    /// The newest release whose semantics are known.
    pub const NEWEST: Self = Self::new(2026, 5, 6);
    const OLDEST: Self = Self::new(2024, 2, 0);

    /// Year and month of every line of releases that is known, in order.
    pub const LINES: [(u16, u8); 14] = [
        (2024, 2),
        (2024, 4),
        (2024, 6),
        (2024, 8),
        (2024, 10),
        (2024, 12),
        (2025, 2),
        (2025, 4),
        (2025, 6),
        (2025, 8),
        (2025, 10),
        (2025, 12),
        (2026, 2),
        (2026, 5),
    ];

    /// The lines before and after, for whoever meant one of them.
    fn around(self) -> String {
        let line = (self.year, self.month);
        let next = Self::LINES.partition_point(|other| *other < line);
        let names = Self::LINES.iter().skip(next.saturating_sub(1)).take(2);
        let names: Vec<String> = names.map(|(year, month)| format!("`{year}.{month}`")).collect();
        format!("did you mean {}?", names.join(" or "))
    }

    /// Reads `2025.12`, `2025.12.4` or `2026.5.0-rc1`. Without a patch level it is the first release of its line.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let text = text.strip_prefix("version/").or_else(|| text.strip_prefix('v')).unwrap_or(text);
        let numbers = text.split(['-', '+']).next().unwrap_or(text);
        let mut parts = numbers.split('.');
        let year = parts.next()?.parse().ok()?;
        let month = parts.next()?.parse().ok()?;
        let patch = match parts.next() {
            // Pre-releases are also written `2025.8.0rc1`.
            Some(patch) => patch.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()?,
            None => 0,
        };
        let known = (2000..10000).contains(&year) && (1..=12).contains(&month) && parts.next().is_none();
        known.then_some(Self { year, month, patch })
    }

    fn same_line(self, other: Self) -> bool {
        (self.year, self.month) == (other.year, other.month)
    }

    /// Whether this is `fix` or later on the same line, or on a later line than `since`.
    fn has(self, fix: Self, since: Self) -> bool {
        if self.same_line(fix) { self >= fix } else { self >= since }
    }
}

impl fmt::Display for Release {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.year, self.month, self.patch)
    }
}

impl Edition {
    /// What the documentation promises.
    pub fn documented() -> Self {
        Self {
            release: None,
            generation: Generation::Documented,
            group_depth: None,
            parents: Parents::Either,
            app_access_flag: false,
            event_matcher_any: false,
            geoip_distance_only_fails: false,
            rac_checks_provider: true,
            user_groups: true,
            keeps_returned: None,
        }
    }

    /// What `release` does.
    pub fn of(release: Release) -> Self {
        let generation = if release < Release::new(2025, 8, 0) {
            Generation::E1
        } else if release < Release::new(2025, 12, 5) {
            Generation::E2
        } else if release < Release::new(2026, 5, 6) {
            Generation::E3
        } else {
            Generation::E4
        };
        let group_depth = if release < Release::new(2024, 6, 0) {
            Some(20)
        } else if release < Release::new(2025, 12, 0) {
            Some(19)
        } else {
            None
        };
        Self {
            release: Some(release),
            generation,
            group_depth,
            parents: if release < Release::new(2025, 12, 0) { Parents::One } else { Parents::Many },
            app_access_flag: release >= Release::new(2026, 5, 0),
            event_matcher_any: release < Release::new(2024, 8, 4),
            geoip_distance_only_fails: release.same_line(Release::new(2025, 2, 0)),
            rac_checks_provider: release.has(Release::new(2026, 2, 6), Release::new(2026, 5, 5)),
            user_groups: release >= Release::new(2026, 2, 0),
            keeps_returned: (release >= Release::new(2026, 5, 0)).then_some(true),
        }
    }

    /// The newest release that is known.
    pub fn newest() -> Self {
        Self::of(Release::NEWEST)
    }

    /// The edition called `name`: `documented`, or a release.
    ///
    /// # Errors
    /// When `name` is neither, a release before 2024.2, or one that is not among those that are known but older than
    /// the newest of them.
    pub fn parse(name: &str) -> Result<Self, EditionError> {
        if name.trim() == "documented" {
            return Ok(Self::documented());
        }
        let release = Release::parse(name).ok_or_else(|| EditionError::NotARelease(name.to_owned()))?;
        if release < Release::OLDEST {
            return Err(EditionError::TooOld(release));
        }
        let is_line = Release::LINES.contains(&(release.year, release.month)) || release > Release::NEWEST;
        if is_line { Ok(Self::of(release)) } else { Err(EditionError::NoSuchLine(release)) }
    }

    /// Whether the release is newer than anything this program was checked against.
    pub fn is_beyond_known(&self) -> bool {
        self.release.is_some_and(|release| release > Release::NEWEST && !release.same_line(Release::NEWEST))
    }
}

impl fmt::Display for Edition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.release {
            Some(release) => write!(f, "authentik {release}"),
            None => f.write_str("authentik as documented"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edition(name: &str) -> Edition {
        Edition::parse(name).unwrap()
    }

    #[test]
    fn generations_change_where_the_engine_changed() {
        for (name, generation) in [
            ("2024.2", Generation::E1),
            ("2025.6.4", Generation::E1),
            ("2025.8", Generation::E2),
            ("2025.12.4", Generation::E2),
            ("2025.12.5", Generation::E3),
            ("2026.5.0-rc1", Generation::E3),
            ("2026.5.6", Generation::E4),
            ("documented", Generation::Documented),
        ] {
            assert_eq!(edition(name).generation, generation, "{name}");
        }
    }

    #[test]
    fn a_fix_that_was_brought_back_counts_on_its_own_line_only() {
        for (name, fixed) in [
            ("2026.2.5", false),
            ("2026.2.6", true),
            ("2026.5.0", false),
            ("2026.5.4", false),
            ("2026.5.5", true),
        ] {
            assert_eq!(edition(name).rac_checks_provider, fixed, "{name}");
        }
    }

    #[test]
    fn group_depth_is_limited_until_groups_got_many_parents() {
        assert_eq!(edition("2024.4.2").group_depth, Some(20));
        assert_eq!(edition("2024.6").group_depth, Some(19));
        assert_eq!(edition("2025.12").group_depth, None);
    }

    #[test]
    fn what_is_no_release_is_refused() {
        for name in ["", "x", "2025", "2025.13", "2025.1.2.3", "1.2", "2025.-1"] {
            assert_eq!(Edition::parse(name), Err(EditionError::NotARelease(name.to_owned())), "{name}");
        }
        assert!(matches!(Edition::parse("2023.10.1"), Err(EditionError::TooOld(_))));
        let between = Edition::parse("2025.11.2").unwrap_err().to_string();
        assert_eq!(between, "there is no authentik 2025.11; did you mean `2025.10` or `2025.12`?");
        assert!(Edition::parse("2026.4").is_err() && Edition::parse("2026.6").is_ok());
    }
}
