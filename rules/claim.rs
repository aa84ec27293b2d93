//! What can be claimed of one saved user, and which rules such claims follow by.

use crate::{BindingId, GroupId, Mode, Outcomes, RunId, TargetId, UnknownId};

/// A claim about one saved user. Where it has a `bool`, it claims that something holds, or that it does not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Claim {
    /// The user is in the group, directly or through nesting.
    Member(GroupId, bool),
    /// The user is the one that the binding asks for.
    Is(BindingId, bool),
    /// The run ends in one of these outcomes.
    Ends(RunId, Outcomes),
    /// What is unknown holds.
    Given(UnknownId, bool),
    /// The user may log in.
    Active(bool),
    /// The group or user of the binding matches, negation included.
    Match(BindingId, bool),
    /// The policy of the binding counts as passing, negation and failure result included.
    Policy(BindingId, bool),
    /// The binding as a whole passes.
    Row(BindingId, bool),
    /// The rows of the target that bind groups and users pass together.
    Together(TargetId, bool),
    /// The rows of the target let the user through under the mode.
    Under(TargetId, Mode, bool),
    /// The target lets the user through.
    Verdict(TargetId, bool),
    /// The application lets the user enter endpoints for remote access.
    Opens(TargetId, bool),
    /// Some application does.
    Enters(bool),
    /// The device is in sight.
    Visible(TargetId, bool),
    /// What the target stands for is the user's, who may or may not be able to log in.
    Reach(TargetId, bool),
    /// The user gets what the target stands for in the end.
    Effective(TargetId, bool),
}

/// What a rule needs to be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Needs {
    /// Any one of its premises.
    One,
    /// All of its premises.
    All,
}

macro_rules! rules {
    ($($(#[$doc:meta])* $name:ident: $needs:ident),* $(,)?) => {
        /// Why a claim holds.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Rule {$(
            $(#[$doc])*
            $name,
        )*}

        impl Rule {
            /// What it needs to be told.
            pub const fn needs(self) -> Needs {
                match self { $(Self::$name => Needs::$needs,)* }
            }
        }
    };
}

rules! {
    /// A group or user of the row matches.
    Matches: One,
    /// Neither group nor user of the row matches.
    MatchesNot: All,
    /// Every end of the policy counts so.
    Counts: One,
    /// A part of the row passes.
    PartPasses: One,
    /// No part of the row passes.
    NoPartPasses: All,
    /// The row binds nothing.
    BindsNothing: One,
    /// One of the rows that count together matches.
    OneMatches: One,
    /// None of the rows that count together matches.
    NoneMatches: All,
    /// So many rows match, and as many are needed or not.
    Tallied: All,
    /// Any: one row passes.
    RowPasses: One,
    /// Any: no row passes.
    NoRowPasses: All,
    /// All: one row fails.
    RowFails: One,
    /// All: every row passes.
    EveryRowPasses: All,
    /// The mode is none that authentik knows.
    NoMode: One,
    /// Nothing that counts is bound.
    NothingBound: One,
    /// Nobody knows what is bound.
    Obscured: One,
    /// The target has this mode.
    HasMode: One,
    /// The target has this mode, as is assumed.
    AssumedMode: All,
    /// Whichever mode the target has.
    EitherMode: All,
    /// A row of an entitlement matches.
    RowGrants: One,
    /// No row of an entitlement matches.
    NoRowGrants: All,
    /// The device opens by its access group or by itself.
    EitherOpens: One,
    /// The device opens by neither.
    NeitherOpens: All,
    /// The endpoint and its entrance let the user through.
    BothPass: All,
    /// The endpoint or its entrance does not.
    OneFails: One,
    /// An application for remote access lets the user enter.
    ApplicationOpens: One,
    /// No application for remote access does.
    NoApplicationOpens: All,
    /// There is no entrance.
    NoEntrance: One,
    /// The application lets the user through, and is one for remote access.
    Admits: All,
    /// The application does not, or is none for remote access.
    AdmitsNot: One,
    /// authentik never evaluates the bindings.
    NeverAsked: One,
    /// It is as the verdict says.
    AsVerdict: One,
    /// The device has or has not gone out of sight.
    Sight: One,
    /// Nothing stands between the verdict and the user.
    Gets: All,
    /// Something does.
    Lacks: One,
}
