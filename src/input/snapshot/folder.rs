//! Which pages does the folder hold, and are they all there?

use std::collections::BTreeMap;

use rustc_hash::FxHashMap;
use serde_json::error::Category;

use super::endpoint::{self, Endpoint};
use super::index::Index;
use super::page::{self, Page, Pagination};
use super::people::{Place, Store};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::model::builder::nearest;
use crate::model::{Origin, SourceId};

/// The pages of a snapshot.
pub(super) struct Folder<'a> {
    pages: BTreeMap<&'static str, Vec<Page<'a>>>,
    pub(super) store: Store,
}

/// What the name of a file says.
pub(super) struct FileName<'n> {
    /// The endpoint.
    pub(super) endpoint: &'n str,
    /// The number of the page.
    pub(super) number: u64,
}

impl<'n> FileName<'n> {
    /// Reads `core_users.p1.json` or `core_users.json`.
    pub(super) fn parse(name: &'n str) -> Option<Self> {
        let (stem, ending) = name.rsplit_once('.')?;
        if !ending.eq_ignore_ascii_case("json") {
            return None;
        }
        let numbered = stem.rsplit_once(".p").and_then(|(endpoint, number)| {
            let digits = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
            Some((endpoint, number.parse().ok().filter(|_| digits)?))
        });
        let (endpoint, number) = numbered.unwrap_or((stem, 1));
        Some(Self { endpoint, number })
    }
}

impl<'a> Folder<'a> {
    /// Opens all pages, and reports whatever does not add up.
    ///
    /// Of the files in `people`, the rows are in `store` and the text is not there any more.
    pub(super) fn open(
        files: &[(&'a str, SourceId, &'a str)],
        people: &FxHashMap<SourceId, (Place, Pagination)>,
        store: Store,
        diagnostics: &mut Diagnostics,
    ) -> Self {
        let mut folder = Self { pages: BTreeMap::new(), store };
        let Some((_, first, _)) = files.first() else {
            diagnostics.push(
                Diagnostic::error("empty-snapshot", "the folder holds no pages")
                    .help("a snapshot has files such as `core_users.p1.json`"),
            );
            return folder;
        };
        let index = files
            .iter()
            .find(|(name, ..)| *name == "index.json")
            .map(|(_, source, text)| Index::read(*source, text, files, diagnostics));
        for (name, source, text) in files {
            if *name == "index.json" {
                continue;
            }
            let file = FileName::parse(name);
            let number = file.as_ref().map_or(1, |file| file.number);
            if let Some(endpoint) = file.as_ref().and_then(|file| endpoint::find_extra(file.endpoint)) {
                // What no verdict rests on may be broken.
                let mut ignored = Diagnostics::default();
                let page = Page::open(endpoint, name, number, *source, text, &mut ignored);
                folder.pages.entry(endpoint.name).or_default().push(page);
                continue;
            }
            let Some(endpoint) = file.as_ref().and_then(|file| endpoint::find(file.endpoint)) else {
                unknown(name, *source, diagnostics);
                continue;
            };
            let listed =
                index.as_ref().is_none_or(|index| index.admits(name, endpoint, *source, diagnostics));
            let pages = folder.pages.entry(endpoint.name).or_default();
            if listed {
                pages.push(match people.get(source) {
                    Some((place, pagination)) => Page::of_people(number, *source, place.clone(), *pagination),
                    None => Page::open(endpoint, name, number, *source, text, diagnostics),
                });
            }
        }
        for (name, pages) in &mut folder.pages {
            pages.sort_by_key(|page| (page.number, page.source));
            if let Some(endpoint) = endpoint::find(name) {
                page::check(endpoint, pages, diagnostics);
            }
        }
        folder.complete(*first, diagnostics);
        folder
    }

    /// The pages of `endpoint`, in order.
    pub(super) fn pages(&self, endpoint: &Endpoint) -> &[Page<'a>] {
        self.pages.get(endpoint.name).map_or(&[], Vec::as_slice)
    }

    /// Whether any page of `endpoint` was given.
    pub(super) fn holds(&self, endpoint: &Endpoint) -> bool {
        !self.pages(endpoint).is_empty()
    }

    /// Reports endpoints that nothing can be said without.
    fn complete(&self, first: SourceId, diagnostics: &mut Diagnostics) {
        let named = |endpoint: &Endpoint| self.pages.contains_key(endpoint.name);
        let policies = named(&endpoint::POLICIES) || endpoint::POLICIES_BY_TYPE.iter().any(named);
        let missing = endpoint::all()
            .filter(|endpoint| endpoint.required && !named(endpoint))
            .chain((!policies).then_some(&endpoint::POLICIES));
        for endpoint in missing {
            diagnostics.push(
                Diagnostic::error(
                    "incomplete-snapshot",
                    format!("there are no pages of `{}`", endpoint.name),
                )
                .at(Origin::File { source: first }, "not in the folder of this file")
                .because("verdicts would be wrong, so none are given")
                .help(format!("fetch `{}.p1.json` and all pages after it as a superuser", endpoint.name)),
            );
        }
    }
}

fn unknown(name: &str, source: SourceId, diagnostics: &mut Diagnostics) {
    let stem = FileName::parse(name).map_or(name, |file| file.endpoint);
    if endpoint::is_passed_over(stem) {
        return;
    }
    let note = Diagnostic::note("unknown-page", format!("`{name}` is not read"))
        .at(Origin::File { source }, "no endpoint that plays a part here");
    diagnostics.push(match nearest(stem, endpoint::all().map(|endpoint| endpoint.name)) {
        Some(similar) => note.help(format!("did you mean `{similar}.p1.json`?")),
        None => note,
    });
}

/// Why a text is no JSON, with the place.
pub(super) fn unreadable(source: SourceId, text: &str, name: &str, error: &serde_json::Error) -> Diagnostic {
    let at = offset(text, error.line(), error.column());
    let end = text.get(at..).and_then(|rest| rest.chars().next()).map_or(at, |c| at + c.len_utf8());
    let (code, message, label) = match error.classify() {
        Category::Eof => {
            ("page-truncated", format!("`{name}` ends in the middle"), "the rest is missing".into())
        }
        Category::Data => ("wrong-page", format!("`{name}` is no answer of the API"), "here".to_owned()),
        Category::Syntax | Category::Io => {
            ("invalid-json", format!("`{name}` is not JSON"), error.to_string())
        }
    };
    Diagnostic::error(code, message).at(Origin::text(source, at..end), label).help("fetch the page again")
}

/// The byte at a line and column as the JSON parser counts them: both from 1, columns in bytes.
fn offset(text: &str, line: usize, column: usize) -> usize {
    let start: usize = text.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum();
    let mut at = (start + column.saturating_sub(1)).min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}
