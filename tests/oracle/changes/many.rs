//! Changes of worlds in which there are enough users for every form of a set.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;
use whomay::World;
use whomay::model::{Change, GroupId, Id, Policy, PolicyId, UserId};
use whomay::reason::Settings;
use whomay::workload::{Shape, Size, Workload};

use super::kinds::code_of;
use super::{Edit, change, check, edit, one};

/// Code that tells many users apart.
const CODE: [&str; 4] = [
    "return ak_call_policy(request.user.username)",
    "return {request.user.username: 1}.get('u3') == 1 and ak_is_group_member(request.user, name='g1')",
    "return request.user.attributes.get('team')()",
    "return len(request.user.all_groups()) % 3 == 1",
];

/// One step of a change.
#[derive(Clone, Debug)]
enum Step {
    Edit(Edit),
    /// A user joins or leaves a group.
    Move(usize, Index, bool),
    /// A policy gets code of these.
    Tell(Index, usize),
}

/// One edit, or users who join or leave a group one after the other.
fn steps() -> impl Strategy<Value = Vec<Step>> {
    let flood = |(group, join, first): (Index, bool, usize)| {
        (first..first + 12).map(|user| Step::Move(user, group, join)).collect()
    };
    prop_oneof![
        8 => edit().prop_map(|edit| vec![Step::Edit(edit)]),
        1 => (any::<Index>(), any::<bool>(), 0..USERS as usize).prop_map(flood),
        2 => (any::<Index>(), 0..CODE.len()).prop_map(|(policy, code)| vec![Step::Tell(policy, code)]),
    ]
}

fn made(world: &World, step: &Step) -> Option<Change> {
    Some(match step {
        Step::Edit(edit) => change(world, edit)?,
        Step::Move(user, group, join) => {
            let user = UserId::from_index(user % world.users.len());
            let group: GroupId = one(world.groups.len(), *group)?;
            if *join { Change::Join { user, group } } else { Change::Leave { user, group } }
        }
        Step::Tell(index, code) => {
            let id: PolicyId = one(world.policies.len(), *index)?;
            let row = Policy { kind: code_of(CODE[*code]), ..world.policies[id].clone() };
            Change::SetPolicy(id, Box::new(row))
        }
    })
}

/// More than are told apart together, and more than fit in a word.
const USERS: u32 = 75;

proptest! {
    #![proptest_config(ProptestConfig { cases: 10, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_changed_reasoner_of_many_users_is_a_new_one(
        seed in any::<u64>(),
        shape in prop::sample::select(vec![Shape::Rand, Shape::Role]),
        steps in vec(steps(), 1..8),
    ) {
        let size = Size { users: USERS, groups: 12, targets: 6, policies: 5 };
        let world = Workload::new(size, shape, seed).world();
        check(&world, &steps.concat(), &Settings::default(), made);
    }
}
