//! From the text of a pattern to its parts, step by step as CPython does it (`_parse_sub` and `_parse` in
//! `Lib/re/_parser.py`), so that what it refuses is refused at the same place.
//!
//! Only what is listed here is read; all else is refused.

use std::collections::HashMap;

use indexmap::IndexSet;
use regex_syntax::hir::ClassUnicode;

use super::class::{Class, class};
use super::escape::{Escape, escape};
use super::node::{Asks, Node, Parsed, Place};
use super::set::{self, Category};
use super::token::{Token, Tokens};
use super::{Flags, Refusal, invalid, repeat, unsupported};

/// How long a pattern may be, in bytes.
const LENGTH: usize = 4096;

/// Reads a pattern.
pub(super) fn parse(pattern: &str, flags: Flags) -> Result<Parsed, Refusal> {
    if pattern.len() > LENGTH {
        return unsupported(format!("a regular expression of more than {LENGTH} bytes"));
    }
    let tokens = Tokens::new(pattern);
    let cut = tokens.is_cut();
    let mut parser = Parser {
        tokens,
        flags,
        asked_unicode: false,
        depth: 0,
        open: Vec::new(),
        names: HashMap::new(),
        sets: IndexSet::new(),
        asks: Asks::default(),
    };
    match parser.whole() {
        Err(Refusal::Unsupported(reason)) => Err(Refusal::Unsupported(reason)),
        _ if cut => invalid("bad escape (end of pattern)"),
        Err(refusal) => Err(refusal),
        Ok(node) => {
            let mut names: Vec<_> = parser.names.into_iter().collect();
            names.sort();
            let sets = parser.sets.into_iter().collect();
            Ok(Parsed { node, sets, asks: parser.asks, groups: parser.open.len(), names })
        }
    }
}

/// Where reading is.
pub(super) struct Parser {
    pub(super) tokens: Tokens,
    /// The flags for all of the pattern.
    pub(super) flags: Flags,
    /// Whether the pattern asks for Unicode in so many words.
    pub(super) asked_unicode: bool,
    /// How many brackets are open.
    pub(super) depth: usize,
    /// For each group that is kept whether it is still open.
    pub(super) open: Vec<bool>,
    pub(super) names: HashMap<String, usize>,
    sets: IndexSet<Box<[(char, char)]>>,
    asks: Asks,
}

impl Parser {
    /// Everything.
    fn whole(&mut self) -> Result<Node, Refusal> {
        let node = self.either(self.flags)?;
        match self.tokens.peek() {
            None => Ok(node),
            Some(_) => invalid("unbalanced parenthesis"),
        }
    }

    /// Alternatives, up to the closing bracket or the end.
    pub(super) fn either(&mut self, mut flags: Flags) -> Result<Node, Refusal> {
        let mut branches = Vec::new();
        loop {
            let first = self.depth == 0 && branches.is_empty();
            branches.push(self.sequence(flags, first)?);
            if !self.tokens.take_plain('|') {
                break;
            }
            if self.depth == 0 {
                flags = self.flags;
            }
        }
        Ok(match branches.pop() {
            Some(only) if branches.is_empty() => only,
            last => {
                branches.extend(last);
                Node::Either(branches)
            }
        })
    }

    /// One alternative; `first` says whether flags for all of the pattern may begin it.
    fn sequence(&mut self, mut flags: Flags, first: bool) -> Result<Node, Refusal> {
        let mut parts = Vec::new();
        loop {
            match self.tokens.peek() {
                None | Some(Token::Plain('|' | ')')) => break,
                Some(_) => {}
            }
            match self.tokens.take() {
                None => break,
                Some(Token::Escape(letter)) => parts.push(self.escaped(letter, flags)?),
                Some(Token::Plain(' ' | '\t' | '\n' | '\r' | '\u{b}' | '\u{c}')) if flags.verbose => {}
                Some(Token::Plain('#')) if flags.verbose => self.skip_line(),
                Some(Token::Plain(sign @ ('*' | '+' | '?' | '{'))) => {
                    if let Some(times) = repeat::times(sign, &mut self.tokens)? {
                        let node = times.of(parts.pop(), &mut self.tokens)?;
                        parts.push(node);
                    } else {
                        parts.push(self.literal(sign, flags)?);
                    }
                }
                Some(Token::Plain('(')) => {
                    let may_be_global = first && parts.is_empty();
                    match self.bracket(flags, may_be_global)? {
                        Some(node) => parts.push(node),
                        None if may_be_global => flags = self.flags,
                        None => {}
                    }
                }
                Some(Token::Plain('[')) => {
                    let class = class(&mut self.tokens, flags)?;
                    parts.push(self.class(&class, flags)?);
                }
                Some(Token::Plain('.')) => parts.push(self.dot(flags)),
                Some(Token::Plain('^')) => {
                    let place = if flags.multi_line { Place::LineStart } else { Place::Start };
                    parts.push(self.place(place, flags));
                }
                Some(Token::Plain('$')) => {
                    let place = if flags.multi_line { Place::LineEnd } else { Place::FinalLineEnd };
                    parts.push(self.place(place, flags));
                }
                Some(Token::Plain(plain)) => parts.push(self.literal(plain, flags)?),
            }
        }
        Ok(Node::Sequence(parts))
    }

    /// Skips a comment in a verbose pattern.
    fn skip_line(&mut self) {
        while !matches!(self.tokens.take(), None | Some(Token::Plain('\n'))) {}
    }

    fn escaped(&mut self, letter: char, flags: Flags) -> Result<Node, Refusal> {
        Ok(match escape(letter, false, &mut self.tokens)? {
            Escape::Literal(literal) => self.literal(literal, flags)?,
            Escape::Category(category, negated) => {
                self.class(&Class::category(category, negated, flags), flags)?
            }
            Escape::Place(place) => self.place(place, flags),
            Escape::Reference(group) => match group.checked_sub(1).and_then(|at| self.open.get(at)) {
                Some(false) => return unsupported("a back-reference in a regular expression"),
                Some(true) => return invalid(format!("a reference to the group {group} within itself")),
                None => return invalid(format!("a reference to the group {group}, which is not there")),
            },
        })
    }

    fn literal(&mut self, literal: char, flags: Flags) -> Result<Node, Refusal> {
        let mut set = ClassUnicode::empty();
        set::add(&mut set, literal, literal, flags)?;
        Ok(self.set(&set))
    }

    fn class(&mut self, class: &Class, flags: Flags) -> Result<Node, Refusal> {
        if class.has_category && flags.ascii != self.flags.ascii {
            // When CPython looks for where a match can begin, it takes the flags of the whole (`_compile_info`).
            return unsupported("`a` or `u` for a part with `\\w`, `\\d` or `\\s` in a regular expression");
        }
        self.asks.letters |= class.asks_letters;
        Ok(self.set(&class.set))
    }

    fn dot(&mut self, flags: Flags) -> Node {
        let mut set = set::all();
        if !flags.dot_all {
            set.difference(&set::of(&[('\n', '\n')]));
        }
        self.set(&set)
    }

    fn place(&mut self, place: Place, flags: Flags) -> Node {
        match place {
            Place::Start | Place::End => {}
            Place::FinalLineEnd => self.asks.final_line_end = true,
            Place::LineStart | Place::LineEnd => self.asks.lines = true,
            Place::Boundary | Place::NoBoundary => {
                self.asks.no_boundary |= place == Place::NoBoundary;
                self.asks.letters |= !flags.ascii;
                let (words, _) = self.sets.insert_full(ranges(&set::category(Category::Word, flags.ascii)));
                self.asks.mixed |= self.asks.words.is_some_and(|before| before != words);
                self.asks.words = Some(words);
            }
        }
        Node::Place(place)
    }

    fn set(&mut self, set: &ClassUnicode) -> Node {
        Node::Set(self.sets.insert_full(ranges(set)).0)
    }
}

/// The ranges of a set, which are in order.
fn ranges(set: &ClassUnicode) -> Box<[(char, char)]> {
    set.iter().map(|range| (range.start(), range.end())).collect()
}
