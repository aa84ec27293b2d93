//! What a source says of itself.

use whomay::input::may;
use whomay::model::{Details, GroupMatching, Source, SourceFlow, UserMatching, World};

use crate::{problems, world};

const LOGIN: &str = "flow login { designation: authentication }\n";

fn source(world: &World) -> &Details {
    &world.targets.values().find(|it| matches!(it.details, Details::Source { .. })).unwrap().details
}

#[test]
fn a_source_has_what_is_written_and_nothing_is_known_otherwise() {
    let text = format!(
        "{LOGIN}source github {{ type: oauth  user_matching_mode: email_link  group_matching_mode: name_link  authentication_flow: login  enrollment_flow: login }}"
    );
    let rich = world(&text);
    let flow = rich.find_target("flow:login").unwrap();
    let expected = Details::Source(Source {
        enabled: true,
        model: "authentik_sources_oauth.oauthsource".to_owned(),
        user_matching: Some(UserMatching::EmailLink),
        group_matching: Some(GroupMatching::NameLink),
        authentication_flow: Some(SourceFlow::Listed(flow)),
        enrollment_flow: Some(SourceFlow::Listed(flow)),
    });
    assert_eq!(*source(&rich), expected);
    assert_eq!(*source(&world(&may::print(&rich))), expected);
    let expected = Details::Source(Source {
        enabled: true,
        model: String::new(),
        user_matching: None,
        group_matching: None,
        authentication_flow: None,
        enrollment_flow: None,
    });
    assert_eq!(*source(&world("source github")), expected);
    assert_eq!(may::print(&world("source github")).lines().last(), Some("source github"));
    assert_eq!(
        world("source x { type: \"my.source\" }").targets.values().next().unwrap().source_type(),
        None
    );
}

#[test]
fn a_flow_that_is_somewhere_else_stops_nothing() {
    let text = "source github { authentication_flow: login  enrollment_flow: pk \"f1\" }";
    let found = problems(text);
    assert!(found.is_empty(), "{found:?}");
    let before = world(text);
    let Details::Source(Source { authentication_flow, enrollment_flow, .. }) = source(&before) else {
        panic!()
    };
    assert_eq!(*authentication_flow, Some(SourceFlow::Unlisted("login".to_owned())));
    assert_eq!(*enrollment_flow, Some(SourceFlow::Unlisted("f1".to_owned())));
    // Read together with a flow that has the name, it is still the other one.
    let after = world(&format!("{LOGIN}{}", may::print(&before)));
    assert_eq!(source(&before), source(&after));
}

#[test]
fn what_no_source_has_is_said_in_words() {
    let text = "source github {
    type: oauht
    user_matching_mode: mail_link
    group_matching_mode: x
    authentication_flow: 3
}
source other { type: facebook }";
    insta::assert_snapshot!(problems(text).join("\n"));
}
