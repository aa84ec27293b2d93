//! Names and what they stand for.

use std::cell::RefCell;
use std::rc::Rc;

use rustc_hash::FxHashMap;

use super::ast::Name;
use super::value::Val;

/// The local names of a function or a comprehension, inside those around it.
#[derive(Debug, Default)]
pub(super) struct Scope {
    values: RefCell<FxHashMap<Name, Val>>,
    /// The names that are assigned somewhere in it.
    locals: Vec<Name>,
    around: Option<Rc<Scope>>,
    /// Whether it is a comprehension's, which `:=` reaches through.
    comprehension: bool,
}

/// What a name stands for.
pub(super) enum Found {
    Value(Val),
    /// It is local and was not assigned yet.
    Unbound,
    /// It belongs to a scope around and was not assigned there yet.
    Free,
    /// It is no local name.
    Global,
}

impl Scope {
    pub(super) fn of_function(locals: &[Name], around: Option<Rc<Self>>) -> Rc<Self> {
        Rc::new(Self { locals: locals.to_vec(), around, ..Self::default() })
    }

    pub(super) fn of_comprehension(locals: Vec<Name>, around: Rc<Self>) -> Rc<Self> {
        Rc::new(Self { locals, around: Some(around), comprehension: true, ..Self::default() })
    }

    pub(super) fn get(&self, name: &str) -> Found {
        let mut scope = self;
        loop {
            if scope.locals.iter().any(|local| local.as_ref() == name) {
                let value = scope.values.borrow().get(name).cloned();
                let missing = if std::ptr::eq(scope, self) { Found::Unbound } else { Found::Free };
                return value.map_or(missing, Found::Value);
            }
            match &scope.around {
                Some(around) => scope = around,
                None => return Found::Global,
            }
        }
    }

    pub(super) fn set(&self, name: &Name, value: Val) {
        self.values.borrow_mut().insert(Name::clone(name), value);
    }

    /// Forgets `name`; whether it stood for something.
    pub(super) fn delete(&self, name: &str) -> bool {
        self.values.borrow_mut().remove(name).is_some()
    }

    /// The innermost function around.
    pub(super) fn function(&self) -> &Self {
        let mut scope = self;
        while let (true, Some(around)) = (scope.comprehension, &scope.around) {
            scope = around;
        }
        scope
    }
}
