//! What goes with what is deleted, one by one.

use whomay::input::may;
use whomay::{Reasoner, Subject, Verdict, World};

/// Everything that something can be deleted from.
const WORLD: &str = r#"
authentik "2026.5"
group staff
group contractors in staff
group trainees in contractors, staff
user anna in staff
user eve in contractors, trainees
policy own-domain unknown "depends"
provider desktop rac
provider web oauth2
stage ask-password password
stage log-in user_login
application wiki any { provider: desktop  10: group contractors }
application mixed all {
    0: policy own-domain + group contractors
    1: policy own-domain + user eve
    2: group contractors + user eve
    3: user eve
    4: policy own-domain
    5: not group staff
    entitlement admin { 0: group contractors }
    entitlement reader { 0: user anna }
}
flow sign-in { stage ask-password at 10 { 0: group contractors }  stage log-in at 20 }
flow other { stage ask-password at 5 }
source github { authentication_flow: sign-in, enrollment_flow: other  0: user eve }
rule alarm { 0: group contractors }
endpoint ssh { provider: desktop  0: group contractors }
devices notebooks { 0: group contractors }
device laptop { access_group: notebooks  0: user eve }
"#;

fn world() -> World {
    World::parse("tenant.may", WORLD).unwrap()
}

/// Whether the edit leaves the world in which `changes` are made in the text.
fn leaves(edit: &str, changes: &[(&str, &str)]) {
    let mut text = WORLD.to_owned();
    for (from, to) in changes {
        assert!(text.contains(from), "{from}");
        text = text.replace(from, to);
    }
    let expected = World::parse("tenant.may", &text).unwrap_or_else(|error| panic!("{edit}: {error}"));
    let edited = world().edited(edit).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(may::print(&edited), may::print(&expected), "{edit}");
    super::same(edited, expected, edit);
}

#[test]
fn a_group_goes_with_its_members_children_and_bindings() {
    leaves(
        "delete group contractors",
        &[
            ("group contractors in staff\n", ""),
            ("in contractors, staff", "in staff"),
            ("user eve in contractors, trainees", "user eve in trainees"),
            ("    0: policy own-domain + group contractors\n", ""),
            ("    2: group contractors + user eve\n", ""),
            ("10: group contractors", ""),
            ("0: group contractors", ""),
        ],
    );
}

#[test]
fn a_user_goes_with_their_bindings() {
    leaves(
        "delete user eve",
        &[
            ("user eve in contractors, trainees\n", ""),
            ("    1: policy own-domain + user eve\n", ""),
            ("    2: group contractors + user eve\n", ""),
            ("    3: user eve\n", ""),
            ("0: user eve", ""),
        ],
    );
}

#[test]
fn a_policy_goes_with_its_bindings() {
    leaves(
        "delete policy:own-domain",
        &[
            ("policy own-domain unknown \"depends\"\n", ""),
            ("    0: policy own-domain + group contractors\n", ""),
            ("    1: policy own-domain + user eve\n", ""),
            ("    4: policy own-domain\n", ""),
        ],
    );
}

#[test]
fn an_application_goes_with_its_entitlements() {
    let start = WORLD.find("application mixed").unwrap();
    let end = WORLD.find("flow sign-in").unwrap();
    for edit in ["delete application mixed", "delete app:mixed", "delete application app:mixed"] {
        leaves(edit, &[(&WORLD[start..end], "")]);
    }
}

#[test]
fn an_entitlement_goes_alone() {
    for edit in ["delete entitlement:mixed/admin", "delete entitlement mixed/admin"] {
        leaves(edit, &[("    entitlement admin { 0: group contractors }\n", "")]);
    }
}

#[test]
fn a_flow_goes_with_its_stage_bindings_and_sources_lose_it() {
    leaves(
        "delete flow sign-in",
        &[
            ("flow sign-in { stage ask-password at 10 { 0: group contractors }  stage log-in at 20 }\n", ""),
            ("authentication_flow: sign-in, ", ""),
        ],
    );
    leaves("delete stage:sign-in/log-in@20", &[("  stage log-in at 20", "")]);
}

#[test]
fn a_stage_goes_from_all_flows() {
    leaves(
        "delete stage ask-password",
        &[
            ("stage ask-password password\n", ""),
            ("stage ask-password at 10 { 0: group contractors }", ""),
            ("stage ask-password at 5", ""),
        ],
    );
}

#[test]
fn a_provider_goes_with_its_endpoints_and_not_with_its_application() {
    leaves(
        "delete provider desktop",
        &[
            ("provider desktop rac\n", ""),
            ("endpoint ssh { provider: desktop  0: group contractors }\n", ""),
            ("provider: desktop  10", "10"),
        ],
    );
    leaves("delete provider web", &[("provider web oauth2\n", "")]);
}

#[test]
fn a_device_access_group_leaves_its_devices() {
    leaves(
        "delete devices notebooks",
        &[("devices notebooks { 0: group contractors }\n", ""), ("access_group: notebooks  ", "")],
    );
}

#[test]
fn what_is_deleted_last_opens_a_target() {
    let world = world();
    let anna = Subject::User(world.find_user("anna").unwrap());
    assert_eq!(Reasoner::new(&world).verdict(anna, world.find_target("wiki").unwrap()), Verdict::No);
    let edited = world.edited("delete group contractors").unwrap();
    let reasoner = Reasoner::new(&edited);
    assert_eq!(reasoner.verdict(anna, edited.find_target("wiki").unwrap()), Verdict::Yes);
    // What is closed without bindings stays closed.
    assert_eq!(reasoner.verdict(anna, edited.find_target("rule:alarm").unwrap()), Verdict::No);
}

#[test]
fn flows_may_take_providers_along_that_nobody_knows_of() {
    let world = world();
    let mut sources = whomay::diagnostic::Sources::default();
    let edits = [sources.add("edit", "delete flow sign-in delete flow other")];
    let mut diagnostics = whomay::diagnostic::Diagnostics::default();
    assert!(whomay::input::edits::apply(&world, &edits, &sources, &mut diagnostics).is_some());
    let codes: Vec<&str> = diagnostics.iter().map(|problem| problem.code).collect();
    assert_eq!(codes, ["providers-of-flow", "providers-of-flow"]);
}
