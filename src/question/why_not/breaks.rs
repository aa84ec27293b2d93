//! What edits would break of what is asserted.

use crate::diagnostic::Diagnostics;
use crate::model::World;
use crate::model::assertion::Assertion;
use crate::question::assertion::{Outcome, Resolved};
use crate::question::{Context, Test};
use crate::reason::{Compared, Reasoner};

/// The assertions that hold, by their positions.
pub(super) fn held(context: Context<'_>, assertions: &[Assertion]) -> Vec<usize> {
    let settings = context.reasoner.settings();
    let resolve = |(number, assertion): (usize, &Assertion)| {
        // What is wrong with an assertion is said by whoever reads it.
        let resolved = Resolved::of(assertion, context.world(), settings, &mut Diagnostics::default());
        resolved.map(|resolved| (number, resolved))
    };
    let (numbers, resolved): (Vec<usize>, Vec<Resolved>) =
        assertions.iter().enumerate().filter_map(resolve).unzip();
    let test = Test::ask(context, resolved, Compared::Effective);
    let outcomes = test.briefly().map(|brief| brief.outcome);
    numbers
        .into_iter()
        .zip(outcomes)
        .filter(|(_, outcome)| *outcome == Outcome::Holds)
        .map(|(number, _)| number)
        .collect()
}

/// The assertions that hold now, and do not for certain in the `edited` world.
pub(super) fn broken(
    context: Context<'_>,
    edited: &World,
    assertions: &[Assertion],
    now: &[usize],
) -> Vec<String> {
    let reasoner = Reasoner::with(edited, context.reasoner.settings());
    let then = held(Context { reasoner: &reasoner, ..context }, assertions);
    let lost = now.iter().filter(|number| !then.contains(number));
    lost.filter_map(|number| assertions.get(*number)).map(|assertion| assertion.text.clone()).collect()
}
