//! Does any text make the reading or running of an expression policy panic?

#![no_main]

use libfuzzer_sys::fuzz_target;
use whomay::{Reasoner, Subject, World};

const WORLD: &str = r#"
authentik "2026.5.0"
group staff { attributes: { tier: "gold" } }
group "it crowd" in staff
user anna in "it crowd" { email: "anna@example.com" attributes: { level: 3, roles: ["dev", "ops"], team: { lead: true } } }
user bob { email: "" attributes: { level: "high" } }
policy other expression "return request.user.username == 'anna'"
flow login { 0: policy p }
application plain any { 0: policy p }
application both all { 0: policy p on error pass  1: not policy p }
"#;

fuzz_target!(|code: &str| {
    let code: String = code.chars().map(|c| format!("\\u{{{:x}}}", u32::from(c))).collect();
    let Ok(world) = World::parse("fuzz.may", &format!("{WORLD}\npolicy p expression \"{code}\"\n")) else {
        return;
    };
    let reasoner = Reasoner::new(&world);
    for target in world.targets.ids() {
        let access = reasoner.access(target);
        for user in world.users.ids() {
            assert_eq!(
                access.verdict(user),
                reasoner.verdict(Subject::User(user), target),
                "all at once and one by one"
            );
        }
    }
});
