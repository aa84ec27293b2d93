//! Proofs with one thing changed.

use serde_json::{Value, json};

/// Does something to the part at a place.
type Change<'c> = dyn FnMut(&str, &str, Value) + 'c;

/// A proof with one thing changed, in every way that comes to mind; each with its kind: what of what was done to.
pub(super) fn tampered(form: &Value) -> Vec<(String, Value)> {
    let mut found = Vec::new();
    let mut change = |pointer: &str, what: &str, to: Value| {
        let mut other = form.clone();
        *other.pointer_mut(pointer).unwrap() = to;
        if other != *form {
            let kind: String = pointer.chars().filter(|sign| !sign.is_ascii_digit()).collect();
            found.push((format!("{kind} {what}"), other));
        }
    };
    let steps = form["steps"].as_array().unwrap();
    change_leaves(form, &mut change);
    change_steps(steps, &mut change);
    for key in ["verdict", "effective"] {
        for (what, shown) in [
            ("nothing", json!([])),
            ("everything", json!([0, 1, 2])),
            ("one", json!([0])),
            ("two", json!([0, 1])),
        ] {
            change(&format!("/{key}/shown_by"), what, shown);
        }
        let other = if key == "verdict" { "effective" } else { "verdict" };
        change(&format!("/{key}"), "of the other", form[other].clone());
    }
    found
}

/// Everything that has no parts, by its place.
fn leaves(value: &Value, at: &str) -> Vec<(String, Value)> {
    match value {
        Value::Object(parts) => {
            parts.iter().flat_map(|(key, part)| leaves(part, &format!("{at}/{key}"))).collect()
        }
        Value::Array(parts) => parts
            .iter()
            .enumerate()
            .flat_map(|(index, part)| leaves(part, &format!("{at}/{index}")))
            .collect(),
        other => vec![(at.to_owned(), other.clone())],
    }
}

/// Changes everything that has no parts.
fn change_leaves(form: &Value, change: &mut Change<'_>) {
    for (pointer, value) in leaves(form, "") {
        match &value {
            Value::Bool(holds) => change(&pointer, "turned round", json!(!holds)),
            Value::Number(number) => {
                let number = number.as_u64().unwrap();
                change(&pointer, "one more", json!(number + 1));
                change(&pointer, "one less", json!(number.saturating_sub(1)));
                change(&pointer, "first", json!(0));
                change(&pointer, "far away", json!(4_000_000));
                change(&pointer, "no number", json!("three"));
            }
            Value::String(text) => {
                change(&pointer, "empty", json!(""));
                change(&pointer, "longer", json!(format!("{text}x")));
                for word in [
                    "yes",
                    "no",
                    "depends",
                    "match",
                    "policy",
                    "verdict",
                    "effective",
                    "given",
                    "ends",
                    "follows",
                    "said",
                    "assumed",
                    "cases",
                    "pass",
                    "fail",
                    "error",
                    "crash",
                    "mode",
                    "expiry",
                    "provider",
                    "request",
                ] {
                    change(&pointer, &format!("made {word}"), json!(word));
                }
            }
            _ => {}
        }
        change(&pointer, "null", Value::Null);
    }
}

/// Changes steps: what they have, what they rest on, and which there are.
fn change_steps(steps: &[Value], change: &mut Change<'_>) {
    for (number, step) in steps.iter().enumerate() {
        let at = format!("/steps/{number}");
        let keys: Vec<&String> = step.as_object().unwrap().keys().collect();
        for key in keys {
            let mut without = step.clone();
            without.as_object_mut().unwrap().remove(key);
            change(&at, &format!("without {key}"), without);
        }
        let claim = step["claim"].as_str().unwrap();
        for key in ["extra", "holds", "from"] {
            let mut with = step.clone();
            if with.get(key).is_none() {
                with[key] = if key == "from" { json!([0]) } else { json!(true) };
                change(&at, &format!("{claim} with {key}"), with);
            }
        }
        if let Some(from) = step.get("from").and_then(Value::as_array) {
            for drop in 0..from.len() {
                let mut less = from.clone();
                less.remove(drop);
                change(&format!("{at}/from"), &format!("{claim} less"), json!(less));
                for other in 0..steps.len() {
                    let mut swapped = from.clone();
                    swapped[drop] = json!(other);
                    change(&format!("{at}/from"), &format!("{claim} another"), json!(swapped));
                }
            }
            for other in 0..steps.len() {
                let mut more = from.clone();
                more.push(json!(other));
                change(&format!("{at}/from"), &format!("{claim} more"), json!(more));
            }
        }
        let mut less = steps.to_vec();
        less.remove(number);
        change("/steps", &format!("without a {claim}"), json!(less));
        let mut twice = steps.to_vec();
        twice.push(step.clone());
        change("/steps", &format!("{claim} twice"), json!(twice));
        for (other, with) in steps.iter().enumerate() {
            change(&at, &format!("{claim} is a {}", with["claim"].as_str().unwrap()), with.clone());
            let mut swapped = steps.to_vec();
            swapped.swap(number, other);
            change(
                "/steps",
                &format!("{claim} and {} swapped", with["claim"].as_str().unwrap()),
                json!(swapped),
            );
        }
    }
}
