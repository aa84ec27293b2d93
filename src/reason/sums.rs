//! How often each subject was counted.

use crate::subjects::{Subjects, WORD};

/// A number for each subject, as many of them in one word as there are bits: the first bits of all numbers, the second
/// bits, and so on. Adding one to many numbers is an addition of words.
#[derive(Clone, Default)]
pub(crate) struct Sums {
    planes: Vec<Vec<u64>>,
}

impl Sums {
    /// Adds one for each of `these`.
    pub(crate) fn add(&mut self, these: &Subjects) {
        let words = these.words(0, usize::MAX);
        for (index, word) in words.iter().enumerate() {
            let mut carry = *word;
            let mut plane = 0;
            while carry != 0 {
                if plane == self.planes.len() {
                    self.planes.push(vec![0; words.len()]);
                }
                if let Some(sum) = self.planes.get_mut(plane).and_then(|plane| plane.get_mut(index)) {
                    (*sum, carry) = (*sum ^ carry, *sum & carry);
                }
                plane += 1;
            }
        }
    }

    /// How often `subject` was counted.
    pub(crate) fn of(&self, subject: usize) -> usize {
        let bit = |plane: &Vec<u64>| {
            plane.get(subject / WORD).is_some_and(|word| word >> (subject % WORD) & 1 == 1)
        };
        let bits = self.planes.iter().enumerate().filter(|(_, plane)| bit(plane));
        bits.map(|(position, _)| 1 << position).sum()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn everybody_is_counted(
            sets in prop::collection::vec(prop::collection::vec(0_usize..200, 0..50), 0..40),
        ) {
            let mut sums = Sums::default();
            let mut expected = [0; 200];
            for set in &sets {
                let mut bits = Subjects::none(200);
                set.iter().for_each(|subject| bits.insert(*subject));
                sums.add(&bits);
                (0..200).filter(|subject| set.contains(subject)).for_each(|subject| expected[subject] += 1);
            }
            for (subject, expected) in expected.into_iter().enumerate() {
                prop_assert_eq!(sums.of(subject), expected);
            }
        }
    }
}
