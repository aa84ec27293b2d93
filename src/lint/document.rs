//! The documentation of a lint: what its doc comment says, in parts.

/// A configuration in the documentation of a lint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Example {
    /// What it is written in: `may` or `yaml`.
    pub language: String,
    /// The text.
    pub text: String,
}

/// A doc comment, in parts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    /// The first paragraph, as one line: what the lint finds.
    pub summary: String,
    /// All of it, as Markdown.
    pub text: String,
}

impl Document {
    /// The parts of a doc comment.
    pub fn of(docs: &str) -> Self {
        // A doc comment has a blank after its slashes.
        let lines = docs.lines().map(|line| line.strip_prefix(' ').unwrap_or(line));
        let text = lines.collect::<Vec<_>>().join("\n").trim().to_owned();
        let summary = text.split("\n\n").next().unwrap_or_default().replace('\n', " ");
        Self { summary, text }
    }

    /// The examples under the heading `section`.
    pub fn examples(&self, section: &str) -> Vec<Example> {
        let mut found = Vec::new();
        let mut is_inside = false;
        let mut lines = self.text.lines();
        while let Some(line) = lines.next() {
            if let Some(heading) = line.strip_prefix("# ") {
                is_inside = heading == section;
            } else if let Some(language) = line.strip_prefix("```").filter(|language| !language.is_empty()) {
                let text: Vec<&str> = lines.by_ref().take_while(|line| *line != "```").collect();
                if is_inside {
                    found.push(Example { language: language.to_owned(), text: text.join("\n") + "\n" });
                }
            }
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_parts_of_a_doc_comment_are_found() {
        let document = Document::of(
            " Finds\n this.\n\n # Example\n\n ```may\n group a\n   # Instead\n ```\n\n # Instead\n\n ```yaml\n a: b\n ```\n",
        );
        assert_eq!(document.summary, "Finds this.");
        let example = |language: &str, text: &str| Example { language: language.into(), text: text.into() };
        assert_eq!(document.examples("Example"), [example("may", "group a\n  # Instead\n")]);
        assert_eq!(document.examples("Instead"), [example("yaml", "a: b\n")]);
        assert_eq!(document.examples("Other"), []);
    }
}
