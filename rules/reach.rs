//! Reach: who gets what a target stands for, in the end?
//!
//! authentik asks its engine about one target at a time. What a user gets follows from several verdicts, or from
//! something else than a verdict (dossier §3).

use crate::facts::{Facts, Presence};
use crate::outcome::Rows;
use crate::verdict::Verdicts;
use crate::{BindingId, Circuit, Engine, Gate, Hasher, Leaf, TargetId};

crepe::crepe! {
    // Facts: see `facts.rs`.
    @input
    struct NeedsLogin(TargetId);
    @input
    struct GrantedRowByRow(TargetId);
    @input
    // What is bound to the target is not known; the gate stands for its verdict.
    struct Obscured<'c>(TargetId, Gate<'c>);
    @input
    struct NeverAsked(TargetId);
    @input
    struct DeviceGroup(TargetId, TargetId);
    @input
    struct Visible<'c>(TargetId, Gate<'c>);
    @input
    struct Endpoint(TargetId);
    @input
    // The endpoint is reached through the application.
    struct Entrance(TargetId, TargetId);
    @input
    // The endpoint is reached through any application for remote access.
    struct AnyEntrance(TargetId);
    @input
    // The `n`th application for remote access, where the gate holds.
    struct RemoteAccess<'c>(u32, TargetId, Gate<'c>);
    @input
    struct RemoteAccessCount(u32);
    @input
    struct Row(TargetId, u32, BindingId);
    @input
    struct Length(TargetId, u32);
    @input
    struct Generation(Engine);
    @input
    struct Active<'c>(Gate<'c>);
    @input
    struct Yes<'c>(Gate<'c>);

    // Derived in `outcome.rs` and `verdict.rs`.
    @input
    struct Matches<'c>(BindingId, Gate<'c>);
    @input
    struct Verdict<'c>(TargetId, Gate<'c>);

    @output
    // These subjects get what the target stands for.
    struct Effective<'c>(TargetId, Gate<'c>);

    struct Reach<'c>(TargetId, Gate<'c>);

    // R1  An entitlement is granted by any row whose group or user matches; mode and policies play no part.
    struct ByRows(TargetId);
    ByRows(target) <- GrantedRowByRow(target), Generation(engine), (engine != Engine::Documented);
    struct HasMatch(BindingId);
    HasMatch(binding) <- Matches(binding, _);
    struct Granted<'c>(TargetId, u32, Gate<'c>);
    Granted(target, 0, no) <- ByRows(target), Yes(yes), let no = !yes;
    Granted(target, n + 1, gate) <-
        Granted(target, n, before), Row(target, n, binding), Matches(binding, next), let gate = before | next;
    Granted(target, n + 1, before) <- Granted(target, n, before), Row(target, n, binding), !HasMatch(binding);
    Reach(target, gate) <- Granted(target, n, gate), Length(target, n), !Obscured(target, _);
    Reach(target, gate) <- ByRows(target), Obscured(target, gate);

    // R2  A device opens by its access group or by itself.
    struct InGroup(TargetId);
    InGroup(device) <- DeviceGroup(device, _);
    Reach(device, gate) <-
        DeviceGroup(device, group), Verdict(group, by_group), Verdict(device, by_itself), let gate = by_group | by_itself;

    // R3  An endpoint opens where its own verdict and that of its entrance do.
    Reach(endpoint, gate) <-
        Endpoint(endpoint), Entrance(endpoint, application), Verdict(application, enters), Verdict(endpoint, passes),
        let gate = enters & passes;

    // R4  Where authentik does not look which application it was, any one for remote access is an entrance.
    struct Enters<'c>(u32, Gate<'c>);
    Enters(0, no) <- Yes(yes), let no = !yes;
    Enters(n + 1, gate) <-
        Enters(n, before), RemoteAccess(n, application, present), Verdict(application, enters),
        let gate = before | present & enters;
    Reach(endpoint, gate) <-
        AnyEntrance(endpoint), RemoteAccessCount(n), Enters(n, enters), Verdict(endpoint, passes), let gate = enters & passes;

    // R5  An endpoint without an entrance opens for nobody.
    struct Entered(TargetId);
    Entered(endpoint) <- Entrance(endpoint, _);
    Entered(endpoint) <- AnyEntrance(endpoint);
    Reach(endpoint, no) <- Endpoint(endpoint), Yes(yes), !Entered(endpoint), let no = !yes;

    // R6  A stage that is bound so that nobody ever asks runs always.
    Reach(target, yes) <- NeverAsked(target), Yes(yes);

    // R7  Everything else is as its verdict says.
    Reach(target, gate) <-
        Verdict(target, gate), !ByRows(target), !InGroup(target), !Endpoint(target), !NeverAsked(target);

    // R8  A device that is out of sight opens for nobody.
    struct Hides(TargetId);
    Hides(target) <- Visible(target, _);
    struct Seen<'c>(TargetId, Gate<'c>);
    Seen(target, gate) <- Reach(target, gate), !Hides(target);
    Seen(target, gate) <- Reach(target, reach), Visible(target, visible), let gate = reach & visible;

    // R9  Who may not log in gets nothing that needs it.
    Effective(target, gate) <- Seen(target, gate), !NeedsLogin(target);
    Effective(target, gate) <- Seen(target, reach), NeedsLogin(target), Active(active), let gate = reach & active;
}

pub(crate) fn derive<'c>(
    facts: &Facts,
    rows: &Rows<'c>,
    verdicts: &Verdicts<'c>,
    circuit: &'c Circuit,
) -> Vec<(TargetId, Gate<'c>)> {
    let presence = |presence: Presence| match presence {
        Presence::Yes => circuit.yes(),
        Presence::No => circuit.no(),
        Presence::Unknown(unknown) => circuit.leaf(Leaf::Given(unknown)),
    };
    let reach = &facts.reach;
    let mut program = Crepe::new();
    program.extend([Generation(facts.engine)]);
    program.extend([Active(circuit.leaf(Leaf::Active))]);
    program.extend([Yes(circuit.yes())]);
    program.extend(reach.needs_login.iter().map(|&target| NeedsLogin(target)));
    program.extend(reach.granted_row_by_row.iter().map(|&target| GrantedRowByRow(target)));
    program.extend(
        facts.obscured.iter().map(|&(target, unknown)| Obscured(target, circuit.leaf(Leaf::Given(unknown)))),
    );
    program.extend(reach.never_asked.iter().map(|&target| NeverAsked(target)));
    program.extend(reach.device_group.iter().map(|&(device, group)| DeviceGroup(device, group)));
    program.extend(reach.visible.iter().map(|&(device, visible)| Visible(device, presence(visible))));
    program.extend(reach.endpoint.iter().map(|&endpoint| Endpoint(endpoint)));
    for &(endpoint, application) in &reach.entrance {
        match application {
            Some(application) => program.extend([Entrance(endpoint, application)]),
            None => program.extend([AnyEntrance(endpoint)]),
        }
    }
    program.extend(
        reach
            .remote_access
            .iter()
            .map(|&(n, application, present)| RemoteAccess(n, application, presence(present))),
    );
    program.extend([RemoteAccessCount(u32::try_from(reach.remote_access.len()).unwrap_or(u32::MAX))]);
    let mut length: rustc_hash::FxHashMap<TargetId, u32> =
        reach.granted_row_by_row.iter().map(|&target| (target, 0)).collect();
    for &(target, n, binding) in &facts.row {
        if let Some(length) = length.get_mut(&target) {
            *length += 1;
            program.extend([Row(target, n, binding)]);
        }
    }
    let mut lengths: Vec<_> = length.into_iter().collect();
    lengths.sort_unstable();
    program.extend(lengths.into_iter().map(|(target, length)| Length(target, length)));
    program.extend(rows.matches.iter().map(|&(binding, gate)| Matches(binding, gate)));
    program.extend(verdicts.verdict.iter().map(|&(target, gate)| Verdict(target, gate)));
    let (effective,) = program.run_with_hasher::<Hasher>();
    let mut effective: Vec<_> = effective.into_iter().map(|Effective(target, gate)| (target, gate)).collect();
    effective.sort_unstable_by_key(|(target, gate)| (*target, gate.id()));
    effective
}
