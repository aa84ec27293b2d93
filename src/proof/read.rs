//! Reading proofs back. What is not as it would be written is refused: a name of something else, a part too many.

use serde_json::Value;

use super::form::Names;
use super::{AtomId, By, Claim, Proof, RunId, Shown, Step, Unknown};
use crate::model::{Id, Table, World};
use crate::truth::{Ends, Verdict};

/// Why a proof cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unreadable {
    /// It has not the form of a proof.
    #[error("{at}: {what}")]
    Form {
        /// The part of the proof.
        at: String,
        /// What is wrong with it.
        what: String,
    },
    /// It speaks of something that is not so in this configuration.
    #[error("{at}: the proof says {said}; in this configuration that is {is}")]
    Other {
        /// The part of the proof.
        at: String,
        /// What it says.
        said: String,
        /// What that would be here.
        is: String,
    },
}

type Read<T> = Result<T, String>;

impl Proof {
    /// Reads the proof in `form`, about what `names` calls so.
    ///
    /// # Errors
    /// When it is no proof, or one that names objects otherwise.
    pub fn from_json(form: &Value, names: Names<'_>) -> Result<Self, Unreadable> {
        let wrong = |at: &str| {
            let at = at.to_owned();
            move |what: String| Unreadable::Form { at, what }
        };
        let world = names.world;
        let user = object(form, "user", &world.users).map_err(wrong("the user"))?;
        let target = object(form, "target", &world.targets).map_err(wrong("the target"))?;
        let steps = list(form, "steps").map_err(wrong("the proof"))?;
        let read =
            |(index, form): (usize, &Value)| step(form, world).map_err(wrong(&format!("step {index}")));
        let steps: Vec<Step> = steps.iter().enumerate().map(read).collect::<Result<_, _>>()?;
        let (verdict, verdict_shown) = shown(form, "verdict").map_err(wrong("the verdict"))?;
        let (effective, effective_shown) =
            shown(form, "effective").map_err(wrong("the effective verdict"))?;
        let proof = Self { user, target, verdict, verdict_shown, effective, effective_shown, steps };
        match difference(form, &proof.to_json(names), "the proof") {
            Some((at, said, is)) => Err(Unreadable::Other { at, said, is }),
            None => Ok(proof),
        }
    }
}

/// The first part in which two forms are different.
fn difference(said: &Value, is: &Value, at: &str) -> Option<(String, String, String)> {
    let within = |key: &str, at: &str| match at {
        "the proof" => key.to_owned(),
        "steps" => format!("step {key}"),
        _ => format!("{at}, {key}"),
    };
    match (said, is) {
        (Value::Object(said), Value::Object(is)) => {
            let keys = said.keys().chain(is.keys().filter(|key| !said.contains_key(*key)));
            let (nothing, mut keys) = (Value::Null, keys);
            keys.find_map(|key| {
                let part = |map: &serde_json::Map<String, Value>| map.get(key).unwrap_or(&nothing).clone();
                if said.contains_key(key) == is.contains_key(key) {
                    difference(&part(said), &part(is), &within(key, at))
                } else {
                    Some((within(key, at), part(said).to_string(), part(is).to_string()))
                }
            })
        }
        (Value::Array(said), Value::Array(is)) if said.len() == is.len() => {
            let pairs = said.iter().zip(is).enumerate();
            pairs
                .into_iter()
                .find_map(|(index, (said, is))| difference(said, is, &within(&index.to_string(), at)))
        }
        _ => (said != is).then(|| (at.to_owned(), said.to_string(), is.to_string())),
    }
}

fn part<'v>(form: &'v Value, key: &str) -> Read<&'v Value> {
    form.get(key).ok_or_else(|| format!("`{key}` is missing"))
}

fn text<'v>(form: &'v Value, key: &str) -> Read<&'v str> {
    part(form, key)?.as_str().ok_or_else(|| format!("`{key}` is no text"))
}

fn list<'v>(form: &'v Value, key: &str) -> Read<&'v [Value]> {
    part(form, key)?.as_array().map(Vec::as_slice).ok_or_else(|| format!("`{key}` is no list"))
}

fn number(form: &Value) -> Read<u32> {
    let number = form.as_u64().and_then(|number| u32::try_from(number).ok());
    number.ok_or_else(|| format!("{form} is no number of an object or a step"))
}

fn numbered(form: &Value, key: &str) -> Read<u32> {
    number(part(part(form, key)?, "number")?)
}

/// The object of a table.
fn object<I: Id, T>(form: &Value, key: &str, table: &Table<I, T>) -> Read<I> {
    let number = numbered(form, key)?;
    let id = I::from_index(number as usize);
    match table.get(id) {
        Some(_) => Ok(id),
        None => Err(format!("`{key}`: this configuration has no such object with number {number}")),
    }
}

fn positions(form: &Value, key: &str) -> Read<Vec<usize>> {
    list(form, key)?.iter().map(|step| number(step).map(|step| step as usize)).collect()
}

fn shown(form: &Value, key: &str) -> Read<(Verdict, Shown)> {
    let form = part(form, key)?;
    let verdicts = [Verdict::Yes, Verdict::No, Verdict::Depends];
    let is = text(form, "is")?;
    let verdict = verdicts.into_iter().find(|verdict| verdict.as_str() == is);
    let verdict = verdict.ok_or_else(|| format!("`{is}` is no verdict"))?;
    let shown = match positions(form, "shown_by")?.as_slice() {
        [] => Shown::Nothing,
        [step] => Shown::Decided(*step),
        [yes, no] => Shown::Depends { yes: *yes, no: *no },
        _ => return Err("a verdict is shown by one step or two".to_owned()),
    };
    Ok((verdict, shown))
}

fn step(form: &Value, world: &World) -> Read<Step> {
    let holds =
        || part(form, "holds")?.as_bool().ok_or_else(|| "`holds` is neither true nor false".to_owned());
    let target = || object(form, "target", &world.targets);
    let binding = || object(form, "binding", &world.bindings);
    let claim = match text(form, "claim")? {
        "given" => Claim::Given(unknown(form, world)?, holds()?),
        "ends" => {
            let name = |end: &Value| {
                let found = end.as_str().and_then(Ends::named);
                found.ok_or_else(|| format!("{end} is no end of a policy"))
            };
            let ends = list(form, "ends")?.iter().map(name).collect::<Read<Vec<Ends>>>()?;
            let ends = ends.into_iter().reduce(Ends::or).ok_or("a policy ends in some way")?;
            Claim::Ends(RunId(numbered(form, "run")?), ends)
        }
        "policy" => Claim::Policy(binding()?, holds()?),
        "match" => Claim::Match(binding()?, holds()?),
        "verdict" => Claim::Verdict(target()?, holds()?),
        "effective" => Claim::Effective(target()?, holds()?),
        other => return Err(format!("`{other}` is nothing that a step can claim")),
    };
    let from = || if form.get("from").is_some() { positions(form, "from") } else { Ok(Vec::new()) };
    let by = match text(form, "because")? {
        "assumed" => By::Assumed,
        "said" => By::Said(from()?),
        "follows" => By::Follows(from()?),
        "cases" => By::Cases(from()?),
        other => return Err(format!("`{other}` is no reason for a step")),
    };
    Ok(Step { claim, by })
}

fn unknown(form: &Value, world: &World) -> Read<Unknown> {
    let target = || object(form, "of", &world.targets);
    Ok(match text(form, "unknown")? {
        "policy" => Unknown::Policy(object(form, "of", &world.policies)?),
        "request" => Unknown::Request(AtomId(numbered(form, "of")?)),
        "mode" => Unknown::Mode(target()?),
        "provider" => Unknown::Provider(object(form, "of", &world.providers)?),
        "expiry" => Unknown::Expiry(target()?),
        "bindings" => Unknown::Bindings(target()?),
        "exchange" => Unknown::Exchange(target()?),
        other => return Err(format!("`{other}` is nothing that can be unknown")),
    })
}
