//! Which value a field holds, with the conversions that authentik's serializers do.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

use super::Lower;
use crate::diagnostic::Diagnostic;
use crate::input::blueprint::node::{Data, Node, json_map};
use crate::input::blueprint::store::Row;
use crate::model::{Attributes, Mode, Origin, TargetKind};

/// What the serializers read as yes and no.
const TRUE: [&str; 12] = ["t", "T", "y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On"];
const FALSE: [&str; 12] = ["f", "F", "n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off"];

impl Lower<'_> {
    /// The value of a field, unless it is null or not there.
    pub(super) fn value<'r>(row: &'r Row, field: &str) -> Option<&'r Node> {
        row.fields.get(field).filter(|node| !matches!(node.data, Data::Null | Data::Missing(_)))
    }

    pub(super) fn wrong_type(&mut self, row: &Row, node: &Node, field: &str, wanted: &str) {
        let at = if node.at.source().is_some() { node.at } else { row.at };
        self.diagnostics.push(
            Diagnostic::error("wrong-type", format!("`{field}` is {wanted}"))
                .at(at, format!("this is {}", node.noun())),
        );
    }

    pub(super) fn needs(&mut self, row: &Row, field: &str) {
        let noun = row.model.family.noun();
        self.diagnostics.push(
            Diagnostic::error(
                "missing-field",
                format!(
                    "{} {noun} needs `{field}`",
                    if noun.starts_with(|c| "aeio".contains(c)) { "an" } else { "a" }
                ),
            )
            .at(row.at, "this one has none"),
        );
    }

    /// What a field that verdicts rest on should have held.
    pub(super) fn tell(&mut self, missing: usize) {
        let Some(missing) = self.missing.get_mut(missing) else { return };
        missing.told = true;
        if let Some(problem) = missing.problem.take() {
            self.diagnostics.push(problem);
        }
    }

    /// Reports a tag that found nothing in a field that holds a plain value.
    fn plain<'r>(&mut self, row: &'r Row, field: &str) -> Option<&'r Node> {
        if let Some(Node { data: Data::Missing(missing), .. }) = row.fields.get(field) {
            self.tell(*missing);
        }
        Self::value(row, field)
    }

    /// The value of a field that cannot be null, null being written included.
    fn written<'r>(&mut self, row: &'r Row, field: &str) -> Option<&'r Node> {
        self.plain(row, field)
            .or_else(|| row.fields.get(field).filter(|node| matches!(node.data, Data::Null)))
    }

    /// A name, which has to be there.
    pub(super) fn name(&mut self, row: &Row, field: &str) -> Option<String> {
        match self.optional_text(row, field) {
            Some(text) if !text.trim().is_empty() => Some(text.trim().to_owned()),
            _ => {
                if Self::value(row, field).is_none_or(|node| node.as_text().is_some()) {
                    self.needs(row, field);
                }
                None
            }
        }
    }

    pub(super) fn text(&mut self, row: &Row, field: &str, default: &str) -> String {
        self.optional_text(row, field).map_or_else(|| default.to_owned(), |text| text.trim().to_owned())
    }

    /// A text as it is written; numbers become texts, as in the serializers.
    pub(super) fn optional_text(&mut self, row: &Row, field: &str) -> Option<String> {
        let node = self.plain(row, field)?;
        match &node.data {
            Data::Text(text) => Some(text.to_string()),
            Data::Int(number) => Some(number.to_string()),
            Data::Float(number) => Some(format!("{number:?}")),
            _ => {
                self.wrong_type(row, node, field, "a text");
                None
            }
        }
    }

    /// A boolean: the serializers refuse null where the field has a default.
    pub(super) fn bool(&mut self, row: &Row, field: &str, default: bool) -> bool {
        let Some(node) = self.written(row, field) else { return default };
        boolean(node).unwrap_or_else(|| {
            self.wrong_type(row, node, field, "a boolean");
            default
        })
    }

    /// An integer that has a default and cannot be null.
    pub(super) fn int_or(&mut self, row: &Row, field: &str, default: i64) -> i64 {
        if let Some(node) = self.written(row, field).filter(|node| matches!(node.data, Data::Null)) {
            self.wrong_type(row, node, field, "an integer of 32 bits");
        }
        self.int(row, field).unwrap_or(default)
    }

    pub(super) fn int(&mut self, row: &Row, field: &str) -> Option<i64> {
        let node = self.plain(row, field)?;
        let number = match &node.data {
            Data::Int(number) => i64::try_from(*number).ok(),
            Data::Text(text) => whole(text),
            Data::Float(number) => whole(&format!("{number:?}")),
            _ => None,
        };
        // The columns have 32 bits, and authentik says so.
        let number = number.filter(|number| i32::try_from(*number).is_ok());
        if number.is_none() {
            self.wrong_type(row, node, field, "an integer of 32 bits");
        }
        number
    }

    /// A point in time; without an offset it is in UTC, as authentik's clock is.
    pub(super) fn time(&mut self, row: &Row, field: &str) -> Option<Timestamp> {
        let node = self.plain(row, field)?;
        let time = match &node.data {
            // YAML makes a date of a plain date, and serializers refuse dates.
            Data::Time(text) if !text.contains(':') => None,
            Data::Text(text) | Data::Time(text) => timestamp(text.trim()),
            _ => None,
        };
        if time.is_none() {
            self.wrong_type(row, node, field, "a point in time, such as `2027-01-31T12:00:00Z`");
        }
        time
    }

    /// One of a few words.
    pub(super) fn word(&mut self, row: &Row, field: &str, default: &str, words: &[&str]) -> String {
        let text = self.text(row, field, default);
        if words.contains(&text.as_str()) {
            return text;
        }
        let at = Self::value(row, field).map_or(row.at, |node| node.at);
        let mut problem =
            Diagnostic::error("wrong-type", format!("`{field}` is one of `{}`", words.join("`, `")))
                .at(at, format!("`{text}` is none of them"));
        if let Some(near) = crate::model::builder::nearest(&text, words.iter().copied()) {
            problem = problem.help(format!("did you mean `{near}`?"));
        }
        self.diagnostics.push(problem);
        default.to_owned()
    }

    /// A word that no verdict rests on: what is not understood is taken as not said.
    pub(super) fn optional_word<T>(
        &mut self,
        row: &Row,
        field: &str,
        read: impl Fn(&str) -> Option<T>,
    ) -> Option<T> {
        let node = Self::value(row, field)?;
        let word = node.as_text().and_then(|text| read(text.trim()));
        if word.is_none() {
            let at = if node.at.source().is_some() { node.at } else { row.at };
            self.diagnostics.push(
                Diagnostic::warning("unknown-value", format!("this value of `{field}` is not known"))
                    .at(at, "taken as if nothing was said")
                    .because("no verdict rests on it"),
            );
        }
        word
    }

    /// The mode of a target. The API hides it for some kinds: it is the default in rows that the files create, and
    /// anything in a row that was there before.
    pub(super) fn mode(&mut self, row: &Row, kind: TargetKind) -> Mode {
        if !kind.exposes_mode() {
            return if row.pk.is_some() { Mode::Unexposed } else { Mode::Any };
        }
        match self.word(row, "policy_engine_mode", "any", &["any", "all"]).as_str() {
            "all" => Mode::All,
            _ => Mode::Any,
        }
    }

    pub(super) fn attributes(&mut self, row: &Row) -> Attributes {
        let Some(node) = self.plain(row, "attributes") else { return Attributes::new() };
        if let Data::Map(map) = &node.data
            && let Some(json) = json_map(map)
        {
            return self.pool.share(json.into());
        }
        self.wrong_type(row, node, "attributes", "a mapping of JSON values");
        Attributes::new()
    }

    pub(super) fn list<'r>(&mut self, row: &'r Row, field: &str) -> &'r [Node] {
        let Some(node) = self.plain(row, field) else { return &[] };
        if let Data::Seq(items) = &node.data {
            return items;
        }
        self.wrong_type(row, node, field, "a list");
        &[]
    }

    /// The place of a field, or of its row.
    pub(super) fn field_at(row: &Row, field: &str) -> Origin {
        super::named_at(row, field)
    }
}

/// What the serializers make of a value where a boolean is asked for.
pub(in super::super) fn boolean(node: &Node) -> Option<bool> {
    match &node.data {
        Data::Bool(value) => Some(*value),
        Data::Int(0) => Some(false),
        Data::Int(1) => Some(true),
        #[expect(clippy::float_cmp, reason = "Python compares them so")]
        Data::Float(number) if *number == 0.0 || *number == 1.0 => Some(*number == 1.0),
        Data::Text(text) => {
            let text = text.trim();
            if TRUE.contains(&text) || matches!(text, "ON" | "1") {
                Some(true)
            } else if FALSE.contains(&text) || matches!(text, "OFF" | "0") {
                Some(false)
            } else {
                None
            }
        }
        _ => None,
    }
}

fn timestamp(text: &str) -> Option<Timestamp> {
    let local = || text.parse::<DateTime>().ok()?.to_zoned(TimeZone::UTC).ok();
    text.parse().ok().or_else(|| local().map(|time| time.timestamp()))
}

/// `10`, and `10.0`: the serializers take off a fraction of zeros.
fn whole(text: &str) -> Option<i64> {
    let text = text.trim();
    let digits = match text.split_once('.') {
        Some((digits, fraction)) if fraction.bytes().all(|byte| byte == b'0') => digits,
        Some(_) => return None,
        None => text,
    };
    digits.parse().ok()
}
