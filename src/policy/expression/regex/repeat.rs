//! How often something is repeated.

use super::node::{Node, Repeat};
use super::token::{Token, Tokens};
use super::{Refusal, invalid, unsupported};

/// How often something may be repeated at most when there is a bound.
const TIMES: u64 = 1000;
/// From which number on CPython raises an `OverflowError` (`MAXREPEAT`), which is no `re.error`.
const TOO_LARGE: u64 = 4_294_967_295;

/// How often at least, and at most if there is a bound.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Times {
    min: u32,
    max: Option<u32>,
}

/// What a `*`, `+`, `?` or `{` that has been taken asks for; nothing if it is a brace that stands for itself.
pub(super) fn times(sign: char, tokens: &mut Tokens) -> Result<Option<Times>, Refusal> {
    Ok(Some(match sign {
        '*' => Times { min: 0, max: None },
        '+' => Times { min: 1, max: None },
        '?' => Times { min: 0, max: Some(1) },
        _ => return braces(tokens),
    }))
}

/// What stands behind an opening brace.
fn braces(tokens: &mut Tokens) -> Result<Option<Times>, Refusal> {
    if tokens.peek() == Some(Token::Plain('}')) {
        return Ok(None);
    }
    let here = tokens.here();
    let least = tokens.take_while(usize::MAX, |digit| digit.is_ascii_digit());
    let most = if tokens.take_plain(',') {
        tokens.take_while(usize::MAX, |digit| digit.is_ascii_digit())
    } else {
        least.clone()
    };
    if !tokens.take_plain('}') {
        tokens.back(here);
        return Ok(None);
    }
    let least = number(&least)?;
    let most = number(&most)?;
    if most.is_some_and(|most| least.is_some_and(|least| most < least)) {
        return invalid("min repeat greater than max repeat");
    }
    Ok(Some(Times { min: bounded(least.unwrap_or(0))?, max: most.map(bounded).transpose()? }))
}

/// The number of some digits, if there are any.
fn number(digits: &str) -> Result<Option<u64>, Refusal> {
    if digits.is_empty() {
        return Ok(None);
    }
    match digits.parse() {
        Ok(number) if number < TOO_LARGE => Ok(Some(number)),
        _ => unsupported("a repetition number that is too large in a regular expression"),
    }
}

fn bounded(times: u64) -> Result<u32, Refusal> {
    match u32::try_from(times) {
        Ok(bounded) if times <= TIMES => Ok(bounded),
        _ => unsupported(format!("more than {TIMES} repetitions in a regular expression")),
    }
}

impl Times {
    /// `body`, the part before, so often; the sign that says which number is the best may follow.
    pub(super) fn of(self, body: Option<Node>, tokens: &mut Tokens) -> Result<Node, Refusal> {
        let body = match body {
            None | Some(Node::Place(_)) => return invalid("nothing to repeat"),
            Some(Node::Repeat(_)) => return invalid("multiple repeat"),
            Some(body) => Box::new(body),
        };
        let greedy = !tokens.take_plain('?');
        if greedy && tokens.take_plain('+') {
            return unsupported("a possessive repetition in a regular expression");
        }
        Ok(Node::Repeat(Repeat { min: self.min, max: self.max, greedy, body }))
    }
}
