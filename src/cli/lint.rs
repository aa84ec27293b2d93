//! `whomay lint [PATH...]`

mod levels;

use std::path::{Path, PathBuf};

use super::config::Config;
use super::input::Input;
use super::{Exit, Session, Stop, output};
use crate::diagnostic::{Diagnostic, Diagnostics, Severity};
use crate::input::why;
use crate::lint::{Baseline, Comments, Context, Document, LINTS, Lint, Listings, Report};
use crate::model::Origin;
use crate::progress::Phase;
use crate::question::Ground;
use crate::reason::Reasoner;
use crate::report::{FindingFormat, Findings, write_findings};

/// What the help shows at its end.
const EXAMPLES: &str = "\
Examples:
  whomay lint blueprints/
  whomay lint snapshot/ --deny open-application --allow unbound-policy
  whomay lint blueprints/ --write-baseline lint-baseline.json
  whomay lint blueprints/ --baseline lint-baseline.json --format sarif -o whomay.sarif
  whomay explain open-application

A finding is allowed where it is by a comment in YAML, .may or Python: `# whomay: allow(open-application)`.
Levels and exceptions, with reasons and dates, are kept in whomay.toml.

Exit codes: 0 clean, 3 findings at or above the fail level.";

/// Where the help shows these options.
const HEADING: &str = "What is found";

/// What is wrong with the configuration
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Args {
    /// What to read, as with `-i`
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,

    /// List every lint with its level, and read nothing
    #[arg(long)]
    list: bool,

    /// Do not ask this lint; may be given several times
    #[arg(long, value_name = "CODE", value_delimiter = ',', help_heading = HEADING)]
    allow: Vec<String>,

    /// Report the findings of this lint as warnings
    #[arg(long, value_name = "CODE", value_delimiter = ',', help_heading = HEADING)]
    warn: Vec<String>,

    /// Report the findings of this lint as errors
    #[arg(long, value_name = "CODE", value_delimiter = ',', help_heading = HEADING)]
    deny: Vec<String>,

    /// From which level on findings fail: `error`, `warning`, `note` or `never` (default: `warning`)
    #[arg(long, value_name = "LEVEL", help_heading = HEADING)]
    fail_level: Option<String>,

    /// Do not report what this file says is known
    #[arg(long, value_name = "FILE", help_heading = HEADING)]
    baseline: Option<PathBuf>,

    /// Write what is found to a file for `--baseline`, and report nothing
    #[arg(long, value_name = "FILE", conflicts_with = "baseline", help_heading = HEADING)]
    write_baseline: Option<PathBuf>,

    /// Mend in the files what can be mended safely; comments and layout stay as they are
    #[arg(long, conflicts_with = "write_baseline", help_heading = HEADING)]
    fix: bool,

    #[command(flatten)]
    input: Input,

    /// `human`, `plain`, `json`, `sarif`, `junit`, `github` or `markdown`
    #[arg(long, short, value_enum, default_value_t, hide_possible_values = true, value_name = "FORMAT")]
    #[arg(help_heading = "How it is answered")]
    format: FindingFormat,

    /// Write to this file; it appears only when it is complete
    #[arg(long, short, value_name = "FILE", help_heading = "How it is answered")]
    output: Option<PathBuf>,
}

/// The lint that is called `code`.
pub(super) fn known(code: &str) -> Result<&'static dyn Lint, Stop> {
    crate::lint::find(code).ok_or_else(|| {
        let codes = LINTS.iter().map(|lint| lint.about().code);
        let similar = crate::model::nearest(code, codes).map(|code| format!("; did you mean `{code}`?"));
        Stop::usage(format!(
            "there is no lint `{code}`{}",
            similar.unwrap_or_else(|| " (see `whomay lint --list`)".to_owned())
        ))
    })
}

impl Args {
    pub(super) fn run(&self, session: &Session) -> Result<Exit, Stop> {
        if self.list { list() } else { self.answer(session, self.fix) }
    }

    fn answer(&self, session: &Session, fix: bool) -> Result<Exit, Stop> {
        let config = Config::find()?;
        let fails_at = self.fails_at(&config)?;
        // Code that is not Python is a finding here.
        let mut loaded = self.input.load_without_code(&self.paths, session)?;
        let levels = levels::of(self, &config, loaded.settings.at)?;
        let baseline = self.known_findings(&config)?;
        loaded.progress.work().begin(Phase::Linting, 0);
        let listings = Listings::of(&loaded.world, &mut loaded.sources);
        let reasoner = Reasoner::with(&loaded.world, &loaded.settings);
        let context = Context::new(&reasoner, &loaded.sources, listings);
        let mut report = crate::lint::run(&context, &levels.levels);
        let mut problems = levels.problems;
        problems.append(unknown_comments(&loaded.sources));
        problems.append(levels::unused(&levels.levels, &report));
        loaded.progress.stop();
        if fix {
            let known = report.clone();
            baseline.apply(&mut report);
            if mend(&report, &loaded.sources)? {
                // Something else may have the last word about what was mended, so it is looked at again.
                return self.answer(session, false);
            }
            report = known;
        }
        session.show(&problems, &loaded.sources);
        if let Some(path) = &self.write_baseline {
            let text = Baseline::of(&report.findings).text();
            output::to(Some(path), |output| output.write_all(text.as_bytes()))?;
            return Ok(Exit::Yes);
        }
        baseline.apply(&mut report);
        let exit = exit(&report, fails_at);
        let ground = Ground::of(&reasoner);
        let findings = Findings { report: &report, sources: &loaded.sources, ground, fails_at };
        let style = session.style(self.output.is_none());
        output::to(self.output.as_deref(), |output| write_findings(&findings, self.format, style, output))?;
        Ok(exit)
    }

    fn fails_at(&self, config: &Config) -> Result<Option<Severity>, Stop> {
        let level = self.fail_level.as_deref().or(config.lint.fail_level.as_deref());
        match level {
            None | Some("warning") => Ok(Some(Severity::Warning)),
            Some("error") => Ok(Some(Severity::Error)),
            Some("note") => Ok(Some(Severity::Note)),
            Some("never") => Ok(None),
            Some(other) => Err(Stop::usage(format!(
                "there is no level `{other}` to fail at; it is `error`, `warning`, `note` or `never`"
            ))),
        }
    }

    fn known_findings(&self, config: &Config) -> Result<Baseline, Stop> {
        let path = self.baseline.as_deref().or(config.lint.baseline.as_deref());
        let Some(path) = path.filter(|_| self.write_baseline.is_none()) else {
            return Ok(Baseline::default());
        };
        let failed = |why: String| Stop::failure(format!("cannot read `{}`: {why}", Path::display(path)));
        let text = std::fs::read_to_string(path).map_err(|error| failed(why(&error).into_owned()))?;
        Baseline::parse(&text).map_err(|error| failed(error.to_string()))
    }
}

fn exit(report: &Report, fails_at: Option<Severity>) -> Exit {
    let fails =
        |finding: &crate::lint::Finding| fails_at.is_some_and(|level| finding.diagnostic.severity >= level);
    if report.findings.iter().any(fails) { Exit::No } else { Exit::Yes }
}

/// Writes the texts in which findings are mended. Whether there are any.
fn mend(report: &Report, sources: &crate::diagnostic::Sources) -> Result<bool, Stop> {
    let mended = crate::lint::apply(&report.findings, sources);
    let names = || mended.texts.keys().filter_map(|source| sources.get(*source)).map(|file| &file.name);
    if let Some(name) = names().find(|name| crate::input::is_revision(Path::new(name))) {
        return Err(Stop::failure(format!("cannot mend `{name}`: a revision stays as it is")));
    }
    for (source, text) in &mended.texts {
        let Some(file) = sources.get(*source) else { continue };
        let path = Path::new(&file.name);
        let known = std::fs::read_to_string(path).unwrap_or_default();
        if known != file.text() {
            let reason = "it is not what was read any more";
            return Err(Stop::failure(format!("cannot mend `{}`: {reason}", path.display())));
        }
        output::to(Some(path), |output| output.write_all(text.as_bytes()))?;
    }
    let (findings, files) = (mended.findings.len(), mended.texts.len());
    super::say(&format!("{findings} finding(s) mended in {files} file(s)"));
    Ok(files > 0)
}

/// Comments that allow what no lint finds.
fn unknown_comments(sources: &crate::diagnostic::Sources) -> Diagnostics {
    let unknown = Comments::of(sources).unknown().into_iter();
    unknown
        .map(|(source, start, code)| {
            Diagnostic::warning("unknown-lint", format!("there is no lint `{code}`"))
                .at(Origin::text(source, start..start + 1), "this comment allows nothing")
        })
        .collect()
}

/// Every lint, a line each.
fn list() -> Result<Exit, Stop> {
    let width = LINTS.iter().map(|lint| lint.about().code.len()).max().unwrap_or_default();
    output::to(None, |output| {
        LINTS.iter().try_for_each(|lint| {
            let about = lint.about();
            let summary = Document::of(about.docs).summary;
            writeln!(output, "{:width$}  {:7}  {summary}", about.code, about.level.as_str())
        })
    })?;
    Ok(Exit::Yes)
}
