//! Baselines: findings that were there before, and are not to be told again.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Finding, Report};

/// What the file says that it is.
const SCHEMA: &str = "whomay/baseline/1";

/// Findings that are known, each with how many of them there are.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Baseline {
    schema: String,
    findings: BTreeMap<String, usize>,
}

/// Why a text is no baseline.
#[derive(Debug, thiserror::Error)]
pub enum BaselineError {
    /// It is not JSON of the right form.
    #[error("{0}")]
    Form(#[from] serde_json::Error),
    /// It is something else.
    #[error("its schema is `{0}`, not `{SCHEMA}`")]
    Schema(String),
}

impl Baseline {
    /// The baseline that says `findings` are known.
    pub fn of(findings: &[Finding]) -> Self {
        let mut known = BTreeMap::new();
        for finding in findings {
            *known.entry(finding.fingerprint()).or_default() += 1;
        }
        Self { schema: SCHEMA.to_owned(), findings: known }
    }

    /// Reads what [`text`](Self::text) wrote.
    ///
    /// # Errors
    /// When it is something else.
    pub fn parse(text: &str) -> Result<Self, BaselineError> {
        let baseline: Self = serde_json::from_str(text)?;
        if baseline.schema == SCHEMA { Ok(baseline) } else { Err(BaselineError::Schema(baseline.schema)) }
    }

    /// The baseline as JSON, one finding on a line.
    pub fn text(&self) -> String {
        let mut text = serde_json::to_string_pretty(self).unwrap_or_default();
        text.push('\n');
        text
    }

    /// Takes out of `report` what is known.
    pub fn apply(&self, report: &mut Report) {
        let mut left = self.findings.clone();
        report.findings.retain(|finding| match left.get_mut(&finding.fingerprint()) {
            Some(count @ 1..) => {
                *count -= 1;
                report.known += 1;
                false
            }
            _ => true,
        });
    }
}
