//! Assertions that were checked, as sheets and rows.

use std::io;

use super::Test;
use crate::question::{Answer, Ground, Sheet};

impl Answer for Test<'_> {
    fn ground(&self) -> Ground {
        Ground::of(self.context.reasoner)
    }

    fn sheets(&self) -> Vec<Sheet<'_>> {
        let columns = ["outcome", "assertion", "place", "because", "#more"];
        let title = self.counts().to_string();
        let mut assertions = Sheet::new(title, &columns).main().note(self.ground().sentence());
        assertions.notes.extend(self.about_part().map(str::to_owned));
        for row in self.briefly() {
            let because: Vec<String> = row.first.into_iter().chain(row.notes).collect();
            assertions.row([
                row.outcome.as_str().to_owned(),
                row.assertion,
                row.place,
                because.join("; "),
                row.more.to_string(),
            ]);
        }
        let Some(coverage) = self.coverage() else { return vec![assertions] };
        let (exercised, all) = (coverage.exercised, coverage.bindings);
        let title = format!("bindings that no assertion exercises: {} of {all}", all - exercised);
        let mut idle = Sheet::new(title, &["target", "binding", "place", "why"]);
        for one in &coverage.idle {
            let reason = one.reason.as_str().to_owned();
            idle.row([one.address().to_owned(), one.binding.clone(), one.place.clone(), reason]);
        }
        vec![assertions, idle]
    }

    fn json(&self, output: &mut dyn io::Write) -> io::Result<()> {
        Ok(serde_json::to_writer_pretty(output, self)?)
    }

    fn lines(&self, line: &mut dyn FnMut(String) -> io::Result<()>) -> io::Result<()> {
        self.rows().try_for_each(|row| line(serde_json::to_string(&row)?))
    }
}
