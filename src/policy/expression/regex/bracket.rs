//! What an opening bracket begins: groups, kept or not, comments and flags.

use super::node::Node;
use super::parse::Parser;
use super::token::Token;
use super::{Flags, Refusal, flags, invalid, unsupported};

/// How many brackets may be open at once. CPython bounds it by the depth of its stack.
const DEPTH: usize = 64;
/// How many groups can be kept.
const GROUPS: usize = 100;

impl Parser {
    /// What the bracket begins that has been taken; nothing if it was a comment or was flags for all of the pattern,
    /// which are possible where `may_be_global` says so.
    pub(super) fn bracket(&mut self, flags: Flags, may_be_global: bool) -> Result<Option<Node>, Refusal> {
        if !self.tokens.take_plain('?') {
            return self.kept(flags, None).map(Some);
        }
        let Some(Token::Plain(sign)) = self.tokens.take() else {
            return invalid("unknown extension, or the end of the pattern, behind `(?`");
        };
        match sign {
            ':' => self.group(flags, None).map(Some),
            'P' => self.named(flags).map(Some),
            '#' => match self.tokens.take_until(')') {
                Some(_) => Ok(None),
                None => invalid("missing `)`, unterminated comment"),
            },
            '=' | '!' => unsupported("look-ahead in a regular expression"),
            '<' => match self.tokens.take() {
                Some(Token::Plain('=' | '!')) => unsupported("look-behind in a regular expression"),
                _ => invalid("unknown extension `?<`"),
            },
            '>' => unsupported("an atomic group in a regular expression"),
            '(' => unsupported("a condition in a regular expression"),
            sign if flags::begins(sign) => {
                let change = flags::change(sign, &mut self.tokens)?;
                if !change.global {
                    return self.group(change.within(flags), None).map(Some);
                }
                if !may_be_global {
                    return invalid("global flags not at the start of the expression");
                }
                self.asked_unicode |= change.asks_unicode();
                self.flags = change.over(self.flags);
                if self.asked_unicode && self.flags.ascii {
                    // A `ValueError`, which is no `re.error`.
                    return unsupported("the flags `a` and `u` together in a regular expression");
                }
                Ok(None)
            }
            _ => invalid(format!("unknown extension `?{sign}`")),
        }
    }

    /// `(?P`: a group with a name, or a reference to one.
    fn named(&mut self, flags: Flags) -> Result<Node, Refusal> {
        if self.tokens.take_plain('<') {
            let name = self.name('>')?;
            return self.kept(flags, Some(name));
        }
        if !self.tokens.take_plain('=') {
            return invalid("unknown extension `?P`");
        }
        let name = self.name(')')?;
        let group = self.names.get(&name).and_then(|number| number.checked_sub(1));
        match group.and_then(|at| self.open.get(at)) {
            Some(false) => unsupported("a back-reference in a regular expression"),
            Some(true) => invalid(format!("a reference to the group `{name}` within itself")),
            None => invalid(format!("unknown group name `{name}`")),
        }
    }

    fn name(&mut self, end: char) -> Result<String, Refusal> {
        match self.tokens.take_until(end) {
            None => invalid("unterminated name"),
            Some(name) => identifier(name),
        }
    }

    /// A group that is kept, whose contents follow.
    fn kept(&mut self, flags: Flags, name: Option<String>) -> Result<Node, Refusal> {
        if self.open.len() == GROUPS {
            return unsupported(format!("more than {GROUPS} groups in a regular expression"));
        }
        self.open.push(true);
        let number = self.open.len();
        if let Some(name) = name {
            if self.names.contains_key(&name) {
                return invalid(format!("redefinition of group name `{name}`"));
            }
            self.names.insert(name, number);
        }
        let node = self.group(flags, u32::try_from(number).ok())?;
        if let Some(open) = self.open.get_mut(number - 1) {
            *open = false;
        }
        Ok(node)
    }

    /// A group whose contents follow, kept if it has a number.
    fn group(&mut self, flags: Flags, number: Option<u32>) -> Result<Node, Refusal> {
        if self.depth == DEPTH {
            return unsupported(format!("more than {DEPTH} brackets in each other in a regular expression"));
        }
        self.depth += 1;
        let body = self.either(flags)?;
        self.depth -= 1;
        if !self.tokens.take_plain(')') {
            return invalid("missing `)`, unterminated subpattern");
        }
        Ok(Node::Group(number, Box::new(body)))
    }
}

/// A name, if it is one: only ASCII is looked into.
pub(super) fn identifier(name: String) -> Result<String, Refusal> {
    if !name.is_ascii() {
        return unsupported(format!("the group name `{name}` in a regular expression"));
    }
    let begins = name.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_');
    if begins && name.chars().all(|character| character.is_ascii_alphanumeric() || character == '_') {
        Ok(name)
    } else {
        invalid(format!("bad character in group name `{name}`"))
    }
}
