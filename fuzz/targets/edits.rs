//! Does any text make edits panic, or leave a world that cannot be written and read?

#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use whomay::World;
use whomay::input::may;

/// What is edited: every kind of object, and bindings that are alike.
const WORLD: &str = r#"
authentik "2026.5"
group staff
group contractors in staff { pk: "g1" }
user anna in staff { pk: 1 }
user eve in contractors
policy p unknown "depends"
provider desktop rac
stage ask password
application wiki any { provider: desktop  10: group contractors }
application vault all { 0: group staff  0: user eve pk "b1"  5: policy p + group staff
    entitlement admin { 0: user anna } }
flow sign-in { stage ask at 20 { 0: policy p } }
source github { authentication_flow: sign-in }
rule "login failed" { 0: group staff }
endpoint ssh { provider: desktop }
devices notebooks { 0: group staff }
device laptop { access_group: notebooks }
"#;

static READ: LazyLock<Option<World>> = LazyLock::new(|| World::parse("tenant.may", WORLD).ok());

fuzz_target!(|text: &str| {
    let Some(world) = READ.as_ref() else { panic!("the world can be read") };
    match world.edited(text) {
        Ok(edited) => {
            let printed = may::print(&edited);
            let again = World::parse("edited.may", &printed);
            let again = again.map(|world| may::print(&world)).map_err(|error| error.to_string());
            assert_eq!(again.as_deref(), Ok(printed.as_str()), "what is edited can be written and read");
        }
        Err(error) => assert!(!error.to_string().is_empty(), "what is refused says why"),
    }
});
