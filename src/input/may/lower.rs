//! What the items of a `.may` file mean.

mod assertion;
mod edit;
mod json;
mod policy;
mod settings;
mod target;

use super::ast::{Entry, Item, Reference, Value, ValueKind, What, Word};
use super::models;
use super::problems::Problems;
use crate::diagnostic::Diagnostic;
use crate::model::assertion::Assertion;
use crate::model::builder::nearest;
use crate::model::draft::{self, Draft, DraftGroup, DraftUser, Key, Keys};
use crate::model::{Group, Origin, Pool, Provider, Score, Stage, User, UserKind};
pub(super) use edit::Link;
use settings::Settings;

/// The settings of a group.
const GROUP: &[&str] = &["superuser", "pk", "attributes"];

/// The settings of a user.
const USER: &[&str] = &["name", "email", "type", "active", "path", "password_changed", "pk", "attributes"];

/// The one flag that changes verdicts.
pub(super) const ACCESS_FLAG: &str = "core_default_app_access";

/// What an item asserts, of a file that holds nothing else.
pub(super) fn only_assertion(
    Item { start, what }: Item<'_>,
    problems: &mut Problems<'_>,
) -> Option<Assertion> {
    match what {
        What::Assert(pieces) => assertion::assertion(start, &pieces, problems),
        What::Broken => None,
        _ => {
            let diagnostic = Diagnostic::error("misplaced", "only assertions belong here")
                .at(problems.origin(start..start + 1), "not an assertion")
                .help("give what describes the tenant with `-i`; assertions may stand there, too");
            problems.push(diagnostic);
            None
        }
    }
}

/// Makes a draft of items; everything that cannot be understood is reported, and the rest is kept.
pub(super) struct Lower<'p, 'd> {
    draft: Draft,
    /// Where the flag was set.
    flag: Option<Origin>,
    /// The groups that users name.
    keys: Keys,
    pool: Pool,
    problems: &'p mut Problems<'d>,
}

impl<'p, 'd> Lower<'p, 'd> {
    pub(super) fn new(problems: &'p mut Problems<'d>) -> Self {
        let draft = Draft::default();
        Self { draft, flag: None, keys: Keys::default(), pool: Pool::default(), problems }
    }

    pub(super) fn finish(self) -> Draft {
        self.draft
    }

    pub(super) fn item(&mut self, Item { start, what }: Item<'_>) {
        match what {
            What::Authentik(release) => self.release(start, release),
            What::Flag(name, value) => self.flag(start, name, &value),
            What::Group { name, parents, members, block } => {
                let origin = self.origin(start, name);
                let mut settings = Settings::only("a group", GROUP, block, self.problems);
                let group = Group {
                    pk: settings.pk(self.problems),
                    name: name.text().into_owned(),
                    parents: Vec::new(),
                    parent_origins: Vec::new(),
                    superuser: settings.bool("superuser", false, self.problems),
                    attributes: settings.attributes(&mut self.pool, self.problems),
                    origin,
                };
                let parents = self.references(&parents);
                let users = self.references(&members);
                self.draft.groups.push(DraftGroup { group, parents, shaped: Vec::new(), users });
            }
            What::User { name, groups, block } => self.user(start, name, &groups, block),
            What::Policy { name, kind, argument, block } => {
                self.policy(start, name, kind, argument.as_ref(), block);
            }
            What::Reputation(block) => self.reputation(block),
            What::Provider { name, model, block } => {
                let (pk, model, origin) =
                    self.model(start, name, model, block, "provider", models::PROVIDERS);
                let name = name.text().into_owned();
                self.draft.providers.push(Provider { pk, name, model, origin });
            }
            What::Stage { name, model, block } => {
                let (pk, model, origin) = self.model(start, name, model, block, "stage", models::STAGES);
                let name = name.text().into_owned();
                self.draft.stages.push(Stage { pk, name, model, origin });
            }
            What::Target(target) => self.target(start, target),
            What::Assert(pieces) => {
                self.draft.assertions.extend(assertion::assertion(start, &pieces, self.problems));
            }
            What::Broken => {}
        }
    }

    /// From the first word of an item to the end of its name.
    fn origin(&self, start: usize, name: Word<'_>) -> Origin {
        self.problems.origin(start..name.range().end)
    }

    fn release(&mut self, start: usize, release: Word<'_>) {
        let origin = self.origin(start, release);
        if let Some((_, first)) = self.draft.release {
            self.repeated("the release is given twice", origin, first);
        } else {
            self.draft.release = Some((release.text().into_owned(), origin));
        }
    }

    fn flag(&mut self, start: usize, name: Word<'_>, value: &Value<'_>) {
        let origin = self.origin(start, name);
        if let Some(first) = self.flag.filter(|_| name.text() == ACCESS_FLAG) {
            self.repeated("the flag is set twice", origin, first);
        } else if let Some(is_set) = self.flag_value(name, value) {
            self.draft.core_default_app_access = Some(is_set);
            self.flag = Some(origin);
        }
    }

    /// What the flag `name` is set to.
    pub(super) fn flag_value(&mut self, name: Word<'_>, value: &Value<'_>) -> Option<bool> {
        let text = name.text();
        if text != ACCESS_FLAG {
            let mut diagnostic = Diagnostic::error("unknown-flag", format!("there is no flag `{text}`"))
                .at(self.problems.origin(name.range()), "no such flag");
            if nearest(&text, std::iter::once(ACCESS_FLAG)).is_some() {
                diagnostic = diagnostic.help(format!("did you mean `{ACCESS_FLAG}`?"));
            } else {
                diagnostic = diagnostic.because(format!("only `{ACCESS_FLAG}` changes who may access what"));
            }
            self.problems.push(diagnostic);
        } else if let ValueKind::Bool(is_set) = value.kind {
            return Some(is_set);
        } else {
            settings::wrong_type(ACCESS_FLAG, "`true` or `false`", value, self.problems);
        }
        None
    }

    fn repeated(&mut self, message: &str, again: Origin, first: Origin) {
        let diagnostic =
            Diagnostic::error("repeated", message).at(again, "again here").at(first, "first here");
        self.problems.push(diagnostic);
    }

    fn user(&mut self, start: usize, name: Word<'_>, groups: &[Reference<'_>], block: Vec<Entry<'_>>) {
        let origin = self.origin(start, name);
        let problems = &mut *self.problems;
        let mut settings = Settings::only("a user", USER, block, problems);
        let user = User {
            pk: settings.pk(problems).map(Into::into),
            username: name.text().into(),
            name: settings.text("name", "", problems).into(),
            email: settings.text("email", "", problems).into(),
            kind: user_kind(&mut settings, problems),
            active: settings.bool("active", true, problems),
            path: settings.text("path", "users", problems).into(),
            attributes: settings.attributes(&mut self.pool, problems),
            password_changed: settings.timestamp("password_changed", problems),
            groups: Box::default(),
            origin,
        };
        let groups = groups.iter().map(|group| self.group(*group)).collect();
        self.draft.users.push(DraftUser { user, groups });
    }

    /// The key, model and place of a provider or a stage.
    fn model(
        &mut self,
        start: usize,
        name: Word<'_>,
        model: Option<Word<'_>>,
        block: Vec<Entry<'_>>,
        noun: &'static str,
        known: models::Models,
    ) -> (Option<String>, String, Origin) {
        let owner = if noun == "stage" { "a stage" } else { "a provider" };
        let mut settings = Settings::only(owner, &["pk"], block, self.problems);
        let pk = settings.pk(self.problems);
        let model = model.map_or_else(String::new, |word| known.read(word, noun, self.problems));
        (pk, model, self.origin(start, name))
    }

    fn reputation(&mut self, block: Vec<Entry<'_>>) {
        let scores = self.draft.reputation.get_or_insert_default();
        for entry in block {
            match entry {
                Entry::Score { who, ip, score: number } => {
                    let score = settings::int(number, self.problems).unwrap_or_default();
                    let ip = address(ip, self.problems);
                    scores.push(Score { identifier: who.text().into_owned(), ip, score });
                }
                Entry::Broken => {}
                other => {
                    let place = settings::place(&other);
                    let diagnostic = Diagnostic::error("misplaced", "only scores belong here")
                        .at(self.problems.origin(place), "not a score")
                        .help("a score is written `alice from \"198.51.100.7\": -4`");
                    self.problems.push(diagnostic);
                }
            }
        }
    }

    fn references(&self, references: &[Reference<'_>]) -> Vec<draft::Reference> {
        references.iter().map(|reference| self.reference(*reference)).collect()
    }

    pub(super) fn reference(&self, Reference { word, is_pk }: Reference<'_>) -> draft::Reference {
        let text = word.text().into_owned();
        let key = if is_pk { Key::Pk(text) } else { Key::Name(text) };
        draft::Reference { key: key.into(), origin: self.problems.origin(word.range()) }
    }

    /// A group that a user names; others name it, too.
    fn group(&mut self, Reference { word, is_pk }: Reference<'_>) -> draft::Reference {
        let text = word.text();
        let key = if is_pk { self.keys.pk(&text) } else { self.keys.name(&text) };
        draft::Reference { key, origin: self.problems.origin(word.range()) }
    }
}

fn user_kind(settings: &mut Settings<'_>, problems: &mut Problems<'_>) -> UserKind {
    let Some((word, place)) = settings.word("type", problems) else { return UserKind::default() };
    UserKind::parse(&word).unwrap_or_else(|| {
        let known = UserKind::ALL.map(UserKind::as_str);
        settings::unknown_value("type of user", &word, place, &known, problems);
        UserKind::default()
    })
}

/// An address in its canonical form. What is no address cannot match any; it is kept, since the score of the
/// username counts all the same.
fn address(ip: Word<'_>, problems: &mut Problems<'_>) -> String {
    let text = ip.text();
    if let Ok(address) = text.parse::<std::net::IpAddr>() {
        return address.to_string();
    }
    let diagnostic = Diagnostic::warning("not-an-address", format!("`{text}` is not an IP address"))
        .at(problems.origin(ip.range()), "matches no request");
    problems.push(diagnostic);
    text.into_owned()
}
