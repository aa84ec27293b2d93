//! The values that the code of policies looked at.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::super::Reasoner;
use super::{Because, Claim, Reasons};
use crate::policy::way::Atom;
use crate::policy::{Seen, Study};
use crate::proof::Unknown;

impl Reasons {
    /// What decides how policies end, reason by reason: the values that code looked at, and what it made of them.
    pub fn seen(&self, reasoner: &Reasoner<'_>) -> BTreeMap<usize, Vec<Seen>> {
        let (world, derived) = (reasoner.world(), &reasoner.derived);
        let study = Study::of(world);
        let said = self.all.iter().enumerate().filter_map(|(number, reason)| match reason.claim {
            Claim::Ends(run, _) if reason.because == Because::Said => Some((number, run, &reason.from)),
            _ => None,
        });
        let seen = |(number, run, from): (usize, rules::RunId, &Vec<usize>)| {
            let given = from.iter().filter_map(|answer| match self.all.get(*answer)?.claim {
                Claim::Given(unknown, holds) => match self.unknown(unknown)? {
                    Unknown::Request(atom) => Some((&derived.atoms.get(atom.0 as usize)?.0, holds)),
                    _ => None,
                },
                _ => None,
            });
            let answers: Vec<(&Arc<Atom>, bool)> = given.collect();
            let answer =
                |atom: &Atom| answers.iter().find(|(other, _)| ***other == *atom).map(|(_, holds)| *holds);
            let seen = derived.runs().seen(run, world, &reasoner.settings, &study, self.user, &answer);
            (number, seen)
        };
        said.map(seen).collect()
    }
}
