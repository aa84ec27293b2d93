//! From the parts of a pattern to what the engine runs.
//!
//! The engine is handed its own form, not a text in its language, so nothing can mean something else to it.

use regex_automata::MatchKind;
use regex_automata::meta::{Config, Regex};
use regex_syntax::hir::{Capture, Class, Hir, Look, Repetition};

use super::alphabet::Alphabet;
use super::node::{Node, Place, Repeat};
use super::{Refusal, unsupported};

/// How many steps a pattern may have when all its repetitions are written out.
const STEPS: usize = 5000;
/// How much memory the engine may take for one form of a pattern, which is more than so many steps mostly need.
const MEMORY: usize = 1 << 20;

/// What a pattern runs as.
#[derive(Debug)]
pub(super) struct Built {
    /// The pattern.
    pub(super) first: Regex,
    /// The pattern up to the end of the text.
    pub(super) full: Regex,
    /// The pattern, with the longest match instead of the first.
    pub(super) longest: Regex,
    /// Whether Python's engine is sure to end a match at the same place, with the same groups.
    pub(super) sure: bool,
    /// How many steps the pattern has when all its repetitions are written out.
    pub(super) steps: usize,
}

/// Builds a pattern.
pub(super) fn build(node: &Node, alphabet: &Alphabet) -> Result<Built, Refusal> {
    let steps = steps(node);
    if steps > STEPS {
        return unsupported("a regular expression that is too large");
    }
    let mut builder = Builder { alphabet, sure: true };
    let hir = builder.part(node)?;
    let full = Hir::concat(vec![hir.clone(), Hir::look(Look::End)]);
    Ok(Built {
        first: compile(&hir, alphabet, MatchKind::LeftmostFirst)?,
        full: compile(&full, alphabet, MatchKind::LeftmostFirst)?,
        longest: compile(&hir, alphabet, MatchKind::All)?,
        sure: builder.sure,
        steps,
    })
}

fn compile(hir: &Hir, alphabet: &Alphabet, kind: MatchKind) -> Result<Regex, Refusal> {
    let config = Config::new()
        .match_kind(kind)
        .utf8_empty(false)
        .line_terminator(alphabet.line_end())
        .nfa_size_limit(Some(MEMORY));
    match Regex::builder().configure(config).build_from_hir(hir) {
        Ok(regex) => Ok(regex),
        Err(_) => unsupported("a regular expression that is too large"),
    }
}

struct Builder<'b> {
    alphabet: &'b Alphabet,
    sure: bool,
}

impl Builder<'_> {
    fn part(&mut self, node: &Node) -> Result<Hir, Refusal> {
        Ok(match node {
            Node::Set(number) => Hir::class(Class::Bytes(self.alphabet.set(*number))),
            Node::Place(place) => Hir::look(look(*place)),
            Node::Sequence(parts) => Hir::concat(self.parts(parts)?),
            Node::Either(parts) => Hir::alternation(self.parts(parts)?),
            Node::Group(None, body) => self.part(body)?,
            Node::Group(Some(index), body) => {
                let sub = Box::new(self.part(body)?);
                Hir::capture(Capture { index: *index, name: None, sub })
            }
            Node::Repeat(repeat) => self.repeat(repeat)?,
        })
    }

    fn parts(&mut self, parts: &[Node]) -> Result<Vec<Hir>, Refusal> {
        parts.iter().map(|part| self.part(part)).collect()
    }

    fn repeat(&mut self, repeat: &Repeat) -> Result<Hir, Refusal> {
        let Repeat { min, max, greedy, body } = repeat;
        let sub = self.part(body)?;
        let properties = sub.properties();
        if *max == Some(0) {
            if properties.explicit_captures_len() > 0 {
                // The engine would forget that there is a group.
                return unsupported("a group that is repeated zero times in a regular expression");
            }
            return Ok(Hir::empty());
        }
        // CPython ends a loop after a round that took nothing, the engine does not let such a round end it. What can
        // be matched is the same, what comes first is not. It makes no difference where the number of rounds is fixed.
        let may_take_nothing = properties.minimum_len().is_none_or(|least| least == 0);
        if may_take_nothing && *max != Some(1) && *max != Some(*min) {
            self.sure = false;
        }
        Ok(Hir::repetition(Repetition { min: *min, max: *max, greedy: *greedy, sub: Box::new(sub) }))
    }
}

/// How many steps a part has when all its repetitions are written out.
fn steps(node: &Node) -> usize {
    let sum = |parts: &[Node]| parts.iter().map(steps).fold(1, usize::saturating_add);
    match node {
        Node::Set(_) | Node::Place(_) => 1,
        Node::Sequence(parts) | Node::Either(parts) => sum(parts),
        Node::Group(_, body) => steps(body).saturating_add(1),
        Node::Repeat(Repeat { min, max, body, .. }) => {
            let times = max.unwrap_or(min.saturating_add(1));
            usize::try_from(times).unwrap_or(usize::MAX).saturating_mul(steps(body)).saturating_add(1)
        }
    }
}

fn look(place: Place) -> Look {
    match place {
        Place::Start => Look::Start,
        Place::End => Look::End,
        Place::LineStart => Look::StartLF,
        // What ends a line is the line end, or only the final one: see the alphabet.
        Place::LineEnd | Place::FinalLineEnd => Look::EndLF,
        Place::Boundary => Look::WordAscii,
        Place::NoBoundary => Look::WordAsciiNegate,
    }
}
