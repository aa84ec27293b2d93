//! What is read, and what the caller says about it.

mod ground;

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use super::assume::Assumed;
use super::config::Config;
use super::progress::Progress;
use super::{Session, Stop};
use crate::bitmap::MAGIC;
use crate::diagnostic::{Diagnostic, Diagnostics, Severity, Sources};
use crate::input::blueprint::Outside;
use crate::input::{self, Drafts, Options};
use crate::model::assertion::Assertion;
use crate::model::{Edition, Flags, TargetId, UserId, World};
use crate::policy;
use crate::progress::Phase;
use crate::question::Context;
use crate::reason::{Reasoner, Settings};
use jiff::Timestamp;

/// Where the help shows these options.
const HEADING: &str = "What is read";

/// What is read.
#[derive(Debug, clap::Args)]
pub(super) struct Input {
    /// A `.may` file, a blueprint, or a folder of either or of API pages; or `git:REV:PATH`, the same at a revision; may
    /// be given several times (default: the paths in `WHOMAY_INPUT`, else `input` in the nearest `whomay.toml`)
    #[arg(long, short, value_name = "PATH", help_heading = HEADING)]
    input: Vec<PathBuf>,

    #[command(flatten)]
    about: About,
}

/// What the caller says where the input does not.
#[derive(Clone, Debug, clap::Args)]
pub(super) struct About {
    /// The release whose semantics apply, where the input does not say: `2025.10`, `2025.12.4`, or `documented` for
    /// what authentik's documentation promises (default: the newest that is known)
    #[arg(long, value_name = "RELEASE", help_heading = HEADING)]
    authentik: Option<String>,

    /// The moment to answer for, such as `2026-03-03T09:00:00Z`; without one, what rests on it (the age of
    /// passwords, devices that expire) is `depends`
    #[arg(long, value_name = "TIME", help_heading = HEADING)]
    at: Option<String>,

    /// What is assumed of the request, such as `client_ip=10.1.2.3`, `geoip.country=DE`, `sso=false`,
    /// `context.KEY=VALUE` or `policy:NAME=pass` (or `fail`, `error`); may be given several times
    ///
    /// The keys are `client_ip`; `http_request` and `sso` (`true` or `false`); `time`, the same as `--at`;
    /// `geoip.country`, `geoip.continent`, `geoip.city`, `geoip.lat`, `geoip.long`, `asn.asn`, `asn.as_org` and
    /// `asn.network`, or `geoip=none` and `asn=none` where the address is not found, `geoip=absent` and `asn=absent`
    /// where authentik has no database; `context.KEY`, a value of the context of the request as JSON or as plain text,
    /// or `absent`; and `policy:NAME`, how a policy ends. Also in `whomay.toml`, as the table `assume`.
    #[arg(long, value_name = "KEY=VALUE", help_heading = HEADING)]
    assume: Vec<String>,

    /// A flag of the tenant, where the input does not say: `core_default_app_access=false`
    #[arg(long, value_name = "NAME=BOOL", help_heading = HEADING)]
    flag: Vec<String>,

    /// Let `!Env` in blueprints read environment variables
    #[arg(long, help_heading = HEADING)]
    allow_env: bool,

    /// Let `!File` in blueprints read files
    #[arg(long, help_heading = HEADING)]
    allow_file: bool,

    /// A value of the context of all blueprints, as JSON or as plain text; may be given several times
    #[arg(long, value_name = "KEY=VALUE", help_heading = HEADING)]
    context: Vec<String>,
}

/// What was read, and the circumstances.
pub(super) struct Loaded {
    pub(super) world: World,
    pub(super) sources: Sources,
    pub(super) settings: Settings,
    pub(super) progress: Progress,
    /// What the input asserts.
    pub(super) assertions: Vec<Assertion>,
}

impl Loaded {
    /// The user and the target of these names; says what is wrong with both.
    pub(super) fn pair(&self, user: &str, target: &str) -> Result<(UserId, TargetId), Stop> {
        match (self.world.find_user(user), self.world.find_target(target)) {
            (Ok(user), Ok(target)) => Ok((user, target)),
            (Err(user), Err(target)) => Err(Stop::usage(format!("{user}\nwhomay: {target}"))),
            (Err(error), _) | (_, Err(error)) => Err(Stop::usage(error)),
        }
    }

    /// Asks a question of the world.
    pub(super) fn ask<A>(self, question: impl FnOnce(Context<'_>) -> Result<A, Stop>) -> Result<A, Stop> {
        self.ask_and_show(|context, _| question(context))
    }

    /// The same for a question that says how far it is.
    pub(super) fn ask_and_show<A>(
        self,
        question: impl FnOnce(Context<'_>, &Progress) -> Result<A, Stop>,
    ) -> Result<A, Stop> {
        self.progress.work().begin(Phase::Deriving, 0);
        let reasoner = Reasoner::with(&self.world, &self.settings);
        self.progress.work().begin(Phase::Evaluating, 0);
        question(Context { reasoner: &reasoner, sources: &self.sources }, &self.progress)
    }
}

impl Input {
    /// Reads what is asked for; `more` are paths given in other ways.
    pub(super) fn load(&self, more: &[PathBuf], session: &Session) -> Result<Loaded, Stop> {
        self.load_with(more, session, policy::expression_warnings)
    }

    /// The same without a look at the code of policies.
    pub(super) fn load_without_code(&self, more: &[PathBuf], session: &Session) -> Result<Loaded, Stop> {
        self.load_with(more, session, |_, _| Diagnostics::default())
    }

    /// Reads what is asked for once, and makes two worlds of it: as `from` has it (by default the release that the
    /// input is for, else the one that the caller names), and as `to` does.
    pub(super) fn load_as(
        &self,
        more: &[PathBuf],
        from: Option<&Edition>,
        to: &Edition,
        session: &Session,
    ) -> Result<(Loaded, World), Stop> {
        let config = Config::find()?;
        let paths = self.readable(more, &config)?;
        self.about.load_as(&paths, &config, from, to, session)
    }

    fn load_with(&self, more: &[PathBuf], session: &Session, warn: Warnings) -> Result<Loaded, Stop> {
        let config = Config::find()?;
        let paths = self.readable(more, &config)?;
        self.about.load(&paths, &config, session, warn)
    }

    /// The paths of what can be read as a configuration.
    fn readable(&self, more: &[PathBuf], config: &Config) -> Result<Vec<PathBuf>, Stop> {
        let paths = self.paths(more, config)?;
        if let Some(path) = paths.iter().find(|path| is_bitmap(path)) {
            let path = path.display();
            return Err(Stop::usage(format!(
                "`{path}` is a bitmap of verdicts, which only `whomay matrix {path}` can show, without any other input"
            )));
        }
        Ok(paths)
    }

    fn paths(&self, more: &[PathBuf], config: &Config) -> Result<Vec<PathBuf>, Stop> {
        let given: Vec<PathBuf> = more.iter().chain(&self.input).cloned().collect();
        if given.is_empty() { elsewhere(config) } else { Ok(given) }
    }

    /// The bitmap, if that is all there is to read; `more` are paths given in other ways.
    pub(super) fn bitmap(&self, more: &[PathBuf]) -> Result<Option<PathBuf>, Stop> {
        let paths = self.paths(more, &Config::find()?)?;
        let [path] = paths.as_slice() else { return Ok(None) };
        if !is_bitmap(path) {
            return Ok(None);
        }
        match self.about.first() {
            None => Ok(Some(path.clone())),
            Some(option) => Err(Stop::usage(format!(
                "`{option}` changes nothing about `{}`: the verdicts of a bitmap stand on what it was made with",
                path.display()
            ))),
        }
    }
}

/// Whether there is a bitmap of verdicts at `path`. A pipe could not be read again.
fn is_bitmap(path: &Path) -> bool {
    let mut found = [0; MAGIC.len()];
    path.is_file()
        && File::open(path).and_then(|mut file| file.read_exact(&mut found)).is_ok()
        && found == MAGIC
}

/// What is to be said about a world that was read.
type Warnings = fn(&World, &mut Sources) -> Diagnostics;

/// The paths of `WHOMAY_INPUT`, else those of `whomay.toml`.
fn elsewhere(config: &Config) -> Result<Vec<PathBuf>, Stop> {
    let variable = std::env::var_os("WHOMAY_INPUT").filter(|value| !value.is_empty());
    let paths = match variable {
        Some(value) => std::env::split_paths(&value).collect(),
        None => config.input.clone(),
    };
    if paths.is_empty() {
        return Err(Stop::usage(
            "nothing to read: give a path with `-i PATH`, in `WHOMAY_INPUT`, or as `input` in `whomay.toml`",
        ));
    }
    Ok(paths)
}

/// What is said about the input.
struct Circumstances {
    options: Options,
    assumed: Assumed,
    at: Option<Timestamp>,
    progress: Progress,
}

/// Why nothing is answered; `which` says in whose eyes there are errors, if not in everybody's.
fn no_world(problems: &Diagnostics, which: &str) -> Stop {
    let errors = problems.iter().filter(|problem| problem.severity == Severity::Error).count();
    Stop::failure(format!("{errors} error(s) in the input{which}; no verdict is given"))
}

impl About {
    /// The first of these options that was given.
    fn first(&self) -> Option<&'static str> {
        let given = [
            ("--authentik", self.authentik.is_some()),
            ("--at", self.at.is_some()),
            ("--assume", !self.assume.is_empty()),
            ("--flag", !self.flag.is_empty()),
            ("--allow-env", self.allow_env),
            ("--allow-file", self.allow_file),
            ("--context", !self.context.is_empty()),
        ];
        given.into_iter().find(|(_, given)| *given).map(|(option, _)| option)
    }

    /// Reads what is at `paths`.
    pub(super) fn read(&self, paths: &[PathBuf], session: &Session) -> Result<Loaded, Stop> {
        self.load(paths, &Config::find()?, session, policy::expression_warnings)
    }

    fn load(
        &self,
        paths: &[PathBuf],
        config: &Config,
        session: &Session,
        warn: Warnings,
    ) -> Result<Loaded, Stop> {
        let Circumstances { options, assumed, at, progress } = self.circumstances(config)?;
        let mut reading = input::read(paths, &options);
        if let Some(world) = &reading.world {
            reading.diagnostics.append(warn(world, &mut reading.sources));
            reading.diagnostics.sort();
        }
        session.show(&reading.diagnostics, &reading.sources);
        reading.sources.forget();
        let Some(world) = reading.world else {
            return Err(assumed.wrong().unwrap_or_else(|| no_world(&reading.diagnostics, "")));
        };
        let assumptions = assumed.all_of(&world)?;
        let settings = Settings { at, assumptions };
        Ok(Loaded { world, sources: reading.sources, settings, progress, assertions: reading.assertions })
    }

    fn load_as(
        &self,
        paths: &[PathBuf],
        config: &Config,
        from: Option<&Edition>,
        to: &Edition,
        session: &Session,
    ) -> Result<(Loaded, World), Stop> {
        let Circumstances { options, assumed, at, progress } = self.circumstances(config)?;
        let drafts = Drafts::read(paths, &options);
        let stated = drafts.edition();
        let Some(from) = from.or(stated.as_ref()).or(options.edition.as_ref()) else {
            let (world, problems) = drafts.world(to, options.flags);
            session.show(&problems, &drafts.sources);
            return Err(match world {
                Some(_) => {
                    Stop::usage("the input does not say which release it is for: name it with `--from`")
                }
                None => no_world(&problems, ""),
            });
        };
        let (old, mut problems) = drafts.world(from, options.flags);
        if let Some(asked) = options.edition.as_ref().filter(|asked| *asked != from) {
            let unused = format!("`{asked}` is not used: the release before is {from}");
            problems.push(Diagnostic::warning("release-not-used", unused));
        }
        let (new, more) = drafts.world(to, options.flags);
        let which = match (&old, &new) {
            (Some(_), None) => format!(", as {to} reads it"),
            (None, Some(_)) => format!(", as {from} reads it"),
            _ => String::new(),
        };
        let mut sources = drafts.sources.clone();
        problems.append(more);
        if let Some(world) = &new {
            problems.append(policy::expression_warnings(world, &mut sources));
        }
        problems.sort();
        session.show(&problems, &sources);
        sources.forget();
        let (Some(world), Some(new)) = (old, new) else {
            return Err(assumed.wrong().unwrap_or_else(|| no_world(&problems, &which)));
        };
        let assumptions = assumed.all_of(&world)?;
        let (settings, assertions) = (Settings { at, assumptions }, Vec::new());
        Ok((Loaded { world, sources, settings, progress, assertions }, new))
    }

    /// What is said about the input on the command line and in `whomay.toml`.
    fn circumstances(&self, config: &Config) -> Result<Circumstances, Stop> {
        let edition = given(self.authentik.as_deref(), config.authentik.as_deref(), |name| {
            Edition::parse(name).map_err(|error| error.to_string())
        })?;
        let mut assumed = Assumed::of(&self.assume, config);
        let at = assumed.moment(self.at.as_deref(), config.at.as_deref());
        let flags = self.flags(config)?;
        let progress = Progress::start();
        let outside = self.outside()?;
        let options = Options { edition, flags, outside, progress: progress.work(), ..Options::default() };
        Ok(Circumstances { options, assumed, at, progress })
    }

    fn flags(&self, config: &Config) -> Result<Flags, Stop> {
        let mut flags = Flags::default();
        let given = self.flag.iter().map(|flag| match flag.split_once('=') {
            Some((name, "true")) => Ok((name, true)),
            Some((name, "false")) => Ok((name, false)),
            _ => Err(Stop::usage(format!("`--flag {flag}`: a flag is given as NAME=true or NAME=false"))),
        });
        for flag in config.flags.iter().map(|(name, value)| Ok((name.as_str(), *value))).chain(given) {
            match flag? {
                ("core_default_app_access", value) => flags.core_default_app_access = Some(value),
                (name, _) => {
                    return Err(Stop::usage(format!(
                        "there is no flag `{name}` that changes verdicts; `core_default_app_access` is the only one"
                    )));
                }
            }
        }
        Ok(flags)
    }

    fn outside(&self) -> Result<Outside, Stop> {
        let mut context = serde_json::Map::new();
        for pair in &self.context {
            let Some((key, value)) = pair.split_once('=').filter(|(key, _)| !key.is_empty()) else {
                return Err(Stop::usage(format!("`--context {pair}`: a value is given as KEY=VALUE")));
            };
            let value = serde_json::from_str(value).unwrap_or_else(|_| value.into());
            context.insert(key.to_owned(), value);
        }
        let environment = self.allow_env.then(|| {
            std::env::vars_os()
                .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
                .collect()
        });
        Ok(Outside { environment, files: self.allow_file, context, ..Outside::default() })
    }
}

/// What the command line says, else what `whomay.toml` says.
fn given<T>(
    here: Option<&str>,
    config: Option<&str>,
    parse: impl Fn(&str) -> Result<T, String>,
) -> Result<Option<T>, Stop> {
    match (here, config) {
        (Some(text), _) => parse(text).map(Some).map_err(Stop::usage),
        (None, Some(text)) => {
            parse(text).map(Some).map_err(|why| Stop::usage(format!("in `whomay.toml`: {why}")))
        }
        (None, None) => Ok(None),
    }
}
