//! Sets of subjects, one bit each.
//!
//! Subjects are numbered as the users of a world are; the one after the last user is the anonymous one.

use rayon::prelude::*;

/// Subjects in one word.
pub(crate) const WORD: usize = u64::BITS as usize;

/// Words that one thread takes at a time.
const CHUNK: usize = 256;

/// Some of the subjects.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub(crate) struct Subjects(Vec<u64>);

impl Subjects {
    /// None, of `subjects`.
    pub(crate) fn none(subjects: usize) -> Self {
        Self(vec![0; subjects.div_ceil(WORD)])
    }

    /// One of `subjects`.
    pub(crate) fn one(subject: usize, subjects: usize) -> Self {
        let mut one = Self::none(subjects);
        one.insert(subject);
        one
    }

    /// The first `subjects`.
    pub(crate) fn all(subjects: usize) -> Self {
        let mut words = vec![u64::MAX; subjects.div_ceil(WORD)];
        if let (Some(last), rest @ 1..) = (words.last_mut(), subjects % WORD) {
            *last = (1 << rest) - 1;
        }
        Self(words)
    }

    /// These words.
    pub(crate) fn from_words(words: Vec<u64>) -> Self {
        Self(words)
    }

    /// All `subjects` by what `of` says of them, in the order of their first ones.
    pub(crate) fn by<K: PartialEq + Send>(subjects: usize, of: impl Fn(usize) -> K + Sync) -> Vec<(K, Self)> {
        let length = subjects.div_ceil(WORD);
        let chunks: Vec<Vec<(K, Vec<u64>)>> = (0..length.div_ceil(CHUNK))
            .into_par_iter()
            .map(|chunk| {
                let mut found: Vec<(K, Vec<u64>)> = Vec::new();
                let first = chunk * CHUNK * WORD;
                for subject in first..subjects.min(first + CHUNK * WORD) {
                    let key = of(subject);
                    let at = found.iter().position(|(other, _)| *other == key).unwrap_or_else(|| {
                        found.push((key, vec![0; CHUNK.min(length - chunk * CHUNK)]));
                        found.len() - 1
                    });
                    if let Some(word) =
                        found.get_mut(at).and_then(|(_, words)| words.get_mut((subject - first) / WORD))
                    {
                        *word |= 1 << (subject % WORD);
                    }
                }
                found
            })
            .collect();
        let mut all: Vec<(K, Self)> = Vec::new();
        for (chunk, found) in chunks.into_iter().enumerate() {
            for (key, words) in found {
                let at = all.iter().position(|(other, _)| *other == key).unwrap_or_else(|| {
                    all.push((key, Self(vec![0; length])));
                    all.len() - 1
                });
                let to = all
                    .get_mut(at)
                    .and_then(|(_, set)| set.0.get_mut(chunk * CHUNK..chunk * CHUNK + words.len()));
                if let Some(to) = to {
                    to.copy_from_slice(&words);
                }
            }
        }
        all
    }

    /// Those in it for whom `test` holds.
    pub(crate) fn filter(&self, test: impl Fn(usize) -> bool + Sync) -> Self {
        let kept = |(index, word): (usize, &u64)| {
            let mut left = *word;
            let mut kept = 0;
            while left != 0 {
                let bit = left.trailing_zeros();
                kept |= u64::from(test(index * WORD + bit as usize)) << bit;
                left &= left - 1;
            }
            kept
        };
        Self(self.0.par_iter().with_min_len(CHUNK).enumerate().map(kept).collect())
    }

    /// Adds `subject`.
    pub(crate) fn insert(&mut self, subject: usize) {
        if let Some(word) = self.0.get_mut(subject / WORD) {
            *word |= 1 << (subject % WORD);
        }
    }

    /// Takes `subject` out.
    pub(crate) fn take_out(&mut self, subject: usize) {
        if let Some(word) = self.0.get_mut(subject / WORD) {
            *word &= !(1 << (subject % WORD));
        }
    }

    /// Whether `subject` is in it.
    pub(crate) fn contains(&self, subject: usize) -> bool {
        self.0.get(subject / WORD).is_some_and(|word| word >> (subject % WORD) & 1 == 1)
    }

    /// The one with the lowest number.
    pub(crate) fn first(&self) -> Option<usize> {
        let word = self.0.iter().position(|word| *word != 0)?;
        Some(word * WORD + self.0.get(word)?.trailing_zeros() as usize)
    }

    /// All in it, in ascending order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = usize> + '_ {
        self.0.iter().enumerate().flat_map(|(index, word)| bits(index, *word))
    }

    /// Keeps those that are in `other`.
    pub(crate) fn keep(&mut self, other: &Self) {
        self.0.iter_mut().zip(&other.0).for_each(|(word, other)| *word &= other);
        // Where the other one ends, it has nobody.
        self.0.iter_mut().skip(other.0.len()).for_each(|word| *word = 0);
    }

    /// Takes out all but the first `subjects`.
    pub(crate) fn keep_first(&mut self, subjects: usize) {
        let mut rest = self.0.iter_mut().skip(subjects / WORD);
        if let Some(word) = rest.next() {
            *word &= (1 << (subjects % WORD)) - 1;
        }
        rest.for_each(|word| *word = 0);
    }

    /// Puts all in, or takes all out, the ones behind the last subject among them.
    pub(crate) fn fill(&mut self, inside: bool) {
        self.0.fill(if inside { u64::MAX } else { 0 });
    }

    /// Turns it round, the ones behind the last subject among them.
    pub(crate) fn invert(&mut self) {
        self.0.iter_mut().for_each(|word| *word = !*word);
    }

    /// Puts these words, turned round if it says so, in the place of those from `first` on.
    pub(crate) fn put(&mut self, first: usize, words: &[u64], inverted: bool) {
        let to = self.0.get_mut(first..).unwrap_or_default();
        to.iter_mut().zip(words).for_each(|(to, from)| *to = if inverted { !from } else { *from });
    }

    /// Takes out those that are in `other`.
    pub(crate) fn remove(&mut self, other: &Self) {
        self.0.iter_mut().zip(&other.0).for_each(|(word, other)| *word &= !other);
    }

    /// Adds those that are in `other`.
    pub(crate) fn extend(&mut self, other: &Self) {
        self.0.iter_mut().zip(&other.0).for_each(|(word, other)| *word |= other);
    }

    /// Adds those of `other` that are among its `len` from `from` on, with other numbers: from `to` on.
    pub(crate) fn paste(&mut self, other: &Self, from: usize, to: usize, len: usize) {
        let mut done = 0;
        while done < len {
            let (from, to) = (from + done, to + done);
            // As many as there are up to the next end of a word on either side.
            let most = (len - done).min(WORD - from % WORD).min(WORD - to % WORD);
            let word = other.0.get(from / WORD).copied().unwrap_or_default() >> (from % WORD);
            let kept = if most == WORD { word } else { word & ((1 << most) - 1) };
            if let Some(slot) = self.0.get_mut(to / WORD) {
                *slot |= kept << (to % WORD);
            }
            done += most;
        }
    }

    /// All that are in either; each may end before the other one.
    pub(crate) fn or(self, other: Self) -> Self {
        let (mut longer, shorter) = if self.0.len() < other.0.len() { (other, self) } else { (self, other) };
        longer.extend(&shorter);
        longer
    }

    /// How many of the first `subjects` are in it.
    pub(crate) fn count(&self, subjects: usize) -> usize {
        let whole = self.0.get(..subjects / WORD).unwrap_or(&self.0);
        let last = self.0.get(subjects / WORD).copied().unwrap_or_default() & ((1 << (subjects % WORD)) - 1);
        ones(whole) + last.count_ones() as usize
    }

    /// How many are in it and not in `other`.
    pub(crate) fn count_without(&self, other: &Self) -> usize {
        let shared = self.0.iter().zip(&other.0).map(|(word, other)| word & !other);
        let rest = self.0.iter().skip(other.0.len()).copied();
        shared.chain(rest).map(|word| word.count_ones() as usize).sum()
    }

    /// All that are in both, in ascending order.
    pub(crate) fn in_both(&self, other: &Self) -> impl Iterator<Item = usize> {
        let both = self.0.iter().zip(&other.0).map(|(word, other)| word & other);
        both.enumerate().flat_map(|(index, word)| bits(index, word))
    }

    /// The words from `first` on, as many as there are of `most`.
    pub(crate) fn words(&self, first: usize, most: usize) -> &[u64] {
        let found = self.0.get(first..).unwrap_or_default();
        found.get(..most).unwrap_or(found)
    }
}

/// The subjects in the word with this number, in ascending order.
fn bits(index: usize, word: u64) -> impl Iterator<Item = usize> {
    let mut left = word;
    std::iter::from_fn(move || {
        let bit = (left != 0).then(|| left.trailing_zeros() as usize)?;
        left &= left - 1;
        Some(index * WORD + bit)
    })
}

/// How many bits of `words` are set.
///
/// Processors that the crate is built for need not have an instruction that counts bits. So the bits of sixteen words
/// are added up in parallel, position by position, and only every sixteenth word is counted.
pub(crate) fn ones(words: &[u64]) -> usize {
    /// One column of an addition: the sum of three bits at every position, and what is carried.
    fn add(a: u64, b: u64, c: u64) -> (u64, u64) {
        let half = a ^ b;
        (half ^ c, (a & b) | (half & c))
    }
    let (blocks, rest) = words.as_chunks::<16>();
    let (mut ones, mut twos, mut fours, mut eights, mut sixteens) = (0, 0, 0, 0, 0_usize);
    for [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p] in blocks.iter().copied() {
        let (one, two_a) = add(ones, a, b);
        let (one, two_b) = add(one, c, d);
        let (two, four_a) = add(twos, two_a, two_b);
        let (one, two_a) = add(one, e, f);
        let (one, two_b) = add(one, g, h);
        let (two, four_b) = add(two, two_a, two_b);
        let (four, eight_a) = add(fours, four_a, four_b);
        let (one, two_a) = add(one, i, j);
        let (one, two_b) = add(one, k, l);
        let (two, four_a) = add(two, two_a, two_b);
        let (one, two_a) = add(one, m, n);
        let (one, two_b) = add(one, o, p);
        let (two, four_b) = add(two, two_a, two_b);
        let (four, eight_b) = add(four, four_a, four_b);
        let (eight, sixteen) = add(eights, eight_a, eight_b);
        (ones, twos, fours, eights) = (one, two, four, eight);
        sixteens += sixteen.count_ones() as usize;
    }
    let count = |word: u64| word.count_ones() as usize;
    let left: usize = rest.iter().map(|word| count(*word)).sum();
    16 * sixteens + 8 * count(eights) + 4 * count(fours) + 2 * count(twos) + count(ones) + left
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn bits_are_counted(words in prop::collection::vec(any::<u64>(), 0..100)) {
            let expected: u32 = words.iter().map(|word| word.count_ones()).sum();
            prop_assert_eq!(ones(&words), expected as usize);
        }

        #[test]
        fn what_is_pasted_is_where_it_was_put(
            bits in prop::collection::vec(any::<bool>(), 0..400),
            from in 0_usize..200,
            to in 0_usize..200,
            len in 0_usize..300,
        ) {
            let mut other = Subjects::none(bits.len());
            (0..bits.len()).filter(|index| bits[*index]).for_each(|index| other.insert(index));
            let mut set = Subjects::none(600);
            set.paste(&other, from, to, len);
            for index in 0..600 {
                let is_meant = (to..to + len).contains(&index);
                let expected = is_meant && bits.get(index.wrapping_sub(to).wrapping_add(from)).copied().unwrap_or(false);
                prop_assert_eq!(set.contains(index), expected);
            }
        }

        #[test]
        fn everybody_is_where_they_belong(kinds in prop::collection::vec(0_u8..5, 0..1_000), many in 0_usize..3) {
            let subjects = kinds.len() * (1 + many * 40);
            let of = |subject: usize| kinds[subject % kinds.len()];
            let sets = Subjects::by(subjects, of);
            for subject in 0..subjects {
                for (kind, set) in &sets {
                    prop_assert_eq!(set.contains(subject), *kind == of(subject));
                }
            }
            let all: usize = sets.iter().map(|(_, set)| set.count(subjects)).sum();
            prop_assert_eq!(all, subjects);
            for (_, set) in &sets {
                prop_assert_eq!(set.iter().count(), set.count(subjects));
                prop_assert_eq!(set.first(), set.iter().next());
                let even = set.filter(|subject| subject % 2 == 0);
                prop_assert!(even.iter().eq(set.iter().filter(|subject| subject % 2 == 0)));
                let mut rest = Subjects::all(subjects);
                rest.remove(set);
                prop_assert!((0..subjects).all(|subject| rest.contains(subject) != set.contains(subject)));
                rest.extend(set);
                prop_assert_eq!(rest, Subjects::all(subjects));
            }
        }
    }
}
