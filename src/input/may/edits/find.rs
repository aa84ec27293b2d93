//! What edits name.

use std::borrow::Cow;

use super::super::ast::{Reference, Spot, Word};
use super::super::text;
use super::Editor;
use crate::diagnostic::Diagnostic;
use crate::model::draft::{self, Key};
use crate::model::{
    Binding, BindingId, FindError, GroupId, PolicyId, ProviderId, StageId, TargetId, TargetKind, UserId,
};

impl<'s> Spot<'s> {
    /// Where and how it is written.
    pub(super) fn word(self) -> Word<'s> {
        match self {
            Self::Address(word) | Self::Named(Reference { word, .. }) => word,
        }
    }

    /// What it says, without quotes.
    fn text(self) -> Cow<'s, str> {
        match self {
            Self::Address(word) => unquoted(word.raw).into(),
            Self::Named(Reference { word, .. }) => word.text(),
        }
    }
}

/// An address without the quotes of its parts.
fn unquoted(raw: &str) -> String {
    let mut plain = String::new();
    let mut rest = raw;
    while let Some(open) = rest.find('"') {
        let (before, from) = rest.split_at(open);
        plain.push_str(before);
        let end = closing(from);
        let (quoted, after) = from.split_at(end);
        plain.push_str(&text::decoded(quoted));
        rest = after;
    }
    plain + rest
}

/// Where the text ends that begins `from` in quotes.
fn closing(from: &str) -> usize {
    let mut is_escaped = false;
    for (at, sign) in from.char_indices().skip(1) {
        match sign {
            '"' if !is_escaped => return at + 1,
            '\\' => is_escaped = !is_escaped,
            _ => is_escaped = false,
        }
    }
    from.len()
}

/// The address of a target, the order of a binding, and which one it is of those with that order, from 1.
fn of_binding(raw: &str) -> Option<(&str, i64, Option<usize>)> {
    let (target, place) = raw.rsplit_once('#')?;
    let (order, which) = match place.split_once('.') {
        Some((order, which)) => (order, Some(which.parse().ok()?)),
        None => (place, None),
    };
    Some((target, order.parse().ok()?, which))
}

impl Editor<'_> {
    fn found<I>(&mut self, found: Result<I, FindError>, spot: Spot<'_>) -> Option<I> {
        let error = match found {
            Ok(id) => return Some(id),
            Err(error) => error,
        };
        let origin = self.origin(spot.word());
        let diagnostic = match error {
            FindError::Nothing { noun, name, similar } => {
                let bare = name.rsplit([':', '/']).next().unwrap_or(&name);
                // What would be there if an edit before had not failed was reported there.
                if self.lost.contains(bare) || self.lost.contains(&name) {
                    return None;
                }
                let message = format!("there is no {noun} called `{name}`");
                let diagnostic =
                    Diagnostic::error("unknown-name", message).at(origin, format!("no such {noun}"));
                match similar {
                    Some(similar) => diagnostic.help(format!("did you mean `{similar}`?")),
                    None => diagnostic,
                }
            }
            FindError::Other { noun, name, example } => {
                Diagnostic::error("wrong-kind", format!("`{name}` is not a {noun}"))
                    .at(origin, format!("not a {noun}"))
                    .help(format!("write a {noun} as {example}"))
            }
            error @ FindError::Several { .. } => {
                Diagnostic::error("ambiguous-name", error.to_string()).at(origin, "which one?")
            }
        };
        self.diagnostics.push(diagnostic);
        None
    }

    fn draft_reference(&self, word: Word<'_>, is_pk: bool) -> draft::Reference {
        let text = word.text().into_owned();
        let key = if is_pk { Key::Pk(text) } else { Key::Name(text) };
        draft::Reference { key: key.into(), origin: self.origin(word) }
    }

    pub(super) fn user(&mut self, spot: Spot<'_>) -> Option<UserId> {
        match spot {
            Spot::Named(Reference { word, is_pk: true }) => {
                let reference = self.draft_reference(word, true);
                self.extension().user(&reference)
            }
            _ => self.found(self.world.find_user(&spot.text()), spot),
        }
    }

    pub(super) fn group(&mut self, spot: Spot<'_>) -> Option<GroupId> {
        match spot {
            Spot::Named(Reference { word, is_pk: true }) => {
                let reference = self.draft_reference(word, true);
                self.extension().group(&reference)
            }
            _ => self.found(self.world.find_group(&spot.text()), spot),
        }
    }

    pub(super) fn policy(&mut self, spot: Spot<'_>) -> Option<PolicyId> {
        match spot {
            Spot::Named(Reference { word, is_pk: true }) => {
                let reference = self.draft_reference(word, true);
                self.extension().policy(&reference)
            }
            _ => self.found(self.world.find_policy(&spot.text()), spot),
        }
    }

    pub(super) fn stage(&mut self, spot: Spot<'_>) -> Option<StageId> {
        let reference = self.plain(spot, "stage");
        self.extension().stage(&reference)
    }

    pub(super) fn provider(&mut self, spot: Spot<'_>) -> Option<ProviderId> {
        let reference = self.plain(spot, "provider");
        self.extension().provider(&reference)
    }

    /// A reference to something that has no address but the word for its kind.
    fn plain(&self, spot: Spot<'_>, noun: &str) -> draft::Reference {
        let Spot::Named(Reference { word, is_pk }) = spot else {
            let text = spot.text();
            let name = text.strip_prefix(noun).and_then(|rest| rest.strip_prefix(':')).unwrap_or(&text);
            return draft::Reference {
                key: Key::Name(name.to_owned()).into(),
                origin: self.origin(spot.word()),
            };
        };
        self.draft_reference(word, is_pk)
    }

    /// The target, which is of `kind` if that is said.
    pub(super) fn target(&mut self, kind: Option<TargetKind>, spot: Spot<'_>) -> Option<TargetId> {
        let text = spot.text();
        let is_address = matches!(spot, Spot::Address(_)) && text.contains(':');
        let found = match kind.filter(|_| !is_address) {
            Some(kind) => {
                let found = self.world.find_target(&format!("{}:{text}", kind.prefix()));
                found.map_err(|error| match error {
                    FindError::Nothing { similar, .. } => {
                        FindError::Nothing { noun: kind.noun(), name: text.to_string(), similar }
                    }
                    error => error,
                })
            }
            None => self.world.find_target(&text),
        };
        let found = self.found(found, spot)?;
        let row = self.world.targets.get(found)?;
        if let Some(kind) = kind.filter(|kind| row.kind() != *kind) {
            let problem = Diagnostic::error("wrong-kind", format!("`{text}` is no {}", kind.noun()));
            let label = format!("the kind is: {}", row.kind().noun());
            self.diagnostics.push(problem.at(self.origin(spot.word()), label));
            return None;
        }
        Some(found)
    }

    /// The binding: `app:grafana#10`, `app:grafana#10.2`, or `pk` and its key.
    pub(super) fn binding(&mut self, spot: Spot<'_>) -> Option<BindingId> {
        let word = spot.word();
        if let Spot::Named(Reference { is_pk: true, .. }) = spot {
            let pk = word.text();
            let mut found = self.world.bindings.iter().filter(|(_, row)| row.pk.as_deref() == Some(&*pk));
            let first = found.next().map(|(id, _)| id);
            if first.is_none() {
                let problem =
                    Diagnostic::error("unknown-name", format!("there is no binding with the key `{pk}`"));
                self.diagnostics.push(problem.at(self.origin(word), "no such binding"));
            }
            return first;
        }
        let Some((target, order, which)) = of_binding(word.raw) else {
            let problem =
                Diagnostic::error("no-binding", format!("`{}` does not say which binding", word.raw))
                    .at(self.origin(word), "which one?")
                    .help(self.which(spot));
            self.diagnostics.push(problem);
            return None;
        };
        let raw = target;
        let spot = Spot::Address(Word { raw, start: word.start });
        let target = self.target(None, spot)?;
        let rows: Vec<BindingId> =
            self.world.bindings_of(target).filter(|(_, row)| row.order == order).map(|(id, _)| id).collect();
        match (rows.as_slice(), which) {
            ([one], None) => return Some(*one),
            (rows, Some(which)) if (1..=rows.len()).contains(&which) => return rows.get(which - 1).copied(),
            _ => {}
        }
        let address = self.world.target_address(target);
        let problem = if rows.is_empty() || which.is_some() {
            Diagnostic::error("unknown-name", format!("there is no binding `{}`", word.raw))
                .at(self.origin(word), "no such binding")
        } else {
            let message = format!("{} bindings of `{address}` have the order {order}", rows.len());
            Diagnostic::error("ambiguous-name", message).at(self.origin(word), "which one?")
        };
        let known = self.bindings_of(target, raw);
        self.diagnostics.push(problem.help(known));
        None
    }

    /// How the bindings of the target that `spot` may name are written.
    fn which(&self, spot: Spot<'_>) -> String {
        match self.world.find_target(&spot.text()) {
            Ok(target) => self.bindings_of(target, spot.word().raw),
            Err(_) => "write a binding with its order, as in `app:grafana#10`".to_owned(),
        }
    }

    /// As many are listed.
    const MOST: usize = 12;

    /// All bindings of a target that is written `raw`, as they are written.
    fn bindings_of(&self, target: TargetId, raw: &str) -> String {
        let rows: Vec<&Binding> = self.world.bindings_of(target).map(|(_, row)| row).collect();
        if rows.is_empty() {
            return format!("nothing is bound to `{}`", self.world.target_address(target));
        }
        let mut listed: Vec<String> = rows
            .iter()
            .enumerate()
            .take(Self::MOST)
            .map(|(index, row)| {
                let alike = rows.iter().filter(|other| other.order == row.order).count();
                let before = rows.iter().take(index).filter(|other| other.order == row.order).count();
                let which = if alike > 1 { format!(".{}", before + 1) } else { String::new() };
                format!("`{raw}#{}{which}` ({})", row.order, self.world.bound_in_words(row))
            })
            .collect();
        if rows.len() > Self::MOST {
            listed.push(format!("and {} more", rows.len() - Self::MOST));
        }
        format!("there is {}", listed.join(", "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_taken_apart() {
        assert_eq!(of_binding("app:a#10"), Some(("app:a", 10, None)));
        assert_eq!(of_binding("app:a#-1.2"), Some(("app:a", -1, Some(2))));
        assert_eq!(of_binding("app:a#99999999999999999999"), None);
        assert_eq!(of_binding("app:a"), None);
        assert_eq!(unquoted("rule:\"login \\\"x\\\" failed\"/a"), "rule:login \"x\" failed/a");
    }
}
