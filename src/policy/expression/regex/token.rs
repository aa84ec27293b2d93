//! The letters of a pattern or of a replacement, as CPython's `Lib/re/_parser.py` takes them: a backslash and what
//! follows it are one.
//!
//! That is why a comment does not end at an escaped bracket, nor a verbose one at an escaped line end.

/// What is taken at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Token {
    /// A character that no backslash stands before.
    Plain(char),
    /// A character with its backslash.
    Escape(char),
}

/// The tokens that are left.
pub(super) struct Tokens {
    all: Vec<Token>,
    at: usize,
    cut: bool,
}

impl Tokens {
    /// Takes `text` apart.
    pub(super) fn new(text: &str) -> Self {
        let mut all = Vec::new();
        let mut cut = false;
        let mut characters = text.chars();
        while let Some(character) = characters.next() {
            if character != '\\' {
                all.push(Token::Plain(character));
            } else if let Some(escaped) = characters.next() {
                all.push(Token::Escape(escaped));
            } else {
                cut = true;
            }
        }
        Self { all, at: 0, cut }
    }

    /// Whether a backslash ended the text, which CPython refuses (`bad escape (end of pattern)`) as soon as it gets
    /// there, if nothing else is wrong before. It is none of the tokens.
    pub(super) fn is_cut(&self) -> bool {
        self.cut
    }

    /// What comes next.
    pub(super) fn peek(&self) -> Option<Token> {
        self.all.get(self.at).copied()
    }

    /// Takes what comes next.
    pub(super) fn take(&mut self) -> Option<Token> {
        let token = self.peek();
        self.at += usize::from(token.is_some());
        token
    }

    /// Takes `plain` if it comes next, and says whether it did.
    pub(super) fn take_plain(&mut self, plain: char) -> bool {
        let comes = self.peek() == Some(Token::Plain(plain));
        self.at += usize::from(comes);
        comes
    }

    /// Takes up to `most` plain characters for which `fits` holds.
    pub(super) fn take_while(&mut self, most: usize, fits: impl Fn(char) -> bool) -> String {
        let mut taken = String::new();
        while let Some(Token::Plain(character)) = self.peek()
            && taken.len() < most
            && fits(character)
        {
            taken.push(character);
            self.at += 1;
        }
        taken
    }

    /// Takes everything up to `end` and `end` itself; nothing if there is no `end`.
    pub(super) fn take_until(&mut self, end: char) -> Option<String> {
        let mut taken = String::new();
        loop {
            match self.take()? {
                Token::Plain(plain) if plain == end => return Some(taken),
                Token::Plain(plain) => taken.push(plain),
                Token::Escape(escaped) => taken.extend(['\\', escaped]),
            }
        }
    }

    /// Where one is, for [`Self::back`].
    pub(super) fn here(&self) -> usize {
        self.at
    }

    /// Goes back to where [`Self::here`] was.
    pub(super) fn back(&mut self, here: usize) {
        self.at = here;
    }
}
