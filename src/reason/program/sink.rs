//! What becomes of the results of programs.

use super::run::Scratch;
use super::view::{Form, View};
use super::{Bounds, Program};
use crate::reason::extents::Extent;
use crate::reason::set::{Set, below};
use crate::subjects::{Subjects, WORD, ones};

/// Where results go: what the bounds of the gates are, one after the other.
pub(super) trait Sink {
    /// The bound with this number is the same for all, or these.
    fn whole(&mut self, number: usize, view: View<'_>);
    /// So many words of the bound with this number, from word `first` on.
    fn part(&mut self, number: usize, first: usize, bits: &[u64], inverted: bool);
}

impl Program<'_> {
    /// For how many users each gate must hold, and for how many it may.
    pub(crate) fn counts(&self, scratch: &mut Scratch) -> Vec<(usize, usize)> {
        let mut counts = Count { users: scratch.users, of: vec![0; self.edges().count()] };
        self.run(scratch, &mut counts);
        let mut counts = counts.of.into_iter();
        let mut next = || counts.next().unwrap_or_default();
        let of_root = |root: &Bounds<'_>| {
            let must = next();
            (must, if root.may.is_some() { next() } else { must })
        };
        self.roots.iter().map(of_root).collect()
    }

    /// The users for whom each gate must hold, and for whom it may.
    pub(crate) fn extents(&self, scratch: &mut Scratch) -> Vec<Extent> {
        let users = scratch.users;
        let mut sets = Sets { users, of: Vec::new() };
        sets.of.resize_with(self.edges().count(), || Written::Set(Set::All(false)));
        self.run(scratch, &mut sets);
        let mut sets = sets.of.into_iter().map(|written| match written {
            Written::Set(set) => set,
            Written::Words(words) => Set::of_bits(Subjects::from_words(words), users),
        });
        let mut next = || sets.next().unwrap_or(Set::All(false));
        self.roots
            .iter()
            .map(|root| Extent { must: next(), may: root.may.is_some().then(&mut next) })
            .collect()
    }
}

impl Program<'_> {
    /// Writes the users for whom the gate must hold, and for whom it may, over what is in `to`. There is one gate alone.
    pub(crate) fn write(&self, scratch: &mut Scratch, to: &mut [Subjects; 2]) {
        let users = scratch.users;
        self.run(scratch, &mut Overwrite { users, to });
        let [must, may] = to;
        if self.edges().count() < 2 {
            may.put(0, must.words(0, usize::MAX), false);
        }
    }
}

struct Count {
    users: usize,
    of: Vec<usize>,
}

impl Count {
    fn add(&mut self, number: usize, count: usize) {
        if let Some(of) = self.of.get_mut(number) {
            *of += count;
        }
    }
}

impl Sink for Count {
    fn whole(&mut self, number: usize, view: View<'_>) {
        let inside = match view.form {
            Form::All => self.users,
            Form::Few(list) => below(list, self.users),
            Form::Many(bits) => bits.count(self.users),
            Form::Tile(_) => 0,
        };
        self.add(number, if view.inverted { self.users - inside } else { inside });
    }

    fn part(&mut self, number: usize, first: usize, bits: &[u64], inverted: bool) {
        let subjects = (bits.len() * WORD).min(self.users - first * WORD);
        let whole = bits.get(..subjects / WORD).unwrap_or(bits);
        let last = bits.get(subjects / WORD).copied().unwrap_or_default() & ((1 << (subjects % WORD)) - 1);
        let inside = ones(whole) + last.count_ones() as usize;
        self.add(number, if inverted { subjects - inside } else { inside });
    }
}

/// Writes over sets that are there, as long as there are some.
struct Overwrite<'t> {
    users: usize,
    to: &'t mut [Subjects; 2],
}

impl Sink for Overwrite<'_> {
    fn whole(&mut self, number: usize, view: View<'_>) {
        let Some(to) = self.to.get_mut(number) else { return };
        match view.form {
            Form::All => to.fill(true),
            Form::Few(list) => {
                to.fill(false);
                list.iter().for_each(|subject| to.insert(*subject as usize));
            }
            Form::Many(bits) => to.put(0, bits.words(0, self.users.div_ceil(WORD)), false),
            Form::Tile(_) => to.fill(false),
        }
        if view.inverted {
            to.invert();
        }
        to.keep_first(self.users);
    }

    fn part(&mut self, number: usize, first: usize, bits: &[u64], inverted: bool) {
        let Some(to) = self.to.get_mut(number) else { return };
        to.put(first, bits, inverted);
        if (first + bits.len()) * WORD >= self.users {
            to.keep_first(self.users);
        }
    }
}

enum Written {
    Set(Set),
    Words(Vec<u64>),
}

struct Sets {
    users: usize,
    of: Vec<Written>,
}

impl Sink for Sets {
    fn whole(&mut self, number: usize, view: View<'_>) {
        let set = match (view.form, view.inverted) {
            (Form::All, inverted) => Set::All(!inverted),
            (Form::Few([]), inverted) => Set::All(inverted),
            (Form::Few(list), false) => Set::Few(list.into()),
            (Form::Few(list), true) => Set::AllBut(list.into()),
            (Form::Many(bits), inverted) => {
                let words = bits.words(0, (self.users + 1).div_ceil(WORD));
                let turned = words.iter().map(|word| if inverted { !word } else { *word });
                Set::of_bits(Subjects::from_words(turned.collect()), self.users)
            }
            (Form::Tile(_), _) => Set::All(false),
        };
        if let Some(of) = self.of.get_mut(number) {
            *of = Written::Set(set);
        }
    }

    fn part(&mut self, number: usize, first: usize, bits: &[u64], inverted: bool) {
        let Some(of) = self.of.get_mut(number) else { return };
        if let Written::Set(_) = of {
            *of = Written::Words(vec![0; (self.users + 1).div_ceil(WORD)]);
        }
        if let Written::Words(words) = of {
            let to = words.get_mut(first..).unwrap_or_default();
            to.iter_mut().zip(bits).for_each(|(to, from)| *to = if inverted { !from } else { *from });
        }
    }
}
