//! What `!Env` and `!File` may see of the world outside the blueprints.

use std::io::Read as _;

use super::{Failed, Resolver};
use crate::diagnostic::Diagnostic;
use crate::input::blueprint::node::{Data, Node};
use crate::model::Origin;

/// Bytes of a file that `!File` reads.
const LARGEST: u64 = 16 * 1024 * 1024;

impl Resolver<'_, '_> {
    pub(super) fn env(&mut self, name: &Node, default: Option<&Node>, at: Origin) -> Result<Node, Failed> {
        let Some(name) = name.as_text() else {
            return self.wrong(at, "the name of an environment variable is a text");
        };
        let default = || default.cloned().unwrap_or_else(|| Node::new(Data::Null, at));
        match &self.shared.outside.environment {
            Some(environment) => Ok(match environment.get(&**name) {
                Some(value) if !value.is_empty() => Node::text(value, at),
                _ => default(),
            }),
            None => self.fail(
                Diagnostic::error(
                    "env-not-allowed",
                    format!("the environment variable `{name}` may not be read"),
                )
                .at(at, "asked for here")
                .because("authentik would read it where the blueprint is applied, so a guess could be wrong")
                .help("allow it with `--allow-env`"),
            ),
        }
    }

    pub(super) fn file(&mut self, path: &Node, default: Option<&Node>, at: Origin) -> Result<Node, Failed> {
        let Some(path) = path.as_text() else { return self.wrong(at, "the path of a file is a text") };
        if at.source().is_some_and(|source| self.shared.outside.past.contains(&source)) {
            return self.fail(
                Diagnostic::error("file-of-now", format!("the file `{path}` is not read"))
                    .at(at, "asked for here")
                    .because("it is as it is now, and not as it was at the revision that the blueprint is of")
                    .help("check the revision out, and give the path of that"),
            );
        }
        if !self.shared.outside.files {
            return self.fail(
                Diagnostic::error("file-not-allowed", format!("the file `{path}` may not be read"))
                    .at(at, "asked for here")
                    .because(
                        "authentik would read it where the blueprint is applied, so a guess could be wrong",
                    )
                    .help("allow it with `--allow-file`"),
            );
        }
        let mut bytes = Vec::new();
        let read = std::fs::metadata(&**path).and_then(|metadata| {
            // A pipe or a device could keep the program waiting for ever.
            if metadata.is_file() {
                std::fs::File::open(&**path)?.take(LARGEST + 1).read_to_end(&mut bytes)
            } else {
                Err(std::io::ErrorKind::InvalidInput.into())
            }
        });
        if read.is_err() {
            return Ok(default.cloned().unwrap_or_else(|| Node::new(Data::Null, at)));
        }
        if bytes.len() as u64 > LARGEST {
            return self.fail(
                Diagnostic::error(
                    "file-too-large",
                    format!("the file `{path}` is larger than {LARGEST} bytes"),
                )
                .at(at, "asked for here"),
            );
        }
        match String::from_utf8(bytes) {
            // Python's text mode reads every kind of line end as `\n`.
            Ok(text) => Ok(Node::text(text.replace("\r\n", "\n").replace('\r', "\n").trim(), at)),
            Err(_) => self.wrong(at, format!("the file `{path}` is not UTF-8")),
        }
    }
}
