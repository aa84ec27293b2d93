//! Which aspects of two editions explain that a verdict is another one?
//!
//! A set of aspects explains a moved verdict if the old edition with these aspects of the new one, and with nothing
//! else of it, gives the new verdict. The smallest sets that do so are the explanation; there can be several.

use super::Sides;
use crate::model::{Aspect, Both, Generation, Matching, PolicyKind, TargetId, TargetKind, World};
use crate::reason::{Compared, Moves, Reasoner, Versus};
use crate::subjects::Subjects;

/// Some aspects.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Aspects(u16);

impl Aspects {
    fn of(aspects: &[Aspect]) -> Self {
        let bit = |aspect: &Aspect| 1 << *aspect as u16;
        Self(aspects.iter().map(bit).fold(0, |all, bit: u16| all | bit))
    }

    /// Each of them, in the order of reports.
    pub(super) fn iter(self) -> impl Iterator<Item = Aspect> {
        Aspect::ALL.into_iter().filter(move |aspect| self.0 >> *aspect as u16 & 1 == 1)
    }
}

/// Users who are moved at a target and whose verdicts have one explanation.
pub(super) struct Part {
    /// Each of these sets explains it.
    pub(super) sets: Vec<Aspects>,
    /// The users; `None` for everybody who is moved.
    pub(super) who: Option<Subjects>,
}

/// The explanations of the verdicts of one target.
#[derive(Default)]
pub(super) struct Explained {
    done: Vec<Part>,
    /// Those without an explanation so far; with what was found among sets of the present size.
    open: Vec<Part>,
}

impl Explained {
    /// Every part; nobody is in two of them.
    pub(super) fn parts(&self) -> &[Part] {
        &self.done
    }

    /// What explains the moved verdict of the user with a number.
    pub(super) fn of_one(&self, user: usize) -> &[Aspects] {
        let is_in = |part: &&Part| part.who.as_ref().is_none_or(|who| who.contains(user));
        self.done.iter().find(is_in).map_or(&[], |part| part.sets.as_slice())
    }

    /// `set` explains the verdicts of `explained`, who are some of those who are `moved`.
    fn refine(&mut self, set: Aspects, explained: &Subjects, moved: &Subjects) {
        let parts = std::mem::take(&mut self.open);
        for mut part in parts {
            let who = part.who.as_ref().unwrap_or(moved);
            let (mut inside, mut outside) = (who.clone(), who.clone());
            inside.keep(explained);
            outside.remove(explained);
            if outside.first().is_none() {
                part.sets.push(set);
                self.open.push(part);
            } else if inside.first().is_none() {
                self.open.push(part);
            } else {
                let sets = part.sets.iter().copied().chain([set]).collect();
                self.open.push(Part { sets, who: Some(inside) });
                self.open.push(Part { sets: part.sets, who: Some(outside) });
            }
        }
    }

    /// All sets of one size were tried: whoever has an explanation needs no larger one.
    fn close(&mut self) {
        let (done, open): (Vec<Part>, Vec<Part>) =
            std::mem::take(&mut self.open).into_iter().partition(|part| !part.sets.is_empty());
        self.done.extend(done);
        self.open = open;
    }

    /// Nothing less than `all` explains the rest.
    fn finish(&mut self, all: Aspects) {
        self.open.iter_mut().for_each(|part| part.sets.push(all));
        self.close();
    }
}

/// Explains the moved verdicts of `moved`, the targets where somebody is moved in `versus`.
pub(super) fn explain(
    sides: Sides<'_>,
    compared: Compared,
    matching: &Matching,
    versus: &Versus<'_>,
    moved: &[Both<TargetId>],
) -> Vec<Explained> {
    let (old, new) = (sides.old.world(), sides.new.world());
    let aspects: Vec<Aspect> =
        old.edition.apart(&new.edition).into_iter().filter(|aspect| matters(*aspect, old, new)).collect();
    let whole = || Explained { done: Vec::new(), open: vec![Part { sets: Vec::new(), who: None }] };
    let mut explained: Vec<Explained> = moved.iter().map(|_| whole()).collect();
    let mut readings: [Option<World>; 2] = [None, None];
    for size in 1..aspects.len() {
        for set in subsets(&aspects, size) {
            let open: Vec<usize> = (0..moved.len())
                .filter(|index| explained.get(*index).is_some_and(|one| !one.open.is_empty()))
                .collect();
            if open.is_empty() {
                return explained;
            }
            let world = between(old, new, &set, &mut readings);
            let reasoner = Reasoner::with(world, sides.old.reasoner.settings());
            let partly = Versus::of(sides.old.reasoner, &reasoner, matching, compared);
            let asked = || open.iter().filter_map(|index| moved.get(*index).copied());
            let mut halfway = partly.moved_at(asked()).peekable();
            for (index, (target, moves)) in open.iter().zip(versus.moved_at(asked())) {
                // Where nobody is moved, nothing comes.
                let same = halfway.next_if(|(other, _)| *other == target).map(|(_, partly)| partly);
                if let (Some(one), Some(partly)) = (explained.get_mut(*index), same) {
                    refine(one, Aspects::of(&set), &moves, &partly);
                }
            }
        }
        explained.iter_mut().for_each(Explained::close);
    }
    explained.iter_mut().for_each(|one| one.finish(Aspects::of(&aspects)));
    explained
}

fn refine(one: &mut Explained, set: Aspects, moves: &Moves, partly: &Moves) {
    let alike = moves.alike(partly);
    if alike.first().is_some() {
        one.refine(set, &alike, &moves.all());
    }
}

/// The old world with the aspects of `set` as in the new one. At most one world for each way of reading is copied.
fn between<'r>(old: &World, new: &World, set: &[Aspect], readings: &'r mut [Option<World>; 2]) -> &'r World {
    let [as_old, as_new] = readings;
    // The two worlds differ in what is read as the parents of groups, and in their editions.
    let (reading, read) = if set.contains(&Aspect::GroupParents) { (as_new, new) } else { (as_old, old) };
    let world = reading.get_or_insert_with(|| read.clone());
    world.edition = old.edition.clone();
    for aspect in set {
        aspect.put(&new.edition, &mut world.edition);
    }
    world
}

/// All sets of `size` of `aspects`, in order.
fn subsets(aspects: &[Aspect], size: usize) -> Vec<Vec<Aspect>> {
    if size == 0 {
        return vec![Vec::new()];
    }
    let with = |index: usize| {
        let (first, rest) = aspects.get(index..)?.split_first()?;
        Some(subsets(rest, size - 1).into_iter().map(move |set| [&[*first], set.as_slice()].concat()))
    };
    (0..aspects.len()).filter_map(with).flatten().collect()
}

/// Whether verdicts of these worlds can rest on how an aspect is. Where they cannot, it need not be tried.
fn matters(aspect: Aspect, old: &World, new: &World) -> bool {
    let has_policy = |is_meant: fn(&PolicyKind) -> bool| old.policies.values().any(|row| is_meant(&row.kind));
    let has_target = |kind: TargetKind| old.targets.values().any(|row| row.kind() == kind);
    match aspect {
        // The second engine of the fourth generation only makes lists (dossier §2.9).
        Aspect::Engine => [old, new]
            .map(|world| match world.edition.generation {
                Generation::E4 => Generation::E3,
                generation => generation,
            })
            .windows(2)
            .any(|pair| pair.first() != pair.last()),
        Aspect::GroupDepth => {
            [old, new].iter().any(|world| world.groups.values().any(|row| !row.parents.is_empty()))
        }
        Aspect::GroupParents => {
            old.groups.values().zip(new.groups.values()).any(|(one, other)| one.parents != other.parents)
        }
        Aspect::DefaultAppAccess => old.flags.core_default_app_access == Some(false),
        Aspect::EventMatcher => has_policy(|kind| matches!(kind, PolicyKind::EventMatcher(_))),
        Aspect::GeoIpDistance => has_policy(|kind| matches!(kind, PolicyKind::GeoIp(_))),
        Aspect::RemoteAccess => has_target(TargetKind::RacEndpoint),
        Aspect::UserGroups | Aspect::KeptResults | Aspect::NewHelpers => {
            has_policy(|kind| matches!(kind, PolicyKind::Expression(_)))
        }
    }
}
