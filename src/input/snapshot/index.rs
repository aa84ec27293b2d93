//! What does `index.json` say about how the pages were asked for?

use rustc_hash::{FxHashMap, FxHashSet};
use serde_json::value::RawValue;

use super::endpoint::{self, Endpoint};
use super::fields::Fields;
use super::folder::{self, FileName};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::model::{Origin, SourceId};

/// The files that the index lists.
pub(super) struct Index {
    /// Its entries: the file name, and whether the API gave the page.
    files: FxHashMap<String, bool>,
    source: SourceId,
}

/// Parameters of a request that leave no row out.
const HARMLESS: [&str; 10] = [
    "page",
    "page_size",
    "ordering",
    "format",
    "superuser_full_list",
    "include_users",
    "include_groups",
    "include_roles",
    "include_children",
    "include_parents",
];

impl Index {
    /// Reads the index; `pages` are the files of the folder.
    pub(super) fn read(
        source: SourceId,
        text: &str,
        pages: &[(&str, SourceId, &str)],
        diagnostics: &mut Diagnostics,
    ) -> Self {
        let mut index = Self { files: FxHashMap::default(), source };
        let entries: Vec<&RawValue> = match serde_json::from_str(text) {
            Ok(entries) => entries,
            Err(error) => {
                diagnostics.push(folder::unreadable(source, text, "index.json", &error));
                return index;
            }
        };
        let names: FxHashSet<&str> = pages.iter().map(|(name, ..)| *name).collect();
        for (position, entry) in entries.into_iter().enumerate() {
            let place = Place { source, text, entry };
            let fields = Fields::of(entry.get(), &["file", "url", "status"]).ok();
            let file = fields.as_ref().and_then(|fields| fields.text("file"));
            let status = fields.as_ref().and_then(|fields| fields.number("status"));
            let (Some(fields), Some(file), Some(status)) = (fields, file, status) else {
                diagnostics.push(
                    Diagnostic::error(
                        "invalid-index",
                        format!("entry {position} of the index says no file and status"),
                    )
                    .at(place.origin(), "`file` and `status` are expected"),
                );
                continue;
            };
            let given = Self::entry(&file, status, fields.text("url").as_deref(), &place, diagnostics);
            if given && !names.contains(file.as_str()) {
                diagnostics.push(
                    Diagnostic::error("page-missing", format!("`{file}` is not in the folder"))
                        .at(place.origin(), "listed here")
                        .help("fetch the snapshot again, or copy all of its files"),
                );
            }
            index.files.insert(file, given);
        }
        index
    }

    /// Whether the API gave the page, as far as the entry says; whether it gave all that was to be seen.
    fn entry(
        file: &str,
        status: u64,
        url: Option<&str>,
        place: &Place<'_>,
        diagnostics: &mut Diagnostics,
    ) -> bool {
        let Some(endpoint) = FileName::parse(file).and_then(|name| endpoint::find(name.endpoint)) else {
            return status == 200;
        };
        // A release that does not have the endpoint has none of its objects.
        if status != 200 && (status != 404 || endpoint.required) {
            diagnostics.push(
                Diagnostic::error("incomplete-snapshot", format!("the API answered {status} for `{file}`"))
                    .at(place.origin(), "listed here")
                    .because(
                        "what the caller was not allowed to see could change verdicts, so none are given",
                    )
                    .help("fetch the snapshot as a superuser"),
            );
        }
        if let Some(parameter) = url.and_then(narrowing) {
            diagnostics.push(
                Diagnostic::error(
                    "incomplete-snapshot",
                    format!("`{file}` was asked for with `{parameter}`"),
                )
                .at(place.origin(), "listed here")
                .because("a list that is filtered leaves out what could change verdicts")
                .help(format!("fetch `{}` without it", endpoint.name)),
            );
        }
        if endpoint.asks_full_list && url.is_some_and(|url| !asks_full_list(url)) {
            diagnostics.push(
                Diagnostic::error(
                    "incomplete-snapshot",
                    format!("`{file}` was asked for without `superuser_full_list=true`"),
                )
                .at(place.origin(), "listed here")
                .because("authentik then leaves out what its policies deny to the caller")
                .help("fetch the snapshot as a superuser, with `superuser_full_list=true`"),
            );
        }
        status == 200
    }

    /// Whether the page `file` is to be read. A page that the index does not know is of another snapshot.
    pub(super) fn admits(
        &self,
        file: &str,
        endpoint: &Endpoint,
        source: SourceId,
        diagnostics: &mut Diagnostics,
    ) -> bool {
        let entry = self.files.get(file).copied();
        if entry.is_none() {
            diagnostics.push(
                Diagnostic::error("page-not-listed", format!("`{file}` is not in the index"))
                    .at(Origin::File { source }, format!("a page of `{}`", endpoint.name))
                    .at(Origin::File { source: self.source }, "not listed here")
                    .because("it may be left over from another snapshot")
                    .help("remove the page, or fetch the snapshot again"),
            );
        }
        entry.unwrap_or_default()
    }
}

/// An entry in the text of the index.
struct Place<'a> {
    source: SourceId,
    text: &'a str,
    entry: &'a RawValue,
}

impl Place<'_> {
    fn origin(&self) -> Origin {
        // The entry is a part of the text.
        let start = (self.entry.get().as_ptr() as usize).saturating_sub(self.text.as_ptr() as usize);
        Origin::text(self.source, start..start + self.entry.get().len())
    }
}

fn parameters(url: &str) -> impl Iterator<Item = &str> {
    url.split_once('?').map_or("", |(_, query)| query).split('&').filter(|parameter| !parameter.is_empty())
}

fn narrowing(url: &str) -> Option<&str> {
    parameters(url).find(|parameter| {
        let name = parameter.split('=').next().unwrap_or(parameter);
        !HARMLESS.contains(&name) && name != "include_inherited_roles"
    })
}

fn asks_full_list(url: &str) -> bool {
    parameters(url).any(|parameter| parameter.eq_ignore_ascii_case("superuser_full_list=true"))
}
