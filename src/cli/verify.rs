//! `whomay verify PROOF`

use std::path::PathBuf;

use serde_json::Value;

use super::input::Input;
use super::output::Output;
use super::{Exit, Session, Stop};
use crate::input::why;
use crate::question::Verified;

/// What the help shows at its end.
const EXAMPLES: &str = "\
Examples:
  whomay why anna app:vault -i tenant.may --format json -o proof.json
  whomay verify proof.json -i tenant.may";

/// Whether a proof holds: exit code 0 if it does, 3 if it is refused
///
/// Checks the JSON of `whomay why` against the configuration, step by step, by a small checker that shares nothing with
/// what makes the proofs. The release, the moment and the assumptions are those of the proof; a release that the input
/// says goes before. What is said of policies is listed: the checker does not read code, so that is looked up where
/// verdicts come from.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Args {
    /// The proof: what `whomay why --format json` answered
    proof: PathBuf,
    #[command(flatten)]
    input: Input,
    #[command(flatten)]
    output: Output,
}

impl Args {
    pub(super) fn run(&self, session: &Session) -> Result<Exit, Stop> {
        let path = self.proof.display();
        let text = std::fs::read_to_string(&self.proof)
            .map_err(|error| Stop::failure(format!("cannot read `{path}`: {}", why(&error))))?;
        let proof: Value = serde_json::from_str(&text)
            .map_err(|error| Stop::failure(format!("`{path}` is no proof: it is not JSON: {error}")))?;
        if proof.get("schema").and_then(Value::as_str) != Some("whomay.why/1") {
            let what = "is no proof: it is not what `whomay why --format json` answers";
            return Err(Stop::failure(format!("`{path}` {what}")));
        }
        let loaded = self.input.load_for(proof.get("ground").unwrap_or(&Value::Null), session)?;
        let answer = loaded.ask(|context| Ok(Verified::ask(context, &proof)))?;
        self.output.write(&answer, session)?;
        Ok(if answer.refused.is_none() { Exit::Yes } else { Exit::No })
    }
}
