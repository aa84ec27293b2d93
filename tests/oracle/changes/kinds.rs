//! The policies that changes put in.

use whomay::model::{
    Dummy, EventMatcher, Expression, GeoIp, Origin, PasswordExpiry, PasswordRules, Places, PolicyKind,
    Reputation, UniquePassword,
};

/// Code that rests on everything that code can rest on.
const CODE: [&str; 53] = [
    "return True",
    "return ak_is_group_member(request.user, name='g1')",
    "return ak_is_group_member(request.user, name='chain3') or request.user.email.endswith('@x.org')",
    "return request.user.ak_groups.filter(name='g2').exists()",
    "return any(group.name == 'g3' for group in request.user.all_groups())",
    "return len(request.user.all_groups()) > 2",
    "return request.user.attributes.get('team') == 'red'",
    "return request.user.attributes['team'] == 'red'",
    "return request.user.group_attributes().get('team') == 'red'",
    "return request.user.is_active and request.user.username != 'u0'",
    "return request.user.is_superuser",
    "return request.http_request.path == '/x'",
    "if request.user.attributes.get('team') == 'blue':\n    return context['geoip']['country'] == 'DE'\nreturn True",
    "if ak_is_group_member(request.user, name='g0'):\n    return request.context['pending'] == 1\nreturn False",
    "return ak_user_by(username='u1').attributes.get('team') == 'red'",
    "return ak_is_group_member(ak_user_by(username='u2'), name='g1')",
    "return ak_call_policy('code').passing",
    "return ak_call_policy('extra1').passing",
    "context['seen'] = request.user.username\nreturn True",
    "return 'seen' in context",
    "request.user = ak_user_by(username='u1')\nreturn True",
    "import random\nreturn random.random() > 0.5",
    "return request.obj.name == 't1'",
    "return not a policy",
    "return request.user.attributes.get('team')()",
    "return ak_call_policy(request.user.ak_groups.first())",
    "return request.user.attributes.get('team', 0) > 2",
    "return 'red' in request.user.attributes['team']",
    "return [group.name for group in request.user.ak_groups.all()] == ['g1']",
    "return request.user.ak_groups.count() > 1",
    "for group in request.user.all_groups():\n    if group.attributes.get('team') == 'red':\n        return True\nreturn False",
    "for group in request.user.all_groups():\n    if group.attributes['team'] == request.user.attributes.get('team'):\n        return group.is_superuser",
    "return request.user.pk == 1",
    "return ak_user_by(email='a@x.org') == request.user",
    "return ak_user_by(username=request.user.attributes['team'])",
    "if request.user.attributes.get('team') == 'red':\n    return request.obj.name == 't1'\nreturn True",
    "if request.user.is_superuser:\n    import random\n    return random.random() > 0.5\nreturn True",
    "if request.user.attributes.get('team'):\n    return context['a'] == 1\nreturn context['b'] == 1 or context['a'] == 1",
    "if request.user.ak_groups.exists():\n    return request.context['a'] == 1\nreturn context['a'] == 1",
    "if request.user.attributes.get('team'):\n    return ak_call_policy('extra2').passing\nreturn True",
    "if request.user.is_active:\n    context['seen'] = 1\nreturn ak_call_policy('extra0', seen=request.user.email).passing",
    "return request.user",
    "return request.user.ak_groups",
    "return request.user.group_attributes()",
    "return {request.user.attributes.get('team'): 1}['red']",
    "found = 0\nfor n in range(300):\n    if ak_is_group_member(request.user, name=f'g{n}'):\n        found = found + n\nreturn found > 2",
    "return ak_client_ip in ip_network('10.0.0.0/8')",
    "return regex_match(request.user.email, '@x') or ak_is_sso_flow",
    "match request.user.attributes.get('team'):\n    case 'red':\n        return True\n    case [first, *rest]:\n        return first == 'red'\nreturn False",
    "try:\n    return request.user.attributes['team'].upper() == 'RED'\nexcept AttributeError:\n    return request.user.type == 'internal'",
    "return sorted(group.name for group in request.user.all_groups())[0] == 'g0'",
    "return request.user.last_login",
    "return request.user in [1, 'x'] or request.user.password_change_date.year == 2026",
];

/// Code, and other kinds.
pub(super) const KINDS: usize = CODE.len() + 11;

pub(super) fn kind(which: usize) -> PolicyKind {
    match which - which.min(CODE.len()) {
        _ if which < CODE.len() => code_of(CODE[which]),
        0 => PolicyKind::PasswordExpiry(PasswordExpiry { days: 30, deny_only: false }),
        1 => PolicyKind::Reputation(Reputation { check_ip: false, check_username: true, threshold: -3 }),
        2 => PolicyKind::Reputation(Reputation { check_ip: true, check_username: true, threshold: -3 }),
        3 => PolicyKind::Dummy(Dummy { result: true, wait_min: 0, wait_max: 1 }),
        4 => PolicyKind::Unknown("somebody's mood".to_owned()),
        5 => PolicyKind::GeoIp(GeoIp { countries: vec!["DE".to_owned()], ..GeoIp::default() }),
        6 => PolicyKind::EventMatcher(EventMatcher {
            action: Some("login".to_owned()),
            ..EventMatcher::default()
        }),
        7 => PolicyKind::Password(PasswordRules {
            password_field: "password".to_owned(),
            check_static_rules: true,
            check_have_i_been_pwned: false,
            check_zxcvbn: false,
        }),
        8 => PolicyKind::UniquePassword(UniquePassword {
            password_field: "password".to_owned(),
            num_historical_passwords: 1,
        }),
        9 => PolicyKind::Other("authentik_policies_x.ypolicy".to_owned()),
        _ => PolicyKind::Always(false),
    }
}

pub(super) fn code_of(text: &str) -> PolicyKind {
    PolicyKind::Expression(Expression {
        text: text.to_owned(),
        origin: Origin::None,
        places: Places::Nowhere,
    })
}
