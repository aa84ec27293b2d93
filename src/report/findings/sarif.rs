//! SARIF 2.1.0, as code scanning reads it.

use std::io::{self, Write};

use serde_json::{Map, Value, json};

use super::Findings;
use crate::diagnostic::{Label, Sources};
use crate::lint::{Document, Edit, Finding, LINTS};

/// The schema that the log follows.
const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

pub(super) fn write(findings: &Findings<'_>, output: &mut dyn Write) -> io::Result<()> {
    let report = findings.report;
    let results: Vec<Value> =
        report.findings.iter().map(|finding| result(finding, findings.sources)).collect();
    let log = json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "whomay",
                "version": env!("CARGO_PKG_VERSION"),
                "rules": LINTS.iter().map(|lint| descriptor(&lint.about())).collect::<Vec<_>>(),
            }},
            "columnKind": "unicodeCodePoints",
            "properties": { "semantics": findings.ground.sentence() },
            "results": results,
        }],
    });
    serde_json::to_writer_pretty(&mut *output, &log)?;
    writeln!(output)
}

fn descriptor(about: &crate::lint::About) -> Value {
    let document = Document::of(about.docs);
    json!({
        "id": about.code,
        "shortDescription": { "text": document.summary },
        "help": { "text": document.text, "markdown": document.text },
        "defaultConfiguration": { "level": about.level.as_str() },
    })
}

fn result(finding: &Finding, sources: &Sources) -> Value {
    let diagnostic = &finding.diagnostic;
    let mut text = diagnostic.message.clone();
    for more in diagnostic.notes.iter().chain(&diagnostic.help) {
        text += &format!("\n{more}");
    }
    let mut result = Map::new();
    result.insert("ruleId".to_owned(), diagnostic.code.into());
    let index = LINTS.iter().position(|lint| lint.about().code == diagnostic.code);
    if let Some(index) = index {
        result.insert("ruleIndex".to_owned(), index.into());
    }
    result.insert("level".to_owned(), diagnostic.severity.as_str().into());
    result.insert("message".to_owned(), json!({ "text": text }));
    let mut labels = diagnostic.labels.iter();
    let first: Vec<Value> = labels
        .by_ref()
        .take(1)
        .filter_map(|label| location(label, sources, Some(&finding.address)))
        .collect();
    result.insert("locations".to_owned(), first.into());
    let related: Vec<Value> = labels.filter_map(|label| location(label, sources, None)).collect();
    if !related.is_empty() {
        result.insert("relatedLocations".to_owned(), related.into());
    }
    result.insert("partialFingerprints".to_owned(), json!({ "whomay/v1": finding.fingerprint() }));
    if let Some(fix) = &finding.fix {
        let changes: Vec<Value> = fix.edits.iter().filter_map(|edit| change(edit, sources)).collect();
        let fix = json!({ "description": { "text": fix.title }, "artifactChanges": changes });
        result.insert("fixes".to_owned(), json!([fix]));
    }
    Value::Object(result)
}

fn location(label: &Label, sources: &Sources, object: Option<&str>) -> Option<Value> {
    let region = sources.region(label)?;
    let mut physical = json!({ "artifactLocation": { "uri": uri(region.file) } });
    if let (Some(((line, column), (end_line, end_column))), Some(physical)) =
        (region.span, physical.as_object_mut())
    {
        let region =
            json!({ "startLine": line, "startColumn": column, "endLine": end_line, "endColumn": end_column });
        physical.insert("region".to_owned(), region);
    }
    let mut location = Map::new();
    location.insert("physicalLocation".to_owned(), physical);
    if let Some(object) = object {
        location.insert("logicalLocations".to_owned(), json!([{ "fullyQualifiedName": object }]));
    }
    if !label.message.is_empty() {
        location.insert("message".to_owned(), json!({ "text": label.message }));
    }
    Some(Value::Object(location))
}

fn change(edit: &Edit, sources: &Sources) -> Option<Value> {
    let file = &sources.get(edit.source)?.name;
    let ((line, column), (end_line, end_column)) = sources.span(edit.source, edit.range.clone())?;
    Some(json!({
        "artifactLocation": { "uri": uri(file) },
        "replacements": [{
            "deletedRegion":
                { "startLine": line, "startColumn": column, "endLine": end_line, "endColumn": end_column },
            "insertedContent": { "text": edit.text },
        }],
    }))
}

/// A path as a reference that is relative to where the program was started.
fn uri(path: &str) -> String {
    let mut uri = String::new();
    for byte in path.replace('\\', "/").bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'-' | b'.' | b'_' | b'~' => {
                uri.push(byte.into());
            }
            _ => uri += &format!("%{byte:02X}"),
        }
    }
    if uri.starts_with('/') { format!("file://{uri}") } else { uri }
}

#[cfg(test)]
mod tests {
    use super::uri;

    #[test]
    fn paths_become_references() {
        assert_eq!(uri("a b/c#d.may"), "a%20b/c%23d.may");
        assert_eq!(uri("/etc/ä.yaml"), "file:///etc/%C3%A4.yaml");
    }
}
