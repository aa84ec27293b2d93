//! Matches: one, or all as `re.finditer` goes through them.

use std::ops::Range;

use regex_automata::meta::Regex;
use regex_automata::{Anchored, Input};

use super::alphabet::Word;
use super::build::Built;
use super::{Refusal, unsupported};

/// How much work finding all matches may be at most: each match may look at all characters that are left, and at some
/// steps of the pattern for each.
const WORK: usize = 1 << 24;

/// Where a match and its groups are; the match itself is the first.
pub(super) type Groups = Vec<Option<Range<usize>>>;

/// The first match from `start` on; one that begins there if `anchored`.
pub(super) fn first(regex: &Regex, word: &Word, start: usize, anchored: Anchored) -> Option<Groups> {
    let input = Input::new(&word.bytes).range(start..).anchored(anchored);
    let mut captures = regex.create_captures();
    regex.search_captures(&input, &mut captures);
    captures.is_match().then(|| captures.iter().map(|span| span.map(|span| span.range())).collect())
}

/// Whether there is a match.
pub(super) fn any(regex: &Regex, word: &Word) -> bool {
    regex.is_match(&word.bytes)
}

/// All matches that do not overlap. After one that took nothing, CPython looks for one at the same place that takes
/// something, with less regard for which comes first (`must_advance` in `Modules/_sre/sre_lib.h`).
pub(super) fn all(built: &Built, word: &Word) -> Result<Vec<Groups>, Refusal> {
    let mut found = Vec::new();
    let mut start = 0;
    let mut spent = 0usize;
    while let Some(left) = word.bytes.len().checked_sub(start) {
        spent = spent.saturating_add(left.saturating_mul(built.steps));
        if spent > WORK && !found.is_empty() {
            return unsupported("too many matches of a regular expression");
        }
        let Some(groups) = first(&built.first, word, start, Anchored::No) else { break };
        let Some(Some(whole)) = groups.first().cloned() else { break };
        found.push(groups);
        start = whole.end;
        if whole.is_empty() {
            let longest = first(&built.longest, word, start, Anchored::Yes);
            if longest
                .and_then(|groups| groups.first().cloned().flatten())
                .is_some_and(|longest| !longest.is_empty())
            {
                return unsupported("all matches of a regular expression that takes nothing where it could");
            }
            start += 1;
        }
    }
    Ok(found)
}

/// Groups in the bytes of the text instead of its characters.
pub(super) fn in_text(groups: Groups, word: &Word) -> Groups {
    let place = |at: usize| word.places.get(at).copied();
    let range = |range: Range<usize>| Some(place(range.start)?..place(range.end)?);
    groups.into_iter().map(|group| group.and_then(range)).collect()
}
