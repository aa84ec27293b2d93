//! Reading a gate for all subjects at once is reading it for one after the other.

use proptest::prelude::*;
use rules::{Circuit, Gate, GroupId, Leaf, UnknownId};

use super::*;

/// How many of a hundred thousand subjects are in a set.
const DENSITIES: [usize; 9] = [0, 1, 30, 1_000, 3_000, 5_000, 50_000, 99_000, 100_000];

/// Sets of every form, for leaves.
fn sets() -> impl Strategy<Value = Vec<(usize, u64)>> {
    prop::collection::vec((0..DENSITIES.len(), any::<u64>()), 2..9)
}

/// How a gate is made of two that are there already.
fn steps() -> impl Strategy<Value = Vec<(u8, prop::sample::Index, prop::sample::Index)>> {
    prop::collection::vec((0_u8..8, any::<prop::sample::Index>(), any::<prop::sample::Index>()), 1..40)
}

/// A number that looks thrown, for each subject and each seed.
fn thrown(subject: usize, seed: u64) -> usize {
    let mut mixed = (subject as u64 ^ seed).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    mixed ^= mixed >> 32;
    mixed = mixed.wrapping_mul(0xD6E8_FEB8_6659_FD93);
    usize::try_from((mixed >> 33) % 100_000).unwrap()
}

fn set(density: usize, seed: u64, users: usize) -> Set {
    let mut bits = Subjects::none(users + 1);
    (0..=users).filter(|subject| thrown(*subject, seed) < density).for_each(|subject| bits.insert(subject));
    Set::of_bits(bits, users + 1)
}

fn grown<'c>(
    circuit: &'c Circuit,
    leaves: &[Leaf],
    steps: &[(u8, prop::sample::Index, prop::sample::Index)],
) -> Vec<Gate<'c>> {
    let mut gates: Vec<Gate<'c>> = leaves.iter().map(|leaf| circuit.leaf(*leaf)).collect();
    for (how, one, other) in steps {
        let (a, b) = (*one.get(&gates), *other.get(&gates));
        gates.push(match how {
            0 | 1 => a & b,
            2 | 3 => a | b,
            4 => !a,
            5 => a & !b,
            6 => a.choose(b, !a),
            _ => !(a | !b),
        });
    }
    gates
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn all_at_once_is_one_by_one(
        users in prop::sample::select(vec![0_usize, 1, 63, 64, 65, 2_000, 4_100, 70_000]),
        known in sets(),
        open in prop::collection::vec((0..DENSITIES.len(), 0..DENSITIES.len(), any::<u64>()), 0..3),
        steps in steps(),
    ) {
        let circuit = Circuit::default();
        let mut leaves = vec![
            (Leaf::Real, Extent { must: Set::All(true).with(users, false), may: None }),
            (Leaf::Given(UnknownId(0)), Extent { must: Set::All(false), may: Some(Set::All(true)) }),
        ];
        for (number, (density, seed)) in (0..).zip(&known) {
            let must = set(DENSITIES[*density], *seed, users);
            leaves.push((Leaf::Member(GroupId(number)), Extent { must, may: None }));
        }
        // Whoever is in it for certain may be in it.
        for (number, (one, other, seed)) in (100..).zip(&open) {
            let (less, more) = (DENSITIES[*one.min(other)], DENSITIES[*one.max(other)]);
            let (must, may) = (set(less, *seed, users), set(more, *seed, users));
            leaves.push((Leaf::Member(GroupId(number)), Extent { must, may: Some(may) }));
        }
        let names: Vec<Leaf> = leaves.iter().map(|(leaf, _)| *leaf).collect();
        let gates: Vec<GateId> = grown(&circuit, &names, &steps).into_iter().map(Gate::id).collect();
        let nodes = circuit.finish();
        let extents = Extents::from_leaves(leaves, users + 1);
        let mut rows = Rows::new(&nodes, &extents, users);
        let [.., other, last] = gates[..] else { unreachable!() };
        let counts = rows.counts([last, other]);
        for (gate, counted) in [last, other].into_iter().zip(counts) {
            let extent = rows.extent(gate);
            let plan = Plan::of(&nodes, gate, &extents);
            let mut expected = (0, 0);
            for subject in 0..=users {
                let truth = plan.truth(subject, &extents);
                prop_assert_eq!(extent.truth(subject), truth, "subject {}", subject);
                if subject < users {
                    expected.0 += usize::from(truth.must);
                    expected.1 += usize::from(truth.may);
                }
            }
            prop_assert_eq!(counted, expected);
            prop_assert_eq!(extent.must.count(users), expected.0);
        }
    }
}
