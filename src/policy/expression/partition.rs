//! Subjects by something of which few different ones occur, such as departments: whoever asks all of them asks one of
//! each part.

use std::hash::Hash;

use rayon::prelude::*;
use rustc_hash::FxHashMap;

/// How many different parts are too many.
#[derive(Clone, Copy)]
pub(super) struct Most {
    /// Among all.
    all: usize,
    /// Among the first subjects: whoever has so many there has too many among all.
    first: usize,
}

impl Most {
    /// For what is computed again for every part.
    pub(super) const FEW: Self = Self { all: 4_096, first: 256 };
    /// For what is the same without a look at it.
    pub(super) const MANY: Self = Self { all: u16::MAX as usize, first: FIRST };
}

/// So many subjects are looked at first, and by one thread at a time.
const FIRST: usize = 4_096;

/// All subjects, in parts.
#[derive(Debug)]
pub(super) struct Partition {
    /// Where the list of each part begins; one more for the end.
    starts: Vec<u32>,
    /// The subjects, part by part.
    lists: Vec<u32>,
}

/// Gives numbers to keys, as long as they are few.
struct Numbers<K> {
    keys: Vec<K>,
    numbers: FxHashMap<K, u16>,
}

impl<K: Clone + Eq + Hash> Numbers<K> {
    fn new() -> Self {
        Self { keys: Vec::new(), numbers: FxHashMap::default() }
    }

    fn number(&mut self, key: K, most: usize) -> Option<u16> {
        if let Some(number) = self.numbers.get(&key) {
            return Some(*number);
        }
        if self.keys.len() >= most {
            return None;
        }
        let number = u16::try_from(self.keys.len()).ok()?;
        self.numbers.insert(key.clone(), number);
        self.keys.push(key);
        Some(number)
    }
}

impl Partition {
    /// The first `subjects` by `key`, with the key of each part, in the order of their first subjects; `None` where
    /// there are too many parts, or no key for somebody.
    pub(super) fn by<K: Clone + Eq + Hash + Send>(
        subjects: usize,
        most: Most,
        key: impl Fn(usize) -> Option<K> + Sync,
    ) -> Option<(Self, Vec<K>)> {
        let mut first = Numbers::new();
        for subject in 0..subjects.min(FIRST) {
            first.number(key(subject)?, most.first)?;
        }
        let chunks: Vec<(Vec<K>, Vec<u16>)> = (0..subjects.div_ceil(FIRST))
            .into_par_iter()
            .map(|chunk| {
                let mut numbers = Numbers::new();
                let chunk = chunk * FIRST..subjects.min((chunk + 1) * FIRST);
                let of = chunk
                    .map(|subject| numbers.number(key(subject)?, most.all))
                    .collect::<Option<Vec<u16>>>()?;
                Some((numbers.keys, of))
            })
            .collect::<Option<_>>()?;
        let mut all = Numbers::new();
        let mut of = Vec::with_capacity(subjects);
        for (keys, chunk) in chunks {
            let renumbered: Option<Vec<u16>> =
                keys.into_iter().map(|key| all.number(key, most.all)).collect();
            let renumbered = renumbered?;
            of.extend(chunk.iter().filter_map(|number| renumbered.get(usize::from(*number))));
        }
        Some((Self::of(&of, all.keys.len()), all.keys))
    }

    /// The subjects by the number of the part of each.
    fn of(numbers: &[u16], parts: usize) -> Self {
        let mut starts = vec![0_u32; parts + 1];
        for number in numbers {
            if let Some(count) = starts.get_mut(usize::from(*number) + 1) {
                *count += 1;
            }
        }
        let mut before = 0;
        for start in &mut starts {
            before += *start;
            *start = before;
        }
        let mut next = starts.clone();
        let mut lists = vec![0; numbers.len()];
        for (subject, number) in (0_u32..).zip(numbers) {
            let Some(next) = next.get_mut(usize::from(*number)) else { continue };
            if let Some(slot) = lists.get_mut(*next as usize) {
                *slot = subject;
                *next += 1;
            }
        }
        Self { starts, lists }
    }

    /// The parts that `key` does not tell apart put together, which is asked of one subject of each; `None` where it is
    /// not known for one.
    pub(super) fn coarser<K: Clone + Eq + Hash>(&self, key: impl Fn(usize) -> Option<K>) -> Option<Self> {
        let mut numbers = Numbers::new();
        let mut parts: Vec<Vec<&[u32]>> = Vec::new();
        for part in self.parts() {
            let anyone = *part.first()? as usize;
            let number = usize::from(numbers.number(key(anyone)?, usize::from(u16::MAX))?);
            if number == parts.len() {
                parts.push(Vec::new());
            }
            if let Some(parts) = parts.get_mut(number) {
                parts.push(part);
            }
        }
        let mut starts = vec![0_u32];
        let mut lists = Vec::with_capacity(self.lists.len());
        for part in parts {
            part.into_iter().for_each(|part| lists.extend_from_slice(part));
            starts.push(u32::try_from(lists.len()).unwrap_or(u32::MAX));
        }
        Some(Self { starts, lists })
    }

    /// How many subjects there are.
    pub(super) fn subjects(&self) -> usize {
        self.lists.len()
    }

    /// The subjects of every part.
    pub(super) fn parts(&self) -> impl Iterator<Item = &[u32]> {
        let range = |pair: &[u32]| match pair {
            [from, to] => *from as usize..*to as usize,
            _ => 0..0,
        };
        self.starts.windows(2).map(move |pair| self.lists.get(range(pair)).unwrap_or_default())
    }
}
