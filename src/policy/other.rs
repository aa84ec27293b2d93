//! Other: what nobody here can look into.

use super::{Judgement, Ruling, Setting, Type};
use crate::model::PolicyKind;
use crate::truth::Ends;

impl Type for PolicyKind {
    fn judge<'w>(&'w self, _: Setting<'w, '_>) -> Ruling<'w> {
        match self {
            // Whoever wrote it down means one fact of the request. It may raise what a policy may raise; a crash is a
            // fault of authentik's own types.
            Self::Unknown(reason) => {
                Judgement::unknown(Ends::PASS.or(Ends::FAIL).or(Ends::ERROR), reason.clone())
            }
            other => {
                let reason = format!("policies of type `{}` are not known here", other.as_str());
                Judgement { repeatable: false, ..Judgement::unknown(Ends::UNKNOWN, reason) }
            }
        }
    }
}
