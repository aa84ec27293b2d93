//! What code asks of a request: shared between policies, and no more unknown than it is.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use whomay::policy::assumption::{Assumed, Assumptions};
use whomay::reason::Settings;
use whomay::{Reasoner, Subject, Verdict, World};

/// The verdict of `app:a` for the first user.
fn verdict_with(text: &str, assumptions: &Assumptions) -> Verdict {
    let world = World::parse("tenant.may", text).unwrap_or_else(|error| panic!("{error}\n{text}"));
    let settings = Settings { assumptions: assumptions.clone(), ..Settings::default() };
    let user = world.users.ids().next().unwrap();
    let target = world.find_target("app:a").unwrap();
    let reasoner = Reasoner::with(&world, &settings);
    let verdict = reasoner.verdict(Subject::User(user), target);
    assert_eq!(reasoner.access(target).verdict(user), verdict, "all at once and one by one");
    let answer = reasoner.answer(user, target);
    assert_eq!(
        answer.unknowns.is_empty(),
        verdict != Verdict::Depends,
        "what depends says on what: {answer:?}"
    );
    verdict
}

fn http() -> Assumptions {
    Assumptions { http_request: Some(true), ..Assumptions::default() }
}

/// A tenant with two policies.
fn two(mode: &str, first: &str, second: &str) -> String {
    let quoted = |code: &str| code.replace('"', "\\\"").replace('\n', "\\n");
    format!(
        "user anna\npolicy p expression \"{}\"\npolicy q expression \"{}\"\napplication a {mode} {{ 0: policy p  1: policy q }}",
        quoted(first),
        quoted(second)
    )
}

const OFFICE: &str = "return ak_client_ip in ip_network(\"10.0.0.0/8\")";
const ELSEWHERE: &str = "return ak_client_ip not in ip_network(\"10.0.0.0/8\")";

#[test]
fn two_policies_that_ask_the_same_get_the_same_answer() {
    // Without a request there is no address: both raise, and both fail.
    assert_eq!(verdict_with(&two("any", OFFICE, ELSEWHERE), &Assumptions::default()), Verdict::Depends);
    assert_eq!(
        verdict_with(&two("any", OFFICE, "return not (ak_client_ip in ip_network(\"10.0.0.0/8\"))"), &http()),
        Verdict::Yes
    );
    assert_eq!(
        verdict_with(&two("all", OFFICE, "return not (ak_client_ip in ip_network(\"10.0.0.0/8\"))"), &http()),
        Verdict::No
    );
    assert_eq!(verdict_with(&two("any", OFFICE, OFFICE), &http()), Verdict::Depends);
}

#[test]
fn what_is_assumed_decides() {
    let inside = Assumptions { client_ip: Some("10.1.2.3".parse().unwrap()), ..Assumptions::default() };
    let outside = Assumptions { client_ip: Some("192.0.2.1".parse().unwrap()), ..Assumptions::default() };
    let none = Assumptions { http_request: Some(false), ..Assumptions::default() };
    let tenant = two("any", OFFICE, "return False");
    assert_eq!(verdict_with(&tenant, &inside), Verdict::Yes);
    assert_eq!(verdict_with(&tenant, &outside), Verdict::No);
    assert_eq!(verdict_with(&tenant, &none), Verdict::No);
    let german = |country: &str| {
        let fields = [("country".to_owned(), country.into())].into();
        Assumptions {
            context: [("geoip".to_owned(), Assumed::Fields(fields))].into(),
            ..Assumptions::default()
        }
    };
    let tenant = two("any", "return context[\"geoip\"][\"country\"] == \"DE\"", "return False");
    assert_eq!(verdict_with(&tenant, &Assumptions::default()), Verdict::Depends);
    assert_eq!(verdict_with(&tenant, &german("DE")), Verdict::Yes);
    assert_eq!(verdict_with(&tenant, &german("FR")), Verdict::No);
    let guarded = two(
        "any",
        "geo = context.get(\"geoip\")\nif not geo:\n    return True\nreturn geo.get(\"country\") == \"DE\"",
        "return False",
    );
    assert_eq!(verdict_with(&guarded, &german("DE")), Verdict::Yes);
    assert_eq!(verdict_with(&guarded, &german("FR")), Verdict::No);
    let absent =
        Assumptions { context: [("geoip".to_owned(), Assumed::Absent)].into(), ..Assumptions::default() };
    assert_eq!(verdict_with(&guarded, &absent), Verdict::Yes);
}

#[test]
fn a_context_that_others_write_into_is_not_known() {
    let reads = "return context.get(\"flag\", False)";
    // Nothing writes it on the way to an application.
    assert_eq!(verdict_with(&two("all", reads, "return True"), &Assumptions::default()), Verdict::No);
    assert_eq!(
        verdict_with(&two("all", "context[\"flag\"] = True\nreturn True", reads), &Assumptions::default()),
        Verdict::Depends
    );
    assert_eq!(
        verdict_with(&two("all", "context[\"other\"] = True\nreturn True", reads), &Assumptions::default()),
        Verdict::No
    );
    // What comes later changes nothing.
    assert_eq!(
        verdict_with(&two("all", reads, "context[\"flag\"] = True\nreturn True"), &Assumptions::default()),
        Verdict::No
    );
    assert_eq!(
        verdict_with(
            &two("all", "request.user = None\nreturn True", "return request.user.username == \"anna\""),
            &Assumptions::default()
        ),
        Verdict::Depends
    );
    let own = "context[\"n\"] = context.get(\"n\", 0) + 1\nreturn context[\"n\"] == 1";
    assert_eq!(verdict_with(&two("all", own, "return True"), &Assumptions::default()), Verdict::Yes);
    assert_eq!(verdict_with(&two("all", own, own), &Assumptions::default()), Verdict::Depends);
}

#[test]
fn each_user_depends_on_what_its_own_way_asks() {
    let text = "user anna\nuser bert\nuser carl\npolicy p expression \"if request.user.username == 'anna':\\n    return True\\n\
                if request.user.username == 'bert':\\n    return False\\nreturn ak_is_sso_flow\"\n\
                flow f any { 0: policy p }\nflow turned any { 0: not policy p }";
    let world = World::parse("tenant.may", text).unwrap();
    for (sso, carl) in [(None, Verdict::Depends), (Some(true), Verdict::Yes), (Some(false), Verdict::No)] {
        let assumptions = Assumptions { sso, ..Assumptions::default() };
        let reasoner = Reasoner::with(&world, &Settings { assumptions, ..Settings::default() });
        let verdicts = |flow: &str| {
            let access = reasoner.access(world.find_target(flow).unwrap());
            world.users.ids().map(|user| access.verdict(user)).collect::<Vec<_>>()
        };
        let turned = match carl {
            Verdict::Yes => Verdict::No,
            Verdict::No => Verdict::Yes,
            Verdict::Depends => Verdict::Depends,
        };
        assert_eq!(verdicts("flow:f"), [Verdict::Yes, Verdict::No, carl]);
        assert_eq!(verdicts("flow:turned"), [Verdict::No, Verdict::Yes, turned]);
    }
}

#[test]
fn what_comes_from_outside_is_asked_anew_by_each_run() {
    let asks = "return requests.get(\"https://example.com\").ok";
    let denies = "return not requests.get(\"https://example.com\").ok";
    assert_eq!(verdict_with(&two("any", asks, denies), &http()), Verdict::Depends);
}

#[test]
fn code_sees_the_groups_that_bindings_see() {
    let chain = (1..25).map(|n| format!("group g{n} in g{}\n", n - 1)).collect::<Vec<_>>().concat();
    let users = (0..25).map(|n| format!("user u{n:02} in g{n}\n")).collect::<Vec<_>>().concat();
    let targets = (0..25)
        .map(|n| {
            format!(
                "policy p{n} expression \"return ak_is_group_member(request.user, name='g{n}')\"\n\
                 policy q{n} expression \"return any(g.name == 'g{n}' for g in request.user.all_groups())\"\n\
                 application bound-{n} any {{ 0: group g{n} }}\n\
                 application asked-{n} any {{ 0: policy p{n} }}\n\
                 application looped-{n} any {{ 0: policy q{n} }}\n"
            )
        })
        .collect::<Vec<_>>()
        .concat();
    for edition in ["2024.4.0", "2025.6.0", "2025.10.0", "2026.5.0"] {
        let text = format!("authentik \"{edition}\"\ngroup g0\n{chain}{users}{targets}");
        let world = World::parse("tenant.may", &text).unwrap();
        let reasoner = Reasoner::new(&world);
        let access = |name: String| reasoner.access(world.find_target(&format!("app:{name}")).unwrap());
        for n in 0..25 {
            let bound = access(format!("bound-{n}"));
            for other in [access(format!("asked-{n}")), access(format!("looped-{n}"))] {
                for user in world.users.ids() {
                    assert_eq!(
                        bound.verdict(user),
                        other.verdict(user),
                        "{edition} g{n} {}",
                        world.users[user].username
                    );
                }
            }
        }
    }
}

/// The verdict of a target for the first user, in a whole tenant.
fn verdict_in(tenant: &str, target: &str, assumptions: Assumptions) -> Verdict {
    let world = World::parse("tenant.may", tenant).unwrap_or_else(|error| panic!("{error}\n{tenant}"));
    let reasoner = Reasoner::with(&world, &Settings { assumptions, ..Settings::default() });
    let user = world.users.ids().next().unwrap();
    reasoner.verdict(Subject::User(user), world.find_target(target).unwrap())
}

#[test]
fn what_one_target_says_of_itself_is_not_taken_for_another() {
    let tenant = "user slug\npolicy p expression \"return getattr(request.obj, request.user.username) == 'a'\"\n\
                  application a any { 0: policy p }\napplication b any { 0: policy p }";
    assert_eq!(verdict_in(tenant, "app:a", Assumptions::default()), Verdict::Yes);
    assert_eq!(verdict_in(tenant, "app:b", Assumptions::default()), Verdict::No);
}

#[test]
fn a_loop_that_never_ran_binds_no_name() {
    let tenant = |rest: &str| {
        format!(
            "authentik \"2026.5.0\"\ngroup g\nuser anna\npolicy p expression \"{rest}for g in request.user.groups.all():\\n\
             \x20   if g.name == request.user.username:\\n        return False\\nreturn g.name == 'g'\"\n\
             application a any {{ 0: policy p on error pass }}\napplication b any {{ 0: policy p }}"
        )
    };
    // `g` is not bound: an exception.
    assert_eq!(verdict_in(&tenant(""), "app:a", Assumptions::default()), Verdict::Yes);
    assert_eq!(verdict_in(&tenant(""), "app:b", Assumptions::default()), Verdict::No);
    let before = tenant("g = request.user\\n");
    assert_eq!(verdict_in(&before, "app:a", Assumptions::default()), Verdict::No);
}

#[test]
fn assumptions_say_nothing_of_what_policies_write() {
    let fields = [("country".to_owned(), "DE".into())].into();
    let german = Assumptions {
        http_request: Some(true),
        context: [("geoip".to_owned(), Assumed::Fields(fields))].into(),
        ..Assumptions::default()
    };
    let writes = "context[\"geoip\"] = {\"country\": \"FR\"}\nreturn True";
    for reads in [
        "return context[\"geoip\"][\"country\"] == \"DE\"",
        "return context.get(\"geoip\", {}).get(\"country\") == \"DE\"",
        "return bool(context.get(\"geoip\"))",
        "return context.get(\"geoip\") is not None",
    ] {
        assert_eq!(verdict_with(&two("all", writes, reads), &german), Verdict::Depends, "{reads}");
        assert_eq!(verdict_with(&two("all", reads, writes), &german), Verdict::Yes, "{reads}");
    }
}

#[test]
fn how_a_flow_began_is_what_policies_write_into_the_context() {
    let tenant = |kind: &str| {
        format!(
            "user anna\npolicy q expression \"return ak_is_sso_flow\"\n\
             policy w expression \"context['is_sso'] = True\\nreturn False\"\n\
             policy r expression \"return not ak_is_sso_flow\"\n\
             {kind} a any {{ 0: policy q  1: policy w  2: policy r }}"
        )
    };
    let sso = |sso| Assumptions { sso, ..Assumptions::default() };
    assert_eq!(verdict_in(&tenant("flow"), "flow:a", sso(None)), Verdict::Depends);
    assert_eq!(verdict_in(&tenant("flow"), "flow:a", sso(Some(false))), Verdict::Depends);
    assert_eq!(verdict_in(&tenant("application"), "app:a", sso(None)), Verdict::Depends);
    assert_eq!(verdict_in(&tenant("application"), "app:a", sso(Some(false))), Verdict::Depends);
}

#[test]
fn policies_that_call_each_other_twice_are_read_once() {
    let mut tenant = "user anna\npolicy p60 expression \"return True\"\n".to_owned();
    for n in (0..60).rev() {
        let next = n + 1;
        tenant += &format!(
            "policy p{n} expression \"a = ak_call_policy('p{next}')\\nb = ak_call_policy('p{next}')\\nreturn True\"\n"
        );
    }
    tenant += "application a any { 0: policy p30  1: policy p0 }";
    assert_ne!(verdict_in(&tenant, "app:a", Assumptions::default()), Verdict::No);
}

#[test]
fn code_that_asks_and_computes_without_end_is_given_up_on() {
    let asks = (0..12)
        .map(|n| format!("if context.get('k{n}'):\\n    for i in range(9000):\\n        x = i\\n"))
        .collect::<Vec<_>>()
        .concat();
    let users = (0..80).map(|n| format!("user u{n}\n")).collect::<Vec<_>>().concat();
    let tenant = format!(
        "{users}policy p expression \"y = int(request.user.username[1:])\\n{asks}return y < 100\"\n\
         flow a any {{ 0: policy p }}"
    );
    // Every way through it passes, which nobody has the time to find out.
    assert_eq!(verdict_in(&tenant, "flow:a", Assumptions::default()), Verdict::Depends);
}

#[test]
fn called_policies_see_what_they_are_called_with() {
    let tenant = |call: &str| {
        format!(
            "user anna\npolicy q expression \"return ak_is_sso_flow\"\n\
             policy p expression \"return {call}\"\napplication a any {{ 0: policy p }}\nflow f any {{ 0: policy p }}"
        )
    };
    let sso = |sso| Assumptions { sso, ..Assumptions::default() };
    let plain = tenant("ak_call_policy('q').passing");
    assert_eq!(verdict_in(&plain, "app:a", sso(None)), Verdict::No);
    assert_eq!(verdict_in(&plain, "flow:f", sso(None)), Verdict::Depends);
    assert_eq!(verdict_in(&plain, "flow:f", sso(Some(true))), Verdict::Yes);
    let with = tenant("ak_call_policy('q', is_sso=True).passing");
    assert_eq!(verdict_in(&with, "app:a", sso(None)), Verdict::Yes);
    assert_eq!(verdict_in(&with, "flow:f", sso(Some(false))), Verdict::Yes);
}

#[test]
fn what_is_asked_again_may_answer_otherwise() {
    for code in [
        // The same text, twice in a loop.
        "x = [1 if requests.get('u').ok else 2 for i in range(2)]\nreturn x[0] == x[1]",
        "a = []\nfor i in range(2):\n    a.append(1 if requests.get('u').ok else 2)\nreturn a[0] == a[1]",
        "r = requests\na = 1 if r.get('u') else 2\nb = 1 if r.get('u') else 2\nreturn a == b",
        "f = requests.get\na = 1 if f('u') else 2\nb = 1 if f('u') else 2\nreturn a == b",
        "import random\nx = [1 if random.random() < 0.5 else 2 for i in range(2)]\nreturn x[0] == x[1]",
        // What is changed in between.
        "x = context['flow_plan']\na = 1 if x else 2\nx.clear()\nb = 1 if x else 2\nreturn a == b",
        "x = context['flow_plan']\na = 1 if len(x) > 3 else 2\nx.clear()\nb = 1 if len(x) > 3 else 2\nreturn a == b",
        "x = context['flow_plan']\na = 1 if x[0] == 1 else 2\nx[0] = 2\nb = 1 if x[0] == 1 else 2\nreturn a == b",
        "x = context['flow_plan']\na = 1 if x.pop() else 2\nb = 1 if x.pop() else 2\nreturn a == b",
    ] {
        let tenant = format!(
            "user anna\npolicy p expression \"try:\\n    {}\\nexcept Exception:\\n    return True\"\nflow f any {{ 0: policy p }}",
            code.replace('\n', "\\n    ")
        );
        assert_eq!(verdict_in(&tenant, "flow:f", http()), Verdict::Depends, "{code}");
    }
}

#[test]
fn what_is_not_certain_twice_is_not_the_same_twice() {
    let tenant = "user anna\npolicy p expression \"x = [1 if n ** 2 > 4 else 2 for n in [1.5, 2.5]]\\nreturn x[0] == x[1]\"\n\
                  application a any { 0: policy p }";
    assert_ne!(verdict_in(tenant, "app:a", Assumptions::default()), Verdict::Yes);
}

#[test]
fn policies_that_are_called_ask_for_themselves() {
    let tenant = "user anna\npolicy q expression \"return requests.get('u').ok\"\n\
                  policy r expression \"return not requests.get('u').ok\"\n\
                  policy p expression \"return ak_call_policy('q').passing or ak_call_policy('r').passing\"\n\
                  application a any { 0: policy p }";
    assert_eq!(verdict_in(tenant, "app:a", http()), Verdict::Depends);
}

#[test]
fn what_is_handed_on_may_come_back_changed() {
    let verdict = |code: &str| {
        let tenant = format!(
            "user anna {{ attributes: {{ roles: [\"dev\"] }} }}\npolicy p expression \"from somewhere import x\\n{}\"\napplication a any {{ 0: policy p on error pass }}",
            code.replace('"', "\\\"").replace('\n', "\\n")
        );
        verdict_in(&tenant, "app:a", http())
    };
    for code in [
        "l = []\nx.go(l)\nreturn not l",
        "l = []\nx.go({'a': (l, 1)})\nreturn not l",
        "l = []\nx.go(lambda: l.append(1))\nreturn not l",
        "l = []\nx.y = l\nx.go()\nreturn not l",
        "l = []\nx['y'] = l\nx.go()\nreturn not l",
        "d = {'a': []}\nd[x].append(1)\nreturn not d['a']",
        "d = {'a': []}\ny = x + [d]\ny[0]['a'] = 1\nreturn not d['a']",
        "a = request.user.attributes\nx.go(a)\nreturn 'roles' in a",
        "a = request.user.attributes['roles']\nx.go([a])\nreturn 'dev' in a",
        "l = []\nrequests.post('u', hooks=lambda: l.append(1))\nreturn not l",
    ] {
        assert_eq!(verdict(code), Verdict::Depends, "{code}");
    }
    for code in [
        "x.go([1])\nreturn True",
        "x.go({'a': [request.user.username]}, lambda y: y)\nreturn True",
        "x.y = {'a': [request.user.username]}\nreturn True",
        "l = []\nrequests.post('u', json=l, headers={'a': l})\nreturn not l",
        "l = []\nreturn not l or x in l",
        "l = []\ny = f\"{x} {l}\"\nreturn not l",
        "a = request.user.attributes['roles']\nrequests.get('u', a).json()\nreturn 'dev' in a",
    ] {
        assert_eq!(verdict(code), Verdict::Yes, "{code}");
    }
}
