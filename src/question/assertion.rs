//! Does what is asserted hold?
//!
//! ```
//! use whomay::diagnostic::{Diagnostics, Sources};
//! use whomay::input::{self, Options};
//! use whomay::question::{Context, Test};
//! use whomay::question::assertion::{Outcome, Resolved};
//! use whomay::reason::{Compared, Settings};
//! use whomay::{Reasoner, World};
//!
//! let reading = input::parse("tenant.may", "
//!     group staff
//!     user anna in staff
//!     user eve
//!     application wiki any { 0: group staff }
//!     assert members of staff can wiki
//!     assert nobody can wiki
//! ", &Options::default());
//! let (world, settings) = (reading.world.unwrap(), Settings::default());
//! let mut wrong = Diagnostics::default();
//! let resolved: Vec<Resolved> = reading
//!     .assertions
//!     .iter()
//!     .filter_map(|assertion| Resolved::of(assertion, &world, &settings, &mut wrong))
//!     .collect();
//! let reasoner = Reasoner::with(&world, &settings);
//! let context = Context { reasoner: &reasoner, sources: &reading.sources };
//! let test = Test::ask(context, resolved, Compared::Effective);
//! let rows: Vec<_> = test.rows().collect();
//! assert_eq!(rows[0].outcome, Outcome::Holds);
//! assert_eq!(rows[1].outcome, Outcome::Fails);
//! assert_eq!(rows[1].counterexamples[0].user.as_ref().unwrap().name, "anna");
//! ```
//!
//! # What an assertion says
//!
//! | assertion | holds where |
//! | --- | --- |
//! | `anna, eve can wiki` | each of these users can access it |
//! | `anna cannot vault` | none of these users can |
//! | `members of staff, ops can wiki` | every active member of either group can, through nesting too |
//! | `members of contractors cannot vault` | no member can |
//! | `only members of staff can wiki`, `only anna can vault` | nobody else can; whether they can is not asked |
//! | `everyone can wiki` | every active user can |
//! | `nobody can legacy` | no user can |
//! | `no user can both payroll and approvals` | no user can access all of them (two or more) |
//!
//! `may` means the same as `can`. Several targets with commas between them are as many assertions in one. **Users** are
//! all users of the input, of every type, service accounts too, but nobody who has not logged in. Where something is
//! *granted* (`members of`, `everyone`), inactive users are left out, for they cannot log in; where something is
//! *denied*, they count, for some targets (flows, notification rules) ask nobody to log in. A user who is named counts
//! either way. An assertion about nobody holds, and a note says so.
//!
//! An assertion **holds** if it does whatever the unknowns turn out to be; it **fails** if there is somebody who breaks
//! it whatever they turn out to be; otherwise it **depends**. Each user and target is judged alone, also those of one
//! `both`: two targets are asked for by two requests, at two moments, which need not be alike.
//!
//! `forever` before any of these asks it of every active user who could be created, too: in any groups, none of the
//! users that there are. It fails where some set of groups is enough for a counterexample, whatever policies say of the
//! new user; where that rests on a policy or another unknown, it depends. So it does where the search would take too
//! long.
//!
//! `under client_ip=10.1.2.3, geoip.country=DE` at the end assumes that of the request for this assertion only; it goes
//! before what is assumed for all.

mod answer;
mod check;
mod coverage;
mod explain;
mod resolve;
mod sheets;
mod words;

use serde::ser::{SerializeSeq, SerializeStruct};
use serde::{Serialize, Serializer};

use super::{Context, Ground, WhyLine};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::model::GroupId;
use crate::policy::assumption::Assumption;
use crate::reason::{Compared, Prospects, Reasoner, Settings};
pub use answer::{Brief, Counterexample, Got, OutcomeCounts, PolicyEnd, Tested};
pub use check::Outcome;
use check::{Breach, Found};
pub use coverage::{Coverage, Idle, Reason};
pub use resolve::Resolved;
use words::SHOWN;

/// Assertions that were checked.
pub struct Test<'a> {
    context: Context<'a>,
    compared: Compared,
    /// One for all assertions that assume the same in addition.
    reasoners: Vec<Reasoner<'a>>,
    tested: Vec<One>,
    coverage: Option<Coverage>,
}

/// One assertion that was checked.
struct One {
    resolved: Resolved,
    /// Which reasoner; `None` for the one of the context.
    reasoner: Option<usize>,
    found: Found,
}

impl<'a> Test<'a> {
    /// Checks `assertions`, in their order.
    pub fn ask(context: Context<'a>, assertions: Vec<Resolved>, compared: Compared) -> Self {
        let mut all: Vec<Settings> = Vec::new();
        let mut reasoner_of = |resolved: &Resolved| {
            let settings = resolved.settings.as_ref()?;
            let known = all.iter().position(|known| is_same(known, settings));
            Some(known.unwrap_or_else(|| {
                all.push(settings.clone());
                all.len() - 1
            }))
        };
        let numbers: Vec<Option<usize>> = assertions.iter().map(&mut reasoner_of).collect();
        let world = context.reasoner.world();
        let reasoners: Vec<Reasoner<'a>> =
            all.iter().map(|settings| Reasoner::with(world, settings)).collect();
        let mut found: Vec<Option<Found>> = assertions.iter().map(|_| None).collect();
        for number in std::iter::once(None).chain((0..reasoners.len()).map(Some)) {
            let Some(reasoner) = pick(context.reasoner, &reasoners, number) else { continue };
            let these: Vec<(&Resolved, &mut Option<Found>)> = assertions
                .iter()
                .zip(&mut found)
                .zip(&numbers)
                .filter(|(_, other)| **other == number)
                .map(|(one, _)| one)
                .collect();
            let prospects = prospects(reasoner, these.iter().map(|(resolved, _)| *resolved));
            for (resolved, slot) in these {
                *slot = Some(check::check(resolved, reasoner, prospects.as_ref(), compared));
            }
        }
        let tested = assertions.into_iter().zip(numbers).zip(found);
        let tested = tested.map(|((resolved, reasoner), found)| One {
            resolved,
            reasoner,
            found: found.unwrap_or_default(),
        });
        let tested = tested.collect();
        Self { context, compared, reasoners, tested, coverage: None }
    }

    /// Finds out which bindings the assertions exercise, too.
    #[must_use]
    pub fn with_coverage(mut self) -> Self {
        self.coverage = Some(self.covered());
        self
    }

    /// Which bindings the assertions exercise, if that was asked for.
    pub fn coverage(&self) -> Option<&Coverage> {
        self.coverage.as_ref()
    }

    /// How many assertions turned out how.
    pub fn counts(&self) -> OutcomeCounts {
        let count = |wanted| self.tested.iter().filter(|one| one.found.outcome() == wanted).count();
        OutcomeCounts {
            holds: count(Outcome::Holds),
            fails: count(Outcome::Fails),
            depends: count(Outcome::Depends),
        }
    }

    /// How each assertion turned out.
    pub fn rows(&self) -> impl Iterator<Item = Tested> {
        self.tested.iter().map(|one| self.row(one))
    }

    /// The same in short.
    pub fn briefly(&self) -> impl Iterator<Item = Brief> {
        self.tested.iter().map(|one| {
            let outcome = one.found.outcome();
            let breaches = if outcome == Outcome::Fails { &one.found.certain } else { &one.found.perhaps };
            Brief {
                assertion: one.resolved.assertion.text.clone(),
                place: self.context.sources.place(one.resolved.assertion.origin).to_string(),
                outcome,
                first: breaches.first().map(|breach| self.counterexample(one, breach).sentence),
                more: breaches.len().saturating_sub(1),
                notes: Self::notes(one),
            }
        })
    }

    /// Each assertion with what is to be said of it to people; nothing of one that holds without a note.
    pub fn diagnostics(&self) -> impl Iterator<Item = (&Resolved, Outcome, Option<Diagnostic>)> {
        self.tested.iter().map(|one| (&one.resolved, one.found.outcome(), self.diagnostic(one)))
    }

    /// For each assertion that does not hold for certain, why the first counterexample gets what, down to the facts.
    pub fn reasons(&self) -> impl Iterator<Item = Vec<WhyLine>> {
        self.tested.iter().map(|one| {
            let first = match one.found.outcome() {
                Outcome::Holds => None,
                Outcome::Fails => one.found.certain.first(),
                Outcome::Depends => one.found.perhaps.first(),
            };
            first.map(|breach| self.reasons_of(one, breach)).unwrap_or_default()
        })
    }

    /// What is to be known of a configuration that is a part of a tenant.
    pub fn about_part(&self) -> Option<&'static str> {
        self.context.world().partial.then_some(
            "the input describes a part of a tenant: users and bindings that are not in it may be there all the same",
        )
    }

    /// All that is to be said to people, without what the assertions are that hold.
    pub fn problems(&self) -> Diagnostics {
        self.diagnostics().filter_map(|(_, _, diagnostic)| diagnostic).collect()
    }

    fn context_of(&self, one: &One) -> Context<'_> {
        let reasoner = pick(self.context.reasoner, &self.reasoners, one.reasoner);
        Context { reasoner: reasoner.unwrap_or(self.context.reasoner), sources: self.context.sources }
    }

    fn row(&self, one: &One) -> Tested {
        let each = |breaches: &[Breach]| -> Vec<Counterexample> {
            let of = |(number, breach): (usize, &Breach)| {
                let reasons = if number < SHOWN { self.reasons_of(one, breach) } else { Vec::new() };
                Counterexample { reasons, ..self.counterexample(one, breach) }
            };
            breaches.iter().enumerate().map(of).collect()
        };
        let assertion = &one.resolved.assertion;
        Tested {
            assertion: assertion.text.clone(),
            place: self.context.sources.place(assertion.origin).to_string(),
            outcome: one.found.outcome(),
            under: assertion
                .under
                .iter()
                .map(|given| Assumption { key: given.key.clone(), value: given.value.clone() })
                .collect(),
            counterexamples: each(&one.found.certain),
            undecided: each(&one.found.perhaps),
            unknowns: self.named_unknowns(one),
            notes: Self::notes(one),
        }
    }
}

/// The reasoner with a number.
fn pick<'r, 'a>(
    own: &'r Reasoner<'a>,
    others: &'r [Reasoner<'a>],
    number: Option<usize>,
) -> Option<&'r Reasoner<'a>> {
    match number {
        None => Some(own),
        Some(number) => others.get(number),
    }
}

fn is_same(one: &Settings, other: &Settings) -> bool {
    one.at == other.at && one.assumptions == other.assumptions
}

/// The prospects that `assertions` ask for, if any does.
fn prospects<'r, 'w, 'x>(
    reasoner: &'r Reasoner<'w>,
    assertions: impl Iterator<Item = &'x Resolved>,
) -> Option<Prospects<'r, 'w>> {
    let mut groups: Vec<GroupId> = Vec::new();
    let mut is_asked = false;
    for resolved in assertions.filter(|resolved| resolved.assertion.forever) {
        is_asked = true;
        groups.extend(resolved.claim.groups());
    }
    groups.sort_unstable();
    groups.dedup();
    is_asked.then(|| reasoner.prospects(&groups))
}

impl Serialize for Test<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut answer = serializer.serialize_struct("Test", 7)?;
        answer.serialize_field("schema", "whomay.test/1")?;
        answer.serialize_field("ground", &Ground::of(self.context.reasoner))?;
        answer.serialize_field("compared", self.compared.as_str())?;
        answer.serialize_field("partial", &self.context.world().partial)?;
        answer.serialize_field("counts", &self.counts())?;
        answer.serialize_field("assertions", &Rows(self))?;
        match &self.coverage {
            Some(coverage) => answer.serialize_field("coverage", coverage)?,
            None => answer.skip_field("coverage")?,
        }
        answer.end()
    }
}

/// The assertions, which are never all in words in memory.
struct Rows<'t>(&'t Test<'t>);

impl Serialize for Rows<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut rows = serializer.serialize_seq(Some(self.0.tested.len()))?;
        self.0.rows().try_for_each(|row| rows.serialize_element(&row))?;
        rows.end()
    }
}
