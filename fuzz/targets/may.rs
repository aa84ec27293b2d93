//! Does any text make the `.may` reader panic, or break what writing and formatting promise?

#![no_main]

use libfuzzer_sys::fuzz_target;
use whomay::Reasoner;
use whomay::diagnostic::{Diagnostics, Sources};
use whomay::input::may;
use whomay::model::builder::{self, Defaults};
use whomay::model::draft::Draft;
use whomay::model::{SourceId, World};
use whomay::question::assertion::{Outcome, Resolved};
use whomay::question::{Context, Test};
use whomay::reason::{Compared, Settings};

const SOURCE: SourceId = SourceId(0);

fuzz_target!(|text: &str| {
    let (draft, diagnostics) = read(text);
    if let Some(formatted) = format(text) {
        assert_eq!(format(&formatted).as_deref(), Some(formatted.as_str()), "formatting is done at once");
        assert_eq!(
            codes(&diagnostics),
            codes(&read(&formatted).1),
            "formatting mends nothing and breaks nothing"
        );
        let asserted =
            |draft: &Draft| draft.assertions.iter().map(|one| one.text.clone()).collect::<Vec<_>>();
        assert_eq!(asserted(&draft), asserted(&read(&formatted).0), "formatting keeps what is asserted");
        if let Some(world) = build(draft.clone()) {
            let again = build(read(&formatted).0).map(|world| may::print(&world));
            assert_eq!(again, Some(may::print(&world)), "formatting keeps the meaning");
        }
    } else {
        assert!(diagnostics.has_errors(), "what is refused has errors");
    }
    if !diagnostics.has_errors()
        && let Some(world) = build(draft.clone())
    {
        check(&world, &draft);
        let printed = may::print(&world);
        let (draft, problems) = read(&printed);
        assert!(!problems.has_errors(), "what is written can be read");
        assert_eq!(
            build(draft).map(|again| may::print(&again)),
            Some(printed),
            "what is written reads as it was"
        );
    }
});

/// Checks what is asserted of a small world, which must not panic, and what must be so of every answer.
fn check(world: &World, draft: &Draft) {
    if world.users.len() * world.targets.len() * draft.assertions.len() > 1_000 {
        return;
    }
    let (settings, mut wrong) = (Settings::default(), Diagnostics::default());
    let assertions = draft.assertions.iter();
    let resolved: Vec<Resolved> =
        assertions.filter_map(|one| Resolved::of(one, world, &settings, &mut wrong)).collect();
    assert!(resolved.len() == draft.assertions.len() || wrong.has_errors(), "what is left out is reported");
    let (reasoner, sources) = (Reasoner::new(world), Sources::default());
    let context = Context { reasoner: &reasoner, sources: &sources };
    let test = Test::ask(context, resolved, Compared::Effective).with_coverage();
    for row in test.rows() {
        let expected = match (row.counterexamples.is_empty(), row.undecided.is_empty()) {
            (false, _) => Outcome::Fails,
            (true, false) => Outcome::Depends,
            (true, true) => continue,
        };
        assert_eq!(row.outcome, expected, "{}", row.assertion);
    }
}

fn read(text: &str) -> (Draft, Diagnostics) {
    let mut diagnostics = Diagnostics::default();
    let draft = may::parse(SOURCE, text, &mut diagnostics);
    (draft, diagnostics)
}

fn format(text: &str) -> Option<String> {
    may::format(SOURCE, text, &mut Diagnostics::default())
}

fn build(draft: Draft) -> Option<World> {
    let mut diagnostics = Diagnostics::default();
    let world = builder::build(vec![draft], &Defaults::default(), &mut diagnostics);
    (!diagnostics.has_errors()).then_some(world)
}

fn codes(diagnostics: &Diagnostics) -> Vec<&str> {
    diagnostics.iter().map(|problem| problem.code).collect()
}
