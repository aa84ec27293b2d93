//! Do the pages of an endpoint add up, and which rows do they hold?

use rustc_hash::FxHashMap;
use serde_json::value::RawValue;

use super::endpoint::{self, Endpoint};
use super::fields::Fields;
use super::folder::{self, Folder};
use super::row::{Row, kind_of};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::model::{Origin, SourceId};

/// One page.
pub(super) struct Page<'a> {
    /// Its number in the file name, from 1.
    pub(super) number: u64,
    /// The file.
    pub(super) source: SourceId,
    content: Option<Content<'a>>,
}

enum Content<'a> {
    Rows { rows: Vec<&'a RawValue>, pagination: Option<Pagination> },
    Single(&'a str),
}

/// What a page says about all pages.
#[derive(Clone, Copy)]
struct Pagination {
    count: u64,
    current: u64,
    total_pages: u64,
    next: Option<u64>,
    range: Option<(u64, u64)>,
}

const PAGINATION: [&str; 6] = ["count", "current", "total_pages", "next", "start_index", "end_index"];

impl<'a> Page<'a> {
    /// Opens the page; its rows are not looked into yet.
    pub(super) fn open(
        endpoint: &Endpoint,
        name: &str,
        number: u64,
        source: SourceId,
        text: &'a str,
        diagnostics: &mut Diagnostics,
    ) -> Self {
        let content = match Fields::of(text, &["results", "pagination", "detail"]) {
            Err(error) => Err(folder::unreadable(source, text, name, &error)),
            Ok(fields) => content(endpoint, name, source, text, &fields, diagnostics),
        };
        let content = content.map_err(|problem| diagnostics.push(problem)).ok();
        Self { number, source, content }
    }

    fn rows(&self) -> &[&'a RawValue] {
        match &self.content {
            Some(Content::Rows { rows, .. }) => rows,
            _ => &[],
        }
    }

    fn pagination(&self) -> Option<Pagination> {
        match &self.content {
            Some(Content::Rows { pagination, .. }) => *pagination,
            _ => None,
        }
    }
}

fn content<'a>(
    endpoint: &Endpoint,
    name: &str,
    source: SourceId,
    text: &'a str,
    fields: &Fields<'a>,
    diagnostics: &mut Diagnostics,
) -> Result<Content<'a>, Diagnostic> {
    let here = Origin::File { source };
    if let Some(detail) = fields.text("detail").filter(|_| !fields.has("results")) {
        return Err(Diagnostic::error("incomplete-snapshot", format!("`{name}` holds a refusal of the API"))
            .at(here, detail)
            .help("fetch the snapshot as a superuser"));
    }
    if endpoint.single {
        return Ok(Content::Single(text));
    }
    if fields.twice().is_some() {
        return Err(Diagnostic::error("wrong-page", format!("`{name}` holds several pages")).at(here, "here"));
    }
    let rows = fields.get("results").and_then(|rows| serde_json::from_str(rows.get()).ok());
    let Some(rows) = rows else {
        return Err(Diagnostic::error("wrong-page", format!("`{name}` is no page of `{}`", endpoint.name))
            .at(here, "`results` is missing")
            .help("a page of the API has `pagination` and `results`"));
    };
    let pagination = fields.get("pagination").and_then(|raw| pagination(raw.get()));
    if pagination.is_none() {
        diagnostics.push(
            Diagnostic::error("pagination", format!("`{name}` does not say how many pages there are"))
                .at(here, "`pagination` with `count`, `current` and `total_pages` is expected")
                .because("without them, no one can tell whether rows are missing"),
        );
    }
    Ok(Content::Rows { rows, pagination })
}

fn pagination(text: &str) -> Option<Pagination> {
    let fields = Fields::of(text, &PAGINATION).ok().filter(|fields| fields.twice().is_none())?;
    Some(Pagination {
        count: fields.number("count")?,
        current: fields.number("current")?,
        total_pages: fields.number("total_pages")?,
        next: fields.number("next"),
        range: fields.number("start_index").zip(fields.number("end_index")),
    })
}

/// Checks that `pages`, sorted by number, are all pages of `endpoint` and fit together.
pub(super) fn check(endpoint: &Endpoint, pages: &[Page<'_>], diagnostics: &mut Diagnostics) {
    let mut problem = |page: &Page<'_>, message: String, label: String| {
        diagnostics.push(
            Diagnostic::error("pagination", message)
                .at(Origin::File { source: page.source }, label)
                .help("fetch all pages again, in one go and with a fixed `ordering`"),
        );
    };
    let name = endpoint.name;
    for (page, next) in pages.iter().zip(pages.iter().skip(1)) {
        if page.number == next.number {
            problem(next, format!("page {} of `{name}` is there twice", page.number), "again here".into());
        }
    }
    if endpoint.single {
        if let Some(page) = pages.iter().find(|page| page.number != 1) {
            problem(page, format!("`{name}` has one page"), "this is another one".into());
        }
        return;
    }
    let Some((first, leading)) = pages.iter().find_map(|page| Some((page, page.pagination()?))) else {
        return;
    };
    let mut whole = true;
    for page in pages {
        let Some(said) = page.pagination() else {
            whole = false;
            continue;
        };
        let rows = page.rows().len() as u64;
        let mut wrong = |label: String| {
            whole = false;
            problem(page, format!("page {} of `{name}` does not fit", page.number), label);
        };
        if said.current != page.number {
            wrong(format!("by its content it is page {}", said.current));
        }
        if said.count != leading.count {
            wrong(format!("it counts {} rows, page {} counts {}", said.count, first.number, leading.count));
        }
        if said.total_pages != leading.total_pages {
            let (here, there) = (said.total_pages, leading.total_pages);
            wrong(format!("it knows of {here} pages, page {} knows of {there}", first.number));
        } else if page.number == 0 || page.number > leading.total_pages {
            wrong(format!("there are {} pages", leading.total_pages));
        }
        let next = if page.number < said.total_pages { page.number + 1 } else { 0 };
        if said.next.is_some_and(|said| said != next) {
            wrong(format!("the next page is {}, not {next}", said.next.unwrap_or_default()));
        }
        // Python counts from 1, and gives 0 to 0 for no rows at all.
        let expected = |(start, end): (u64, u64)| if end == 0 { 0 } else { (end + 1).saturating_sub(start) };
        if said.range.is_some_and(|range| expected(range) != rows) {
            wrong(format!("it holds {rows} rows, not {}", said.range.map_or(0, expected)));
        }
    }
    for (start, end) in gaps(pages, leading.total_pages) {
        whole = false;
        let which = if start == end {
            format!("page {start} of `{name}` is")
        } else {
            format!("pages {start} to {end} of `{name}` are")
        };
        diagnostics.push(
            Diagnostic::error("page-missing", format!("{which} not in the folder"))
                .at(
                    Origin::File { source: first.source },
                    format!("this page knows of {} pages", leading.total_pages),
                )
                .because("what is missing could change verdicts, so none are given")
                .help(format!("fetch `{name}.p{start}.json`")),
        );
    }
    let rows: u64 = pages.iter().map(|page| page.rows().len() as u64).sum();
    if whole && rows != leading.count {
        diagnostics.push(
            Diagnostic::error("pagination", format!("`{name}` has {rows} rows, not {}", leading.count))
                .at(Origin::File { source: first.source }, format!("{} are announced here", leading.count))
                .help("fetch all pages again, in one go and with a fixed `ordering`"),
        );
    }
}

/// The numbers from 1 to `last` that no page has, as ranges: `last` may be anything.
fn gaps(pages: &[Page<'_>], last: u64) -> Vec<(u64, u64)> {
    let mut gaps = Vec::new();
    let mut next = 1;
    for number in pages.iter().map(|page| page.number).chain([last.saturating_add(1)]) {
        if number > next {
            gaps.push((next, (number - 1).min(last)));
        }
        next = next.max(number.saturating_add(1));
    }
    gaps.retain(|(start, end)| start <= end);
    gaps
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
        let names = names(endpoint);
        let mut seen: FxHashMap<&'a str, Origin> = FxHashMap::default();
        for page in self.pages(endpoint) {
            let single = match &page.content {
                Some(Content::Single(text)) => Some((Origin::File { source: page.source }, *text)),
                _ => None,
            };
            let rows = page.rows().iter().enumerate();
            let texts = rows.map(|(index, raw)| (Origin::row(page.source, index), raw.get())).chain(single);
            let rows: Vec<_> =
                texts.map(|(origin, text)| (origin, text, Fields::of(text, &names).ok())).collect();
            if let Some(problem) = foreign(endpoint, page, &rows) {
                diagnostics.push(problem);
                continue;
            }
            for (origin, text, fields) in rows {
                let Some(fields) = fields else {
                    diagnostics.push(
                        Diagnostic::error("wrong-type", format!("the {} must be an object", endpoint.noun))
                            .at(origin, format!("this is {}", kind_of(text))),
                    );
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

fn names(endpoint: &Endpoint) -> Vec<&'static str> {
    endpoint.fields.iter().chain(endpoint.lacks).copied().collect()
}

fn fits(endpoint: &Endpoint, has: impl Fn(&str) -> bool) -> bool {
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
