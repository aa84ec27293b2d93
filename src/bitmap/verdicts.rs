//! The verdicts of a bitmap as an answer.

use std::io::{self, Read, Write};

use rayon::prelude::*;
use serde::Serialize;

use super::head::{Written, key};
use super::row::encoded;
use super::write::{begin, block};
use super::{BitmapError, Head, Reader, Target};
use crate::model::{Id, TargetKind, UserId};
use crate::question::{Answer, Ground, Sheet, TargetName, UserName};
use crate::reason::Access;
use crate::truth::Verdict;

/// The verdicts of a bitmap, without what they rest on. Its rows are read whenever they are asked for.
pub struct Verdicts<'a> {
    open: Box<Open<'a>>,
    head: Head,
    kinds: Vec<TargetKind>,
}

/// Opens the file.
type Open<'a> = dyn Fn() -> io::Result<Box<dyn Read>> + 'a;

/// One verdict.
#[derive(Serialize)]
struct Cell<'a> {
    target: &'a TargetName,
    user: &'a UserName,
    verdict: Verdict,
    effective: Verdict,
}

/// As many cells are made at a time, in parallel.
const BATCH: usize = 1 << 16;

impl<'a> Verdicts<'a> {
    /// The verdicts in the file that `open` opens: the same one each time, which is read once to see that it is as it
    /// was written. Of all targets, or of those of `kinds`.
    ///
    /// # Errors
    /// When the file cannot be read, or does not hold what it should.
    pub fn of(
        open: impl Fn() -> io::Result<Box<dyn Read>> + 'a,
        kinds: &[TargetKind],
    ) -> Result<Self, BitmapError> {
        let mut reader = Reader::open(open()?)?;
        reader.try_for_each(|row| row.map(drop))?;
        Ok(Self { head: reader.head().clone(), open: Box::new(open), kinds: kinds.to_vec() })
    }

    /// Writes the bitmap again.
    ///
    /// # Errors
    /// When the file cannot be read again, or `output` fails.
    pub fn write_bitmap(&self, output: &mut dyn Write) -> io::Result<()> {
        let targets: Vec<&Target> = self.head.targets.iter().filter(|target| self.is_asked(target)).collect();
        begin(&Written::new(&self.head.ground, &self.head.users, targets), output)?;
        self.rows(|_, row| block(&encoded(row), output))
    }

    fn is_asked(&self, target: &Target) -> bool {
        self.kinds.is_empty() || target.kind().is_some_and(|kind| self.kinds.contains(&kind))
    }

    fn len(&self) -> usize {
        let targets = self.head.targets.iter().filter(|target| self.is_asked(target)).count();
        targets * self.head.users.len()
    }

    fn rows(&self, mut each: impl FnMut(&Target, &Access) -> io::Result<()>) -> io::Result<()> {
        let mut reader = Reader::open((self.open)()?).map_err(failed)?;
        if *reader.head() != self.head {
            return Err(io::Error::other("the bitmap has changed while it was read"));
        }
        for target in &self.head.targets {
            let Some(row) = reader.next().transpose().map_err(failed)? else { break };
            if self.is_asked(target) {
                each(target, &row)?;
            }
        }
        Ok(())
    }

    fn cells<T: Send>(
        &self,
        make: impl Fn(&Cell<'_>, &Target) -> io::Result<T> + Sync,
        mut each: impl FnMut(T) -> io::Result<()>,
    ) -> io::Result<()> {
        self.rows(|target, row| {
            for (batch, users) in self.head.users.chunks(BATCH).enumerate() {
                let cell = |(index, user)| {
                    let id = UserId::from_index(batch * BATCH + index);
                    let (verdict, effective) = (row.verdict(id), row.effective(id));
                    make(&Cell { target: &target.name, user, verdict, effective }, target)
                };
                let results: Vec<io::Result<T>> = users.par_iter().enumerate().map(cell).collect();
                results.into_iter().try_for_each(|made| each(made?))?;
            }
            Ok(())
        })
    }
}

fn failed(error: BitmapError) -> io::Error {
    match error {
        BitmapError::Input(error) => error,
        damaged @ BitmapError::Damaged { .. } => io::Error::new(io::ErrorKind::InvalidData, damaged),
    }
}

impl Answer for Verdicts<'_> {
    fn ground(&self) -> Ground {
        self.head.ground.clone()
    }

    fn sheets(&self) -> Vec<Sheet<'_>> {
        let columns = ["kind", "target", "target key", "user", "user key", "verdict", "in the end"];
        let mut sheet = Sheet::new("", &columns).main();
        sheet.notes.extend(self.head.ground.assuming());
        let row = |cell: &Cell<'_>, target: &Target| {
            Ok([
                cell.target.kind.to_owned(),
                target.shown().to_owned(),
                key(&cell.target.pk),
                cell.user.name.clone(),
                key(&cell.user.pk),
                cell.verdict.to_string(),
                cell.effective.to_string(),
            ])
        };
        vec![sheet.made(self.len(), move |take| self.cells(row, |row| take(&row)))]
    }

    fn json(&self, output: &mut dyn Write) -> io::Result<()> {
        let ground = serde_json::to_string(&self.head.ground)?;
        write!(output, "{{\n  \"schema\": \"whomay.verdicts/1\",\n  \"ground\": {ground},\n  \"cells\": [")?;
        let mut comma = "";
        self.lines(&mut |line| write!(output, "{}\n    {line}", std::mem::replace(&mut comma, ",")))?;
        write!(output, "{}]\n}}", if comma.is_empty() { "" } else { "\n  " })
    }

    fn lines(&self, line: &mut dyn FnMut(String) -> io::Result<()>) -> io::Result<()> {
        self.cells(|cell, _| Ok(serde_json::to_string(cell)?), line)
    }
}
