//! Which rows do the pages of an endpoint hold?

use rustc_hash::FxHashMap;
use smol_str::SmolStr;

use super::endpoint::{self, Endpoint};
use super::fields::Fields;
use super::folder::Folder;
use super::page::{Content, Page};
use super::row::{Row, kind_of};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::model::Origin;

/// A row that was looked into.
pub(super) struct Found<T> {
    origin: Origin,
    /// The field that tells the row from others, as it is written.
    key: Option<SmolStr>,
    value: Option<T>,
    problems: Option<Box<Diagnostics>>,
}

impl<T> Found<T> {
    /// Looks into the object at `origin`.
    pub(super) fn read<'a>(
        endpoint: &Endpoint,
        origin: Origin,
        fields: Fields<'a>,
        read: impl FnOnce(&mut Row<'a, '_>) -> T,
    ) -> Self {
        let mut problems = Diagnostics::default();
        let key = fields.get(endpoint.key).map(|key| key.get().into());
        let mut row = Row::new(origin, fields, &mut problems);
        let value = read(&mut row);
        let value = row.is_sound().then_some(value);
        let problems = (!problems.is_empty()).then(|| Box::new(problems));
        Self { origin, key, value, problems }
    }

    /// A row that is no object.
    pub(super) fn broken(origin: Origin, problem: Diagnostic) -> Self {
        let problems = Some(Box::new(Diagnostics::from_iter([problem])));
        Self { origin, key: None, value: None, problems }
    }

    /// The same with another value.
    pub(super) fn map<U>(self, map: impl FnOnce(T) -> U) -> Found<U> {
        let Self { origin, key, value, problems } = self;
        Found { origin, key, value: value.map(map), problems }
    }
}

/// The values of the rows that nothing is wrong with. Of rows with one key, the first counts.
pub(super) fn values<T>(endpoint: &Endpoint, rows: Vec<Found<T>>, diagnostics: &mut Diagnostics) -> Vec<T> {
    let keys = || rows.iter().filter_map(|row| row.key.as_deref());
    // Whoever fetches pages has them put in order, so that no key needs to be remembered.
    let in_order = keys().zip(keys().skip(1)).all(|(one, next)| (one.len(), one) < (next.len(), next));
    let mut seen: FxHashMap<SmolStr, Origin> = FxHashMap::default();
    let value = |row: Found<T>| {
        let Found { origin, key, value, problems } = row;
        if let Some(first) = key.filter(|_| !in_order).and_then(|key| seen.insert(key, origin)) {
            diagnostics.push(repeated(endpoint, origin, first));
            return None;
        }
        problems.into_iter().for_each(|problems| diagnostics.append(*problems));
        value
    };
    rows.into_iter().filter_map(value).collect()
}

/// A row of a page with its text, and its fields if it is an object.
type Read<'a> = (Origin, &'a str, Option<Fields<'a>>);

/// The rows of `page`, unless they are those of another endpoint.
pub(super) fn of_page<'a>(
    endpoint: &'static Endpoint,
    page: &Page<'a>,
    diagnostics: &mut Diagnostics,
) -> Vec<Read<'a>> {
    let names = names(endpoint);
    let single = match &page.content {
        Some(Content::Single(text)) => Some((Origin::File { source: page.source }, *text)),
        _ => None,
    };
    let rows = page.rows().iter().enumerate();
    let texts = rows.map(|(index, raw)| (Origin::row(page.source, index), raw.get())).chain(single);
    let rows: Vec<_> = texts.map(|(origin, text)| (origin, text, Fields::of(text, &names).ok())).collect();
    if let Some(problem) = foreign(endpoint, page, &rows) {
        diagnostics.push(problem);
        return Vec::new();
    }
    rows
}

/// What is wrong with a row that is no object.
pub(super) fn not_an_object(endpoint: &Endpoint, origin: Origin, text: &str) -> Diagnostic {
    Diagnostic::error("wrong-type", format!("the {} must be an object", endpoint.noun))
        .at(origin, format!("this is {}", kind_of(text)))
}

impl<'a> Folder<'a> {
    /// Reads every row of `endpoint` with `read`; gives those that nothing is wrong with.
    pub(super) fn read<T>(
        &self,
        endpoint: &'static Endpoint,
        diagnostics: &mut Diagnostics,
        mut read: impl FnMut(&mut Row<'a, '_>) -> T,
    ) -> Vec<T> {
        let mut found = Vec::new();
        let mut seen: FxHashMap<&'a str, Origin> = FxHashMap::default();
        for page in self.pages(endpoint) {
            for (origin, text, fields) in of_page(endpoint, page, diagnostics) {
                let Some(fields) = fields else {
                    diagnostics.push(not_an_object(endpoint, origin, text));
                    continue;
                };
                if let Some(first) = fields.get(endpoint.key).and_then(|key| seen.insert(key.get(), origin)) {
                    diagnostics.push(repeated(endpoint, origin, first));
                    continue;
                }
                let mut row = Row::new(origin, fields, diagnostics);
                let value = read(&mut row);
                if row.is_sound() {
                    found.push(value);
                }
            }
        }
        found
    }
}

fn repeated(endpoint: &Endpoint, origin: Origin, first: Origin) -> Diagnostic {
    Diagnostic::error("repeated-row", format!("the {} is there twice", endpoint.noun))
        .at_field(origin, &format!("/{}", endpoint.key), "again here")
        .at_field(first, &format!("/{}", endpoint.key), "first here")
        .because("when rows move from page to page while they are read, others are left out")
        .help("fetch all pages again, with `ordering=pk`")
}

/// The fields that are looked at.
pub(super) fn names(endpoint: &Endpoint) -> Vec<&'static str> {
    endpoint.fields.iter().chain(endpoint.lacks).copied().collect()
}

/// Whether a row with these fields is one of `endpoint`.
pub(super) fn fits(endpoint: &Endpoint, has: impl Fn(&str) -> bool) -> bool {
    endpoint.has.iter().all(|name| has(name)) && !endpoint.lacks.iter().any(|name| has(name))
}

/// The rows may be those of another endpoint, saved under the wrong name. One row that lacks a field is not
/// enough to say so.
fn foreign(
    endpoint: &Endpoint,
    page: &Page<'_>,
    rows: &[(Origin, &str, Option<Fields<'_>>)],
) -> Option<Diagnostic> {
    let strange = |fields: &Option<Fields<'_>>| {
        fields.as_ref().is_some_and(|row| !fits(endpoint, |name| row.has(name)))
    };
    let (_, text, fields) = rows.first()?;
    if !rows.iter().all(|(_, _, fields)| strange(fields)) {
        return None;
    }
    let row = fields.as_ref()?;
    let missing: Vec<_> =
        endpoint.has.iter().filter(|name| !row.has(name)).map(|name| format!("`{name}`")).collect();
    let surplus = endpoint.lacks.iter().any(|name| row.has(name));
    let other = endpoint::all()
        .filter(|other| other.name != endpoint.name && !other.has.is_empty())
        .filter(|other| Fields::of(text, &names(other)).is_ok_and(|row| fits(other, |name| row.has(name))))
        .min_by_key(|other| std::cmp::Reverse(other.has.len()));
    if other.is_none() && !surplus && missing.len() < endpoint.has.len() {
        return None;
    }
    let label = if missing.is_empty() {
        "these rows are of something else".to_owned()
    } else {
        format!("these rows have no {}", missing.join(", "))
    };
    let diagnostic = Diagnostic::error("wrong-page", format!("this is no page of `{}`", endpoint.name))
        .at(Origin::File { source: page.source }, label);
    Some(match other {
        Some(other) => diagnostic.help(format!("it looks like a page of `{}`", other.name)),
        None => diagnostic.help("fetch the page again"),
    })
}
