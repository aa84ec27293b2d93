//! Classes: sets of characters in square brackets.
//!
//! Python knows no sets within sets: `[[` and `&&` are the characters themselves (with a warning), and a `]` that comes
//! first is one, too.

use regex_syntax::hir::ClassUnicode;

use super::escape::{Escape, Negated, escape};
use super::set::{self, Category};
use super::token::{Token, Tokens};
use super::{Flags, Refusal, invalid};

/// What a class takes.
pub(super) struct Class {
    /// The characters.
    pub(super) set: ClassUnicode,
    /// Whether a category is among them.
    pub(super) has_category: bool,
    /// Whether they depend on which characters beyond ASCII are letters or digits.
    pub(super) asks_letters: bool,
}

/// One thing in a class.
#[derive(Clone, Copy)]
enum Member {
    Literal(char),
    Category(Category, Negated),
}

/// The class whose opening bracket has been taken.
pub(super) fn class(tokens: &mut Tokens, flags: Flags) -> Result<Class, Refusal> {
    let mut class = Class { set: ClassUnicode::empty(), has_category: false, asks_letters: false };
    let negated = tokens.take_plain('^');
    let mut first = true;
    loop {
        if !first && tokens.take_plain(']') {
            break;
        }
        first = false;
        let member = member(tokens)?;
        if !tokens.take_plain('-') {
            class.add(member, flags)?;
            continue;
        }
        if tokens.take_plain(']') {
            class.add(member, flags)?;
            class.add(Member::Literal('-'), flags)?;
            break;
        }
        match (member, self::member(tokens)?) {
            (Member::Literal(from), Member::Literal(to)) if from <= to => {
                set::add(&mut class.set, from, to, flags)?;
            }
            (Member::Literal(from), Member::Literal(to)) => {
                return invalid(format!("bad character range `{from}-{to}`"));
            }
            _ => return invalid("a category at an end of a character range"),
        }
    }
    if negated {
        class.set.negate();
    }
    Ok(class)
}

/// The next thing in a class.
fn member(tokens: &mut Tokens) -> Result<Member, Refusal> {
    match tokens.take() {
        None => invalid("unterminated character set"),
        Some(Token::Plain(plain)) => Ok(Member::Literal(plain)),
        Some(Token::Escape(letter)) => match escape(letter, true, tokens)? {
            Escape::Literal(literal) => Ok(Member::Literal(literal)),
            Escape::Category(category, negated) => Ok(Member::Category(category, negated)),
            Escape::Place(_) | Escape::Reference(_) => invalid(format!("bad escape `\\{letter}`")),
        },
    }
}

impl Class {
    /// A class that takes the characters of a category, or all others.
    pub(super) fn category(category: Category, negated: Negated, flags: Flags) -> Self {
        let mut set = set::category(category, flags.ascii);
        if negated {
            set.negate();
        }
        Self { set, has_category: true, asks_letters: !flags.ascii && category != Category::Space }
    }

    fn add(&mut self, member: Member, flags: Flags) -> Result<(), Refusal> {
        match member {
            Member::Literal(literal) => set::add(&mut self.set, literal, literal, flags)?,
            Member::Category(category, negated) => {
                let other = Self::category(category, negated, flags);
                self.set.union(&other.set);
                self.has_category = true;
                self.asks_letters |= other.asks_letters;
            }
        }
        Ok(())
    }
}
