//! What has a part in a verdict: not only what decides.

use super::Obstacle;
use crate::model::{Details, TargetId, UserId};
use crate::question::why::WhyBinding;
use crate::question::{Context, Why, WhyLine};
use crate::truth::Verdict;

/// What stands between a user and the verdict that is `wanted`, of the target and of those through which one gets it.
pub(super) fn obstacles(
    context: Context<'_>,
    why: &Why,
    (user, target): (UserId, TargetId),
    wanted: Verdict,
) -> Vec<Obstacle> {
    let through = context.reasoner.rests_on(target).into_iter().filter(|other| *other != target);
    let through: Vec<Why> = through.map(|other| Why::ask(context, user, other, false)).collect();
    let details = &context.world().targets.row(target).details;
    let opens = |why: &Why| wanted == Verdict::Yes && why.verdict == Verdict::Yes;
    // Where one of several ways is open, the others are in nobody's way: a device opens by its access group or by itself,
    // and an endpoint is reached through any application where authentik does not look which one it was.
    let is_device = matches!(details, Details::Device { .. });
    let is_reached = through.iter().any(opens);
    let is_open = is_device && (opens(why) || is_reached);
    let own = of_bindings(why, wanted);
    let is_granted_by_rows = context.grants_by_rows(target);
    let is_own_in_the_way = !is_open && (why.verdict != wanted || is_granted_by_rows);
    let mut all = if is_own_in_the_way { own.clone() } else { Vec::new() };
    let mut others = Vec::new();
    for other in through.iter().filter(|other| !is_open && !is_reached && other.verdict != wanted) {
        let found = of_bindings(other, wanted);
        let found = if found.is_empty() { last(other, wanted) } else { found };
        let named = |obstacle: &Obstacle| format!("{}: {}", other.address, obstacle.text);
        others.extend(found.into_iter().map(|bare| (named(&bare), bare)));
    }
    if all.is_empty() || context.reasoner.has_reach(target) {
        let is_known = |one: &Obstacle| own.contains(one) || others.iter().any(|(_, bare)| bare == one);
        let found: Vec<Obstacle> = last(why, wanted).into_iter().filter(|one| !is_known(one)).collect();
        all.extend(found);
    }
    all.extend(others.into_iter().map(|(text, bare)| Obstacle { text, ..bare }));
    if let Some(inactive) = inactive(context, why, (user, target), wanted).filter(|one| !all.contains(one)) {
        all.push(inactive);
    }
    all
}

/// The bindings of a target that say something else, or may.
fn of_bindings(why: &Why, wanted: Verdict) -> Vec<Obstacle> {
    let against = if wanted == Verdict::Yes { "fails" } else { "passes" };
    let is_against = |row: &&WhyBinding| {
        let is_covered = wanted == Verdict::Yes && row.is_covered;
        (row.says == against || row.says == "depends") && !is_covered
    };
    let obstacle = |row: &WhyBinding| Obstacle {
        text: row.detail.clone().unwrap_or_else(|| format!("{} {}", row.binding, row.says)),
        place: row.place.clone(),
    };
    why.bindings.iter().filter(is_against).map(obstacle).collect()
}

/// The reasons for something else that rest on no other such reason: what is below says it better, and what is above
/// follows from it.
fn last(why: &Why, wanted: Verdict) -> Vec<Obstacle> {
    let side = Some(wanted == Verdict::No);
    let is_last = |(at, line): &(usize, &WhyLine)| {
        let mut below = why.reasons.iter().skip(at + 1).take_while(|other| other.depth > line.depth);
        line.holds == side && !below.any(|other| other.holds == side)
    };
    let obstacle =
        |(_, line): (usize, &WhyLine)| Obstacle { text: line.text.clone(), place: line.place.clone() };
    why.reasons.iter().enumerate().filter(is_last).map(obstacle).collect()
}

fn inactive(
    context: Context<'_>,
    why: &Why,
    (user, target): (UserId, TargetId),
    wanted: Verdict,
) -> Option<Obstacle> {
    let world = context.world();
    let needs_login = world.targets.row(target).kind().needs_login();
    (wanted == Verdict::Yes && !why.active && needs_login).then(|| {
        let row = world.users.row(user);
        let text = format!("{} is inactive and cannot log in", row.username);
        Obstacle { text, place: context.place(row.origin) }
    })
}
