//! A table for people.

use std::io;

use crate::reason::MoveCounts;
use crate::truth::Move;

/// A table with a title.
#[derive(Default)]
pub struct Sheet<'a> {
    /// What the table shows; may be empty.
    pub title: String,
    /// Whether it holds the rows of the answer, and not something about them. One table of an answer does.
    pub main: bool,
    /// What is to be known before reading it.
    pub notes: Vec<String>,
    /// The columns.
    pub columns: Vec<Column>,
    rows: Rows<'a>,
}

/// A column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// The name.
    pub name: &'static str,
    /// Which side the cells keep to.
    pub align: Align,
}

/// Which side cells keep to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Align {
    /// Text.
    Left,
    /// Numbers.
    Right,
}

/// The rows: as many cells as there are columns.
enum Rows<'a> {
    Here(Vec<Vec<String>>),
    /// Made anew whenever they are asked for, so that they are never all in memory.
    Made {
        count: usize,
        make: Box<Make<'a>>,
    },
}

/// Gives one row after the other away.
type Make<'a> = dyn Fn(&mut Take<'_>) -> io::Result<()> + 'a;

/// What is done with a row.
type Take<'t> = dyn FnMut(&[String]) -> io::Result<()> + 't;

impl Default for Rows<'_> {
    fn default() -> Self {
        Self::Here(Vec::new())
    }
}

impl<'a> Sheet<'a> {
    /// An empty table; names of columns that begin with `#` are numbers.
    pub(crate) fn new(title: impl Into<String>, columns: &[&'static str]) -> Self {
        let columns = columns
            .iter()
            .map(|name| match name.strip_prefix('#') {
                Some(name) => Column { name, align: Align::Right },
                None => Column { name, align: Align::Left },
            })
            .collect();
        Self { title: title.into(), columns, ..Self::default() }
    }

    /// Makes it the table that holds the rows of the answer.
    pub(crate) fn main(mut self) -> Self {
        self.main = true;
        self
    }

    /// Adds what is to be known before reading it.
    pub(crate) fn note(mut self, note: impl Into<String>) -> Self {
        self.notes.push(note.into());
        self
    }

    /// Gives it `count` rows, which `make` makes: the same ones each time.
    pub(crate) fn made(mut self, count: usize, make: impl Fn(&mut Take<'_>) -> io::Result<()> + 'a) -> Self {
        self.rows = Rows::Made { count, make: Box::new(make) };
        self
    }

    /// Adds a row.
    pub(crate) fn row(&mut self, cells: impl IntoIterator<Item = String>) {
        if let Rows::Here(rows) = &mut self.rows {
            rows.push(cells.into_iter().collect());
        }
    }

    /// How many rows there are.
    pub fn len(&self) -> usize {
        match &self.rows {
            Rows::Here(rows) => rows.len(),
            Rows::Made { count, .. } => *count,
        }
    }

    /// Whether there are no rows.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Gives one row after the other to `take`.
    ///
    /// # Errors
    /// When a row cannot be made, or `take` fails.
    pub fn each_row(&self, mut take: impl FnMut(&[String]) -> io::Result<()>) -> io::Result<()> {
        match &self.rows {
            Rows::Here(rows) => rows.iter().try_for_each(|row| take(row)),
            Rows::Made { make, .. } => make(&mut take),
        }
    }
}

impl MoveCounts {
    /// The columns of a table of counts, of which the first says what is counted.
    pub(super) const fn columns(first: &'static str) -> [&'static str; 8] {
        [first, "#gained", "#lost", "#maybe gained", "#maybe lost", "#confirmed", "#refused", "#targets"]
    }

    /// A row of such a table.
    pub(super) fn cells(&self, first: String, targets: usize) -> impl Iterator<Item = String> {
        let counts = Move::ALL.map(|kind| self.get(kind).to_string());
        std::iter::once(first).chain(counts).chain([targets.to_string()])
    }
}
