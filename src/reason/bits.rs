//! Sets of subjects as bits.

/// Subjects in one word.
pub(crate) const WORD: usize = u64::BITS as usize;

/// One bit for each subject.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub(crate) struct Bits(Vec<u64>);

impl Bits {
    /// No subject, of `subjects`.
    pub(crate) fn new(subjects: usize) -> Self {
        Self(vec![0; subjects.div_ceil(WORD)])
    }

    /// These words.
    pub(crate) fn from_words(words: Vec<u64>) -> Self {
        Self(words)
    }

    /// Adds `subject`.
    pub(crate) fn set(&mut self, subject: usize) {
        if let Some(word) = self.0.get_mut(subject / WORD) {
            *word |= 1 << (subject % WORD);
        }
    }

    /// Whether `subject` is in it.
    pub(crate) fn get(&self, subject: usize) -> bool {
        self.0.get(subject / WORD).is_some_and(|word| word >> (subject % WORD) & 1 == 1)
    }

    /// Copies the words from `first` on.
    pub(crate) fn read(&self, first: usize, words: &mut [u64]) {
        let found = self.0.get(first..).unwrap_or_default();
        let length = found.len().min(words.len());
        if let (Some(to), Some(from)) = (words.get_mut(..length), found.get(..length)) {
            to.copy_from_slice(from);
        }
        if let Some(rest) = words.get_mut(length..) {
            rest.fill(0);
        }
    }

    /// How many of the first `subjects` are in it.
    pub(crate) fn count(&self, subjects: usize) -> usize {
        let whole: usize = self.0.iter().take(subjects / WORD).map(|word| word.count_ones() as usize).sum();
        let rest = subjects % WORD;
        let last = self.0.get(subjects / WORD).copied().unwrap_or_default() & ((1 << rest) - 1);
        whole + last.count_ones() as usize
    }
}
