//! Short words for the models of providers, stages and sources.

use super::ast::Word;
use super::problems::Problems;
use super::text::quoted;
use crate::diagnostic::Diagnostic;
use crate::model::builder::nearest;

/// Short words for models that are named alike.
#[derive(Clone, Copy)]
pub(super) struct Models {
    /// The words.
    pub(super) words: &'static [&'static str],
    /// What the label of each application begins with.
    label: &'static str,
    /// What each model ends with.
    ending: &'static str,
}

/// Types of provider.
pub(super) const PROVIDERS: Models = Models {
    words: &[
        "google_workspace",
        "ldap",
        "microsoft_entra",
        "oauth2",
        "proxy",
        "rac",
        "radius",
        "saml",
        "scim",
        "ssf",
    ],
    label: "authentik_providers_",
    ending: "provider",
};

/// Types of stage. `source` is none of them: it is a reserved word.
pub(super) const STAGES: Models = Models {
    words: &[
        "authenticator_duo",
        "authenticator_email",
        "authenticator_sms",
        "authenticator_static",
        "authenticator_totp",
        "authenticator_validate",
        "authenticator_webauthn",
        "captcha",
        "consent",
        "deny",
        "dummy",
        "email",
        "identification",
        "invitation",
        "mtls",
        "password",
        "prompt",
        "redirect",
        "user_delete",
        "user_login",
        "user_logout",
        "user_write",
    ],
    label: "authentik_stages_",
    ending: "stage",
};

/// Types of source.
pub(super) const SOURCES: Models = Models {
    words: &["kerberos", "ldap", "oauth", "plex", "saml", "scim", "telegram"],
    label: "authentik_sources_",
    ending: "source",
};

impl Models {
    /// The model that `word` stands for.
    pub(super) fn model(self, word: &str) -> Option<String> {
        let known = self.words.contains(&word);
        known.then(|| format!("{}{word}.{}{}", self.label, word.replace('_', ""), self.ending))
    }

    /// The word that stands for `model`.
    pub(super) fn word(self, model: &str) -> Option<&'static str> {
        let label = model.strip_prefix(self.label)?.split('.').next()?;
        let word = self.words.iter().find(|word| **word == label)?;
        self.model(word).filter(|known| known == model).map(|_| *word)
    }

    /// The model that `word` stands for; in quotes it is the model itself.
    pub(super) fn read(self, word: Word<'_>, noun: &str, problems: &mut Problems<'_>) -> String {
        if word.is_quoted() {
            return word.text().into_owned();
        }
        self.model(word.raw).unwrap_or_else(|| {
            let message = format!("there is no type of {noun} called `{}`", word.raw);
            let mut diagnostic =
                Diagnostic::error("unknown-value", message).at(problems.origin(word.range()), "no such type");
            let example = || self.words.first().and_then(|word| self.model(word)).unwrap_or_default();
            diagnostic = diagnostic.help(match nearest(word.raw, self.words.iter().copied()) {
                Some(similar) => format!("did you mean `{similar}`?"),
                None => format!("write the model in quotes, such as {}", quoted(&example())),
            });
            problems.push(diagnostic);
            String::new()
        })
    }
}
