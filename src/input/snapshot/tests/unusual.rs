//! Is what is unusual, but right, read as what it means?

use super::broken::{APP, BINDING, GROUP, finds, page, problems, replace, with};
use super::world;
use crate::model::{BoundUser, Details, Mode, PolicyKind};

#[test]
fn authentiks_own_anonymous_user_may_be_bound_although_no_list_has_it() {
    let binding =
        BINDING.replace("\"user\":null", "\"user\":1,\"user_obj\":{\"pk\":1,\"username\":\"AnonymousUser\"}");
    let files = with("policies_bindings.p1.json", &page(&[binding]));
    finds(&files, &[]);
    let read = world(&files);
    assert_eq!(read.bindings.values().next().unwrap().user, Some(BoundUser::Unlisted("1".into())));
    let member = GROUP.replace("[7]", "[7,1]");
    finds(
        &with("core_groups.p1.json", &page(&[&member])),
        &["dangling-reference core_groups.p1.json#/results/0"],
    );
    let told =
        member.replace("\"users\"", "\"users_obj\":[{\"pk\":1,\"username\":\"AnonymousUser\"}],\"users\"");
    finds(&with("core_groups.p1.json", &page(&[told])), &[]);
}

#[test]
fn a_binding_that_expires_says_when() {
    let expiring = |expiring: &str| {
        let binding = BINDING.replace(
            "\"order\":0",
            &format!("\"order\":0,\"expires\":\"2027-01-01T00:00:00Z\",\"expiring\":{expiring}"),
        );
        with("policies_bindings.p1.json", &page(&[binding]))
    };
    finds(&expiring("false"), &[]);
    finds(&expiring("true"), &[]);
    let expires = |pages: Vec<_>| world(&pages).bindings.values().map(|row| row.expires).collect::<Vec<_>>();
    assert_eq!(expires(expiring("false")), [None]);
    assert_eq!(expires(expiring("true")), ["2027-01-01T00:00:00Z".parse().ok()]);
}

#[test]
fn the_flag_is_on_where_the_settings_do_not_say() {
    for (settings, flag) in [
        (r#"{"flags":{}}"#, true),
        (r#"{"flags":{"core_default_app_access":null}}"#, true),
        (r#"{"flags":{"core_default_app_access":true}}"#, true),
        (r#"{"flags":{"core_default_app_access":false}}"#, false),
        (r#"{"default_user_change_name":true}"#, true),
    ] {
        let read = world(&with("admin_settings.p1.json", settings));
        assert_eq!(read.flags.core_default_app_access, Some(flag), "{settings}");
    }
    for settings in [r#"{"flags":{"core_default_app_access":"no"}}"#, r#"{"flags":[]}"#] {
        let found = problems(&with("admin_settings.p1.json", settings));
        assert!(found[0].starts_with("invalid-value admin_settings.p1.json"), "{found:?}");
    }
    finds(&with("admin_version.p1.json", r#"{"version_current":"2026.5.1"}"#), &["flag-not-in-input"]);
}

#[test]
fn fields_that_old_releases_do_not_have_are_as_authentik_has_them_by_default() {
    let geoip = r#"{"pk":"p1","name":"p","meta_model_name":"authentik_policies_geoip.geoippolicy","asns":[1],"countries":["DE"]}"#;
    let mut files = with("policies_all.p1.json", &page(&[geoip]));
    let child = r#"{"pk":"g2","name":"devs","is_superuser":false,"attributes":{},"parent":"g1","users":[]}"#;
    replace(
        &mut files,
        "core_groups.p1.json",
        &page(&[&GROUP.replace("\"parents\":[]", "\"parent\":null"), child]),
    );
    finds(&files, &[]);
    let read = world(&files);
    let PolicyKind::GeoIp(geoip) = &read.policies.values().next().unwrap().kind else { panic!() };
    assert_eq!((geoip.check_history_distance, geoip.history_login_count), (false, 5));
    let parents: Vec<_> = read.groups.values().map(|group| group.parents.len()).collect();
    assert_eq!(parents, [1, 0]);
    assert!(!read.bindings.values().next().unwrap().failure_result);
}

#[test]
fn rows_tell_about_stages_and_providers_that_have_no_pages() {
    let app = APP.replace("\"provider\":null", r#""provider":3,"provider_obj":{"pk":3,"name":"rac","meta_model_name":"authentik_providers_rac.racprovider"}"#);
    let mut files = with("core_applications.p1.json", &page(&[app]));
    let flow = r#"{"pk":"f1","policybindingmodel_ptr_id":"f2","slug":"login","name":"Login","designation":"authentication","authentication":"none","policy_engine_mode":"most"}"#;
    replace(&mut files, "flows_instances.p1.json", &page(&[flow]));
    let stage = r#"{"pk":"s1","policybindingmodel_ptr_id":"s2","target":"f1","stage":"t1","order":10,"evaluate_on_plan":false,"re_evaluate_policies":true,"policy_engine_mode":"all"}"#;
    let told = stage.replace("\"order\"", r#""stage_obj":{"pk":"t1","name":"password","meta_model_name":"authentik_stages_password.passwordstage"},"order""#);
    replace(&mut files, "flows_bindings.p1.json", &page(&[told]));
    finds(&files, &[]);
    let read = world(&files);
    assert_eq!(read.providers.values().next().unwrap().is_rac(), Some(true));
    assert_eq!(read.stages.values().next().unwrap().model, "authentik_stages_password.passwordstage");
    let flow = read.targets.values().find(|it| matches!(it.details, Details::Flow { .. })).unwrap();
    assert_eq!(flow.mode, Mode::Invalid);
    replace(&mut files, "flows_bindings.p1.json", &page(&[stage]));
    finds(&files, &["dangling-reference flows_bindings.p1.json#/results/0"]);
}

#[test]
fn bindings_of_devices_are_on_two_lists_and_count_once() {
    let mut files =
        with("endpoints_device_bindings.p1.json", &page(&[BINDING, &BINDING.replace("b1", "b2")]));
    finds(&files, &[]);
    assert_eq!(world(&files).bindings.len(), 2);
    replace(
        &mut files,
        "endpoints_devices.p1.json",
        &page(&[
            r#"{"device_uuid":"d1","pbm_uuid":"d2","name":"laptop","access_group":null,"expiring":false,"expires":"2027-01-01T00:00:00Z"}"#,
        ]),
    );
    finds(&files, &[]);
    let read = world(&files);
    let device = read.targets.values().find(|it| matches!(it.details, Details::Device { .. })).unwrap();
    assert_eq!(device.details, Details::Device { access_group: None, expires: None });
    assert_eq!(device.mode, Mode::Unexposed);
}
