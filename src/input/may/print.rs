//! A world as a `.may` file.

mod layout;
mod target;

use rustc_hash::FxHashMap;

use super::lower::ACCESS_FLAG;
use super::models::{self, Models};
use super::text::{fenced_or_quoted, quoted};
use crate::model::{
    Binding, EditionFrom, Group, GroupId, PolicyId, PolicyKind, ProviderId, StageId, User, UserKind, World,
};
use layout::{attributes, block, key, name, set};

/// Writes `world`; see [`super::print`].
pub(super) fn print(world: &World) -> String {
    let names = Names::of(world);
    let mut out = Output::default();
    if world.edition_from != EditionFrom::Newest {
        let release =
            world.edition.release.map_or("documented".to_owned(), |release| quoted(&release.to_string()));
        out.item(&format!("authentik {release}"));
    }
    if let Some(is_set) = world.flags.core_default_app_access {
        out.item(&format!("flag {ACCESS_FLAG} {is_set}"));
    }
    out.section();
    let members = names.members_of_nameless(world);
    for (id, row) in world.groups.iter() {
        let members = members.get(&id).map_or(&[][..], Vec::as_slice);
        out.item(&group(row, &names, members));
    }
    out.section();
    for row in world.users.values() {
        out.item(&user(row, &names));
    }
    out.section();
    for row in world.policies.values() {
        let settings = policy_settings(row.pk.as_deref(), &row.kind);
        out.item(&format!("policy {} {}{}", name(&row.name), policy_kind(&row.kind), block(&settings)));
    }
    out.section();
    for row in world.providers.values() {
        out.item(&model("provider", &row.name, &row.model, row.pk.as_deref(), models::PROVIDERS));
    }
    out.section();
    for row in world.stages.values() {
        out.item(&model("stage", &row.name, &row.model, row.pk.as_deref(), models::STAGES));
    }
    if let Some(scores) = &world.reputation {
        out.section();
        let scores = scores
            .iter()
            .map(|score| format!("{} from {}: {}", name(&score.identifier), quoted(&score.ip), score.score));
        out.item(&format!("reputation {}", layout::open(&scores.collect::<Vec<_>>())));
    }
    for target in target::print(world, &names) {
        out.section();
        out.item(&target);
    }
    out.text
}

/// How objects are written one by one.
pub(crate) struct Written<'w>(Names<'w>);

impl<'w> Written<'w> {
    /// How those of `world` are written.
    pub(crate) fn of(world: &'w World) -> Self {
        Self(Names::of(world))
    }

    /// A group, where one is named.
    pub(crate) fn group(&self, id: GroupId) -> String {
        self.0.group(id)
    }

    /// A binding as an entry of a block: `10: not group staff on error pass`.
    pub(crate) fn binding(&self, row: &Binding) -> String {
        target::binding(row, &self.0)
    }

    /// A name, in quotes where it needs them.
    pub(crate) fn name(name: &str) -> String {
        layout::name(name)
    }
}

/// Items one below the other, sections apart.
#[derive(Default)]
struct Output {
    text: String,
    new_section: bool,
}

impl Output {
    fn section(&mut self) {
        self.new_section = true;
    }

    fn item(&mut self, item: &str) {
        if std::mem::take(&mut self.new_section) && !self.text.is_empty() {
            self.text.push('\n');
        }
        self.text.push_str(item);
        self.text.push('\n');
    }
}

/// How the objects of a world can be referred to.
struct Names<'w> {
    world: &'w World,
    groups: FxHashMap<&'w str, usize>,
    stages: FxHashMap<&'w str, usize>,
    providers: FxHashMap<&'w str, usize>,
}

impl<'w> Names<'w> {
    fn of(world: &'w World) -> Self {
        Self {
            world,
            groups: count(world.groups.values().map(|row| row.name.as_str())),
            stages: count(world.stages.values().map(|row| row.name.as_str())),
            providers: count(world.providers.values().map(|row| row.name.as_str())),
        }
    }

    fn group(&self, id: GroupId) -> String {
        let row = self.world.groups.row(id);
        reference(&row.name, row.pk.as_deref(), &self.groups)
    }

    fn stage(&self, id: StageId) -> String {
        let row = self.world.stages.row(id);
        reference(&row.name, row.pk.as_deref(), &self.stages)
    }

    fn provider(&self, id: ProviderId) -> String {
        let row = self.world.providers.row(id);
        reference(&row.name, row.pk.as_deref(), &self.providers)
    }

    /// Policies have unique names.
    fn policy(&self, id: PolicyId) -> String {
        name(&self.world.policies.row(id).name)
    }

    /// Whether neither the name nor a primary key tells the group from others.
    fn is_nameless(&self, id: GroupId) -> bool {
        let row = self.world.groups.row(id);
        row.pk.is_none() && !is_unique(&row.name, &self.groups)
    }

    /// Who is in the groups that users cannot name: there the group has to name its users.
    fn members_of_nameless(&self, world: &World) -> FxHashMap<GroupId, Vec<String>> {
        let mut members: FxHashMap<GroupId, Vec<String>> = FxHashMap::default();
        if self.groups.len() == world.groups.len() {
            return members;
        }
        for user in world.users.values() {
            for group in user.groups.iter().filter(|group| self.is_nameless(**group)) {
                members.entry(*group).or_default().push(name(&user.username));
            }
        }
        members
    }
}

fn count<'w>(names: impl Iterator<Item = &'w str>) -> FxHashMap<&'w str, usize> {
    let mut counts = FxHashMap::default();
    for name in names {
        *counts.entry(name).or_default() += 1;
    }
    counts
}

fn is_unique(name: &str, counts: &FxHashMap<&str, usize>) -> bool {
    counts.get(name).is_none_or(|count| *count == 1)
}

/// The name; where several objects have it, the primary key.
fn reference(own: &str, pk: Option<&str>, counts: &FxHashMap<&str, usize>) -> String {
    match pk {
        Some(pk) if !is_unique(own, counts) => format!("pk {}", key(pk)),
        _ => name(own),
    }
}

fn listed(word: &str, names: &[String]) -> String {
    if names.is_empty() { String::new() } else { format!(" {word} {}", names.join(", ")) }
}

fn group(row: &Group, names: &Names<'_>, members: &[String]) -> String {
    let parents: Vec<String> = row.parents.iter().map(|parent| names.group(*parent)).collect();
    let mut settings = Vec::new();
    if row.superuser {
        set(&mut settings, "superuser", true);
    }
    settings.extend(pk(row.pk.as_deref()));
    settings.extend(attributes(&row.attributes));
    format!(
        "group {}{}{}{}",
        name(&row.name),
        listed("in", &parents),
        listed("with", members),
        block(&settings)
    )
}

fn user(row: &User, names: &Names<'_>) -> String {
    let groups = row.groups.iter().filter(|group| !names.is_nameless(**group));
    let groups: Vec<String> = groups.map(|group| names.group(*group)).collect();
    let mut settings = Vec::new();
    if !row.name.is_empty() {
        set(&mut settings, "name", quoted(&row.name));
    }
    if !row.email.is_empty() {
        set(&mut settings, "email", quoted(&row.email));
    }
    if row.kind != UserKind::default() {
        set(&mut settings, "type", row.kind.as_str());
    }
    if !row.active {
        set(&mut settings, "active", false);
    }
    if row.path != "users" {
        set(&mut settings, "path", quoted(&row.path));
    }
    if let Some(changed) = row.password_changed {
        set(&mut settings, "password_changed", quoted(&changed.to_string()));
    }
    settings.extend(pk(row.pk.as_deref()));
    settings.extend(attributes(&row.attributes));
    format!("user {}{}{}", name(&row.username), listed("in", &groups), block(&settings))
}

fn pk(pk: Option<&str>) -> Option<String> {
    pk.map(|pk| format!("pk: {}", key(pk)))
}

fn model(word: &str, own: &str, model: &str, own_pk: Option<&str>, known: Models) -> String {
    let model = match known.word(model) {
        Some(short) => format!(" {short}"),
        None if model.is_empty() => String::new(),
        None => format!(" {}", quoted(model)),
    };
    format!("{word} {}{model}{}", name(own), block(&pk(own_pk).into_iter().collect::<Vec<_>>()))
}

/// The type of a policy, with the text or word that belongs to it.
fn policy_kind(kind: &PolicyKind) -> String {
    match kind {
        PolicyKind::Expression(expression) => format!("expression {}", fenced_or_quoted(&expression.text)),
        PolicyKind::Always(passes) => format!("always {}", if *passes { "pass" } else { "fail" }),
        PolicyKind::Unknown(reason) => format!("unknown {}", quoted(reason)),
        PolicyKind::Other(model) => format!("other {}", quoted(model)),
        known => known.as_str().to_owned(),
    }
}

/// Every setting of the policy, also those that are as they would be anyway: whoever reads the file wants to
/// see what the policy does.
fn policy_settings(own_pk: Option<&str>, kind: &PolicyKind) -> Vec<String> {
    let mut settings = Vec::new();
    match kind {
        PolicyKind::Dummy(dummy) => {
            set(&mut settings, "result", dummy.result);
            set(&mut settings, "wait_min", dummy.wait_min);
            set(&mut settings, "wait_max", dummy.wait_max);
        }
        PolicyKind::PasswordExpiry(expiry) => {
            set(&mut settings, "days", expiry.days);
            set(&mut settings, "deny_only", expiry.deny_only);
        }
        PolicyKind::EventMatcher(matcher) => {
            for (name, value) in [
                ("action", &matcher.action),
                ("client_ip", &matcher.client_ip),
                ("app", &matcher.app),
                ("model", &matcher.model),
                ("query", &matcher.query),
            ] {
                if let Some(value) = value {
                    set(&mut settings, name, quoted(value));
                }
            }
        }
        PolicyKind::GeoIp(geoip) => {
            let asns: Vec<String> = geoip.asns.iter().map(ToString::to_string).collect();
            set(&mut settings, "asns", layout::list(&asns));
            let countries: Vec<String> = geoip.countries.iter().map(|country| quoted(country)).collect();
            set(&mut settings, "countries", layout::list(&countries));
            set(&mut settings, "check_history_distance", geoip.check_history_distance);
            set(&mut settings, "history_max_distance_km", geoip.history_max_distance_km);
            set(&mut settings, "distance_tolerance_km", geoip.distance_tolerance_km);
            set(&mut settings, "history_login_count", geoip.history_login_count);
            set(&mut settings, "check_impossible_travel", geoip.check_impossible_travel);
            set(&mut settings, "impossible_tolerance_km", geoip.impossible_tolerance_km);
        }
        PolicyKind::Password(rules) => {
            set(&mut settings, "password_field", quoted(&rules.password_field));
            set(&mut settings, "check_static_rules", rules.check_static_rules);
            set(&mut settings, "check_have_i_been_pwned", rules.check_have_i_been_pwned);
            set(&mut settings, "check_zxcvbn", rules.check_zxcvbn);
        }
        PolicyKind::UniquePassword(unique) => {
            set(&mut settings, "password_field", quoted(&unique.password_field));
            set(&mut settings, "num_historical_passwords", unique.num_historical_passwords);
        }
        PolicyKind::Reputation(reputation) => {
            set(&mut settings, "check_ip", reputation.check_ip);
            set(&mut settings, "check_username", reputation.check_username);
            set(&mut settings, "threshold", reputation.threshold);
        }
        PolicyKind::Expression(_) | PolicyKind::Always(_) | PolicyKind::Unknown(_) | PolicyKind::Other(_) => {
        }
    }
    settings.extend(pk(own_pk));
    settings
}
