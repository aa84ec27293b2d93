//! What is wrong with a value: the keywords of JSON Schema that our schemas and that of SARIF use, and no other.

use serde_json::Value;

/// What is wrong with `value`.
pub(crate) fn problem(schema: &Value, root: &Value, value: &Value) -> Option<String> {
    let check = |(keyword, wanted): (&String, &Value)| -> Option<String> {
        let wrong = |is_right: bool| (!is_right).then(|| format!("{value} against {keyword} {wanted}"));
        match keyword.as_str() {
            "$schema" | "$id" | "$defs" | "definitions" | "title" | "description" | "default" => None,
            // How a text looks that is a reference; everything else that has a form or a pattern is refused below.
            "format" => wrong(["uri", "uri-reference"].contains(&wanted.as_str().unwrap())),
            "minItems" => wrong(value.as_array()?.len() as u64 >= wanted.as_u64().unwrap()),
            "uniqueItems" => {
                let items = value.as_array()?;
                wrong(items.iter().enumerate().all(|(index, item)| !items[..index].contains(item)))
            }
            "$ref" => {
                let target = root.pointer(wanted.as_str().unwrap().strip_prefix('#').unwrap()).unwrap();
                problem(target, root, value)
            }
            "type" => {
                let is = |kind: &Value| match kind.as_str().unwrap() {
                    "object" => value.is_object(),
                    "array" => value.is_array(),
                    "string" => value.is_string(),
                    "integer" => value.is_i64() || value.is_u64(),
                    "boolean" => value.is_boolean(),
                    "null" => value.is_null(),
                    other => panic!("the type {other}"),
                };
                wrong(wanted.as_array().map_or_else(|| is(wanted), |kinds| kinds.iter().any(is)))
            }
            "const" => wrong(value == wanted),
            "enum" => wrong(wanted.as_array().unwrap().contains(value)),
            "minimum" => wrong(value.as_i64() >= wanted.as_i64()),
            "maximum" => wrong(value.as_f64() <= wanted.as_f64()),
            "required" => {
                wrong(wanted.as_array().unwrap().iter().all(|key| value.get(key.as_str().unwrap()).is_some()))
            }
            "properties" => {
                value.as_object()?.iter().find_map(|(key, value)| problem(wanted.get(key)?, root, value))
            }
            "additionalProperties" => {
                let known = |key: &String| schema["properties"].get(key).is_some();
                let mut others = value.as_object()?.iter().filter(|(key, _)| !known(key));
                match wanted {
                    Value::Bool(allowed) => wrong(*allowed || others.next().is_none()),
                    wanted => others.find_map(|(_, value)| problem(wanted, root, value)),
                }
            }
            "items" => value.as_array()?.iter().find_map(|item| problem(wanted, root, item)),
            "maxItems" => wrong(value.as_array()?.len() as u64 <= wanted.as_u64().unwrap()),
            "anyOf" => {
                let problems: Vec<_> =
                    wanted.as_array().unwrap().iter().map(|schema| problem(schema, root, value)).collect();
                problems.iter().all(Option::is_some).then(|| format!("none of `anyOf` fits: {problems:?}"))
            }
            "oneOf" => {
                let problems: Vec<_> =
                    wanted.as_array().unwrap().iter().map(|schema| problem(schema, root, value)).collect();
                let fitting = problems.iter().filter(|problem| problem.is_none()).count();
                (fitting != 1).then(|| format!("{fitting} of `oneOf` fit: {problems:?}"))
            }
            other => panic!("the keyword {other}"),
        }
    };
    schema.as_object().unwrap().iter().find_map(check)
}
