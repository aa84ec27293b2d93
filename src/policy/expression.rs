//! Expression: Python code.

use super::{Judgement, Setting, Type};
use crate::model::Expression;
use crate::truth::Ends;

/// Words without which Python code cannot reach the context that all policies of a target share: by its name, through
/// `ak_call_policy` (whose arguments go into it), or through reflection.
const REACHES_CONTEXT: [&str; 12] = [
    "context",
    "ak_call_policy",
    "__",
    "vars",
    "attr",
    "exec",
    "eval",
    "compile",
    "locals",
    "globals",
    "import",
    "open",
];

impl Type for Expression {
    fn judge<'w>(&'w self, _: Setting<'w>) -> Judgement<'w> {
        let reason = "Python code decides, which is not looked into";
        // Two runs in one request may differ: the first can leave something behind for the second.
        Judgement { repeatable: false, ..Judgement::unknown(Ends::UNKNOWN, reason) }
    }

    /// Names in Python are the same in several spellings (`ｃontext`), so only ASCII can be searched for words.
    fn may_change_context(&self) -> bool {
        !self.text.is_ascii() || REACHES_CONTEXT.iter().any(|word| self.text.contains(word))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Origin;

    #[test]
    fn code_that_names_no_way_to_the_context_leaves_it_alone() {
        let may_change =
            |text: &str| Expression { text: text.to_owned(), origin: Origin::None }.may_change_context();
        assert!(!may_change("return request.user.username == \"alice\""));
        assert!(may_change("context[\"flag\"] = True\nreturn True"));
        assert!(may_change("request.context.update(event=1)"));
        assert!(may_change("setattr(request, 'con' + 'text', {})"));
        assert!(may_change("return ak_call_policy(\"x\", event=1).passing"));
        assert!(may_change("ｃontext['x'] = 1"));
    }
}
