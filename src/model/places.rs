//! Where in a file the text of a policy is written, byte by byte: quotes, escapes and indentation stand in between.

use std::ops::Range;

use super::{Expression, Origin};

/// How the text of a policy lies in its file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Places {
    /// It is not written in a file as it is: it was put together, or comes from a page of the API.
    #[default]
    Nowhere,
    /// Byte by byte, from where its origin begins.
    InPlace,
    /// In pieces, in their order.
    Pieces(Box<[Piece]>),
}

/// A part of a text that lies in one piece in its file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Piece {
    /// The first byte of it in the text.
    pub at: u32,
    /// How many bytes of the text it is.
    pub length: u32,
    /// The first byte of it in the file.
    pub from: u32,
    /// How many bytes of the file it is: more than `length` for one character that is written as an escape.
    pub width: u32,
}

impl Piece {
    /// A piece that lies from byte `from` of the file on, and is `at` in the text.
    pub fn new(at: Range<usize>, from: Range<usize>) -> Self {
        let number = |byte: usize| u32::try_from(byte).unwrap_or(u32::MAX);
        Self {
            at: number(at.start),
            length: number(at.len()),
            from: number(from.start),
            width: number(from.len()),
        }
    }

    /// Where the byte `at` of the text begins.
    fn start(&self, at: u32) -> u32 {
        self.from + if self.length == self.width { at.saturating_sub(self.at).min(self.width) } else { 0 }
    }

    /// Where the byte before `at` ends.
    fn end(&self, at: u32) -> u32 {
        self.from
            + if self.length == self.width { at.saturating_sub(self.at).min(self.width) } else { self.width }
    }
}

impl Places {
    /// The places that `pieces` make, which come in the order of the text.
    pub fn of(pieces: impl IntoIterator<Item = Piece>) -> Self {
        let mut joined: Vec<Piece> = Vec::new();
        for piece in pieces {
            match joined.last_mut() {
                Some(last)
                    if last.length == last.width
                        && piece.length == piece.width
                        && last.at + last.length == piece.at
                        && last.from + last.width == piece.from =>
                {
                    last.length += piece.length;
                    last.width += piece.width;
                }
                _ => joined.push(piece),
            }
        }
        Self::Pieces(joined.into())
    }
}

impl Expression {
    /// Where the bytes `range` of the text are written; `None` where they are not in a file as they are.
    pub fn origin_of(&self, range: Range<usize>) -> Option<Origin> {
        let Origin::Text { source, start, .. } = self.origin else { return None };
        let (from, to) = (u32::try_from(range.start).ok()?, u32::try_from(range.end).ok()?);
        let found = match &self.places {
            Places::Nowhere => return None,
            Places::InPlace => start + from..start + to,
            Places::Pieces(pieces) => {
                // The piece that a byte is in, or the last one before it.
                let piece = |at: u32| {
                    let after = pieces.partition_point(|piece| piece.at <= at);
                    pieces.get(after.saturating_sub(1))
                };
                let start = piece(from)?.start(from);
                let end = if to > from { piece(to - 1)?.end(to) } else { start };
                start..end.max(start)
            }
        };
        Some(Origin::text(source, found.start as usize..found.end as usize))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::SourceId;

    #[test]
    fn an_escape_is_pointed_at_as_a_whole() {
        // `a\u00e9b`, from byte 10 of the file on.
        let pieces = [Piece::new(0..1, 10..11), Piece::new(1..3, 11..17), Piece::new(3..4, 17..18)];
        let source = SourceId(0);
        let origin = Origin::text(source, 9..19);
        let expression = Expression { text: "aéb".to_owned(), origin, places: Places::of(pieces) };
        let at = |range| expression.origin_of(range).unwrap();
        assert_eq!(at(0..1), Origin::text(source, 10..11));
        assert_eq!(at(1..3), Origin::text(source, 11..17));
        assert_eq!(at(0..4), Origin::text(source, 10..18));
        assert_eq!(at(4..4), Origin::text(source, 18..18));
    }

    #[test]
    fn pieces_that_touch_are_one() {
        let places = Places::of([Piece::new(0..1, 5..6), Piece::new(1..3, 6..8), Piece::new(3..4, 9..10)]);
        let Places::Pieces(pieces) = places else { panic!("{places:?}") };
        assert_eq!(*pieces, [Piece::new(0..3, 5..8), Piece::new(3..4, 9..10)]);
    }
}
