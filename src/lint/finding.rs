//! Findings: what one lint found at one object.

use std::ops::Range;

use crate::diagnostic::{Diagnostic, Severity};
use crate::input::edit::Editor;
use crate::model::{
    BindingId, GroupId, Origin, PolicyId, ProviderId, SourceId, StageId, TargetId, UserId, World,
};

/// What a finding is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Object {
    /// The configuration as a whole.
    World,
    /// A target.
    Target(TargetId),
    /// A binding.
    Binding(BindingId),
    /// A group.
    Group(GroupId),
    /// A user.
    User(UserId),
    /// A policy.
    Policy(PolicyId),
    /// A stage.
    Stage(StageId),
    /// A provider.
    Provider(ProviderId),
}

impl Object {
    /// How it is written in exceptions and reports: `app:wiki`, `app:wiki#10` for the binding of that order,
    /// `group:staff`.
    pub fn address(self, world: &World) -> String {
        match self {
            Self::World => "world".to_owned(),
            Self::Target(id) => world.target_address(id),
            Self::Binding(id) => {
                let row = world.bindings.row(id);
                format!("{}#{}", world.target_address(row.target), row.order)
            }
            Self::Group(id) => format!("group:{}", world.groups.row(id).name),
            Self::User(id) => format!("user:{}", world.users.row(id).username),
            Self::Policy(id) => format!("policy:{}", world.policies.row(id).name),
            Self::Stage(id) => format!("stage:{}", world.stages.row(id).name),
            Self::Provider(id) => format!("provider:{}", world.providers.row(id).name),
        }
    }

    /// Where it was read from.
    pub fn origin(self, world: &World) -> Origin {
        match self {
            Self::World => Origin::None,
            Self::Target(id) => world.targets.row(id).origin,
            Self::Binding(id) => world.bindings.row(id).origin,
            Self::Group(id) => world.groups.row(id).origin,
            Self::User(id) => world.users.row(id).origin,
            Self::Policy(id) => world.policies.row(id).origin,
            Self::Stage(id) => world.stages.row(id).origin,
            Self::Provider(id) => world.providers.row(id).origin,
        }
    }
}

/// Something that a lint found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// What it is about.
    pub object: Object,
    /// Its address.
    pub address: String,
    /// Where it was read from.
    pub origin: Origin,
    /// What tells it from other findings of the same lint about the same object, if there may be some: something that
    /// stays the same while the configuration changes elsewhere.
    pub key: String,
    /// What to say. Code and severity are filled in by whoever asks the lint.
    pub diagnostic: Diagnostic,
    /// It is not worse than this, whatever the lint's own level is.
    pub at_most: Option<Severity>,
    /// The field that mends it, where it is, and the value that it should have.
    pub wish: Option<(Origin, &'static str, bool)>,
    /// What mends it, where that is safe; filled in by whoever asks the lint.
    pub fix: Option<Fix>,
}

impl Finding {
    /// A finding about `object` of `world`.
    pub fn about(world: &World, object: Object, message: impl Into<String>) -> Self {
        Self {
            object,
            address: object.address(world),
            origin: object.origin(world),
            key: String::new(),
            diagnostic: Diagnostic::warning("", message),
            at_most: None,
            wish: None,
            fix: None,
        }
    }

    /// Points at `origin`.
    #[must_use]
    pub fn at(mut self, origin: Origin, message: impl Into<String>) -> Self {
        self.diagnostic = self.diagnostic.at(origin, message);
        self
    }

    /// Points at `field` (a JSON pointer such as `/order`) of the row at `origin`, or at `origin` where that is a text.
    #[must_use]
    pub fn at_field(mut self, origin: Origin, field: &str, message: impl Into<String>) -> Self {
        self.diagnostic = self.diagnostic.at_field(origin, field, message);
        self
    }

    /// Adds what helps to understand it.
    #[must_use]
    pub fn because(mut self, note: impl Into<String>) -> Self {
        self.diagnostic = self.diagnostic.because(note);
        self
    }

    /// Says what to do about it.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.diagnostic = self.diagnostic.help(help);
        self
    }

    /// Tells it from other findings about the same object.
    #[must_use]
    pub fn key(mut self, key: impl Into<String>) -> Self {
        self.key = key.into();
        self
    }

    /// It is not worse than this.
    #[must_use]
    pub fn at_most(mut self, severity: Severity) -> Self {
        self.at_most = Some(severity);
        self
    }

    /// It is mended where `field` of the object at `origin` gets the value `value`.
    #[must_use]
    pub fn wants(mut self, origin: Origin, field: &'static str, value: bool) -> Self {
        self.wish = Some((origin, field, value));
        self
    }

    /// What stays the same from run to run: the lint, the object, the key.
    pub fn fingerprint(&self) -> String {
        let mut fingerprint = format!("{} {}", self.diagnostic.code, self.address);
        if !self.key.is_empty() {
            fingerprint += &format!(" {}", self.key);
        }
        fingerprint
    }
}

/// A change of texts that mends a finding and changes nothing else.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fix {
    /// What it does, after "help:": "set `failure_result: true`".
    pub title: String,
    /// The changes.
    pub edits: Vec<Edit>,
}

impl Fix {
    /// What fulfils a wish, where that is a simple change of a text.
    pub(super) fn of((origin, field, value): (Origin, &str, bool), editor: &mut Editor<'_>) -> Option<Self> {
        let (source, range, text) = editor.set(origin, field, value)?;
        Some(Self { title: format!("set `{field}: {value}`"), edits: vec![Edit { source, range, text }] })
    }
}

/// One change of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// The text.
    pub source: SourceId,
    /// The bytes that go.
    pub range: Range<usize>,
    /// What comes instead.
    pub text: String,
}
