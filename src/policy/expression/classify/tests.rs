//! One run speaks for many: they must end as if each had had a run of its own.

use super::super::code::{Code, Library};
use super::super::term::{Node, Op, Term};
use super::*;
use crate::model::{Id, PolicyId, TargetId, TargetKind, World};
use crate::policy::assumption::Assumptions;
use crate::policy::expression::Columns;
use crate::policy::writes::Writes;

/// Every recorded expression, by the order of the recording.
fn recorded() -> Vec<String> {
    let text = include_str!("../../../../tests/expressions/recorded.json");
    let json: serde_json::Value = serde_json::from_str(text).unwrap();
    json["expressions"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| row["text"].as_str().unwrap().to_owned())
        .collect()
}

/// Does something for targets of a kind, in the world of the recording.
fn surrounded(kind: TargetKind, act: impl FnOnce(&Data<'_>, &Circumstances<'_>)) {
    surrounded_by(include_str!("../../../../tests/expressions/world.may"), kind, act);
}

/// Does something for targets of a kind, in a world.
fn surrounded_by(world: &str, kind: TargetKind, act: impl FnOnce(&Data<'_>, &Circumstances<'_>)) {
    let world = World::parse("world.may", world).unwrap();
    let ancestry = crate::model::Ancestry::of(&world);
    let data = Data::new(&world, &ancestry, TargetId(0));
    let circumstances = Circumstances {
        library: &Library::of(&world),
        policy: PolicyId::from_index(0),
        kind,
        at: None,
        assumptions: &Assumptions::default(),
        disturbed: &Writes::default(),
        run: 0,
        target: TargetId(0),
        others: &|_| Ends::UNKNOWN,
    };
    act(&data, &circumstances);
}

#[test]
fn whoever_is_spoken_for_ends_as_in_a_run_of_their_own() {
    let (mut spoken_for, mut several, mut coarser) = (0, 0, 0);
    for kind in [TargetKind::Application, TargetKind::Flow] {
        surrounded(kind, |data, circumstances| {
            // Columns are shared, as they are for all policies of a world.
            let columns = Columns::default();
            for text in recorded() {
                let Code::Ready(code) = Code::of(&text) else { continue };
                let classes = classify(data, circumstances, &columns, &code);
                several += usize::from(classes.ways.iter().count() > 1);
                for subject in 0..=data.world.users.len() {
                    let explorer = |alone| {
                        let who = who(data, subject);
                        Explorer::new(data, circumstances, &code, who, alone, MOST_WORK_FOR_ONE)
                    };
                    let own = explorer(false).explore().way;
                    let shared = classes.ways.of(subject).unwrap();
                    if *shared != own {
                        // Where the one who speaks gives up, so do all that are like them in what was asked before.
                        let gives_up = !shared.is_settled()
                            && shared.ends().bits() & own.ends().bits() == own.ends().bits();
                        assert!(
                            gives_up,
                            "subject {subject} of {kind:?}: {shared:?}, alone {own:?}:\n{text}"
                        );
                        coarser += 1;
                    }
                    // Alone, other means are at hand; what both are certain of is the same.
                    let alone = explorer(true).explore().way.ends();
                    assert!(
                        alone.has(own.ends()),
                        "subject {subject} of {kind:?} alone: {alone:?}, {own:?}:\n{text}"
                    );
                    spoken_for += 1;
                }
            }
        });
    }
    assert!(spoken_for > 100_000 && several > 1_000, "{spoken_for}, {several}");
    assert!(coarser * 100 < spoken_for, "{coarser} of {spoken_for} could be known better");
}

/// Users who are told apart by what is read off them, instead of by what code makes of it.
const HARD_TO_TELL_APART: &str = r#"
    user plain { email: "x@one.example" }
    user two-signs { email: "x@one.example@two.example" }
    user no-sign { email: "one.example" }
    user nobody
    user only-the-end { email: "@one.example" }
    user below { email: "x@sub.one.example", attributes: { n: null } }
    user zero { attributes: { n: 0.0 } }
    user signed-zero { attributes: { n: -0.0 } }
    user deep-zero { attributes: { n: [{ m: 0.0 }] } }
    user deep-signed-zero { attributes: { n: [{ m: -0.0 }] } }
    user whole { attributes: { n: 0 } }
    user one { attributes: { n: 1 } }
    user one-point { attributes: { n: 1.0 } }
    user yes { attributes: { n: true } }
    user text { attributes: { n: "1" } }
    user two { attributes: { n: 1, other: 2 } }
    application app
"#;

#[test]
fn whoever_is_told_apart_by_a_key_ends_as_in_a_run_of_their_own() {
    let ends =
        ["'@one.example'", "'one.example'", "'@one.example@two.example'", "'@two.example'", "'@'", "''"];
    let of_email = ends.map(|end| format!("return request.user.email.endswith({end})"));
    let made = [
        "str(request.user.attributes['n']) == '-0.0'",
        "str(request.user.attributes['n'])[-4:] == '0.0}'",
        "str(request.user.attributes.get('n')) == '1'",
        "request.user.attributes.get('n', 1) == 1",
        "request.user.attributes.get('n', 1) is True",
        "1 // request.user.attributes['n'] > 0",
        "request.user.attributes['n'][0]['m'] == 0",
        "request.user.attributes",
        "len(request.user.attributes) > 1",
        "'n' in request.user.attributes",
        "request.user.attributes['other'] > 1",
        "request.user.email",
    ];
    let made = made.map(|what| format!("return {what}"));
    surrounded_by(HARD_TO_TELL_APART, TargetKind::Application, |data, circumstances| {
        let columns = Columns::default();
        let mut several = 0;
        for text in of_email.iter().chain(&made) {
            let Code::Ready(code) = Code::of(text) else { panic!("{text}") };
            let classes = classify(data, circumstances, &columns, &code);
            several += usize::from(classes.ways.iter().count() > 1);
            for subject in 0..=data.world.users.len() {
                let who = who(data, subject);
                let own =
                    Explorer::new(data, circumstances, &code, who, false, MOST_WORK_FOR_ONE).explore().way;
                assert_eq!(*classes.ways.of(subject).unwrap(), own, "subject {subject}: {text}");
            }
        }
        assert!(several > 12, "{several}");
    });
}

/// Code that has used up its steps in one way is not asked what it does in the others.
#[test]
fn code_that_runs_for_long_is_called_so() {
    let text = "if context.get('a'):\n    x = 1\ni = 0\nwhile i < 100000:\n    i += 1";
    let Code::Ready(code) = Code::of(text) else { panic!("it is Python") };
    surrounded(TargetKind::Flow, |data, circumstances| {
        let course = Explorer::new(data, circumstances, &code, Who::Anonymous, false, 1_000).explore();
        let reasons: BTreeSet<&str> = course.unclear.iter().map(|(_, reason)| reason.as_str()).collect();
        assert_eq!(reasons, BTreeSet::from(["code that runs for long"]));
    });
}

/// A question is left out where another one, of what is made of it, is asked anyway.
#[test]
fn what_others_answer_is_not_asked() {
    let of = |name: &str, part: &Arc<Term>| {
        Term::new(Node::Op(Op::Attribute(name.into()), vec![Arc::clone(part)]))
    };
    let subject = Term::new(Node::Subject);
    let name = of("name", &subject);
    let first = of("first", &name);
    let left = |tests: &[(&Arc<Term>, Reply)]| {
        let tests: Vec<Test> =
            tests.iter().map(|(term, reply)| Test { term: Arc::clone(term), reply: reply.clone() }).collect();
        let left: Vec<usize> =
            needed(&tests).map(|test| tests.iter().position(|other| other == test).unwrap()).collect();
        left
    };
    // What has a truth or a value is fine, and so is all that it is made of.
    assert_eq!(left(&[(&name, Reply::Fine), (&name, Reply::Truth(true))]), [1]);
    assert_eq!(left(&[(&name, Reply::Fine), (&first, Reply::Truth(false))]), [1]);
    assert_eq!(left(&[(&name, Reply::Fine), (&first, Reply::Fine)]), [1]);
    // Nothing makes itself superfluous, nor does what raises.
    assert_eq!(left(&[(&name, Reply::Fine)]), [0]);
    assert_eq!(left(&[(&name, Reply::Fine), (&first, Reply::Raises("KeyError"))]), [0, 1]);
    assert_eq!(left(&[(&name, Reply::Fine), (&first, Reply::Unclear("".into()))]), [0, 1]);
    // A truth is more than that there is one.
    assert_eq!(left(&[(&name, Reply::Truth(true)), (&first, Reply::Truth(true))]), [0, 1]);
    assert_eq!(left(&[(&first, Reply::Fine), (&name, Reply::Truth(true))]), [0, 1]);
}
