//! What releases do otherwise, one aspect at a time.

use super::{Edition, Generation, Parents};

/// One thing that releases do in one way or another: a field of [`Edition`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Aspect {
    /// How bindings combine: [`Edition::generation`].
    Engine,
    /// How deep memberships reach: [`Edition::group_depth`].
    GroupDepth,
    /// Where the parents of a group are written: [`Edition::parents`].
    GroupParents,
    /// Whether a flag decides about applications with nothing bound: [`Edition::app_access_flag`].
    DefaultAppAccess,
    /// What an event matcher asks for: [`Edition::event_matcher_any`].
    EventMatcher,
    /// GeoIP policies about distances: [`Edition::geoip_distance_only_fails`].
    GeoIpDistance,
    /// Through which applications endpoints open: [`Edition::rac_checks_provider`].
    RemoteAccess,
    /// What code sees as the groups of a user: [`Edition::user_groups`].
    UserGroups,
    /// What code may return: [`Edition::keeps_returned`].
    KeptResults,
    /// Whether code may call what nobody here has heard of: [`Edition::is_beyond_known`].
    NewHelpers,
}

impl Aspect {
    /// All of them, in the order of reports.
    pub const ALL: [Self; 10] = [
        Self::Engine,
        Self::GroupDepth,
        Self::GroupParents,
        Self::DefaultAppAccess,
        Self::EventMatcher,
        Self::GeoIpDistance,
        Self::RemoteAccess,
        Self::UserGroups,
        Self::KeptResults,
        Self::NewHelpers,
    ];

    /// How it is called: `group-depth`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Engine => "engine",
            Self::GroupDepth => "group-depth",
            Self::GroupParents => "group-parents",
            Self::DefaultAppAccess => "default-app-access",
            Self::EventMatcher => "event-matcher",
            Self::GeoIpDistance => "geoip-distance",
            Self::RemoteAccess => "remote-access",
            Self::UserGroups => "user-groups",
            Self::KeptResults => "kept-results",
            Self::NewHelpers => "new-helpers",
        }
    }

    /// Gives `edition` what `from` does in this.
    pub fn put(self, from: &Edition, edition: &mut Edition) {
        match self {
            Self::Engine => edition.generation = from.generation,
            Self::GroupDepth => edition.group_depth = from.group_depth,
            Self::GroupParents => edition.parents = from.parents,
            Self::DefaultAppAccess => edition.app_access_flag = from.app_access_flag,
            Self::EventMatcher => edition.event_matcher_any = from.event_matcher_any,
            Self::GeoIpDistance => edition.geoip_distance_only_fails = from.geoip_distance_only_fails,
            Self::RemoteAccess => edition.rac_checks_provider = from.rac_checks_provider,
            Self::UserGroups => edition.user_groups = from.user_groups,
            Self::KeptResults => edition.keeps_returned = from.keeps_returned,
            // Nothing else of a release is read from its number.
            Self::NewHelpers => edition.release = from.release,
        }
    }

    /// Whether two editions do it in different ways.
    pub fn differs(self, one: &Edition, other: &Edition) -> bool {
        if self == Self::NewHelpers {
            return one.is_beyond_known() != other.is_beyond_known();
        }
        let mut put = one.clone();
        self.put(other, &mut put);
        put != *one
    }

    /// What `edition` does in this, in words, with the releases that do the same.
    pub fn of(self, edition: &Edition) -> &'static str {
        match self {
            Self::Engine => engine(edition.generation),
            Self::GroupDepth => match edition.group_depth {
                Some(20) => "until 2024.4: memberships count through 20 levels of nesting",
                Some(_) => "2024.6 to 2025.10: memberships count through 19 levels of nesting",
                None => "from 2025.12 on, and as documented: memberships count through any nesting",
            },
            Self::GroupParents => match edition.parents {
                Parents::One => "until 2025.10: a group has a `parent`, and `parents` are dropped",
                Parents::Many => "from 2025.12 on: a group has `parents`, and a `parent` is dropped",
                Parents::Either => "as documented: a group is below its `parent` and its `parents`",
            },
            Self::DefaultAppAccess => {
                if edition.app_access_flag {
                    "from 2026.5 on: `core_default_app_access` decides about applications with nothing bound"
                } else {
                    "until 2026.2, and as documented: applications with nothing bound are open"
                }
            }
            Self::EventMatcher => {
                if edition.event_matcher_any {
                    "until 2024.8.3: an event matcher passes if any of its fields matches"
                } else {
                    "from 2024.8.4 on, and as documented: an event matcher passes if all of its fields match"
                }
            }
            Self::GeoIpDistance => {
                if edition.geoip_distance_only_fails {
                    "2025.2: a GeoIP policy that looks at distances only always fails"
                } else {
                    "except 2025.2: a GeoIP policy that looks at distances only passes if they are fine"
                }
            }
            Self::RemoteAccess => {
                if edition.rac_checks_provider {
                    "from 2026.2.6 and 2026.5.5 on, and as documented: an endpoint opens only through the application of its own provider"
                } else {
                    "until 2026.2.5 and 2026.5.4: an endpoint opens through any application for remote access"
                }
            }
            Self::UserGroups => {
                if edition.user_groups {
                    "from 2026.2 on, and as documented: `groups` of a user are authentik's groups"
                } else {
                    "until 2025.12: `groups` of a user are Django's, which nothing fills"
                }
            }
            Self::KeptResults => match edition.keeps_returned {
                Some(_) => "from 2026.5 on: code must return what can be kept",
                None => {
                    "until 2026.2, and as documented: nobody has seen whether code must return what can be kept"
                }
            },
            Self::NewHelpers => {
                if edition.is_beyond_known() {
                    "newer than what is known here: code may call helpers that nobody here has heard of"
                } else {
                    "known here: so are all helpers that code can call"
                }
            }
        }
    }
}

const fn engine(generation: Generation) -> &'static str {
    match generation {
        Generation::Documented => {
            "as documented: every binding counts as it says, negation turns errors round, and nothing bound opens whatever it is"
        }
        Generation::E1 => {
            "until 2025.6: every binding counts on its own, and one that binds nothing does not pass"
        }
        Generation::E2 => {
            "2025.8 to 2025.12.4: bindings of groups and users count together, and one match is enough under all"
        }
        Generation::E3 => {
            "from 2025.12.5 on: bindings of groups and users count together, and under all as many must match as there are"
        }
        Generation::E4 => {
            "from 2026.5.6 on: bindings of groups and users count together, and under all as many must match as there are; lists of users come from a second engine"
        }
    }
}

impl Edition {
    /// What `other` does in another way, in the order of reports.
    pub fn apart(&self, other: &Self) -> Vec<Aspect> {
        Aspect::ALL.into_iter().filter(|aspect| aspect.differs(self, other)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Release;

    const NAMES: [&str; 15] = [
        "documented",
        "2024.2",
        "2024.6",
        "2024.8.4",
        "2025.2",
        "2025.4",
        "2025.8",
        "2025.12",
        "2025.12.5",
        "2026.2",
        "2026.2.6",
        "2026.5",
        "2026.5.5",
        "2026.5.6",
        "2026.8",
    ];

    /// A field that no aspect is about would explain nothing.
    #[test]
    fn all_aspects_together_make_the_other_edition() {
        for one in NAMES {
            for other in NAMES {
                let (one, other) = (Edition::parse(one).unwrap(), Edition::parse(other).unwrap());
                let mut put = one.clone();
                for aspect in one.apart(&other) {
                    aspect.put(&other, &mut put);
                }
                assert_eq!(Edition { release: None, ..put }, Edition { release: None, ..other });
            }
        }
    }

    /// What differs is said to differ, and what is the same is said in the same words.
    #[test]
    fn words_tell_the_same_apart_as_values() {
        for one in NAMES {
            for other in NAMES {
                let (one, other) = (Edition::parse(one).unwrap(), Edition::parse(other).unwrap());
                for aspect in Aspect::ALL {
                    assert_eq!(
                        aspect.of(&one) != aspect.of(&other),
                        aspect.differs(&one, &other),
                        "{aspect:?}"
                    );
                }
            }
        }
    }

    /// The releases in the words are those in which the values change.
    #[test]
    fn words_name_the_releases_in_which_values_change() {
        let lines = [(2024, 2..=13), (2025, 2..=13), (2026, 2..=5)];
        let mut releases: Vec<Release> = Vec::new();
        for (year, months) in lines {
            for month in months.filter(|month| Release::LINES.contains(&(year, *month))) {
                releases.extend((0..8).map(|patch| Release { year, month, patch }));
            }
        }
        for aspect in Aspect::ALL {
            for pair in releases.windows(2) {
                let [before, after] = [pair[0], pair[1]].map(Edition::of);
                if !aspect.differs(&before, &after) {
                    continue;
                }
                let release = pair[1].to_string();
                let line = release.rsplit_once('.').unwrap().0;
                let words = format!("{} {}", aspect.of(&before), aspect.of(&after));
                let is_named = words.contains(&release) || pair[1].patch == 0 && words.contains(line);
                let is_end = before
                    .release
                    .is_some_and(|last| words.contains(&format!("{}.{}", last.year, last.month)));
                assert!(is_named || is_end, "{aspect:?} {release}: {words}");
            }
        }
    }
}
