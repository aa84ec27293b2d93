//! Verdicts that are easy to get wrong, one by one.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use whomay::diagnostic::{Sources, Style, render};
use whomay::input::{self, Options, may};
use whomay::model::builder::{self, Defaults};
use whomay::model::{Edition, Flags, World};
use whomay::question::{Answer, Can, Context, What};
use whomay::reason::{Reasoner, Settings, Subject};
use whomay::{Verdict, diagnostic::Diagnostics};

fn world(edition: &str, text: &str) -> World {
    let options = Options { edition: Some(Edition::parse(edition).unwrap()), ..Options::default() };
    let reading = input::parse("tenant.may", text, &options);
    let problems = render(&reading.diagnostics, &reading.sources, Style::default());
    reading.world.unwrap_or_else(|| panic!("{problems}"))
}

/// The verdict for the user `anna` and the application `a`.
fn verdict_at(edition: &str, at: Option<&str>, text: &str) -> Verdict {
    let world = world(edition, text);
    let reasoner =
        Reasoner::with(&world, &Settings { at: at.map(|at| at.parse().unwrap()), ..Settings::default() });
    let anna = Subject::User(world.find_user("anna").unwrap());
    reasoner.verdict(anna, world.find_target("app:a").unwrap())
}

fn verdict(text: &str) -> Verdict {
    verdict_at("2026.5.0", Some("2026-11-01T00:00:00Z"), text)
}

/// The rows of all tables of `answer`.
fn rows(answer: &dyn Answer) -> Vec<Vec<String>> {
    let mut rows = Vec::new();
    for sheet in answer.sheets() {
        let took = sheet.each_row(|row| {
            rows.push(row.to_vec());
            Ok(())
        });
        took.unwrap();
    }
    rows
}

/// What `whomay can anna TARGET` shows.
fn can(edition: &str, target: &str, text: &str) -> String {
    let world = world(edition, text);
    let reasoner = Reasoner::new(&world);
    let sources = Sources::default();
    let context = Context { reasoner: &reasoner, sources: &sources };
    let answer = Can::ask(context, world.find_user("anna").unwrap(), world.find_target(target).unwrap());
    let rows = rows(&answer).into_iter().map(|row| row.join(": "));
    rows.filter(|row| !row.starts_with("semantics")).collect::<Vec<_>>().join("\n")
}

#[test]
fn a_binding_that_expired_does_not_count() {
    let text = r#"user anna  application a any { 0: user anna expires "2026-06-01T00:00:00Z"  1: nothing  2: not user anna }"#;
    assert_eq!(verdict_at("2026.5.6", Some("2026-05-01T00:00:00Z"), text), Verdict::Yes);
    assert_eq!(verdict_at("2026.5.6", Some("2026-07-01T00:00:00Z"), text), Verdict::No);
    assert_eq!(verdict_at("2026.5.6", None, text), Verdict::Depends);
}

#[test]
fn code_between_two_runs_may_change_what_they_read() {
    let text = r#"user anna
        policy set expression "context['geoip'] = {'country': 'DE'}\nreturn True"
        policy de geoip { countries: ["DE"] }
        application a all { 0: policy set  1: policy de  2: policy set  3: not policy de }"#;
    assert_eq!(verdict(text), Verdict::Depends);
}

#[test]
fn code_may_exchange_the_user_that_later_policies_ask_about() {
    for policy in ["password_expiry { days: 10 }", "reputation { check_ip: false, threshold: -1 }"] {
        let text = format!(
            r#"user anna {{ password_changed: "2026-01-01T00:00:00Z" }}  reputation {{ }}
            policy swap expression "request.user = ak_user_by(username='akadmin')\nreturn True"
            policy plain expression "return True"
            policy later {policy}
            application a all {{ 0: policy CODE  1: policy later }}"#
        );
        assert_eq!(verdict(&text.replace("CODE", "swap")), Verdict::Depends, "{policy}");
        assert_eq!(verdict(&text.replace("CODE", "plain")), Verdict::No, "{policy}");
    }
}

#[test]
fn in_the_first_generation_code_may_exchange_the_user_of_later_rows() {
    let text = r#"user anna
        policy swap expression "request.user = ak_user_by(username='akadmin')\nreturn True"
        application a any { 0: policy swap  1: user anna }"#;
    assert_eq!(verdict_at("2025.6.4", None, text), Verdict::Depends);
    assert_eq!(verdict_at("2025.8.0", None, text), Verdict::Yes);
}

#[test]
fn an_event_matcher_in_a_flow_may_find_what_code_elsewhere_in_the_flow_left() {
    let text = r#"user anna
        policy code expression "context['flow_plan'].context['event'] = 1"
        policy matcher event_matcher
        stage s dummy
        flow f { stage s at 0 { 0: policy code }  stage s at 1 { 0: policy matcher } }"#;
    let world = world("2026.5.0", text);
    let anna = Subject::User(world.find_user("anna").unwrap());
    let stage = world.find_target("stage:f/s@1").unwrap();
    assert_eq!(Reasoner::new(&world).verdict(anna, stage), Verdict::Depends);
}

fn built(first: &str, second: &str, asked: Option<bool>) -> (World, Vec<&'static str>) {
    let mut diagnostics = Diagnostics::default();
    let drafts = [first, second].map(|text| {
        let mut sources = Sources::default();
        may::parse(sources.add("a.may", text), text, &mut diagnostics)
    });
    let defaults = Defaults { flags: Flags { core_default_app_access: asked }, ..Defaults::default() };
    let world = builder::build(drafts.into(), &defaults, &mut diagnostics);
    (world, diagnostics.iter().map(|problem| problem.code).collect())
}

#[test]
fn inputs_agree_on_flags_and_the_caller_does_not_overrule_them() {
    let flag = |value: bool| format!("flag core_default_app_access {value}");
    assert_eq!(built(&flag(true), &flag(false), None).1, ["mixed-flags"]);
    let (world, codes) = built(&flag(false), "", Some(true));
    assert_eq!(codes, ["flag-not-used"]);
    assert_eq!(world.flags.core_default_app_access, Some(false));
}

#[test]
fn a_flag_that_the_input_states_counts_whatever_is_known_of_the_release() {
    let text = "authentik \"2026.2.5\"  flag core_default_app_access false  user anna  application a";
    assert_eq!(verdict(text), Verdict::No);
}

#[test]
fn words_fit_the_mode_and_the_way_rows_count() {
    let two = "group top group other user anna in top application a all { 0: group top 1: group other }";
    assert!(can("2025.10", "app:a", two).contains("its bindings let the user through together"));
    let counted = "group ga group gb user anna in ga, gb policy t always pass
        application a all { 0: policy t + group ga  1: group gb }";
    assert!(can("2026.5.0", "app:a", counted).contains("its group and user bindings do not match together"));
    let one_by_one = "group ga user anna in ga application a all { 0: group ga }";
    assert!(can("2026.5.0", "app:a", one_by_one).contains("every binding passes"));
    let forced = "user anna rule r mode invalid { 0: not user anna }";
    assert!(can("2026.5.0", "rule:r", forced).contains("no binding passes"));
    let open = "user anna device d mode unknown { 0: not user anna }";
    assert!(can("2026.5.0", "device:d", open).contains("its bindings keep the user out in either mode"));
}

#[test]
fn a_group_beside_a_policy_is_no_reason() {
    let text = "group ga user anna in ga policy t always pass application a any { 0: policy t + group ga }";
    assert!(!can("2025.6", "app:a", text).contains("anna > ga"));
}

#[test]
fn what_a_user_may_access_has_a_reason_in_each_row() {
    let world =
        world("2026.5.0", "group g user anna in g application a { 0: group g } application b source s");
    let reasoner = Reasoner::new(&world);
    let sources = Sources::default();
    let context = Context { reasoner: &reasoner, sources: &sources };
    let what = What::ask(context, world.find_user("anna").unwrap(), &[], false);
    let rows = rows(&what);
    let because: Vec<&str> = rows.iter().filter_map(|row| row.get(4)).map(String::as_str).collect();
    assert_eq!(because, ["group g (order 0)", "nothing bound", "nothing bound"]);
}
