//! Which primary key does each object have, and which one does an object get that has none?

use rustc_hash::FxHashSet;
use serde_json::{Value, json};

use crate::model::{
    BindingId, BoundUser, GroupId, Id, PolicyId, ProviderId, StageId, Table, TargetId, UserId, World,
};

/// The primary keys of all objects of a world.
pub(super) struct Keys {
    users: Table<UserId, String>,
    groups: Table<GroupId, String>,
    policies: Table<PolicyId, String>,
    stages: Table<StageId, String>,
    providers: Table<ProviderId, String>,
    targets: Table<TargetId, String>,
    second: Table<TargetId, String>,
    bindings: Table<BindingId, String>,
    scores: Vec<String>,
}

impl Keys {
    /// The keys of `world`, made up where it has none.
    pub(super) fn of(world: &World) -> Self {
        let unlisted = world.bindings.values().filter_map(|binding| match &binding.user {
            Some(BoundUser::Unlisted(pk)) => Some(pk.as_str()),
            _ => None,
        });
        let users = numbered(&world.users, |user| user.pk.as_deref(), unlisted);
        let providers = numbered(&world.providers, |provider| provider.pk.as_deref(), std::iter::empty());
        let mut taken = Taken::of(world);
        let groups =
            named(&world.groups, |row| row.pk.as_deref(), |_, row| ("group", row.name.clone()), &mut taken);
        let policies = named(
            &world.policies,
            |row| row.pk.as_deref(),
            |_, row| ("policy", row.name.clone()),
            &mut taken,
        );
        let stages =
            named(&world.stages, |row| row.pk.as_deref(), |_, row| ("stage", row.name.clone()), &mut taken);
        let targets = named(
            &world.targets,
            |row| row.pk.as_deref(),
            |id, row| (row.kind().as_str(), world.target_name(id)),
            &mut taken,
        );
        let second = named(&targets, |_| None, |_, pk| ("policybindingmodel", pk.clone()), &mut taken);
        let bindings = named(
            &world.bindings,
            |row| row.pk.as_deref(),
            |_, row| {
                let user = match &row.user {
                    Some(BoundUser::Listed(id)) => users.row(*id),
                    Some(BoundUser::Unlisted(pk)) => pk,
                    None => "",
                };
                let policy = row.policy.map_or("", |id| policies.row(id));
                let group = row.group.map_or("", |id| groups.row(id));
                ("binding", format!("{}\n{}\n{policy}\n{group}\n{user}", targets.row(row.target), row.order))
            },
            &mut taken,
        );
        let scores = world.reputation.iter().flatten();
        let scores =
            scores.map(|score| taken.make("score", &format!("{}\n{}", score.ip, score.identifier))).collect();
        Self { users, groups, policies, stages, providers, targets, second, bindings, scores }
    }

    pub(super) fn user(&self, id: UserId) -> Value {
        number(self.users.row(id))
    }

    pub(super) fn group(&self, id: GroupId) -> Value {
        json!(self.groups.row(id))
    }

    pub(super) fn policy(&self, id: PolicyId) -> Value {
        json!(self.policies.row(id))
    }

    pub(super) fn stage(&self, id: StageId) -> Value {
        json!(self.stages.row(id))
    }

    pub(super) fn provider(&self, id: ProviderId) -> Value {
        number(self.providers.row(id))
    }

    pub(super) fn target(&self, id: TargetId) -> Value {
        json!(self.targets.row(id))
    }

    /// The key of what authentik's database binds to, for the kinds that have another one of their own.
    pub(super) fn second(&self, id: TargetId) -> Value {
        json!(self.second.row(id))
    }

    pub(super) fn binding(&self, id: BindingId) -> Value {
        json!(self.bindings.row(id))
    }

    pub(super) fn scores(&self) -> &[String] {
        &self.scores
    }
}

/// A key that authentik counts: a number, unless it is none.
pub(super) fn number(key: &str) -> Value {
    match key.parse::<i64>() {
        Ok(number) if number.to_string() == key => json!(number),
        _ => json!(key),
    }
}

/// Numbers above all that are taken.
fn numbered<'w, I: Id, T>(
    rows: &'w Table<I, T>,
    pk: impl Fn(&'w T) -> Option<&'w str>,
    others: impl Iterator<Item = &'w str>,
) -> Table<I, String> {
    let taken: FxHashSet<&str> = rows.values().filter_map(&pk).chain(others).collect();
    let mut free =
        (1_u64..).map(|number| number.to_string()).filter(|number| !taken.contains(number.as_str()));
    rows.values().map(|row| pk(row).map(str::to_owned).or_else(|| free.next()).unwrap_or_default()).collect()
}

fn named<'w, I: Id, T>(
    rows: &'w Table<I, T>,
    pk: impl Fn(&'w T) -> Option<&'w str>,
    name: impl Fn(I, &'w T) -> (&'static str, String),
    taken: &mut Taken,
) -> Table<I, String> {
    rows.iter()
        .map(|(id, row)| {
            let Some(pk) = pk(row) else {
                let (kind, name) = name(id, row);
                return taken.make(kind, &name);
            };
            pk.to_owned()
        })
        .collect()
}

/// Keys that must not be made up again, as 128-bit numbers: UUIDs are the same in every way of writing.
struct Taken(FxHashSet<u128>);

impl Taken {
    fn of(world: &World) -> Self {
        let groups = world.groups.values().filter_map(|row| row.pk.as_deref());
        let policies = world.policies.values().filter_map(|row| row.pk.as_deref());
        let stages = world.stages.values().filter_map(|row| row.pk.as_deref());
        let targets = world.targets.values().filter_map(|row| row.pk.as_deref());
        let bindings = world.bindings.values().filter_map(|row| row.pk.as_deref());
        let keys = groups.chain(policies).chain(stages).chain(targets).chain(bindings);
        Self(keys.filter_map(|key| u128::from_str_radix(&key.replace('-', ""), 16).ok()).collect())
    }

    /// A UUID (version 8, RFC 9562) made of `kind` and `name`, and of a number if others came first.
    fn make(&mut self, kind: &str, name: &str) -> String {
        let mut attempt = 0_u64;
        loop {
            let uuid = uuid(&format!("whomay\n{kind}\n{attempt}\n{name}"));
            if self.0.insert(uuid) {
                let digits = format!("{uuid:032x}");
                let mut text = String::with_capacity(36);
                for (position, digit) in digits.chars().enumerate() {
                    if matches!(position, 8 | 12 | 16 | 20) {
                        text.push('-');
                    }
                    text.push(digit);
                }
                return text;
            }
            attempt += 1;
        }
    }
}

/// FNV-1a, 128 bits: the keys need to be spread and stable, not secret.
fn uuid(text: &str) -> u128 {
    const PRIME: u128 = 0x0100_0000_0000_0000_0000_013b;
    const START: u128 = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d;
    let hash = text.bytes().fold(START, |hash, byte| (hash ^ u128::from(byte)).wrapping_mul(PRIME));
    let version = hash & !(0xf << 76) | (8 << 76);
    version & !(0b11 << 62) | (0b10 << 62)
}
