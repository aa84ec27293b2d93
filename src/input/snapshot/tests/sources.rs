//! What do the pages say about sources?

use super::broken::{finds, minimal, page, replace, with};
use super::{Files, world, write};
use crate::model::{Details, GroupMatching, Source, SourceFlow, UserMatching, World};

const SOURCE: &str = r#"{"pk":"s1","slug":"github","name":"GitHub","enabled":true,"policy_engine_mode":"any","meta_model_name":"authentik_sources_oauth.oauthsource","user_matching_mode":"email_link","authentication_flow":"f1","enrollment_flow":null}"#;
const OLD: &str = r#"{"pk":"s1","slug":"github","name":"GitHub","enabled":true,"policy_engine_mode":"any"}"#;
const FLOW: &str = r#"{"pk":"f1","policybindingmodel_ptr_id":"f2","slug":"login","name":"Login","designation":"authentication","authentication":"none","policy_engine_mode":"any"}"#;

fn snapshot(source: &str) -> Files {
    let mut files = with("sources_all.p1.json", &page(&[source]));
    replace(&mut files, "flows_instances.p1.json", &page(&[FLOW]));
    files
}

fn source(world: &World) -> Details {
    world.targets.values().find(|it| matches!(it.details, Details::Source { .. })).unwrap().details.clone()
}

fn group_matching(files: &Files) -> Option<GroupMatching> {
    let Details::Source(Source { group_matching, .. }) = source(&world(files)) else { panic!() };
    group_matching
}

#[test]
fn the_list_of_all_sources_says_everything_but_the_group_matching_mode() {
    let files = snapshot(SOURCE);
    finds(&files, &[]);
    let read = world(&files);
    let flow = read.targets.iter().find(|(_, it)| it.slug.as_deref() == Some("login")).unwrap().0;
    let expected = Details::Source(Source {
        enabled: true,
        model: "authentik_sources_oauth.oauthsource".to_owned(),
        user_matching: Some(UserMatching::EmailLink),
        group_matching: None,
        authentication_flow: Some(SourceFlow::Listed(flow)),
        enrollment_flow: None,
    });
    assert_eq!(source(&read), expected);
    assert_eq!(source(&world(&write(&read))), expected);
}

#[test]
fn the_list_of_the_type_says_the_group_matching_mode() {
    let mut files = snapshot(SOURCE);
    replace(
        &mut files,
        "sources_oauth.p1.json",
        &page(&[r#"{"pk":"s1","group_matching_mode":"name_link"}"#]),
    );
    finds(&files, &[]);
    assert_eq!(group_matching(&files), Some(GroupMatching::NameLink));
    // What is written is on the list of all sources.
    let written = write(&world(&files));
    assert_eq!(group_matching(&written), Some(GroupMatching::NameLink));
}

#[test]
fn pages_of_one_type_may_be_broken_since_no_verdict_rests_on_them() {
    for text in [
        "",
        "[]",
        r#"{"detail":"no"}"#,
        r#"{"results":[{"pk":"s1"},3,{"pk":4,"group_matching_mode":"name_link"}]}"#,
        &page(&[r#"{"pk":"s1","group_matching_mode":["name_link"]}"#]),
        &page(&[r#"{"pk":"s2","group_matching_mode":"name_link"}"#]),
        &page(&[r#"{"pk":"s1","group_matching_mode":"by_moonlight"}"#]),
    ] {
        let mut files = snapshot(SOURCE);
        replace(&mut files, "sources_oauth.p1.json", text);
        finds(&files, &[]);
        assert_eq!(group_matching(&files), None, "{text}");
    }
    // An index that knows of a refusal, too.
    let mut files = snapshot(SOURCE);
    let mut entries: Vec<String> =
        files.iter().map(|(name, _)| format!(r#"{{"file":"{name}","status":200}}"#)).collect();
    entries.push(r#"{"file":"sources_oauth.p1.json","status":403}"#.to_owned());
    replace(&mut files, "index.json", &format!("[{}]", entries.join(",")));
    replace(&mut files, "sources_saml.p1.json", &page::<&str>(&[]));
    finds(&files, &[]);
}

#[test]
fn what_old_pages_do_not_say_is_not_known() {
    for old in [OLD.to_owned(), SOURCE.replace("email_link", "by_moonlight").replace("\"f1\"", "null")] {
        let files = snapshot(&old);
        finds(&files, &[]);
        let Details::Source(Source {
            user_matching,
            group_matching,
            authentication_flow,
            enrollment_flow,
            ..
        }) = source(&world(&files))
        else {
            panic!()
        };
        assert_eq!((user_matching, group_matching), (None, None));
        assert_eq!((authentication_flow, enrollment_flow), (None, None));
    }
}

#[test]
fn a_flow_that_has_no_row_stops_nothing() {
    let mut files = minimal();
    replace(&mut files, "sources_all.p1.json", &page(&[SOURCE]));
    finds(&files, &["flow-not-in-input sources_all.p1.json#/results/0"]);
    let read = world(&files);
    let Details::Source(Source { authentication_flow, .. }) = source(&read) else { panic!() };
    assert_eq!(authentication_flow, Some(SourceFlow::Unlisted("f1".to_owned())));
    assert_eq!(source(&world(&write(&read))), source(&read));
}
