//! Words and addresses that only edits know.

use super::text::FENCE;

/// A word that is reserved in edits, outside of blocks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verb {
    Delete,
    Enable,
    Disable,
    Negate,
    Change,
    Bind,
    Add,
    Remove,
    Set,
    Replace,
    Binding,
    Parent,
    To,
}

impl Verb {
    /// The verb that is written `word`.
    pub(super) fn parse(word: &str) -> Option<Self> {
        Some(match word {
            "delete" => Self::Delete,
            "enable" => Self::Enable,
            "disable" => Self::Disable,
            "negate" => Self::Negate,
            "change" => Self::Change,
            "bind" => Self::Bind,
            "add" => Self::Add,
            "remove" => Self::Remove,
            "set" => Self::Set,
            "replace" => Self::Replace,
            "binding" => Self::Binding,
            "parent" => Self::Parent,
            "to" => Self::To,
            _ => return None,
        })
    }

    /// Whether an edit begins with it.
    pub(super) fn begins_edit(self) -> bool {
        !matches!(self, Self::Binding | Self::Parent | Self::To)
    }
}

/// How many bytes of `rest` are an address, such as `app:grafana`, `rule:"login failed"`, `grafana/admin` or
/// `app:grafana#10.2`: what a colon, a slash or the number of a binding makes more than a name.
pub(super) fn address(rest: &str) -> Option<usize> {
    let mut is_address = false;
    let mut at = 0;
    while let Some(sign) = rest.get(at..).and_then(|rest| rest.chars().next()) {
        let after = rest.get(at + sign.len_utf8()..).unwrap_or_default();
        let goes_on = || after.starts_with(|next: char| !ends(next));
        match sign {
            _ if ends(sign) => break,
            '"' if rest.get(at..).is_some_and(|rest| rest.starts_with(FENCE)) => break,
            '"' => {
                at += 1 + quoted(after)?;
                continue;
            }
            '#' if at > 0
                && after.trim_start_matches('-').starts_with(|next: char| next.is_ascii_digit()) =>
            {
                is_address = true;
            }
            ':' | '/' if at > 0 && goes_on() => is_address = true,
            '#' | ':' => break,
            _ => {}
        }
        at += sign.len_utf8();
    }
    is_address.then_some(at)
}

fn ends(sign: char) -> bool {
    sign.is_whitespace() || matches!(sign, '{' | '}' | '[' | ']' | ',' | '+')
}

/// The bytes up to the end of a text in quotes, of which the first one is behind.
fn quoted(rest: &str) -> Option<usize> {
    let mut is_escaped = false;
    for (at, sign) in rest.char_indices() {
        match sign {
            '\n' => return None,
            '"' if !is_escaped => return Some(at + 1),
            '\\' => is_escaped = !is_escaped,
            _ => is_escaped = false,
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_end_where_they_should() {
        let found = |text: &'static str| address(text).and_then(|end| text.get(..end));
        assert_eq!(found("app:grafana#10 # why"), Some("app:grafana#10"));
        assert_eq!(found("app:grafana#-1.2{"), Some("app:grafana#-1.2"));
        assert_eq!(found("rule:\"login \\\" failed\"#10"), Some("rule:\"login \\\" failed\"#10"));
        assert_eq!(found("\"my app\"#10"), Some("\"my app\"#10"));
        assert_eq!(found("stage:sign-in/ask@20"), Some("stage:sign-in/ask@20"));
        assert_eq!(found("app:wiki# why"), Some("app:wiki"));
        for none in
            ["eve", "eve# why", "# why", "user: eve", "\"a:b\"", "\"\"\"a:b\"\"\"", "\"open:", "10", "", "/x"]
        {
            assert_eq!(found(none), None, "{none}");
        }
    }
}
