//! What a pattern consists of once it is read.

/// A part of a pattern. Flags are no longer in it: each part has been read with those that hold for it.
#[derive(Debug)]
pub(super) enum Node {
    /// One character of a set, by its number in [`Parsed::sets`].
    Set(usize),
    /// A place, and no character.
    Place(Place),
    /// One after the other.
    Sequence(Vec<Self>),
    /// The first of these that leads to a match.
    Either(Vec<Self>),
    /// A part in brackets, with the number of its group if it is kept.
    Group(Option<u32>, Box<Self>),
    /// A part several times.
    Repeat(Repeat),
}

/// A part several times.
#[derive(Debug)]
pub(super) struct Repeat {
    /// How often at least.
    pub(super) min: u32,
    /// How often at most, if there is a bound.
    pub(super) max: Option<u32>,
    /// Whether more is better.
    pub(super) greedy: bool,
    /// What is repeated.
    pub(super) body: Box<Node>,
}

/// A place in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// `\A`, and `^` without `re.M`.
    Start,
    /// `\Z`.
    End,
    /// `$` without `re.M`: at the end, or before a line end that ends the text.
    FinalLineEnd,
    /// `^` under `re.M`.
    LineStart,
    /// `$` under `re.M`.
    LineEnd,
    /// `\b`.
    Boundary,
    /// `\B`.
    NoBoundary,
}

/// A pattern as it was read.
#[derive(Debug)]
pub(super) struct Parsed {
    /// All of it.
    pub(super) node: Node,
    /// The sets of characters in it, as ranges in order.
    pub(super) sets: Vec<Box<[(char, char)]>>,
    /// What it asks of a text.
    pub(super) asks: Asks,
    /// How many groups are kept.
    pub(super) groups: usize,
    /// The groups with names.
    pub(super) names: Vec<(String, usize)>,
}

/// What a pattern asks of a text beside of which characters are in it.
#[derive(Clone, Copy, Debug, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is asked or not")]
pub(super) struct Asks {
    /// Which characters beyond ASCII are letters or digits.
    pub(super) letters: bool,
    /// Where words begin and end, with the set of their characters.
    pub(super) words: Option<usize>,
    /// Whether two kinds of words are asked for, with `a` and without.
    pub(super) mixed: bool,
    /// Whether somewhere is *not* the edge of a word, which releases answer differently for the empty text.
    pub(super) no_boundary: bool,
    /// Where lines begin or end.
    pub(super) lines: bool,
    /// Whether a line end is the last of the text.
    pub(super) final_line_end: bool,
}
