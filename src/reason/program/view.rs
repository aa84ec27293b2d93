//! Sets as cells see them.

use super::run::Value;
use super::{Cell, Source};
use crate::reason::set::{Set, is_in};
use crate::subjects::Subjects;

/// A set, seen by a cell.
#[derive(Clone, Copy)]
pub(super) struct View<'v> {
    pub(super) form: Form<'v>,
    pub(super) inverted: bool,
}

#[derive(Clone, Copy)]
pub(super) enum Form<'v> {
    All,
    Few(&'v [u32]),
    Many(&'v Subjects),
    /// The tile of a cell.
    Tile(usize),
}

impl View<'_> {
    pub(super) fn inverted(self) -> Self {
        Self { inverted: !self.inverted, ..self }
    }

    /// Whether `subject` is in it; `false` for a tile.
    pub(super) fn contains(&self, subject: u32) -> bool {
        let subject = subject as usize;
        self.inverted
            != match self.form {
                Form::All => true,
                Form::Few(list) => is_in(list, subject),
                Form::Many(bits) => bits.contains(subject),
                Form::Tile(_) => false,
            }
    }
}

fn of_set(set: &Set) -> View<'_> {
    let (form, inverted) = match set {
        Set::All(all) => (Form::All, !all),
        Set::Few(list) => (Form::Few(list), false),
        Set::AllBut(list) => (Form::Few(list), true),
        Set::Many(bits) => (Form::Many(bits), false),
        Set::Without(bits) => (Form::Many(bits), true),
    };
    View { form, inverted }
}

pub(super) fn view<'v>(source: Source<'v>, values: &'v [Value]) -> View<'v> {
    match source {
        Source::Set(set) => of_set(set),
        Source::Cell(number) => match values.get(number) {
            Some(Value::All(all)) => View { form: Form::All, inverted: !all },
            Some(Value::Few { list, inverted }) => View { form: Form::Few(list), inverted: *inverted },
            Some(Value::Tiles { inverted }) => View { form: Form::Tile(number), inverted: *inverted },
            None => View { form: Form::All, inverted: true },
        },
    }
}

/// Everything that `cell` is the intersection of.
pub(super) fn views<'v>(cell: &Cell<'v>, values: &'v [Value]) -> impl Iterator<Item = View<'v>> + Clone {
    let within = cell.within.iter().map(|source| view(*source, values));
    within.chain(cell.without.iter().map(|source| view(*source, values).inverted()))
}
