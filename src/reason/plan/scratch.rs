//! Both bounds of many gates for some subjects at a time.

use super::super::extents::Extent;
use crate::truth::Truth;

/// Words that are evaluated at a time, so that what a gate rests on stays in the cache.
pub(super) const TILE: usize = 256;

/// Both bounds of every gate of a plan, for one tile. Where a gate is known, its second bound is left out.
pub(super) struct Scratch {
    must: Vec<Vec<u64>>,
    may: Vec<Vec<u64>>,
    /// Whether the second bound of a gate is there.
    open: Vec<bool>,
    pub(super) words: usize,
}

impl Scratch {
    pub(super) fn new(gates: usize) -> Self {
        Self {
            must: vec![vec![0; TILE]; gates],
            may: vec![Vec::new(); gates],
            open: vec![false; gates],
            words: TILE,
        }
    }

    fn slot(&mut self, slot: usize, open: bool) -> (&mut [u64], Option<&mut [u64]>) {
        if let Some(flag) = self.open.get_mut(slot) {
            *flag = open;
        }
        let words = self.words;
        let may = self.may.get_mut(slot).filter(|_| open).map(|may| {
            may.resize(TILE, 0);
            may.get_mut(..words).unwrap_or_default()
        });
        let must = self.must.get_mut(slot).and_then(|must| must.get_mut(..words)).unwrap_or_default();
        (must, may)
    }

    pub(super) fn constant(&mut self, slot: usize, truth: Truth) {
        let (must, may) = self.slot(slot, !truth.is_known());
        must.fill(if truth.must { u64::MAX } else { 0 });
        if let Some(may) = may {
            may.fill(if truth.may { u64::MAX } else { 0 });
        }
    }

    pub(super) fn leaf(&mut self, slot: usize, extent: &Extent, first: usize, known: bool) {
        let (must, may) = self.slot(slot, !known);
        extent.must.write(first, must);
        if let Some(may) = may {
            extent.may.as_ref().unwrap_or(&extent.must).write(first, may);
        }
    }

    fn is_open(&self, slot: usize) -> bool {
        self.open.get(slot).copied().unwrap_or(false)
    }

    fn bounds(&self, slot: usize) -> (&[u64], &[u64]) {
        let must = self.must.get(slot).map(Vec::as_slice).unwrap_or_default();
        let may =
            if self.is_open(slot) { self.may.get(slot).map(Vec::as_slice).unwrap_or_default() } else { must };
        (must, may)
    }

    pub(super) fn not(&mut self, slot: usize, input: usize, known: bool) {
        let open = !known && self.is_open(input);
        let (must, may) = self.bounds(input);
        let must_not: Vec<u64> = may.iter().take(self.words).map(|word| !word).collect();
        let may_not: Vec<u64> =
            if open { must.iter().take(self.words).map(|word| !word).collect() } else { Vec::new() };
        self.put(slot, &must_not, &may_not, open);
    }

    pub(super) fn combine(&mut self, slot: usize, a: usize, b: usize, with: impl Fn(u64, u64) -> u64) {
        let open = self.is_open(a) || self.is_open(b);
        let ((a_must, a_may), (b_must, b_may)) = (self.bounds(a), self.bounds(b));
        let join = |a: &[u64], b: &[u64]| -> Vec<u64> {
            a.iter().zip(b).take(self.words).map(|(a, b)| with(*a, *b)).collect()
        };
        let must = join(a_must, b_must);
        let may = if open { join(a_may, b_may) } else { Vec::new() };
        self.put(slot, &must, &may, open);
    }

    fn put(&mut self, slot: usize, must: &[u64], may: &[u64], open: bool) {
        let (to_must, to_may) = self.slot(slot, open);
        to_must.copy_from_slice(must);
        if let Some(to_may) = to_may {
            to_may.copy_from_slice(may);
        }
    }

    pub(super) fn read_root(&self, must: &mut [u64], may: &mut [u64]) {
        let (from_must, from_may) = self.bounds(self.must.len().saturating_sub(1));
        must.iter_mut().zip(from_must).for_each(|(to, from)| *to = *from);
        may.iter_mut().zip(from_may).for_each(|(to, from)| *to = *from);
    }

    pub(super) fn join_root(&self, possible: &[u64], must: &mut [u64], may: &mut [u64]) {
        let (from_must, from_may) = self.bounds(self.must.len().saturating_sub(1));
        for ((to, from), possible) in must.iter_mut().zip(from_must).zip(possible) {
            *to &= from | !possible;
        }
        for ((to, from), possible) in may.iter_mut().zip(from_may).zip(possible) {
            *to |= from & possible;
        }
    }
}
