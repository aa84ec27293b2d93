//! A table for people.

/// A table with a title.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sheet {
    /// What the table shows; may be empty.
    pub title: String,
    /// Whether it holds the rows of the answer, and not something about them. One table of an answer does.
    pub main: bool,
    /// What is to be known before reading it.
    pub notes: Vec<String>,
    /// The columns.
    pub columns: Vec<Column>,
    /// The rows: as many cells as there are columns.
    pub rows: Vec<Vec<String>>,
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

impl Sheet {
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

    /// Adds a row.
    pub(crate) fn row(&mut self, cells: impl IntoIterator<Item = String>) {
        self.rows.push(cells.into_iter().collect());
    }
}
