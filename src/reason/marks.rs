//! A place to put lists together in.

use crate::subjects::WORD;

/// Marks on subjects. All are gone whenever nobody is looking.
pub(crate) struct Marks {
    words: Vec<u64>,
    /// Which of the words are not zero.
    touched: Vec<u64>,
}

impl Marks {
    pub(crate) fn new(subjects: usize) -> Self {
        let words = subjects.div_ceil(WORD);
        Self { words: vec![0; words], touched: vec![0; words.div_ceil(WORD)] }
    }

    pub(crate) fn put(&mut self, list: &[u32]) {
        for subject in list {
            let subject = *subject as usize;
            let word = subject / WORD;
            if let (Some(bits), Some(touched)) = (self.words.get_mut(word), self.touched.get_mut(word / WORD))
            {
                *bits |= 1 << (subject % WORD);
                *touched |= 1 << (word % WORD);
            }
        }
    }

    /// Takes all marks away and adds the subjects that had one to `list`, in ascending order.
    pub(crate) fn take(&mut self, list: &mut Vec<u32>) {
        for (index, touched) in self.touched.iter_mut().enumerate() {
            while *touched != 0 {
                let word = index * WORD + touched.trailing_zeros() as usize;
                *touched &= *touched - 1;
                let Some(bits) = self.words.get_mut(word) else { continue };
                let first = u32::try_from(word * WORD).unwrap_or(u32::MAX);
                while *bits != 0 {
                    list.push(first + bits.trailing_zeros());
                    *bits &= *bits - 1;
                }
            }
        }
    }
}
