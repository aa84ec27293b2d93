//! Membership: whose direct members are members of a group?
//!
//! Asked only for the groups that bindings ask for. Which users those members are, the rules never see.

use crate::facts::{Facts, sorted};
use crate::{GroupId, Hasher};

crepe::crepe! {
    @input
    // `child` sits directly below `parent`.
    struct Parent(GroupId, GroupId);
    @input
    // A binding asks for the group.
    struct Demanded(GroupId);
    @input
    // Memberships reach through at most so many levels.
    struct Limit(u32);

    @output
    // Direct members of the second group are members of the first.
    struct Counts(GroupId, GroupId);

    // M1  A group counts for itself.
    Counts(group, group) <- Demanded(group);

    // M2  What is below a group that counts, counts too.
    struct Limited();
    Limited() <- Limit(_);
    Counts(group, child) <- Counts(group, below), Parent(child, below), !Limited();

    // M3  The same down to the last level that the edition looks at.
    struct Within(GroupId, GroupId, u32);
    Within(group, group, 0) <- Demanded(group);
    Within(group, child, level + 1) <-
        Within(group, below, level), Parent(child, below), Limit(limit), (level < limit);
    Counts(group, below) <- Within(group, below, _), Limited();
}

pub(crate) fn derive(facts: &Facts) -> Vec<(GroupId, GroupId)> {
    let mut program = Crepe::new();
    program.extend(facts.parent.iter().map(|&(child, parent)| Parent(child, parent)));
    program.extend(facts.binds_group.iter().map(|&(_, group)| Demanded(group)));
    program.extend(facts.group_depth.map(Limit));
    let (counts,) = program.run_with_hasher::<Hasher>();
    sorted(counts.into_iter().map(|Counts(group, below)| (group, below)))
}
