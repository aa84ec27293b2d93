//! Programs, carried out: as lists where lists are short, else some thousand subjects at a time.

use super::sink::Sink;
use super::view::{Form, View, view, views};
use super::{Bounds, Cell, Edge, Program, Source};
use crate::reason::marks::Marks;
use crate::reason::set::{is_few, within};
use crate::subjects::WORD;

/// Words that are worked on at a time, so that all that a cell rests on stays in the first cache.
const TILE: usize = 1_024;

/// What a cell holds.
pub(super) enum Value {
    All(bool),
    /// These, in ascending order, or all others.
    Few {
        list: Vec<u32>,
        inverted: bool,
    },
    /// What its tile says; all others, if `inverted`.
    Tiles {
        inverted: bool,
    },
}

/// Memory that programs are carried out in, one after the other.
pub(crate) struct Scratch {
    /// How many saved users there are.
    pub(super) users: usize,
    marks: Marks,
    values: Vec<Value>,
    /// A tile for each cell that needs one.
    tiles: Vec<Vec<u64>>,
    /// Which cells need a tile.
    needed: Vec<bool>,
}

impl Scratch {
    pub(crate) fn new(users: usize) -> Self {
        Self {
            users,
            marks: Marks::new(users + 1),
            values: Vec::new(),
            tiles: Vec::new(),
            needed: Vec::new(),
        }
    }

    /// Works out what can be told without a look at every subject.
    fn begin(&mut self, program: &Program<'_>) {
        self.values.clear();
        for cell in &program.cells {
            let value = self.value(cell);
            self.values.push(value);
        }
        self.needed.clear();
        self.needed.resize(program.cells.len(), false);
        let edges = program.roots.iter().flat_map(|root| [Some(root.must), root.may]).flatten();
        for edge in edges {
            if let Edge::Of { source, .. } = edge {
                self.need(source);
            }
        }
        for (number, cell) in program.cells.iter().enumerate().rev() {
            if self.needed.get(number) == Some(&true) {
                cell.within.iter().chain(&cell.without).for_each(|source| self.need(*source));
            }
        }
        self.tiles.resize_with(self.tiles.len().max(program.cells.len()), Vec::new);
    }

    fn need(&mut self, source: Source<'_>) {
        if let Source::Cell(number) = source
            && let Some(Value::Tiles { .. }) = self.values.get(number)
            && let Some(needed) = self.needed.get_mut(number)
        {
            *needed = true;
        }
    }

    fn value(&mut self, cell: &Cell<'_>) -> Value {
        let views = views(cell, &self.values);
        let mut shortest: Option<&[u32]> = None;
        let (mut excluded, mut has_bits, mut has_tiles, mut is_inside) = (0, false, false, false);
        for view in views.clone() {
            match (view.form, view.inverted) {
                (Form::All, true) => return Value::All(false),
                (Form::All, false) => {}
                (Form::Few(list), false) => {
                    if shortest.is_none_or(|shortest| list.len() < shortest.len()) {
                        shortest = Some(list);
                    }
                }
                (Form::Few(list), true) => excluded += list.len(),
                (Form::Many(_), inverted) => {
                    has_bits = true;
                    is_inside |= !inverted;
                }
                (Form::Tile(_), inverted) => {
                    has_tiles = true;
                    is_inside |= !inverted;
                }
            }
        }
        match shortest {
            Some(list) if !has_tiles && is_worth_it(list, views.clone(), self.users) => {
                let is_other = |view: &View<'_>| match view.form {
                    Form::Few(other) => view.inverted || !std::ptr::eq(other, list),
                    _ => true,
                };
                let rest: Vec<View<'_>> = views.filter(is_other).collect();
                let kept = list.iter().filter(|subject| rest.iter().all(|view| view.contains(**subject)));
                Value::Few { list: kept.copied().collect(), inverted: false }
            }
            None if !has_bits && !has_tiles && is_few(excluded, self.users) => {
                let mut list = Vec::with_capacity(excluded);
                for view in views {
                    if let Form::Few(other) = view.form {
                        self.marks.put(other);
                    }
                }
                self.marks.take(&mut list);
                Value::Few { list, inverted: true }
            }
            _ => Value::Tiles { inverted: !is_inside && shortest.is_none() },
        }
    }

    /// Works out the tiles from word `first` on, in the order of the cells.
    fn tiles(&mut self, program: &Program<'_>, first: usize, words: usize) {
        for (number, cell) in program.cells.iter().enumerate() {
            if self.needed.get(number) != Some(&true) {
                continue;
            }
            let Some((before, [tile, ..])) = self.tiles.split_at_mut_checked(number) else { continue };
            tile.resize(TILE, 0);
            let tile = tile.get_mut(..words).unwrap_or_default();
            let is_inverted = matches!(self.values.get(number), Some(Value::Tiles { inverted: true }));
            fill(tile, views(cell, &self.values), is_inverted, before, first);
        }
    }

    /// The bits of `view` for the tile that was worked out last; turned round, if it says so.
    fn bits<'v>(view: View<'v>, tiles: &'v [Vec<u64>], first: usize, words: usize) -> Option<&'v [u64]> {
        match view.form {
            Form::Many(bits) => Some(bits.words(first, words)),
            Form::Tile(number) => tiles.get(number)?.get(..words),
            Form::All | Form::Few(_) => None,
        }
    }

    fn root<'v>(&'v self, edge: Edge<'v>) -> View<'v> {
        match edge {
            Edge::All(all) => View { form: Form::All, inverted: !all },
            Edge::Of { source, inverted } => {
                let view = view(source, &self.values);
                if inverted { view.inverted() } else { view }
            }
        }
    }
}

/// Whether to ask for every one of `list` whether it is in all of `views` takes less time than tiles do.
///
/// Counted in words that are read one after the other; whoever is looked for in a list or among bits takes as long as
/// some of those.
fn is_worth_it<'v>(list: &[u32], views: impl Iterator<Item = View<'v>>, users: usize) -> bool {
    const LOOK: usize = 8;
    let (mut by_one, mut by_tile) = (0, users.div_ceil(WORD));
    for view in views {
        match view.form {
            Form::Few(other) => {
                by_one += LOOK * (other.len().max(1).ilog2() as usize + 1);
                by_tile += other.len() * 2;
            }
            Form::Many(_) => {
                by_one += LOOK;
                by_tile += users.div_ceil(WORD);
            }
            Form::All | Form::Tile(_) => {}
        }
    }
    list.len() * by_one <= by_tile
}

/// Writes the intersection of `views` into `tile`; what it leaves out, if `is_inverted`.
fn fill<'v>(
    tile: &mut [u64],
    views: impl Iterator<Item = View<'v>> + Clone,
    is_inverted: bool,
    before: &[Vec<u64>],
    first: usize,
) {
    let words = tile.len();
    let mut is_empty = true;
    // What is kept comes first, what is taken away after it: lists are then put in and taken out once.
    for view in views.clone().filter(|view| is_inverted || !view.inverted) {
        match (view.form, Scratch::bits(view, before, first, words)) {
            (_, Some(bits)) if is_empty => {
                tile.get_mut(..bits.len()).unwrap_or_default().copy_from_slice(bits);
                is_empty = false;
            }
            (_, Some(bits)) if is_inverted => {
                tile.iter_mut().zip(bits).for_each(|(word, bits)| *word |= bits);
            }
            (_, Some(bits)) => tile.iter_mut().zip(bits).for_each(|(word, bits)| *word &= bits),
            (Form::Few(list), _) if is_inverted || is_empty => {
                if is_empty {
                    tile.fill(0);
                    is_empty = false;
                }
                put(tile, within(list, first, words), first);
            }
            (Form::Few(list), _) => keep(tile, within(list, first, words), first),
            _ => {}
        }
    }
    if is_inverted {
        return;
    }
    for view in views.filter(|view| view.inverted) {
        match (view.form, Scratch::bits(view, before, first, words)) {
            (_, Some(bits)) => tile.iter_mut().zip(bits).for_each(|(word, bits)| *word &= !bits),
            (Form::Few(list), _) => clear(tile, within(list, first, words), first),
            _ => {}
        }
    }
}

fn put(tile: &mut [u64], list: &[u32], first: usize) {
    for subject in list.iter().map(|subject| *subject as usize) {
        if let Some(word) = tile.get_mut(subject / WORD - first) {
            *word |= 1 << (subject % WORD);
        }
    }
}

fn clear(tile: &mut [u64], list: &[u32], first: usize) {
    for subject in list.iter().map(|subject| *subject as usize) {
        if let Some(word) = tile.get_mut(subject / WORD - first) {
            *word &= !(1 << (subject % WORD));
        }
    }
}

fn keep(tile: &mut [u64], list: &[u32], first: usize) {
    let mut kept = [0; TILE];
    put(&mut kept, list, first);
    tile.iter_mut().zip(kept).for_each(|(word, kept)| *word &= kept);
}

impl Program<'_> {
    pub(super) fn edges(&self) -> impl Iterator<Item = Edge<'_>> + Clone {
        self.roots.iter().flat_map(|Bounds { must, may }| [Some(*must), *may]).flatten()
    }

    pub(super) fn run(&self, scratch: &mut Scratch, sink: &mut impl Sink) {
        scratch.begin(self);
        let mut in_tiles: Vec<(usize, View<'_>)> = Vec::new();
        for (number, edge) in self.edges().enumerate() {
            match edge {
                Edge::Of { source: Source::Cell(cell), inverted }
                    if matches!(scratch.values.get(cell), Some(Value::Tiles { .. })) =>
                {
                    let turned = matches!(scratch.values.get(cell), Some(Value::Tiles { inverted: true }));
                    in_tiles.push((number, View { form: Form::Tile(cell), inverted: inverted != turned }));
                }
                edge => sink.whole(number, scratch.root(edge)),
            }
        }
        if in_tiles.is_empty() {
            return;
        }
        let length = scratch.users.div_ceil(WORD);
        for first in (0..length).step_by(TILE) {
            let words = TILE.min(length - first);
            scratch.tiles(self, first, words);
            for (number, view) in &in_tiles {
                if let Some(bits) = Scratch::bits(*view, &scratch.tiles, first, words) {
                    sink.part(*number, first, bits, view.inverted);
                }
            }
        }
    }
}
