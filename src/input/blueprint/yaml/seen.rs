//! Plain texts that were there before: names of fields stand in every entry, and need not be kept for each.

use std::hash::BuildHasher;
use std::rc::Rc;

use rustc_hash::FxBuildHasher;

/// Texts that are looked out for at a time.
const SLOTS: usize = 4096;

/// The last texts: a new one takes the place of an older one.
#[derive(Default)]
pub(super) struct Seen(Vec<Option<Rc<str>>>);

impl Seen {
    /// `text`, if it is known.
    pub(super) fn get(&self, text: &str) -> Option<Rc<str>> {
        self.0.get(slot(text))?.clone().filter(|known| **known == *text)
    }

    /// Remembers `text`.
    pub(super) fn put(&mut self, text: &Rc<str>) {
        if self.0.is_empty() {
            self.0.resize(SLOTS, None);
        }
        if let Some(slot) = self.0.get_mut(slot(text)) {
            *slot = Some(text.clone());
        }
    }
}

fn slot(text: &str) -> usize {
    usize::try_from(FxBuildHasher.hash_one(text) % SLOTS as u64).unwrap_or_default()
}
