//! The same file in its usual form: nothing is lost, comments neither, and nothing changes its meaning.

use super::shape::Located;
use super::token::Token;

/// Spaces for each level.
const INDENT: &str = "    ";

/// Writes `tokens`, all of those of `text`, which has no errors.
pub(super) fn format(text: &str, tokens: &[Located<'_>]) -> String {
    let open = brackets(text, tokens);
    let mut writer = Writer {
        out: String::new(),
        frames: Vec::new(),
        trivia: Trivia::default(),
        last: None,
        after_comma: false,
    };
    let mut before = 0;
    for ((start, token, end), is_open) in tokens.iter().zip(open) {
        writer.trivia.read(text.get(before..*start).unwrap_or_default());
        before = *end;
        // Inside of brackets commas are put where they belong, wherever they were.
        if *token == Token::Comma && !writer.frames.is_empty() {
            writer.after_comma = true;
            continue;
        }
        writer.token(*token, text.get(*start..*end).unwrap_or_default(), is_open);
    }
    writer.trivia.read(text.get(before..).unwrap_or_default());
    writer.finish()
}

/// For each token whether it is a bracket whose content spreads over several lines.
fn brackets(text: &str, tokens: &[Located<'_>]) -> Vec<bool> {
    let mut is_open = vec![false; tokens.len()];
    let mut openers: Vec<usize> = Vec::new();
    let mut before = 0;
    for (at, (start, token, end)) in tokens.iter().enumerate() {
        let breaks = text.get(before..*start).is_some_and(|gap| gap.contains('\n'));
        before = *end;
        // All brackets around this place spread, then; those further out learn it when the inner ones close.
        if let Some(inner) = openers.last().filter(|_| breaks).and_then(|opener| is_open.get_mut(*opener)) {
            *inner = true;
        }
        match token {
            Token::OpenBlock | Token::OpenList => openers.push(at),
            Token::CloseBlock | Token::CloseList => {
                let spreads =
                    openers.pop().and_then(|opener| is_open.get(opener).copied()).unwrap_or_default();
                if let Some(outer) =
                    openers.last().filter(|_| spreads).and_then(|opener| is_open.get_mut(*opener))
                {
                    *outer = true;
                }
            }
            _ => {}
        }
    }
    is_open
}

/// A bracket that is open.
#[derive(Clone, Copy)]
struct Frame {
    kind: Kind,
    /// Whether each entry is on a line of its own.
    spreads: bool,
}

#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Block,
    Map,
    List,
}

/// What stands between two tokens.
#[derive(Default)]
struct Trivia {
    comments: Vec<Comment>,
    /// Line breaks since the last comment.
    breaks: usize,
}

struct Comment {
    text: String,
    /// Whether it has a line of its own.
    is_alone: bool,
    /// Whether an empty line is above it.
    is_apart: bool,
}

impl Trivia {
    fn read(&mut self, gap: &str) {
        let mut lines = gap.split('\n').peekable();
        while let Some(line) = lines.next() {
            if let Some((_, comment)) = line.split_once('#') {
                self.comments.push(Comment {
                    text: format!("#{}", comment.trim_end()),
                    is_alone: self.breaks > 0,
                    is_apart: self.breaks > 1,
                });
                self.breaks = 0;
            }
            self.breaks += usize::from(lines.peek().is_some());
        }
    }
}

struct Writer<'s> {
    out: String,
    frames: Vec<Frame>,
    trivia: Trivia,
    /// The token that was written last.
    last: Option<Token<'s>>,
    /// Whether a comma was left out since then.
    after_comma: bool,
}

impl<'s> Writer<'s> {
    fn token(&mut self, token: Token<'s>, raw: &str, spreads: bool) {
        let trivia = std::mem::take(&mut self.trivia);
        let closes = matches!(token, Token::CloseBlock | Token::CloseList);
        let is_first = matches!(self.last, None | Some(Token::OpenBlock | Token::OpenList));
        let begins = self.begins_entry(token, is_first);
        let frame = self.frames.last().copied();
        if !is_first && self.needs_comma(begins, closes) {
            self.out.push(',');
        }
        let depth = self.frames.len();
        let inside = if begins || closes { depth } else { depth + 1 };
        self.comments(&trivia.comments, inside, is_first);
        let has_comments = !trivia.comments.is_empty();
        let on_new_line =
            has_comments || (begins || (closes && !is_first)) && frame.is_none_or(|frame| frame.spreads);
        if on_new_line {
            let is_apart = begins && trivia.breaks > 1 && (has_comments || !is_first);
            self.line(if closes { depth.saturating_sub(1) } else { inside }, is_apart);
        } else if !self.touches(token, is_first, closes) {
            self.out.push(' ');
        }
        if closes {
            self.frames.pop();
        }
        if matches!(token, Token::OpenBlock | Token::OpenList) {
            self.frames.push(Frame { kind: self.kind(token), spreads });
        }
        match token {
            Token::Key(name) | Token::Order(name) => {
                self.out.push_str(name);
                self.out.push(':');
            }
            Token::Who(name) => {
                self.out.push_str(name);
                self.out.push_str(" from");
            }
            _ => self.out.push_str(raw),
        }
        self.last = Some(token);
        self.after_comma = false;
    }

    /// Whether an item, or an entry of the bracket that is open, begins with `token`.
    fn begins_entry(&self, token: Token<'_>, is_first: bool) -> bool {
        match self.frames.last().map(|frame| frame.kind) {
            None => token.begins_item(),
            Some(Kind::Block) => match token {
                Token::Key(_) => !matches!(self.last, Some(Token::Who(_))),
                Token::Order(_) | Token::Who(_) | Token::Entitlement | Token::StageHere => true,
                _ => false,
            },
            Some(Kind::Map) => matches!(token, Token::Key(_)),
            Some(Kind::List) => {
                (is_first || self.after_comma) && !matches!(token, Token::CloseList | Token::CloseBlock)
            }
        }
    }

    fn needs_comma(&self, begins: bool, closes: bool) -> bool {
        match self.frames.last() {
            None => false,
            Some(Frame { kind: Kind::Block, spreads }) => begins && !spreads,
            Some(Frame { spreads, .. }) => begins || closes && *spreads,
        }
    }

    /// What kind of bracket `token` opens: a map is a value, so that it follows a name or stands in a list.
    fn kind(&self, token: Token<'_>) -> Kind {
        let in_list = self.frames.last().is_some_and(|frame| frame.kind == Kind::List);
        match token {
            Token::OpenList => Kind::List,
            _ if in_list || matches!(self.last, Some(Token::Key(_))) => Kind::Map,
            _ => Kind::Block,
        }
    }

    /// Whether `token` follows without a blank.
    fn touches(&self, token: Token<'_>, is_first: bool, closes: bool) -> bool {
        let in_list = self.frames.last().is_some_and(|frame| frame.kind == Kind::List);
        self.last.is_none()
            || token == Token::Comma
            || (is_first && closes)
            || (in_list && (is_first || closes))
    }

    fn comments(&mut self, comments: &[Comment], depth: usize, is_first: bool) {
        for (at, comment) in comments.iter().enumerate() {
            if comment.is_alone || self.out.is_empty() {
                self.line(depth, comment.is_apart && !(is_first && at == 0));
            } else {
                self.out.push(' ');
            }
            self.out.push_str(&comment.text);
        }
    }

    /// Begins a new line, after an empty one if it is `apart`.
    fn line(&mut self, depth: usize, apart: bool) {
        if self.out.is_empty() {
            return;
        }
        self.out.push_str(if apart { "\n\n" } else { "\n" });
        for _ in 0..depth {
            self.out.push_str(INDENT);
        }
    }

    fn finish(mut self) -> String {
        let trivia = std::mem::take(&mut self.trivia);
        self.comments(&trivia.comments, 0, self.last.is_none());
        if !self.out.is_empty() {
            self.out.push('\n');
        }
        self.out
    }
}
