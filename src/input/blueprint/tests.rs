//! Files that wait for one another are read as if all of them were tried again each time.

use super::*;

fn read(texts: &[String], may_wait: bool) -> (Draft, Diagnostics) {
    let number = |position| SourceId(u32::try_from(position).unwrap());
    let files: Vec<_> = texts.iter().enumerate().collect();
    let files: Vec<_> =
        files.iter().map(|(at, text)| File { source: number(*at), text, named: true }).collect();
    let mut diagnostics = Diagnostics::default();
    let draft = parse_by(&files, &Outside::default(), may_wait, &mut diagnostics);
    (draft, diagnostics)
}

struct Random(u64);

impl Random {
    fn below(&mut self, count: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % count
    }

    fn name(&mut self) -> String {
        format!("n{}", self.below(4))
    }

    fn value(&mut self) -> String {
        let name = self.name();
        match self.below(8) {
            0 => format!("!Format [\"n%s\", {}]", self.below(6)),
            1 => format!("!Find [authentik_core.group, [name, {name}], [is_superuser, true]]"),
            2 => format!("!Find [authentik_core.group, [name, !Format [{name}]]]"),
            3 => format!("!KeyOf {name}"),
            _ => format!("!Find [authentik_core.group, [name, {name}]]"),
        }
    }

    fn entry(&mut self) -> String {
        let mut entry = format!("- {{model: authentik_core.group, id: {}", self.name());
        match self.below(12) {
            0 => entry += &format!(", state: {}", ["absent", "created", "must_created"][self.below(3)]),
            1 => entry += &format!(", conditions: [{}]", self.value()),
            _ => {}
        }
        let name = if self.below(12) == 0 { self.value() } else { self.name() };
        entry += &format!(", identifiers: {{name: {name}}}, attrs: {{is_superuser: {}", self.below(2) == 0);
        if self.below(2) > 0 {
            entry += &format!(", parents: [{}]", self.value());
        }
        if self.below(6) == 0 {
            entry += &format!(", attributes: {{x: {}}}", self.value());
        }
        entry + "}}\n"
    }
}

#[test]
fn waiting_changes_nothing() {
    let mut random = Random(1);
    let mut resolved = 0;
    for _ in 0..1500 {
        let files: Vec<String> = (0..2 + random.below(4))
            .map(|_| {
                let entries: String = (0..=random.below(2)).map(|_| random.entry()).collect();
                format!("version: 1\nentries:\n{entries}")
            })
            .collect();
        let waiting = read(&files, true);
        assert_eq!(waiting, read(&files, false), "{files:#?}");
        resolved += usize::from(!waiting.1.has_errors());
    }
    assert!(resolved > 150, "{resolved}");
}

#[test]
fn a_long_chain_in_reverse_order_is_followed() {
    let file = |number: usize| {
        let parents = match number {
            0 => String::new(),
            _ => format!("parents: [!Find [authentik_core.group, [name, g{}]]]", number - 1),
        };
        format!(
            "entries:\n- {{model: authentik_core.group, identifiers: {{name: g{number}}}, attrs: {{{parents}}}}}\n"
        )
    };
    let files: Vec<String> = (0..600).rev().map(file).collect();
    let (draft, diagnostics) = read(&files, true);
    assert!(!diagnostics.has_errors(), "{diagnostics:?}");
    assert_eq!(draft.groups.len(), 600);
}
