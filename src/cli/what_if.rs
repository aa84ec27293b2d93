//! `whomay what-if EDIT...`

use std::path::{Path, PathBuf};

use super::input::{Input, Loaded};
use super::moved::Moved;
use super::output::Output;
use super::{Exit, Session, Stop};
use crate::diagnostic::{Diagnostics, Severity, Sources};
use crate::input::{edits, text, why};
use crate::model::{SourceId, World};
use crate::policy;
use crate::progress::Phase;
use crate::question::{Context, Diff, Sides};
use crate::reason::Reasoner;

/// What the help shows at its end.
const EXAMPLES: &str = "\
Edits:
  delete group contractors                 user, policy, application, flow, source, stage, ...
  delete binding app:wiki#10               the binding with that order; also enable, disable, negate
  change binding app:wiki#10 { 5: not group staff }
  bind app:wiki { 10: group staff }        one binding more, or several
  add user:eve to ops                      and: remove user:eve from ops
  add parent staff to engineers            and: remove parent staff from engineers
  set app:wiki mode all                    and: set user eve { active: false }
  add group new in staff with eve          any item of `.may`
  replace policy closed always pass        another definition

Examples:
  whomay what-if 'delete group contractors' -i tenant.may
  whomay what-if 'add user:eve to ops' 'disable binding app:vault#0' --fail-on gained
  whomay what-if --edits change.may -i snapshot/ --format csv";

/// Who would gain access, and who would lose it, if something were another way
///
/// Each edit sees what those before it did, and takes away what authentik takes away with it: where the only group of a
/// binding is deleted, so is the binding, and its target may be open to everyone. Nothing is written anywhere. If one
/// edit cannot be made, none is.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Args {
    /// One or several edits
    #[arg(required_unless_present = "edits", value_name = "EDIT")]
    edit: Vec<String>,
    /// A file of edits, which are made before the others; may be given several times
    #[arg(long, short, value_name = "FILE")]
    edits: Vec<PathBuf>,
    #[command(flatten)]
    moved: Moved,
    #[command(flatten)]
    input: Input,
    #[command(flatten)]
    output: Output,
}

impl Args {
    pub(super) fn run(&self, session: &Session) -> Result<Exit, Stop> {
        let Loaded { world, mut sources, settings, progress, .. } = self.input.load(&[], session)?;
        let edited = self.edited(&world, &mut sources, session)?;
        progress.work().begin(Phase::Deriving, 0);
        let before = Reasoner::with(&world, &settings);
        let after = Reasoner::with(&edited, &settings);
        progress.work().begin(Phase::Evaluating, 0);
        let side = |reasoner| Context { reasoner, sources: &sources };
        let answer = Diff::ask(Sides { old: side(&before), new: side(&after) }, self.moved.compared());
        progress.stop();
        self.output.write(&answer, session)?;
        Ok(self.moved.exit(&answer.moved()))
    }

    /// The world after all edits.
    fn edited(&self, world: &World, sources: &mut Sources, session: &Session) -> Result<World, Stop> {
        let mut diagnostics = Diagnostics::default();
        let mut ids: Vec<SourceId> = Vec::new();
        for path in &self.edits {
            ids.extend(read(path, sources, &mut diagnostics)?);
        }
        if diagnostics.has_errors() {
            session.show(&diagnostics, sources);
            return Err(Stop::failure("the edits cannot be read; nothing is answered"));
        }
        for (number, edit) in (1..).zip(&self.edit) {
            ids.push(sources.add(format!("edit {number}"), edit));
        }
        let edited = edits::apply(world, &ids, sources, &mut diagnostics);
        if let Some(edited) = &edited {
            let is_new = |id: Option<SourceId>| id.is_some_and(|id| ids.contains(&id));
            let warnings = policy::expression_warnings(edited, sources).into_iter();
            diagnostics.append(
                warnings
                    .filter(|problem| problem.labels.iter().any(|label| is_new(label.origin.source())))
                    .collect(),
            );
        }
        session.show(&diagnostics, sources);
        sources.forget();
        edited.ok_or_else(|| {
            let errors = diagnostics.iter().filter(|problem| problem.severity == Severity::Error).count();
            // Whoever leaves the quotes out gives one word at a time.
            let is_word = |edit: &String| !edit.trim().contains(char::is_whitespace);
            let hint =
                if self.edit.iter().any(is_word) { "; each edit is one argument, in quotes" } else { "" };
            Stop::usage(format!("{errors} error(s) in the edits; none of them is made{hint}"))
        })
    }
}

/// The edits in the file at `path`; what is wrong with the file itself is reported.
fn read(path: &Path, sources: &mut Sources, diagnostics: &mut Diagnostics) -> Result<Option<SourceId>, Stop> {
    let bytes = std::fs::read(path)
        .map_err(|error| Stop::failure(format!("cannot read `{}`: {}", path.display(), why(&error))))?;
    Ok(text(path, bytes, sources, diagnostics))
}
