//! Cases in Markdown: a heading, a configuration, and what is found in it.
//!
//! ````md
//! ## Fires: two groups above each other
//! ```may
//! group a in b
//! group b in a
//! ```
//! ```text
//! group:a: groups are above each other: `a` > `b` > `a`
//! ```
//!
//! ## Silent: a plain hierarchy
//! ```may
//! group a in b
//! group b
//! ```
//! ````
//!
//! A line `At 2026-03-03T09:00:00Z:` gives the moment.

pub(crate) struct Case {
    pub(crate) title: String,
    pub(crate) language: String,
    pub(crate) text: String,
    pub(crate) at: Option<String>,
    pub(crate) expected: Vec<String>,
}

pub(crate) fn of(text: &str) -> Vec<Case> {
    text.split("\n## ").skip(1).map(case).collect()
}

fn case(section: &str) -> Case {
    let mut lines = section.lines();
    let title = lines.next().unwrap_or_default().to_owned();
    let fires = title.starts_with("Fires: ");
    assert!(fires || title.starts_with("Silent: "), "`{title}` says neither Fires nor Silent");
    let mut blocks = Vec::new();
    let mut at = None;
    while let Some(line) = lines.next() {
        if let Some(language) = line.strip_prefix("```") {
            let block: Vec<&str> = lines.by_ref().take_while(|line| *line != "```").collect();
            blocks.push((language.to_owned(), block.join("\n") + "\n"));
        } else if let Some(time) = line.strip_prefix("At ") {
            at = Some(time.trim_end_matches(':').to_owned());
        }
    }
    let mut blocks = blocks.into_iter();
    let (language, text) = blocks.next().unwrap_or_else(|| panic!("{title}: no configuration"));
    let expected: Vec<String> =
        blocks.next().map(|(_, block)| block.lines().map(str::to_owned).collect()).unwrap_or_default();
    assert_eq!(fires, !expected.is_empty(), "{title}: what is found comes after the configuration");
    Case { title, language, text, at, expected }
}
