//! Whom and what an assertion names.

use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::model::assertion::{Assertion, Claim, Named, Whom};
use crate::model::{FindError, GroupId, Origin, TargetId, UserId, World};
use crate::policy::assumption::Assumptions;
use crate::reason::Settings;

/// An assertion whose names are resolved, ready to be checked.
#[derive(Clone, Debug)]
pub struct Resolved {
    pub(super) assertion: Assertion,
    pub(super) claim: ResolvedClaim,
    /// What is assumed for it in addition; `None` where nothing is.
    pub(super) settings: Option<Settings>,
}

/// What must be so.
#[derive(Clone, Debug)]
pub(super) enum ResolvedClaim {
    /// Each of them gets each target.
    Can(Subject, Vec<TargetId>),
    /// None of them gets any of the targets.
    Cannot(Subject, Vec<TargetId>),
    /// Nobody else gets any of the targets.
    Only(Subject, Vec<TargetId>),
    /// Nobody gets all of the targets.
    Apart(Vec<TargetId>),
}

/// Of whom something must be so.
#[derive(Clone, Debug)]
pub(super) enum Subject {
    Users(Vec<UserId>),
    Members(Vec<GroupId>),
    Everyone,
}

impl ResolvedClaim {
    pub(super) fn targets(&self) -> &[TargetId] {
        match self {
            Self::Can(_, targets)
            | Self::Cannot(_, targets)
            | Self::Only(_, targets)
            | Self::Apart(targets) => targets,
        }
    }

    /// The groups that it names.
    pub(super) fn groups(&self) -> &[GroupId] {
        match self {
            Self::Can(Subject::Members(groups), _)
            | Self::Cannot(Subject::Members(groups), _)
            | Self::Only(Subject::Members(groups), _) => groups,
            _ => &[],
        }
    }
}

impl Resolved {
    /// Finds in `world` what `assertion` names, and what is assumed under it where otherwise `settings` count. What is
    /// wrong is reported, everything at once; `None` then.
    pub fn of(
        assertion: &Assertion,
        world: &World,
        settings: &Settings,
        diagnostics: &mut Diagnostics,
    ) -> Option<Self> {
        let mut finder = Finder { world, diagnostics };
        let claim = finder.claim(&assertion.claim);
        let settings = finder.settings(assertion, settings);
        Some(Self { assertion: assertion.clone(), claim: claim?, settings: settings.ok()? })
    }

    /// What was written.
    pub fn assertion(&self) -> &Assertion {
        &self.assertion
    }
}

/// Something is wrong, and was said.
struct Reported;

struct Finder<'w, 'd> {
    world: &'w World,
    diagnostics: &'d mut Diagnostics,
}

impl Finder<'_, '_> {
    fn claim(&mut self, claim: &Claim) -> Option<ResolvedClaim> {
        let (whom, targets) = match claim {
            Claim::Can(whom, targets) | Claim::Cannot(whom, targets) | Claim::Only(whom, targets) => {
                (self.subject(whom), self.targets(targets))
            }
            Claim::Apart(targets) => (Some(Subject::Everyone), self.targets(targets)),
        };
        let (subject, targets) = (whom?, targets?);
        Some(match claim {
            Claim::Can(..) => ResolvedClaim::Can(subject, targets),
            Claim::Cannot(..) => ResolvedClaim::Cannot(subject, targets),
            Claim::Only(..) => ResolvedClaim::Only(subject, targets),
            Claim::Apart(..) => ResolvedClaim::Apart(targets),
        })
    }

    fn subject(&mut self, whom: &Whom) -> Option<Subject> {
        let world = self.world;
        match whom {
            Whom::Everyone => Some(Subject::Everyone),
            Whom::Users(users) => self.all(users, |name| world.find_user(name)).map(Subject::Users),
            Whom::Members(groups) => self.all(groups, |name| world.find_group(name)).map(Subject::Members),
        }
    }

    fn targets(&mut self, targets: &[Named]) -> Option<Vec<TargetId>> {
        let world = self.world;
        self.all(targets, |name| world.find_target(name))
    }

    /// Each once; `None` if one of them cannot be found.
    fn all<I: PartialEq>(
        &mut self,
        names: &[Named],
        find: impl Fn(&str) -> Result<I, FindError>,
    ) -> Option<Vec<I>> {
        let mut found: Vec<I> = Vec::with_capacity(names.len());
        let mut is_whole = true;
        for named in names {
            match find(&named.name) {
                Ok(id) if !found.contains(&id) => found.push(id),
                Ok(_) => {
                    let message = format!("`{}` is named twice", named.name);
                    self.diagnostics
                        .push(Diagnostic::warning("named-twice", message).at(named.origin, "once is enough"));
                }
                Err(error) => {
                    is_whole = false;
                    let label = match error {
                        FindError::Several { .. } => "more than one",
                        _ => "this leads nowhere",
                    };
                    self.wrong("unknown-name", error.to_string(), named.origin, label);
                }
            }
        }
        is_whole.then_some(found)
    }

    fn settings(&mut self, assertion: &Assertion, settings: &Settings) -> Result<Option<Settings>, Reported> {
        if assertion.under.is_empty() {
            return Ok(None);
        }
        let world = self.world;
        let mut assumed = Assumptions::default();
        let mut is_whole = true;
        for given in &assertion.under {
            let mut wrong = |message: String| {
                is_whole = false;
                self.wrong("bad-assumption", message, given.origin, "cannot be assumed");
            };
            let mut alone = Assumptions::default();
            match assumed.set(&given.key, &given.value) {
                Err(error) => wrong(error.to_string()),
                Ok(()) => {
                    // What was said before was reported before.
                    if alone.set(&given.key, &given.value).is_ok() {
                        let unknown = alone.unknown_policies(world);
                        unknown.iter().for_each(|error| wrong(error.to_string()));
                    }
                }
            }
        }
        if !is_whole {
            return Err(Reported);
        }
        let at = assumed.time.take().or(settings.at);
        match settings.assumptions.overridden_by(&assumed) {
            Ok(assumptions) => Ok(Some(Settings { at, assumptions })),
            Err(error) => {
                let origin = assertion.under.first().map_or(assertion.origin, |given| given.origin);
                self.wrong("bad-assumption", error.to_string(), origin, "against what is assumed for all");
                Err(Reported)
            }
        }
    }

    fn wrong(&mut self, code: &'static str, message: String, origin: Origin, label: &str) {
        self.diagnostics.push(Diagnostic::error(code, message).at(origin, label));
    }
}
