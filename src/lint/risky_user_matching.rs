//! See [`RiskyUserMatching`].

use super::sources::Login;
use super::words::many;
use super::{Context, Finding, Lint, Object};
use crate::diagnostic::Severity;
use crate::model::{Id, PolicyKind, SourceFlow, TargetId, UserId, UserMatching};
use crate::policy::{Fact, Understood};

lint! {
    /// A source that takes an account elsewhere for the user here with the same e-mail address or username.
    ///
    /// # Why it matters
    ///
    /// With `email_link` and `username_link`, whoever logs in through the source for the first time becomes the user with
    /// the same address or name, without any word from that user. authentik does not ask whether the address was
    /// verified over there, and usernames are free for the taking at most services: whoever gets an account of the
    /// right name is let in as somebody else, superusers included (dossier §3.7).
    ///
    /// Linking by e-mail address where nobody can enroll is a note: there the source is for users who exist, and all rests
    /// on the addresses being verified. So is linking where the flow asks for a second factor. Sources that copy a
    /// directory (LDAP, Kerberos, SCIM) are left out, and so are sources without a flow to log in with, those whose flow
    /// asks for the password here, and those whose flow asks a policy about what the source says.
    ///
    /// # Example
    ///
    /// ```may
    /// user anna { email: "anna@example.org" }
    /// stage write user_write
    /// stage enter user_login
    /// flow github-login { designation: authentication  stage enter at 10 }
    /// flow github-join { designation: enrollment  stage write at 10  stage enter at 20 }
    /// source github {
    ///     type: oauth
    ///     user_matching_mode: email_link
    ///     authentication_flow: github-login
    ///     enrollment_flow: github-join
    /// }
    /// ```
    ///
    /// # Instead
    ///
    /// Let users connect the source themselves, in their settings, where they have logged in.
    ///
    /// ```may
    /// user anna { email: "anna@example.org" }
    /// stage write user_write
    /// stage enter user_login
    /// flow github-login { designation: authentication  stage enter at 10 }
    /// flow github-join { designation: enrollment  stage write at 10  stage enter at 20 }
    /// source github {
    ///     type: oauth
    ///     user_matching_mode: email_deny
    ///     authentication_flow: github-login
    ///     enrollment_flow: github-join
    /// }
    /// ```
    RiskyUserMatching, "risky-user-matching", Warning
}

/// What a policy reads of the context to know what the source says: it may refuse what is not verified.
const SAID_BY_SOURCE: [&str; 3] = ["oauth_userinfo", "prompt_data", "goauthentik.io/sources/connection"];

impl Lint for RiskyUserMatching {
    fn check(&self, context: &Context<'_>) -> Vec<Finding> {
        let world = context.world();
        // A source that a stage leads to needs no flow of its own: the flow of the stage goes on.
        let by_stage = world.stages.values().any(|stage| stage.is("source"));
        let finding = |source: &Login<'_>| {
            let by = match source.user_matching? {
                UserMatching::EmailLink => By::Email,
                UserMatching::UsernameLink => By::Username,
                UserMatching::Identifier | UserMatching::EmailDeny | UserMatching::UsernameDeny => {
                    return None;
                }
            };
            let flow = match source.authentication_flow {
                None if !by_stage => return None,
                flow => flow.and_then(SourceFlow::listed),
            };
            let asks = flow.map_or(Asks::Nothing, |flow| asks(context, flow));
            let users = by.whom(context);
            // Who is there is not to be seen in a part of a tenant, and will change where anybody may enroll.
            let is_nobody = users.is_empty() && !world.partial && source.enrollment_flow.is_none();
            if asks == Asks::Enough || is_nobody {
                return None;
            }
            let finding = about(context, source, by, &users);
            let is_note = asks == Asks::SecondFactor || (by == By::Email && source.enrollment_flow.is_none());
            Some(if is_note { finding.at_most(Severity::Note) } else { finding })
        };
        context.logins().iter().filter_map(finding).collect()
    }
}

/// What accounts are linked by.
#[derive(Clone, Copy, PartialEq)]
enum By {
    Email,
    Username,
}

impl By {
    /// The users that somebody else may become.
    fn whom(self, context: &Context<'_>) -> Vec<UserId> {
        let users = context.world().users.iter().filter(|(_, row)| row.active);
        users.filter(|(_, row)| self == Self::Username || !row.email.is_empty()).map(|(id, _)| id).collect()
    }

    fn noun(self) -> &'static str {
        match self {
            Self::Email => "e-mail address",
            Self::Username => "username",
        }
    }
}

fn about(context: &Context<'_>, source: &Login<'_>, by: By, users: &[UserId]) -> Finding {
    let world = context.world();
    let noun = by.noun();
    let message = format!(
        "whoever logs in through {} with the {noun} of a user becomes that user",
        context.target(source.id)
    );
    let mut finding = Finding::about(world, Object::Target(source.id), message).at_field(
        source.origin,
        "/user_matching_mode",
        format!("accounts are linked by their {noun}"),
    );
    let is_super = context.superuser_groups();
    let supers: Vec<UserId> = users
        .iter()
        .copied()
        .filter(|user| {
            let groups = &world.users.row(*user).groups;
            groups.iter().any(|group| is_super.get(group.index()) == Some(&true))
        })
        .collect();
    if !users.is_empty() {
        let mut whom = format!("that is so for {}", many(users.len(), "user"));
        if let [one] = supers.as_slice() {
            whom += &format!(", of whom `{}` is a superuser", world.users.row(*one).username);
        } else if !supers.is_empty() {
            whom += &format!(", of whom {} are superusers", supers.len());
        }
        finding = finding.because(whom);
    }
    let enrolls = match source.enrollment_flow {
        None => "nobody can enroll through it".to_owned(),
        Some(flow) => format!(
            "others enroll through {}, so its accounts need not be of people who are known here",
            context.source_flow(flow)
        ),
    };
    finding
        .because(enrolls)
        .because(match by {
            By::Email => "authentik does not ask whether the address was verified there",
            By::Username => "the same username there may be somebody else's",
        })
        .help("set `user_matching_mode: identifier`, and let users connect the source in their settings")
}

/// What the flow that a source logs in with asks for beside the account there.
#[derive(Clone, Copy, PartialEq)]
enum Asks {
    Nothing,
    SecondFactor,
    /// What only the user has, or the word of a policy about the account there.
    Enough,
}

fn asks(context: &Context<'_>, flow: TargetId) -> Asks {
    let flows = context.flows();
    let Some(flow) = flows.iter().find(|known| known.id == flow) else { return Asks::Nothing };
    let targets = std::iter::once(flow.id).chain(flow.places.iter().map(|place| place.id));
    if targets.into_iter().any(|target| asks_about_account(context, target)) {
        return Asks::Enough;
    }
    // A stage with bindings may be left out for somebody.
    let mut always = flow.places.iter().filter(|place| context.counted(place.id).is_empty());
    if always.clone().any(|place| place.stage.is("password")) {
        Asks::Enough
    } else if always.any(|place| place.stage.is("authenticator_validate")) {
        Asks::SecondFactor
    } else {
        Asks::Nothing
    }
}

/// Whether a policy of `target` looks at what the source says of the account.
fn asks_about_account(context: &Context<'_>, target: TargetId) -> bool {
    let reads = |policy| {
        match (&context.world().policies.row(policy).kind, context.understood(policy)) {
        (PolicyKind::Expression(_), Some(Understood::Reads { reads, .. })) => reads.iter().any(|read| {
            matches!(&read.fact, Fact::Context(key) if SAID_BY_SOURCE.contains(&key.as_str()) || key.starts_with("saml"))
        }),
        // What nobody understands may do anything.
        (PolicyKind::Expression(_) | PolicyKind::Unknown(_), _) => true,
        _ => false,
    }
    };
    context.counted(target).iter().filter_map(|(_, row)| row.policy).any(reads)
}
