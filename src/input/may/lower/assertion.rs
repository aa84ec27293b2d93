//! What an assertion says: which of its words are names.

use std::borrow::Cow;

use super::super::ast::{Piece, Word};
use super::super::problems::Problems;
use super::super::text::quoted;
use super::super::token::is_reserved;
use crate::diagnostic::Diagnostic;
use crate::model::Origin;
use crate::model::assertion::{Assertion, Claim, Given, Named, Whom};
use crate::model::builder::nearest;
use crate::policy::assumption::Assumptions;

/// The words that assertions are made of. In them they are names only in quotes; elsewhere they are names as any other.
const WORDS: [&str; 14] = [
    "forever", "everyone", "nobody", "no", "user", "only", "members", "of", "can", "may", "cannot", "both",
    "and", "under",
];

/// The assertion that begins at `start` and consists of `pieces`. What is wrong with it is reported.
pub(super) fn assertion(
    start: usize,
    pieces: &[Piece<'_>],
    problems: &mut Problems<'_>,
) -> Option<Assertion> {
    let end = pieces.last().map_or(start, |piece| match piece {
        Piece::Word(word) => word.range().end,
        Piece::Comma(at) => at + 1,
    });
    let mut reader = Reader { pieces, end, problems };
    let parts = reader.parts();
    match parts {
        Ok((forever, claim, under)) => {
            let origin = problems.origin(start..end);
            Some(Assertion { text: written(pieces), origin, forever, claim, under })
        }
        Err(diagnostic) => {
            problems.push(*diagnostic);
            None
        }
    }
}

/// The pieces with single blanks.
fn written(pieces: &[Piece<'_>]) -> String {
    let mut text = String::new();
    for piece in pieces {
        match piece {
            Piece::Word(word) => {
                text += if text.is_empty() { "" } else { " " };
                text += word.raw;
            }
            Piece::Comma(_) => text.push(','),
        }
    }
    text
}

/// What is wrong with an assertion.
type Wrong = Box<Diagnostic>;

/// Takes one piece after the other.
struct Reader<'a, 's, 'p, 'd> {
    pieces: &'a [Piece<'s>],
    /// Where the last one ends.
    end: usize,
    problems: &'p Problems<'d>,
}

impl<'s> Reader<'_, 's, '_, '_> {
    fn parts(&mut self) -> Result<(bool, Claim, Vec<Given>), Wrong> {
        let forever = self.takes("forever");
        let claim = self.claim()?;
        let mut under = Vec::new();
        if self.takes("under") {
            loop {
                under.push(self.given()?);
                if !self.comma() {
                    break;
                }
            }
        }
        if self.pieces.is_empty() {
            return Ok((forever, claim, under));
        }
        let more =
            if under.is_empty() { "`,`, `under` or the end of the assertion" } else { "`,` or the end" };
        self.expected(more)
    }

    fn claim(&mut self) -> Result<Claim, Wrong> {
        if self.takes("nobody") {
            self.can()?;
            return Ok(Claim::Cannot(Whom::Everyone, self.names("a target", false)?));
        }
        if self.takes("no") {
            if !self.takes("user") {
                return self.expected("`user`");
            }
            self.can()?;
            if !self.takes("both") {
                return self.expected("`both`");
            }
            let targets = self.names("a target", true)?;
            return match targets.as_slice() {
                [_] => self.expected("`and` and another target"),
                _ => Ok(Claim::Apart(targets)),
            };
        }
        if self.takes("only") {
            let whom = self.whom()?;
            self.can()?;
            return Ok(Claim::Only(whom, self.names("a target", false)?));
        }
        let whom = if self.takes("everyone") { Whom::Everyone } else { self.whom()? };
        let is_denied = self.takes("cannot");
        if !is_denied && !self.takes("can") && !self.takes("may") {
            return self.expected("`can` or `cannot`");
        }
        let targets = self.names("a target", false)?;
        Ok(if is_denied { Claim::Cannot(whom, targets) } else { Claim::Can(whom, targets) })
    }

    fn whom(&mut self) -> Result<Whom, Wrong> {
        if !self.takes("members") {
            return Ok(Whom::Users(self.names("a user", false)?));
        }
        if !self.takes("of") {
            return self.expected("`of`");
        }
        Ok(Whom::Members(self.names("a group", false)?))
    }

    fn can(&mut self) -> Result<(), Wrong> {
        if self.takes("can") || self.takes("may") { Ok(()) } else { self.expected("`can`") }
    }

    /// Names with commas between them, or `and` where that `is_joined`.
    fn names(&mut self, what: &str, is_joined: bool) -> Result<Vec<Named>, Wrong> {
        let mut names = vec![self.name(what)?];
        loop {
            let has_comma = self.comma();
            let has_word = is_joined && self.takes("and");
            if !has_comma && !has_word {
                return Ok(names);
            }
            names.push(self.name(what)?);
        }
    }

    fn name(&mut self, what: &str) -> Result<Named, Wrong> {
        let Some((Piece::Word(word), rest)) = self.pieces.split_first() else {
            return self.expected(what);
        };
        let is_own = WORDS.contains(&word.raw);
        if is_own || is_reserved(word.raw) {
            let what_it_is = if is_own { "a word of assertions" } else { "a reserved word" };
            let quoted = quoted(word.raw);
            let help =
                format!("`{}` is {what_it_is}; as a name it is written in quotes: `{quoted}`", word.raw);
            return Err(self.unexpected(what).help(help).into());
        }
        let word = *word;
        self.pieces = rest;
        Ok(Named { name: word.text().into_owned(), origin: self.origin(word) })
    }

    fn given(&mut self) -> Result<Given, Wrong> {
        let Some((Piece::Word(word), rest)) = self.pieces.split_first() else {
            return self.expected("an assumption such as `client_ip=10.1.2.3`");
        };
        let (word, text): (_, Cow<'_, str>) = (*word, word.text());
        let Some((key, value)) = Assumptions::split(&text).filter(|(_, value)| !value.is_empty()) else {
            let wrong = self.unexpected("an assumption such as `client_ip=10.1.2.3`");
            return Err(wrong.help("without blanks, or all of it in quotes").into());
        };
        let given = Given { key: key.to_owned(), value: value.to_owned(), origin: self.origin(word) };
        self.pieces = rest;
        Ok(given)
    }

    /// Takes the next word if it is `wanted`, without quotes.
    fn takes(&mut self, wanted: &str) -> bool {
        match self.pieces.split_first() {
            Some((Piece::Word(word), rest)) if word.raw == wanted => {
                self.pieces = rest;
                true
            }
            _ => false,
        }
    }

    fn comma(&mut self) -> bool {
        match self.pieces.split_first() {
            Some((Piece::Comma(_), rest)) => {
                self.pieces = rest;
                true
            }
            _ => false,
        }
    }

    fn origin(&self, word: Word<'s>) -> Origin {
        self.problems.origin(word.range())
    }

    fn expected<T>(&self, what: &str) -> Result<T, Wrong> {
        Err(self.unexpected(what).into())
    }

    /// Says that something else was expected here.
    fn unexpected(&self, what: &str) -> Diagnostic {
        let (range, found) = match self.pieces.first() {
            Some(Piece::Word(word)) => (word.range(), format!("`{}`", word.raw)),
            Some(Piece::Comma(at)) => (*at..at + 1, "`,`".to_owned()),
            None => (self.end..self.end, "the end of the assertion".to_owned()),
        };
        let mut wrong = Diagnostic::error("bad-assertion", format!("expected {what}, found {found}"))
            .at(self.problems.origin(range), format!("expected {what}"));
        if let Some(Piece::Word(word)) = self.pieces.first() {
            let wanted = || what.split('`').skip(1).step_by(2).filter(|word| WORDS.contains(word));
            if let Some(similar) = nearest(word.raw, wanted()) {
                wrong = wrong.help(format!("did you mean `{similar}`?"));
            }
        }
        wrong
    }
}
