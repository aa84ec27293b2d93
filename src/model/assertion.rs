//! Assertions: what somebody says must be so. Nothing in them is resolved; they are no part of a [`World`](super::World).

use super::Origin;

/// One assertion: `assert forever members of contractors cannot vault under client_ip=10.1.2.3`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assertion {
    /// All of it but `assert`, as it is written, with single blanks.
    pub text: String,
    /// Where it is.
    pub origin: Origin,
    /// Whether it is to hold for every user that could be created, too.
    pub forever: bool,
    /// What must be so.
    pub claim: Claim,
    /// What is assumed of the request, for this assertion only.
    pub under: Vec<Given>,
}

/// What must be so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Claim {
    /// Each of them can access each target: `members of staff can wiki`.
    Can(Whom, Vec<Named>),
    /// None of them can access any of the targets: `anna cannot vault`, `nobody can legacy`.
    Cannot(Whom, Vec<Named>),
    /// Nobody else can access any of the targets: `only anna, eve can vault`.
    Only(Whom, Vec<Named>),
    /// No user can access all of the targets: `no user can both payroll and payroll-approve`.
    Apart(Vec<Named>),
}

/// Of whom something must be so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Whom {
    /// These users.
    Users(Vec<Named>),
    /// The members of any of these groups, through nesting too.
    Members(Vec<Named>),
    /// All users.
    Everyone,
}

/// A name or an address, as on the command line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    /// The name: `anna`, `app:wiki`.
    pub name: String,
    /// Where it is.
    pub origin: Origin,
}

/// Something that is assumed of the request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Given {
    /// What it is about: `client_ip`.
    pub key: String,
    /// What is assumed of it.
    pub value: String,
    /// Where it is.
    pub origin: Origin,
}

impl Claim {
    /// The targets that it speaks of.
    pub fn targets(&self) -> &[Named] {
        match self {
            Self::Can(_, targets)
            | Self::Cannot(_, targets)
            | Self::Only(_, targets)
            | Self::Apart(targets) => targets,
        }
    }

    /// The users or groups that it names.
    pub fn whom(&self) -> &[Named] {
        match self {
            Self::Can(whom, _) | Self::Cannot(whom, _) | Self::Only(whom, _) => match whom {
                Whom::Users(named) | Whom::Members(named) => named,
                Whom::Everyone => &[],
            },
            Self::Apart(_) => &[],
        }
    }
}
