//! How bad findings of one lint are, where that differs from case to case.

use whomay::Reasoner;
use whomay::diagnostic::Severity::{self, Error, Note, Warning};
use whomay::input::{Options, parse};
use whomay::lint::{Context, Levels, Listings, run};

/// How bad what `code` finds is.
#[track_caller]
fn severity(code: &str, text: &str) -> Severity {
    let mut reading = parse("example.may", text, &Options::default());
    let world = reading.world.unwrap();
    let listings = Listings::of(&world, &mut reading.sources);
    let reasoner = Reasoner::new(&world);
    let report = run(&Context::new(&reasoner, &reading.sources, listings), &Levels::default());
    let mut found = report.findings.iter().filter(|finding| finding.diagnostic.code == code);
    let first = found.next().unwrap().diagnostic.severity;
    assert!(found.next().is_none());
    first
}

const LOGIN: &str = "stage enter user_login
flow login { designation: authentication  stage enter at 10 }
flow join { designation: enrollment  stage enter at 10 }
";

#[test]
fn linking_users_is_a_note_where_something_else_holds() {
    let level = |mode: &str, flows: &str, before: &str| {
        let text = format!(
            "user anna {{ email: \"a@b.c\" }}\n{before}source s {{ type: oauth  user_matching_mode: {mode}  {flows} }}"
        );
        severity("risky-user-matching", &text)
    };
    let both = "authentication_flow: login  enrollment_flow: join";
    assert_eq!(level("email_link", both, LOGIN), Warning);
    assert_eq!(level("username_link", both, LOGIN), Warning);
    assert_eq!(level("username_link", "authentication_flow: login", LOGIN), Warning);
    assert_eq!(level("email_link", "authentication_flow: login", LOGIN), Note);
    let second = |bound: &str| {
        let stage = format!("stage mfa at 5 {bound} stage enter at 10 }}\nflow join");
        format!(
            "stage mfa authenticator_validate\n{}",
            LOGIN.replace("stage enter at 10 }\nflow join", &stage)
        )
    };
    assert_eq!(level("username_link", both, &second("")), Note);
    assert_eq!(level("username_link", both, &second("{ 0: user anna }")), Warning);
}

#[test]
fn feeding_groups_is_an_error_where_it_may_make_superusers_of_strangers() {
    let level = |before: &str| {
        let source = "source s { type: saml  group_matching_mode: name_link  authentication_flow: login }";
        severity("source-feeds-bound-group", &format!("{before}\n{LOGIN}{source}"))
    };
    let own = "{ path: \"goauthentik.io/sources/s\" }";
    assert_eq!(level("group admins { superuser: true }"), Error);
    assert_eq!(level("group admins { superuser: true }\nuser anna in admins"), Error);
    assert_eq!(level(&format!("group admins {{ superuser: true }}\nuser anna in admins {own}")), Warning);
    assert_eq!(
        level(&format!("group admins {{ superuser: true }}\nuser anna in admins {own}\nuser ben in admins")),
        Error
    );
    assert_eq!(level("group staff\nuser anna in staff\napplication wiki any { 0: group staff }"), Warning);
}
