//! `whomay schema NAME`

use super::{Exit, Stop, output};

/// The form of a JSON answer, as a JSON Schema (draft 2020-12)
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The command whose answer it describes; `matrix` describes its lines (`--format jsonl`), too,
    /// `verdicts` what it answers of a bitmap, and `policies` what `policy` answers without a name
    #[arg(value_enum)]
    name: Name,
}

#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum Name {
    Audit,
    Who,
    What,
    Can,
    Why,
    WhyNot,
    Verify,
    Matrix,
    Verdicts,
    Diff,
    Upgrade,
    Test,
    Policy,
    Policies,
    Lint,
}

impl Args {
    pub(super) fn run(&self) -> Result<Exit, Stop> {
        let schema = match self.name {
            Name::Audit => include_str!("../report/schema/audit.json"),
            Name::Who => include_str!("../report/schema/who.json"),
            Name::What => include_str!("../report/schema/what.json"),
            Name::Can => include_str!("../report/schema/can.json"),
            Name::Why => include_str!("../report/schema/why.json"),
            Name::WhyNot => include_str!("../report/schema/why-not.json"),
            Name::Verify => include_str!("../report/schema/verify.json"),
            Name::Matrix => include_str!("../report/schema/matrix.json"),
            Name::Verdicts => include_str!("../report/schema/verdicts.json"),
            Name::Diff => include_str!("../report/schema/diff.json"),
            Name::Upgrade => include_str!("../report/schema/upgrade.json"),
            Name::Test => include_str!("../report/schema/test.json"),
            Name::Policy => include_str!("../report/schema/policy.json"),
            Name::Policies => include_str!("../report/schema/policies.json"),
            Name::Lint => include_str!("../report/schema/lint.json"),
        };
        output::to(None, |output| output.write_all(schema.as_bytes()))?;
        Ok(Exit::Yes)
    }
}
