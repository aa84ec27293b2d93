//! Does any world make a lint panic, or any fix spoil a text?

#![no_main]

use libfuzzer_sys::fuzz_target;
use whomay::Reasoner;
use whomay::input::{Options, parse};
use whomay::lint::{Baseline, Context, Levels, Listings, apply, run};

/// What random bindings are made of.
const WORLD: &str = r#"
group a in b
group b in c, d
group c
group d in b
group e { superuser: true }
user anna in a
user bob in c, e { active: false }
user carl { attributes: { level: 3 } type: external }
provider web oauth2
provider desk rac
policy p0 expression "return True"
policy p1 expression "return request.user.attributes['level'] == 3"
policy p2 expression "return ak_client_ip in ip_network('10.0.0.0/8')"
policy p3 expression "return ak_is_group_member(request.user, name='nobody')"
policy p4 unknown "somebody asked"
policy p5 dummy { result: false }
stage s0 authenticator_validate
stage s1 user_login
stage s2 deny
"#;

const RELEASES: [&str; 5] = ["\"2025.4\"", "\"2025.10\"", "\"2025.12.0\"", "\"2026.5\"", "documented"];
const BOUND: [&str; 16] = [
    "group a",
    "group b",
    "group c",
    "group d",
    "group e",
    "user anna",
    "user bob",
    "user carl",
    "policy p0",
    "policy p1",
    "policy p2",
    "policy p3",
    "policy p4",
    "policy p5",
    "policy p1 + group a",
    "nothing",
];
const TARGETS: [&str; 8] = [
    "application x{n} any {\n provider: web\n",
    "application x{n} all {\n",
    "flow x{n} all {\n stage s0 at 10\n stage s1 at 20\n",
    "flow x{n} { designation: authentication  stage s2 at 10 { evaluate_on_plan: true re_evaluate_policies: false }\n",
    "source x{n} any {\n",
    "rule x{n} all {\n",
    "endpoint x{n} any {\n provider: desk\n",
    "application x{n} any {\n entitlement edit {\n 0: group b\n 1: not policy p1\n }\n",
];

/// A world made of bytes: each target takes one, each of its bindings two.
fn made_of(bytes: &[u8]) -> Option<String> {
    let mut bytes = bytes.iter().copied();
    let release = RELEASES.get(usize::from(bytes.next()?) % RELEASES.len())?;
    let mut text = format!("authentik {release}\n{WORLD}");
    for n in 0..8 {
        let Some(kind) = bytes.next() else { break };
        text += &TARGETS.get(usize::from(kind) % TARGETS.len())?.replace("{n}", &n.to_string());
        for row in 0..kind / 32 {
            let (Some(what), Some(how)) = (bytes.next(), bytes.next()) else { break };
            let bound = BOUND.get(usize::from(what) % BOUND.len())?;
            let word = |bit: u8, word: &'static str| if how >> bit & 1 == 1 { word } else { "" };
            let order = if how >> 4 & 7 == 0 { 0 } else { row };
            text += &format!(
                " {order}: {}{}{bound}{}\n",
                word(0, "disabled "),
                word(1, "not "),
                word(2, " on error pass")
            );
        }
        text += "}\n";
    }
    Some(text)
}

fuzz_target!(|bytes: &[u8]| {
    let text = match bytes.split_first() {
        Some((b'#', _)) => String::from_utf8_lossy(bytes).into_owned(),
        _ => made_of(bytes).unwrap_or_default(),
    };
    let mut reading = parse("fuzz.may", &text, &Options::default());
    let Some(world) = &reading.world else { return };
    let listings = Listings::of(world, &mut reading.sources);
    let reasoner = Reasoner::new(world);
    let context = Context::new(&reasoner, &reading.sources, listings);
    let mut report = run(&context, &Levels::default());
    for text in apply(&report.findings, &reading.sources).texts.values() {
        assert!(
            parse("fuzz.may", text, &Options::default()).world.is_some(),
            "a fix leaves a text that can be read"
        );
    }
    let baseline = Baseline::of(&report.findings);
    assert_eq!(
        Baseline::parse(&baseline.text()).ok().as_ref(),
        Some(&baseline),
        "a baseline reads as it was"
    );
    baseline.apply(&mut report);
    assert!(report.findings.is_empty(), "a baseline knows what it was made of");
});
