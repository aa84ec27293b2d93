//! Random facts: the rules derive one verdict for every target, and what they derive refers to nothing that is not there.

#![no_main]

use libfuzzer_sys::fuzz_target;
use rules::{
    BindingId, Engine, Facts, GroupId, Mode, Node, Presence, ReachFacts, RunId, TargetId, UnknownId, UserId,
};

/// Takes one byte after the other; zeros at the end.
struct Bytes<'d>(std::slice::Iter<'d, u8>);

impl Bytes<'_> {
    fn below(&mut self, bound: u8) -> u32 {
        u32::from(self.0.next().copied().unwrap_or_default() % bound)
    }

    fn chance(&mut self) -> bool {
        self.below(2) == 1
    }

    fn presence(&mut self) -> Presence {
        [Presence::Yes, Presence::No, Presence::Unknown(UnknownId(7))][self.below(3) as usize]
    }
}

const TARGETS: u8 = 5;

fn facts(data: &[u8]) -> Facts {
    let mut bytes = Bytes(data.iter());
    let engine = [Engine::Documented, Engine::Each, Engine::Pooled, Engine::Counted][bytes.below(4) as usize];
    let mut facts = Facts {
        engine,
        group_depth: bytes.chance().then(|| bytes.below(4)),
        parent: (0..bytes.below(12)).map(|_| (GroupId(bytes.below(6)), GroupId(bytes.below(6)))).collect(),
        target: Vec::new(),
        open_mode: Vec::new(),
        open_when_unbound: Vec::new(),
        obscured: Vec::new(),
        row: Vec::new(),
        binds_policy: Vec::new(),
        takes: Vec::new(),
        ends_in: Vec::new(),
        splits: Vec::new(),
        open_way: Vec::new(),
        binds_group: Vec::new(),
        binds_user: Vec::new(),
        negated: Vec::new(),
        passes_on_error: Vec::new(),
        reach: ReachFacts::default(),
    };
    let mut next = 0;
    for target in (0..u32::from(TARGETS)).map(TargetId) {
        let mode = [Some(Mode::Any), Some(Mode::All), Some(Mode::Neither), None][bytes.below(4) as usize];
        facts.target.push((target, mode));
        if mode.is_none() {
            facts.open_mode.push((target, UnknownId(target.0)));
        }
        if bytes.chance() {
            facts.open_when_unbound.push(target);
        }
        for n in 0..bytes.below(6) {
            let binding = BindingId(next);
            next += 1;
            facts.row.push((target, n, binding));
            if bytes.chance() {
                facts.binds_policy.push((binding, RunId(bytes.below(4))));
            }
            if bytes.chance() {
                facts.binds_group.push((binding, GroupId(bytes.below(6))));
            }
            if bytes.chance() {
                facts.binds_user.push((binding, UserId(bytes.below(4))));
            }
            if bytes.chance() {
                facts.negated.push(binding);
            }
            if bytes.chance() {
                facts.passes_on_error.push(binding);
            }
        }
        match bytes.below(6) {
            0 => facts.reach.granted_row_by_row.push(target),
            1 => facts.reach.never_asked.push(target),
            2 => facts.reach.device_group.push((target, TargetId(bytes.below(TARGETS)))),
            3 => {
                facts.reach.endpoint.push(target);
                let entrance = bytes.chance().then(|| TargetId(bytes.below(TARGETS)));
                facts.reach.entrance.push((target, entrance));
            }
            _ => {}
        }
        if bytes.below(8) == 1 {
            facts.obscured.push((target, UnknownId(40)));
        }
        if bytes.chance() {
            facts.reach.needs_login.push(target);
            facts.reach.visible.push((target, bytes.presence()));
        }
    }
    for n in 0..bytes.below(4) {
        let presence = bytes.presence();
        facts.reach.remote_access.push((n, TargetId(bytes.below(TARGETS)), presence));
    }
    facts
}

fuzz_target!(|data: &[u8]| {
    let facts = facts(data);
    let (nodes, relations) = rules::derive(&facts);
    for target in (0..u32::from(TARGETS)).map(TargetId) {
        for relation in [&relations.verdict, &relations.effective] {
            let gates = relation.iter().filter(|(row, _)| *row == target).count();
            assert_eq!(gates, 1, "{target:?} has {gates} gates in {facts:?}");
        }
    }
    for (gate, node) in nodes.iter() {
        match node {
            Node::True | Node::Leaf(_) => {}
            Node::Not(input) => assert!(input < gate),
            Node::And(a, b) | Node::Or(a, b) => assert!(a < gate && b < gate),
        }
    }
    assert_eq!(rules::derive(&facts), (nodes, relations), "the same facts give the same relations");
});
