//! The fifty cases that authentik's own engines answered, three generations, both answers when nothing is bound
//! (dossier, appendix B). They go through the rules alone, so that every policy can end as it did there.

use std::collections::HashMap;

use rules::{
    BindingId, Engine, Facts, GateId, GroupId, Leaf, Mode, Node, Nodes, Outcome, ReachFacts, RunId, TargetId,
    UserId,
};
use serde_json::Value;

const SUBJECTS: [&str; 6] = ["alice", "bob", "carol", "dave", "eve", "anonymous"];
const GROUPS: [&str; 6] = ["top", "mid", "leaf", "other", "c1", "c2"];
const POLICIES: [&str; 7] = ["T", "F", "R", "A", "M", "D", "X"];

fn position(names: &[&str], name: &str) -> u32 {
    u32::try_from(names.iter().position(|known| *known == name).unwrap()).unwrap()
}

/// How a policy ended for a subject there.
fn end(policy: &str, subject: &str) -> Outcome {
    let passes = match policy {
        "F" => false,
        "R" => return Outcome::Error,
        "M" if subject == "anonymous" => return Outcome::Error,
        "A" => subject == "alice",
        "M" => ["alice", "bob"].contains(&subject),
        "D" => subject == "bob",
        "X" if subject == "anonymous" => return Outcome::Crash,
        "T" | "X" => true,
        other => panic!("no policy `{other}`"),
    };
    if passes { Outcome::True } else { Outcome::False }
}

fn facts(spec: &Value, engine: Engine, open: bool) -> Facts {
    let target = TargetId(0);
    let mode = match spec["mode"].as_str().unwrap() {
        "any" => Mode::Any,
        "all" => Mode::All,
        _ => Mode::Neither,
    };
    let mut facts = Facts {
        engine,
        group_depth: None,
        parent: [("mid", "top"), ("leaf", "mid"), ("c1", "c2"), ("c2", "c1")]
            .map(|(child, parent)| (GroupId(position(&GROUPS, child)), GroupId(position(&GROUPS, parent))))
            .to_vec(),
        target: vec![(target, Some(mode))],
        open_mode: vec![],
        open_when_unbound: if open { vec![target] } else { vec![] },
        obscured: vec![],
        row: vec![],
        binds_policy: vec![],
        takes: Vec::new(),
        ends_in: Vec::new(),
        splits: Vec::new(),
        open_way: Vec::new(),
        binds_group: vec![],
        binds_user: vec![],
        negated: vec![],
        passes_on_error: vec![],
        reach: ReachFacts::default(),
    };
    let enabled = spec["b"].as_array().unwrap().iter().filter(|row| row["on"] != Value::Bool(false));
    for (n, row) in enabled.enumerate() {
        let n = u32::try_from(n).unwrap();
        let binding = BindingId(n);
        facts.row.push((target, n, binding));
        facts.binds_policy.extend(row["p"].as_str().map(|name| (binding, RunId(position(&POLICIES, name)))));
        facts.binds_group.extend(row["g"].as_str().map(|name| (binding, GroupId(position(&GROUPS, name)))));
        facts.binds_user.extend(row["u"].as_str().map(|name| (binding, UserId(position(&SUBJECTS, name)))));
        facts.negated.extend((row["n"] == Value::Bool(true)).then_some(binding));
        facts.passes_on_error.extend((row["fr"] == Value::Bool(true)).then_some(binding));
    }
    facts
}

fn holds(nodes: &Nodes, counts: &[(GroupId, GroupId)], gate: GateId, subject: &str) -> bool {
    let direct = HashMap::from([("alice", "leaf"), ("bob", "top"), ("carol", "other"), ("eve", "c1")]);
    match nodes.get(gate).unwrap() {
        Node::True => true,
        Node::Not(input) => !holds(nodes, counts, input, subject),
        Node::And(a, b) => holds(nodes, counts, a, subject) && holds(nodes, counts, b, subject),
        Node::Or(a, b) => holds(nodes, counts, a, subject) || holds(nodes, counts, b, subject),
        Node::Leaf(Leaf::Member(group)) => direct
            .get(subject)
            .is_some_and(|direct| counts.contains(&(group, GroupId(position(&GROUPS, direct))))),
        Node::Leaf(Leaf::Is(user)) => SUBJECTS[user.0 as usize] == subject,
        Node::Leaf(Leaf::Ends(run, ends)) => ends.contains(end(POLICIES[run.0 as usize], subject)),
        Node::Leaf(Leaf::Real | Leaf::Active) => subject != "anonymous",
        Node::Leaf(Leaf::Given(_) | Leaf::Takes(..)) => panic!("nothing is open here"),
    }
}

fn check(engine: Engine, recorded: &str) {
    let specs: Vec<Value> = serde_json::from_str(include_str!("vectors/specs.json")).unwrap();
    let recorded: HashMap<String, HashMap<String, String>> = serde_json::from_str(recorded).unwrap();
    assert_eq!(specs.len(), 50);
    for (index, spec) in specs.iter().enumerate() {
        for (key, open) in [("open", true), ("closed", false)] {
            let facts = facts(spec, engine, open);
            let (counts, (nodes, relations)) = (rules::memberships(&facts), rules::derive(&facts));
            let [(_, gate)] = relations.verdict[..] else {
                panic!("one verdict, not {:?}", relations.verdict)
            };
            let answers: String = SUBJECTS
                .iter()
                .map(|subject| if holds(&nodes, &counts, gate, subject) { 'T' } else { 'F' })
                .collect();
            assert_eq!(
                answers,
                recorded[&index.to_string()][key],
                "case {}: {} ({key})",
                index + 1,
                spec["t"]
            );
        }
    }
}

#[test]
fn the_first_generation_answers_as_recorded() {
    check(Engine::Each, include_str!("vectors/v-e1.json"));
}

#[test]
fn the_second_generation_answers_as_recorded() {
    check(Engine::Pooled, include_str!("vectors/v-e2.json"));
}

#[test]
fn the_third_generation_answers_as_recorded() {
    check(Engine::Counted, include_str!("vectors/v-e3.json"));
}
