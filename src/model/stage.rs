//! Stages: what a flow does at one of its places.

use super::Origin;

/// A stage.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stage {
    /// The primary key, when the input has one.
    pub pk: Option<String>,
    /// The name: unique.
    pub name: String,
    /// Its type, as `app_label.model`; empty when the input does not say.
    pub model: String,
    /// Where the stage was read from.
    pub origin: Origin,
}

/// What a user must get past (dossier §8).
const PROTECTING: [&str; 10] = [
    "authenticator_validate",
    "captcha",
    "consent",
    "deny",
    "email",
    "endpoint",
    "identification",
    "mtls",
    "password",
    "source",
];

/// What does something for the user or with it (dossier §8).
const ACTING: [&str; 7] =
    ["invitation", "prompt", "redirect", "user_delete", "user_login", "user_logout", "user_write"];

impl Stage {
    /// Its type in one word, such as `password`; `None` where the input does not say, or it is none of authentik's.
    pub fn word(&self) -> Option<&str> {
        let (label, model) = self.model.split_once('.')?;
        match label.strip_prefix("authentik_stages_") {
            Some(word) => Some(word),
            None if (label, model) == ("authentik_endpoints", "endpointstage") => Some("endpoint"),
            None => None,
        }
    }

    /// Whether its type is the one that `word` stands for.
    pub fn is(&self, word: &str) -> bool {
        self.word() == Some(word)
    }

    /// Whether it keeps somebody out, or asks for a proof: where it does not run, a check is left out (dossier §3.6).
    pub fn protects(&self) -> bool {
        self.word().is_some_and(|word| PROTECTING.contains(&word))
    }

    /// Whether it does something: where it does not run, that is not done (dossier §3.6).
    pub fn acts(&self) -> bool {
        self.word().is_some_and(|word| ACTING.contains(&word))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stage(model: &str) -> Stage {
        Stage { pk: None, name: "x".to_owned(), model: model.to_owned(), origin: Origin::None }
    }

    #[test]
    fn a_type_is_told_by_its_application_alone() {
        assert_eq!(stage("authentik_stages_mtls.mutualtlsstage").word(), Some("mtls"));
        assert_eq!(stage("authentik_endpoints.endpointstage").word(), Some("endpoint"));
        assert_eq!(stage("authentik_endpoints.device").word(), None);
        assert_eq!(stage("").word(), None);
    }

    #[test]
    fn what_protects_does_not_act() {
        let all = PROTECTING.iter().chain(&ACTING).map(|word| stage(&format!("authentik_stages_{word}.x")));
        for stage in all {
            assert_ne!(stage.protects(), stage.acts(), "{}", stage.model);
        }
        assert!(!stage("").protects() && !stage("").acts());
    }
}
