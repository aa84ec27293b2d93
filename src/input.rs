//! Inputs: every kind of place that a configuration is read from. One file (and folder) each.
//!
//! All of them fill a [`Draft`]; the [`builder`] makes one [`World`] of all drafts. The
//! same tenant through each of them gives the same facts.

pub mod blueprint;
pub mod may;
pub mod snapshot;

mod assertions;
pub mod edit;
pub mod edits;
mod files;
mod git;
mod unread;

pub use assertions::read_assertions;
#[cfg(feature = "cli")]
pub(crate) use files::{text, why};
#[cfg(feature = "cli")]
pub(crate) use git::is_revision;

use std::path::Path;
use std::sync::Arc;

use crate::diagnostic::{Diagnostics, Source, Sources};
use crate::model::assertion::Assertion;
use crate::model::builder::{self, Defaults};
use crate::model::draft::Draft;
use crate::model::{Edition, Flags, World};
use crate::progress::{Phase, Progress};

/// What the caller says about the input.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// The semantics to apply where the input does not say.
    pub edition: Option<Edition>,
    /// Whether they apply even where the input says that it is for another release.
    pub overrule: bool,
    /// The tenant's flags where the input does not say.
    pub flags: Flags,
    /// What blueprints may read from outside of themselves.
    pub outside: blueprint::Outside,
    /// Is told how far the reading is.
    pub progress: Arc<Progress>,
}

/// What was read: a world, unless something must be mended first.
#[derive(Clone, Debug)]
pub struct Reading {
    /// The world; `None` when `diagnostics` holds errors.
    pub world: Option<World>,
    /// All problems that were found.
    pub diagnostics: Diagnostics,
    /// The texts that `diagnostics` and the origins in `world` point into.
    pub sources: Sources,
    /// What `.may` files assert; no input of any other kind does.
    pub assertions: Vec<Assertion>,
}

/// Why there is no world.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{}", crate::diagnostic::render(&self.diagnostics, &self.sources, crate::diagnostic::Style::default()).trim_end())]
pub struct ReadError {
    /// All problems that were found.
    pub diagnostics: Diagnostics,
    /// The texts that they point into.
    pub sources: Sources,
}

impl Reading {
    /// The world, or why there is none.
    ///
    /// # Errors
    /// When the input holds errors.
    pub fn into_world(self) -> Result<World, ReadError> {
        let Self { world, diagnostics, sources, .. } = self;
        world.ok_or(ReadError { diagnostics, sources })
    }
}

/// Reads all files and folders of `paths` as one configuration. `git:REV:PATH` is what was at PATH at a revision of the
/// git repository around the current directory, for which the `git` program is run.
pub fn read<P: AsRef<Path>>(paths: &[P], options: &Options) -> Reading {
    let Drafts { all, diagnostics, sources } = Drafts::read(paths, options);
    finish(all, options, sources, diagnostics)
}

/// What was read before anybody says which release it is for. A world can be made of it for each of several releases.
#[derive(Debug)]
pub struct Drafts {
    all: Vec<Draft>,
    /// All problems that are there in any release.
    pub diagnostics: Diagnostics,
    /// The texts.
    pub sources: Sources,
}

impl Drafts {
    /// Reads all files and folders of `paths` as one configuration.
    pub fn read<P: AsRef<Path>>(paths: &[P], options: &Options) -> Self {
        let mut sources = Sources::default();
        let mut diagnostics = Diagnostics::default();
        let found = files::find(paths, &mut sources, &mut diagnostics);
        let all = drafts(&found, &mut sources, options, &mut diagnostics);
        Self { all, diagnostics, sources }
    }

    /// The release that the configuration is for, if it says one that is known.
    pub fn edition(&self) -> Option<Edition> {
        let mut stated = self.all.iter().filter_map(|draft| draft.release.as_ref());
        stated.find_map(|(name, _)| Edition::parse(name).ok())
    }

    /// The world, with all problems that were found, as `edition` has it, whatever the configuration is for. Without a
    /// world, something must be mended first.
    pub fn world(&self, edition: &Edition, flags: Flags) -> (Option<World>, Diagnostics) {
        let options = Options { edition: Some(edition.clone()), overrule: true, flags, ..Options::default() };
        let reading = finish(self.all.clone(), &options, self.sources.clone(), self.diagnostics.clone());
        (reading.world, reading.diagnostics)
    }
}

/// Reads `text` as the file called `name`, whose ending says what it is: `.may`, `.yaml` or `.yml`.
pub fn parse(name: &str, text: &str, options: &Options) -> Reading {
    let mut sources = Sources::default();
    let mut diagnostics = Diagnostics::default();
    let found = files::given(name, text, &mut sources, &mut diagnostics);
    let drafts = drafts(&found, &mut sources, options, &mut diagnostics);
    finish(drafts, options, sources, diagnostics)
}

fn drafts(
    found: &files::Found,
    sources: &mut Sources,
    options: &Options,
    diagnostics: &mut Diagnostics,
) -> Vec<Draft> {
    let text = |source| sources.get(source).map_or("", Source::text);
    options.progress.begin(Phase::Reading, found.bytes(text));
    let mut drafts: Vec<Draft> = found
        .may
        .iter()
        .map(|source| may::read(*source, text(*source), &options.progress, diagnostics))
        .collect();
    if !found.blueprints.is_empty() {
        let file =
            |(source, named): &_| blueprint::File { source: *source, text: text(*source), named: *named };
        let files: Vec<_> = found.blueprints.iter().map(file).collect();
        let outside = blueprint::Outside { past: found.past.clone(), ..options.outside.clone() };
        drafts.push(blueprint::parse(&files, &outside, diagnostics));
    }
    for pages in &found.snapshots {
        drafts.push(snapshot::read(pages, sources, &options.progress, diagnostics));
    }
    sources.forget();
    drafts
}

fn finish(drafts: Vec<Draft>, options: &Options, sources: Sources, mut diagnostics: Diagnostics) -> Reading {
    let defaults =
        Defaults { edition: options.edition.clone(), overrule: options.overrule, flags: options.flags };
    // What an input could not read would only be reported a second time, as missing.
    let unread = diagnostics.has_errors();
    let assertions = drafts.iter().flat_map(|draft| draft.assertions.iter().cloned()).collect();
    let mut unresolved = Diagnostics::default();
    let world = builder::build(drafts, &defaults, &mut unresolved);
    if unread {
        unresolved = unread::sure(unresolved, &sources);
    }
    diagnostics.append(unresolved);
    diagnostics.sort();
    let world = (!diagnostics.has_errors()).then_some(world);
    Reading { world, diagnostics, sources, assertions }
}

impl World {
    /// Reads all files and folders of `paths` as one configuration: `.may` files, blueprints (`.yaml`), and
    /// folders of API pages.
    ///
    /// # Errors
    /// When anything must be mended first. The error says all that was found; [`input::read`](read) gives
    /// warnings, too.
    ///
    /// ```
    /// # let folder = tempfile::tempdir()?;
    /// # let path = folder.path().join("tenant.may");
    /// # std::fs::write(&path, "user anna")?;
    /// let world = whomay::World::read(&[path])?;
    /// assert_eq!(world.users.len(), 1);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn read<P: AsRef<Path>>(paths: &[P]) -> Result<Self, Box<ReadError>> {
        read(paths, &Options::default()).into_world().map_err(Box::new)
    }

    /// Reads `text` as the file called `name`, whose ending says what it is: `.may`, `.yaml` or `.yml`.
    ///
    /// # Errors
    /// When anything must be mended first.
    ///
    /// ```
    /// let world = whomay::World::parse("tenant.may", "group staff  user anna in staff")?;
    /// assert_eq!(world.groups.len(), 1);
    /// # Ok::<(), Box<whomay::ReadError>>(())
    /// ```
    pub fn parse(name: &str, text: &str) -> Result<Self, Box<ReadError>> {
        parse(name, text, &Options::default()).into_world().map_err(Box::new)
    }
}
