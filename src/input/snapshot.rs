//! API snapshots: a folder of pages as `GET /api/v3/` gives them (dossier §7).
//!
//! Files are called after their endpoint, with `/` as `_`, and numbered: `core_users.p1.json`. An `index.json`
//! may list them with the URL and the status of each. Lists of the API silently leave out what the caller may
//! not see, and a binding that is missing looks like an open door: whatever does not add up is an error.

mod endpoint;
mod fields;
mod folder;
mod index;
mod lower;
mod page;
mod people;
mod row;
mod rows;
mod write;

use std::borrow::Cow;

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use super::files;
use crate::diagnostic::{Diagnostics, Sources};
use crate::model::SourceId;
use crate::model::draft::Draft;
use crate::progress::Progress;
use folder::FileName;
use page::Pagination;
use people::{Common, People, Place, Store};

pub use write::write;

/// Reads `pages`: file names such as `core_users.p1.json`, with their texts.
pub fn parse(pages: &[(&str, SourceId, &str)], diagnostics: &mut Diagnostics) -> Draft {
    parse_by(pages, Opened::of, diagnostics)
}

fn parse_by<'a>(
    pages: &[(&'a str, SourceId, &'a str)],
    open: impl Fn(&str, SourceId, Cow<'a, str>, &Common) -> Opened<'a>,
    diagnostics: &mut Diagnostics,
) -> Draft {
    let mut store = Store::default();
    let mut kept = Vec::with_capacity(pages.len());
    for (name, source, text) in pages {
        let opened = open(name, *source, Cow::Borrowed(text), store.common());
        kept.push((*name, *source, Kept::of(opened, &mut store)));
    }
    together(&kept, store, diagnostics)
}

/// Files that are read at a time.
const BATCH: usize = 256;

/// Reads the files of `pages`.
pub(super) fn read(
    pages: &[files::Page],
    sources: &mut Sources,
    progress: &Progress,
    diagnostics: &mut Diagnostics,
) -> Draft {
    // By number, page 10 comes after page 9.
    let mut order: Vec<(usize, &files::Page)> = pages.iter().enumerate().collect();
    order.sort_by_key(|(_, page)| FileName::parse(&page.name).map(|name| (name.endpoint, name.number)));
    let mut store = Store::default();
    let mut kept = Vec::with_capacity(pages.len());
    for batch in order.chunks(BATCH) {
        let open = |(_, page): &(usize, &files::Page)| {
            let text = page.file.read()?;
            progress.advance(text.len() as u64);
            Ok(Opened::of(&page.name, page.source, Cow::Owned(text), store.common()))
        };
        let opened: Vec<Result<Opened<'_>, files::Unread>> = batch.par_iter().map(open).collect();
        for ((position, page), opened) in batch.iter().zip(opened) {
            match opened {
                Ok(opened) => {
                    kept.push((*position, (page.name.as_str(), page.source, Kept::of(opened, &mut store))));
                }
                Err(unread) => diagnostics.push(page.file.problem(page.source, unread, sources)),
            }
        }
    }
    kept.sort_by_key(|(position, _)| *position);
    let kept: Vec<_> = kept.into_iter().map(|(_, page)| page).collect();
    together(&kept, store, diagnostics)
}

/// A page that was read.
enum Opened<'a> {
    People(People, Pagination),
    Text(Cow<'a, str>),
}

impl<'a> Opened<'a> {
    fn of(name: &str, source: SourceId, text: Cow<'a, str>, common: &Common) -> Self {
        match people::early(name, source, &text, common) {
            Some((people, pagination)) => Self::People(people, pagination),
            None => Self::Text(text),
        }
    }
}

/// What is kept of a page.
enum Kept<'a> {
    Rows(Place, Pagination),
    Text(Cow<'a, str>),
}

impl<'a> Kept<'a> {
    fn of(opened: Opened<'a>, store: &mut Store) -> Self {
        match opened {
            Opened::People(people, pagination) => Self::Rows(store.add(people), pagination),
            Opened::Text(text) => Self::Text(text),
        }
    }
}

fn together(kept: &[(&str, SourceId, Kept<'_>)], store: Store, diagnostics: &mut Diagnostics) -> Draft {
    let mut people = FxHashMap::default();
    let mut texts = Vec::with_capacity(kept.len());
    for (name, source, kept) in kept {
        let text: &str = match kept {
            Kept::Text(text) => text,
            Kept::Rows(place, pagination) => {
                people.insert(*source, (place.clone(), *pagination));
                ""
            }
        };
        texts.push((*name, *source, text));
    }
    let folder = folder::Folder::open(&texts, &people, store, diagnostics);
    lower::lower(folder, diagnostics)
}

#[cfg(test)]
mod tests;
