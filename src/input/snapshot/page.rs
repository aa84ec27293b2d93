//! Do the pages of an endpoint add up?

use serde_json::value::RawValue;

use super::endpoint::Endpoint;
use super::fields::Fields;
use super::folder;
use super::people::Place;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::model::{Origin, SourceId};

/// One page.
pub(super) struct Page<'a> {
    /// Its number in the file name, from 1.
    pub(super) number: u64,
    /// The file.
    pub(super) source: SourceId,
    pub(super) content: Option<Content<'a>>,
}

/// What a page holds.
pub(super) enum Content<'a> {
    Rows {
        rows: Vec<&'a RawValue>,
        pagination: Option<Pagination>,
    },
    /// Rows that were looked into as soon as the page was read.
    People {
        place: Place,
        pagination: Pagination,
    },
    Single(&'a str),
}

/// What a page says about all pages.
#[derive(Clone, Copy)]
pub(super) struct Pagination {
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

    /// A page whose rows were looked into.
    pub(super) fn of_people(number: u64, source: SourceId, place: Place, pagination: Pagination) -> Self {
        Self { number, source, content: Some(Content::People { place, pagination }) }
    }

    /// Where its rows are, if they were looked into before.
    pub(super) fn people(&self) -> Option<Place> {
        match &self.content {
            Some(Content::People { place, .. }) => Some(place.clone()),
            _ => None,
        }
    }

    /// The rows, unless they were looked into before.
    pub(super) fn rows(&self) -> &[&'a RawValue] {
        match &self.content {
            Some(Content::Rows { rows, .. }) => rows,
            _ => &[],
        }
    }

    fn count(&self) -> u64 {
        let count = match &self.content {
            Some(Content::Rows { rows, .. }) => rows.len(),
            Some(Content::People { place, .. }) => place.len(),
            _ => 0,
        };
        count as u64
    }

    fn pagination(&self) -> Option<Pagination> {
        match &self.content {
            Some(Content::Rows { pagination, .. }) => *pagination,
            Some(Content::People { pagination, .. }) => Some(*pagination),
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

/// What the member `pagination` says.
pub(super) fn pagination(text: &str) -> Option<Pagination> {
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
        let rows = page.count();
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
    let rows: u64 = pages.iter().map(Page::count).sum();
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
