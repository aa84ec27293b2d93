//! Does a proof hold?

use serde::Serialize;
use serde_json::Value;

use super::{Answer, Context, Ground, Sheet, Why};
use crate::proof::{By, Claim, Proof};
use crate::verify::{Refused, verify};

/// Whether a proof holds in a configuration.
#[derive(Clone, Debug, Serialize)]
pub struct Verified {
    /// The form of this answer.
    pub schema: &'static str,
    /// What it stands on.
    pub ground: Ground,
    /// Whether it holds.
    pub holds: bool,
    /// What it claims: user, target, verdict and effective verdict, as it says.
    pub claims: String,
    /// How many steps it has.
    pub steps: usize,
    /// What it says of policies, which is not checked by reading their code, but by asking whoever gives verdicts.
    pub said: Vec<String>,
    /// Why it is refused, if it is.
    pub refused: Option<String>,
}

impl Verified {
    /// Whether `proof`, an answer of [`Why`] as JSON, holds.
    pub fn ask(context: Context<'_>, proof: &Value) -> Self {
        let mut verified = Self {
            schema: "whomay.verify/1",
            ground: Ground::of(context.reasoner),
            holds: false,
            claims: claims(proof),
            steps: 0,
            said: Vec::new(),
            refused: None,
        };
        verified.refused = verified.check(context, proof).err();
        verified.holds = verified.refused.is_none();
        verified
    }

    fn check(&mut self, context: Context<'_>, proof: &Value) -> Result<(), String> {
        self.check_ground(proof.get("ground").unwrap_or(&Value::Null))?;
        let form = proof.get("proof").unwrap_or(&Value::Null);
        let read =
            context.with_names(|names| Proof::from_json(form, names)).map_err(|error| error.to_string())?;
        self.steps = read.steps.len();
        let (world, reasoner) = (context.world(), context.reasoner);
        let said = verify(world, reasoner.settings().at, &read, &reasoner.statements());
        let said = said.map_err(|refused| match refused {
            Refused::Step(number, _) => {
                let step = form.get("steps").and_then(|steps| steps.get(number)).map(Value::to_string);
                format!("{refused}: {}", step.unwrap_or_default())
            }
            Refused::Shows(..) => refused.to_string(),
        })?;
        let statements =
            said.into_iter().filter_map(|step| Some(Self::statement(context, &read, read.steps.get(step)?)));
        self.said = statements.collect();
        Self::check_words(context, &read, proof)
    }

    /// The proof must be about what is looked at now.
    fn check_ground(&self, said: &Value) -> Result<(), String> {
        let here = serde_json::to_value(&self.ground).unwrap_or_default();
        let without_source = |ground: &Value| {
            let mut ground = ground.clone();
            if let Some(map) = ground.as_object_mut() {
                // Whether somebody asked for the release or nobody did, it is the same one; whether the input says so is not.
                let from = map.get("edition_from").and_then(Value::as_str) == Some("input");
                map.insert("edition_from".to_owned(), from.into());
            }
            ground
        };
        if without_source(said) == without_source(&here) {
            return Ok(());
        }
        Err(format!("the proof stands on other ground: {said}; here that is {here}"))
    }

    /// What goes with the proof must be what goes with it.
    fn check_words(context: Context<'_>, read: &Proof, said: &Value) -> Result<(), String> {
        let other = |all| {
            let answer = Why::ask(context, read.user, read.target, all);
            other_part(said, &serde_json::to_value(answer).unwrap_or_default())
        };
        // It may show the first reasons alone, or all of them.
        match other(false).and_then(|_| other(true)) {
            Some(key) => Err(format!("the steps hold, but `{key}` is not what goes with them")),
            None => Ok(()),
        }
    }

    /// What a step says of a policy, in words.
    fn statement(context: Context<'_>, read: &Proof, step: &crate::proof::Step) -> String {
        let (Claim::Ends(run, ends), By::Said(from)) = (step.claim, &step.by) else { return String::new() };
        let policy =
            context.reasoner.policy_of(run).map(|policy| context.world().policies.row(policy).name.clone());
        let given = from.iter().filter_map(|step| match read.steps.get(*step)?.claim {
            Claim::Given(unknown, holds) => {
                let not = if holds { "" } else { "not " };
                Some(format!("{not}{}", context.unknown(unknown).name))
            }
            _ => None,
        });
        let given: Vec<String> = given.collect();
        let given = if given.is_empty() { String::new() } else { format!(", if {}", given.join(" and ")) };
        let user = &context.world().users.row(read.user).username;
        format!("policy {} ends in {ends} for {user}{given}", policy.unwrap_or_default())
    }
}

/// A part of one of two answers that is another one in the other. What they stand on was looked at before.
fn other_part(said: &Value, answer: &Value) -> Option<String> {
    let keys = [said, answer].into_iter().filter_map(Value::as_object).flat_map(|map| map.keys());
    let is_other = |key: &&String| *key != "ground" && bare(said.get(key)) != bare(answer.get(key));
    keys.into_iter().find(is_other).cloned()
}

/// A part without the places in it, which depend on how the input is named.
fn bare(part: Option<&Value>) -> Value {
    match part {
        None => Value::Null,
        Some(Value::Object(map)) => {
            let parts = map.iter().filter(|(key, _)| *key != "place");
            Value::Object(parts.map(|(key, value)| (key.clone(), bare(Some(value)))).collect())
        }
        Some(Value::Array(items)) => items.iter().map(|item| bare(Some(item))).collect(),
        Some(other) => other.clone(),
    }
}

/// What a proof claims, as it says itself.
fn claims(proof: &Value) -> String {
    let text = |of: &Value, key: &str| of.get(key).and_then(Value::as_str).unwrap_or("?").to_owned();
    let form = proof.get("proof").unwrap_or(&Value::Null);
    let name = |key: &str| text(form.get(key).unwrap_or(&Value::Null), "name");
    let is = |key: &str| text(form.get(key).unwrap_or(&Value::Null), "is");
    let (verdict, effective) = (is("verdict"), is("effective"));
    let end = if effective == verdict { String::new() } else { format!(", in the end {effective}") };
    format!("{} and {}: {verdict}{end}", name("user"), name("target"))
}

impl Answer for Verified {
    fn ground(&self) -> Ground {
        self.ground.clone()
    }

    fn sheets(&self) -> Vec<Sheet<'_>> {
        let mut sheet = Sheet::new("", &["", ""]).main();
        let mut row = |name: &str, value: String| sheet.row([name.to_owned(), value]);
        row("proof of", self.claims.clone());
        row("holds", if self.holds { "yes" } else { "no" }.to_owned());
        if let Some(refused) = &self.refused {
            row("because", refused.clone());
        } else {
            row("steps", self.steps.to_string());
            self.said.iter().for_each(|said| row("as is said", said.clone()));
        }
        row("semantics", self.ground.sentence());
        vec![sheet]
    }

    fn json(&self, output: &mut dyn std::io::Write) -> std::io::Result<()> {
        Ok(serde_json::to_writer_pretty(output, self)?)
    }

    fn lines(&self, line: &mut dyn FnMut(String) -> std::io::Result<()>) -> std::io::Result<()> {
        super::lines(std::slice::from_ref(self), line)
    }
}
