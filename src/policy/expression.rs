//! Expression: Python code.

use super::{Judgement, Setting, Type};
use crate::model::Expression;
use crate::truth::Ends;

/// Words without which a line of Python cannot reach what all policies of a target share: by name, through
/// `ak_call_policy` (whose arguments go into the context), or through reflection.
const REACHES_REQUEST: [&str; 12] = [
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

/// How a line begins that assigns nothing.
const ASSIGNS_NOTHING: [&str; 5] = ["return ", "return(", "raise ", "ak_message(", "ak_logger."];

impl Type for Expression {
    fn judge<'w>(&'w self, _: Setting<'w>) -> Judgement<'w> {
        let reason = "Python code decides, which is not looked into";
        // Two runs in one request may differ: the first can leave something behind for the second.
        Judgement { repeatable: false, ..Judgement::unknown(Ends::UNKNOWN, reason) }
    }

    /// Names in Python are the same in several spellings (`ｃontext`), so only ASCII can be searched for words. What is
    /// not plainly a line without an assignment may assign, to the user of the request for instance.
    fn may_change_request(&self) -> bool {
        !self.text.is_ascii()
            || REACHES_REQUEST.iter().any(|word| self.text.contains(word))
            || self.text.contains(';')
            // Python begins a new line there, too.
            || self.text.replace("\r\n", "\n").contains('\r')
            || !self.text.lines().all(assigns_nothing)
    }
}

/// Whether a line of Python is plainly one that assigns nothing but local names.
fn assigns_nothing(line: &str) -> bool {
    let line = line.trim();
    let branches = ["if ", "elif ", "else:"].iter().any(|start| line.starts_with(start))
        && line.ends_with(':')
        && line.matches(':').count() == 1
        && !line.contains('#');
    let plain = ["", "return", "pass"].contains(&line)
        || line.starts_with('#')
        || branches
        || ASSIGNS_NOTHING.iter().any(|start| line.starts_with(start));
    // `[0 for request.user in users]` assigns, too.
    let loops = line.match_indices("for ").filter_map(|(at, _)| line.get(at..));
    plain
        && loops.map(|rest| rest.split(" in").next().unwrap_or(rest)).all(|names| !names.contains(['.', '[']))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Origin;

    #[test]
    fn code_that_names_no_way_to_the_context_leaves_it_alone() {
        let may_change =
            |text: &str| Expression { text: text.to_owned(), origin: Origin::None }.may_change_request();
        assert!(!may_change("return request.user.username == \"alice\""));
        assert!(may_change("context[\"flag\"] = True\nreturn True"));
        assert!(may_change("request.context.update(event=1)"));
        assert!(may_change("setattr(request, 'con' + 'text', {})"));
        assert!(may_change("return ak_call_policy(\"x\", event=1).passing"));
        assert!(may_change("ｃontext['x'] = 1"));
        assert!(may_change("request.user = ak_user_by(username='akadmin')\nreturn True"));
        assert!(may_change("for request.user in []: pass"));
        assert!(may_change("if True: request.user = None"));
        assert!(may_change("returned = request\nreturned.user = None\nreturn False"));
        assert!(may_change("pass\rrequest.user = None"));
        assert!(may_change("if True: request.user = None  #:"));
        assert!(may_change("return [0 for request.user in [1]]"));
        assert!(!may_change("return any(g.name == 'x' for g in request.user.all_groups())"));
        assert!(!may_change("if request.user.is_active:\n    return True\n# no\nreturn False"));
    }
}
