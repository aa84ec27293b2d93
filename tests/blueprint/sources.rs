//! What entries say about sources.

use whomay::model::{Details, GroupMatching, Source, SourceFlow, UserMatching};

use super::*;

const FLOW: &str = "entries:
- {model: authentik_flows.flow, id: flow, identifiers: {slug: login}, attrs: {name: Login, title: Login, designation: authentication}}
";

fn source(attrs: &str) -> (World, Details) {
    let text = format!(
        "{FLOW}- {{model: authentik_sources_oauth.oauthsource, identifiers: {{slug: github}}, attrs: {{name: GitHub, {attrs}}}}}\n"
    );
    let world = world(&text);
    let found = world.targets.values().find(|it| matches!(it.details, Details::Source { .. })).unwrap();
    let details = found.details.clone();
    (world, details)
}

#[test]
fn the_settings_of_a_source_are_read() {
    let (world, details) = source(
        "user_matching_mode: email_link, group_matching_mode: name_link, authentication_flow: !KeyOf flow, enrollment_flow: !Find [authentik_flows.flow, [slug, login]]",
    );
    let flow = world.find_target("flow:login").unwrap();
    let expected = Details::Source(Source {
        enabled: true,
        model: "authentik_sources_oauth.oauthsource".to_owned(),
        user_matching: Some(UserMatching::EmailLink),
        group_matching: Some(GroupMatching::NameLink),
        authentication_flow: Some(SourceFlow::Listed(flow)),
        enrollment_flow: Some(SourceFlow::Listed(flow)),
    });
    assert_eq!(details, expected);
}

#[test]
fn what_no_entry_says_is_not_known() {
    let (_, details) = source("enabled: false, enrollment_flow: null");
    let expected = Details::Source(Source {
        enabled: false,
        model: "authentik_sources_oauth.oauthsource".to_owned(),
        user_matching: None,
        group_matching: None,
        authentication_flow: None,
        enrollment_flow: None,
    });
    assert_eq!(details, expected);
}

#[test]
fn a_flow_may_be_somewhere_else() {
    let (_, details) = source(
        "authentication_flow: !Find [authentik_flows.flow, [slug, default-source-authentication]], enrollment_flow: 6b5d9a2e-0000-4000-8000-000000000000",
    );
    let Details::Source(Source { authentication_flow, enrollment_flow, .. }) = details else { panic!() };
    assert_eq!(authentication_flow, Some(SourceFlow::Unlisted("default-source-authentication".to_owned())));
    assert_eq!(
        enrollment_flow,
        Some(SourceFlow::Unlisted("6b5d9a2e-0000-4000-8000-000000000000".to_owned()))
    );
    // Nothing rests on it: one note about all tags, as before.
    let text = format!(
        "{FLOW}- {{model: authentik_sources_oauth.oauthsource, identifiers: {{slug: s}}, attrs: {{name: S, authentication_flow: !Find [authentik_flows.flow, [slug, gone]]}}}}\n"
    );
    assert_eq!(codes(&text).into_iter().collect::<Vec<_>>(), ["unresolved-elsewhere"]);
}

#[test]
fn a_mode_that_is_not_known_stops_nothing() {
    let (_, details) = source("user_matching_mode: by_moonlight, group_matching_mode: [1]");
    let Details::Source(Source { user_matching, group_matching, .. }) = details else { panic!() };
    assert_eq!((user_matching, group_matching), (None, None));
}

#[test]
fn a_flow_that_goes_takes_no_source_along() {
    let text = format!(
        "{FLOW}- {{model: authentik_sources_oauth.oauthsource, identifiers: {{slug: s}}, attrs: {{name: S, authentication_flow: !KeyOf flow}}}}
- {{model: authentik_flows.flow, state: absent, identifiers: {{slug: login}}}}\n"
    );
    let world = world(&text);
    assert_eq!(world.targets.len(), 1);
    let Details::Source(Source { authentication_flow, .. }) = &world.targets.values().next().unwrap().details
    else {
        panic!()
    };
    assert_eq!(*authentication_flow, None);
}
