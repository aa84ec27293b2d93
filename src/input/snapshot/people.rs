//! The pages of users and groups, which are most of a snapshot. Their rows are looked into as soon as a page is read,
//! so that its text need not be kept.

use std::fmt;
use std::ops::Range;
use std::sync::{Mutex, PoisonError};

use serde::de::{DeserializeSeed, Deserializer, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use super::endpoint::{self, Endpoint};
use super::fields::{Fields, Name, Wanted};
use super::folder::{FileName, Folder};
use super::lower::people::{self, Member, Members};
use super::page::{self, Pagination};
use super::row::Row;
use super::rows::{self, Found};
use crate::diagnostic::Diagnostics;
use crate::model::draft::{DraftUser, Keys};
use crate::model::{Origin, Pool, SourceId};

/// The rows of a page.
pub(super) enum People {
    Users(Vec<Found<DraftUser>>),
    Groups(Vec<Found<Members>>),
}

/// Where the rows of a page are among those of all pages.
pub(super) type Place = Range<usize>;

/// The rows of all pages. They are in one place from the first one on: there is no room to put them together later.
#[derive(Default)]
pub(super) struct Store {
    users: Vec<Found<DraftUser>>,
    groups: Vec<Found<Members>>,
    common: Common,
}

impl Store {
    /// What many rows have in common.
    pub(super) fn common(&self) -> &Common {
        &self.common
    }

    /// Adds the rows of a page.
    pub(super) fn add(&mut self, people: People) -> Place {
        fn append<T>(to: &mut Vec<T>, mut rows: Vec<T>) -> Place {
            let start = to.len();
            to.append(&mut rows);
            start..to.len()
        }
        match people {
            People::Users(rows) => append(&mut self.users, rows),
            People::Groups(rows) => append(&mut self.groups, rows),
        }
    }
}

/// What many rows have in common.
#[derive(Default)]
pub(super) struct Common(Mutex<(Keys, Pool)>);

impl Common {
    fn users(&self, rows: Vec<Found<Member<'_>>>) -> Vec<Found<DraftUser>> {
        let mut common = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (keys, pool) = &mut *common;
        rows.into_iter().map(|row| row.map(|user| user.sharing(keys, pool))).collect()
    }

    fn groups(&self, rows: Vec<Found<Members>>) -> Vec<Found<Members>> {
        let mut common = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (_, pool) = &mut *common;
        rows.into_iter().map(|row| row.map(|group| group.sharing(pool))).collect()
    }
}

/// The rows of the file called `name`, if it is a page of users or of groups that nothing is wrong with as a whole.
pub(super) fn early(
    name: &str,
    source: SourceId,
    text: &str,
    common: &Common,
) -> Option<(People, Pagination)> {
    let stem = FileName::parse(name)?.endpoint;
    let endpoint = [&endpoint::USERS, &endpoint::GROUPS].into_iter().find(|known| known.name == stem)?;
    let wanted = rows::names(endpoint);
    let mut reader = serde_json::Deserializer::from_str(text);
    let page = Page(&wanted).deserialize(&mut reader).ok()?;
    reader.end().ok()?;
    let (rows, pagination) = page?;
    let pagination = page::pagination(pagination.get())?;
    // Otherwise they may be those of another endpoint.
    let fits = |row: &Fields<'_>| rows::fits(endpoint, |name| row.has(name));
    if !rows.is_empty() && !rows.iter().any(fits) {
        return None;
    }
    let rows = rows.into_iter().enumerate().map(|(index, fields)| (Origin::row(source, index), fields));
    let people = if endpoint.name == endpoint::USERS.name {
        let rows = rows.map(|(origin, fields)| Found::read(endpoint, origin, fields, people::user));
        People::Users(common.users(rows.collect()))
    } else {
        let rows = rows.map(|(origin, fields)| Found::read(endpoint, origin, fields, people::group));
        People::Groups(common.groups(rows.collect()))
    };
    Some((people, pagination))
}

impl<'a> Folder<'a> {
    /// The users that nothing is wrong with.
    pub(super) fn users(&mut self, diagnostics: &mut Diagnostics) -> Vec<DraftUser> {
        let early = std::mem::take(&mut self.store.users);
        self.people(&endpoint::USERS, early, diagnostics, people::user, Common::users)
    }

    /// The groups that nothing is wrong with.
    pub(super) fn groups(&mut self, diagnostics: &mut Diagnostics) -> Vec<Members> {
        let early = std::mem::take(&mut self.store.groups);
        self.people(&endpoint::GROUPS, early, diagnostics, people::group, Common::groups)
    }

    fn people<R, T>(
        &self,
        endpoint: &'static Endpoint,
        early: Vec<Found<T>>,
        diagnostics: &mut Diagnostics,
        read: impl Fn(&mut Row<'a, '_>) -> R,
        share: impl Fn(&Common, Vec<Found<R>>) -> Vec<Found<T>>,
    ) -> Vec<T> {
        let pages = self.pages(endpoint);
        let mut next = 0;
        let is_whole = pages.iter().all(|page| match page.people() {
            Some(place) => place.start == std::mem::replace(&mut next, place.end),
            None => false,
        });
        if is_whole && next == early.len() {
            return rows::values(endpoint, early, diagnostics);
        }
        let mut early: Vec<Option<Found<T>>> = early.into_iter().map(Some).collect();
        let mut found = Vec::new();
        for page in pages {
            if let Some(place) = page.people() {
                found.extend(early.get_mut(place).into_iter().flatten().filter_map(Option::take));
                continue;
            }
            let rows =
                rows::of_page(endpoint, page, diagnostics).into_iter().map(|(origin, text, fields)| {
                    match fields {
                        Some(fields) => Found::read(endpoint, origin, fields, &read),
                        None => Found::broken(origin, rows::not_an_object(endpoint, origin, text)),
                    }
                });
            found.extend(share(&self.store.common, rows.collect()));
        }
        rows::values(endpoint, found, diagnostics)
    }
}

/// A page that is as it should be: its rows and its pagination. Of any other, there is more to be said than this sees.
struct Page<'n>(&'n [&'static str]);

impl<'de> DeserializeSeed<'de> for Page<'_> {
    type Value = Option<(Vec<Fields<'de>>, &'de RawValue)>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Page<'_> {
    type Value = Option<(Vec<Fields<'de>>, &'de RawValue)>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a page")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let (mut rows, mut pagination) = (None, None);
        while let Some(name) = map.next_key_seed(Name(&["results", "pagination", "detail"]))? {
            match name {
                Some("results") if rows.is_none() => rows = Some(map.next_value_seed(Rows(self.0))?),
                Some("pagination") if pagination.is_none() => pagination = Some(map.next_value()?),
                Some(_) => return Err(A::Error::custom("not as it should be")),
                None => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        Ok(rows.zip(pagination))
    }
}

struct Rows<'n>(&'n [&'static str]);

impl<'de> DeserializeSeed<'de> for Rows<'_> {
    type Value = Vec<Fields<'de>>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for Rows<'_> {
    type Value = Vec<Fields<'de>>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("rows")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut rows: A) -> Result<Self::Value, A::Error> {
        let mut found = Vec::new();
        while let Some(row) = rows.next_element_seed(Wanted(self.0))? {
            found.push(row);
        }
        Ok(found)
    }
}
