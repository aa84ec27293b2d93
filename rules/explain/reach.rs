//! Why does a user get what a target stands for, and why not? The rules of `reach.rs`, read backwards.

use super::verdict::Explained;
use super::{Known, Reason};
use crate::claim::{Claim, Rule};
use crate::facts::{Facts, Presence};
use crate::{BindingId, Engine, Hasher, TargetId, UnknownId};

crepe::crepe! {
    // Facts: see `facts.rs`.
    @input
    struct Generation(Engine);
    @input
    struct Obscured(TargetId, UnknownId);
    @input
    struct Row(TargetId, BindingId);
    @input
    struct NeedsLogin(TargetId);
    @input
    struct GrantedRowByRow(TargetId);
    @input
    struct NeverAsked(TargetId);
    @input
    struct DeviceGroup(TargetId, TargetId);
    @input
    // It is known whether the device is in sight.
    struct Sight(TargetId, bool);
    @input
    struct OpenSight(TargetId, UnknownId);
    @input
    struct Endpoint(TargetId);
    @input
    struct Entrance(TargetId, TargetId);
    @input
    struct AnyEntrance(TargetId);
    @input
    struct RemoteAccess(TargetId);
    @input
    // The application is one for remote access where the unknown holds.
    struct MaybeRemoteAccess(TargetId, UnknownId);

    // What is known of the user.
    @input
    struct Given(UnknownId, bool);
    @input
    struct Active(bool);
    @input
    struct Matched(BindingId, bool);
    @input
    struct Verdict(TargetId, bool);
    @input
    struct Target(TargetId);

    @output
    // The conclusion follows by the rule, from this premise among others, or from the facts alone.
    struct Because(Claim, Rule, Option<Claim>);

    struct Reach(TargetId, bool);

    // F1  An entitlement is granted by any row that matches (R1).
    struct ByRows(TargetId);
    ByRows(target) <- GrantedRowByRow(target), Generation(engine), (engine != Engine::Documented);
    struct IsObscured(TargetId);
    IsObscured(target) <- Obscured(target, _);
    struct Grants(TargetId, bool, BindingId);
    Grants(target, hit, binding) <- ByRows(target), Row(target, binding), Matched(binding, hit), !IsObscured(target);
    struct Granted(TargetId);
    Granted(target) <- Grants(target, true, _);
    struct Considered(TargetId);
    Considered(target) <- Grants(target, _, _);
    Reach(target, true) <- Granted(target);
    Reach(target, false) <- ByRows(target), !Granted(target), !IsObscured(target);
    Reach(target, holds) <- ByRows(target), Obscured(target, unknown), Given(unknown, holds);
    Because(Claim::Reach(target, true), Rule::RowGrants, Some(Claim::Match(binding, true))) <-
        Grants(target, true, binding);
    Because(Claim::Reach(target, false), Rule::NoRowGrants, Some(Claim::Match(binding, false))) <-
        Grants(target, false, binding), !Granted(target);
    Because(Claim::Reach(target, false), Rule::NothingBound, None) <-
        ByRows(target), !Considered(target), !IsObscured(target);
    Because(Claim::Reach(target, holds), Rule::Obscured, Some(Claim::Given(unknown, holds))) <-
        ByRows(target), Obscured(target, unknown), Given(unknown, holds);

    // F2  A device opens by its access group or by itself (R2).
    struct InGroup(TargetId);
    InGroup(device) <- DeviceGroup(device, _);
    struct Way(TargetId, bool, Claim);
    Way(device, holds, Claim::Verdict(group, holds)) <- DeviceGroup(device, group), Verdict(group, holds);
    Way(device, holds, Claim::Verdict(device, holds)) <- InGroup(device), Verdict(device, holds);
    struct OpensSomehow(TargetId);
    OpensSomehow(device) <- Way(device, true, _);
    Reach(device, true) <- OpensSomehow(device);
    Reach(device, false) <-
        DeviceGroup(device, group), Verdict(group, false), Verdict(device, false);
    Because(Claim::Reach(device, true), Rule::EitherOpens, Some(premise)) <- Way(device, true, premise);
    Because(Claim::Reach(device, false), Rule::NeitherOpens, Some(premise)) <-
        Way(device, false, premise), Reach(device, false), !OpensSomehow(device);

    // F3  Any application for remote access is an entrance where authentik does not look which one it was (R4).
    struct Opens(TargetId, bool);
    Opens(application, holds) <- RemoteAccess(application), Verdict(application, holds);
    Opens(application, true) <-
        MaybeRemoteAccess(application, unknown), Given(unknown, true), Verdict(application, true);
    Opens(application, false) <- MaybeRemoteAccess(application, unknown), Given(unknown, false);
    Opens(application, false) <- MaybeRemoteAccess(application, _), Verdict(application, false);
    Because(Claim::Opens(application, holds), Rule::AsVerdict, Some(Claim::Verdict(application, holds))) <-
        RemoteAccess(application), Verdict(application, holds);
    Because(Claim::Opens(application, true), Rule::Admits, Some(Claim::Given(unknown, true))) <-
        Opens(application, true), MaybeRemoteAccess(application, unknown);
    Because(Claim::Opens(application, true), Rule::Admits, Some(Claim::Verdict(application, true))) <-
        Opens(application, true), MaybeRemoteAccess(application, _);
    Because(Claim::Opens(application, false), Rule::AdmitsNot, Some(Claim::Given(unknown, false))) <-
        MaybeRemoteAccess(application, unknown), Given(unknown, false);
    Because(Claim::Opens(application, false), Rule::AdmitsNot, Some(Claim::Verdict(application, false))) <-
        MaybeRemoteAccess(application, _), Verdict(application, false);
    struct Enters(bool);
    Enters(true) <- Opens(_, true);
    struct OpenEntrance();
    struct OpensKnown(TargetId);
    OpensKnown(application) <- Opens(application, _);
    OpenEntrance() <- RemoteAccess(application), !OpensKnown(application);
    OpenEntrance() <- MaybeRemoteAccess(application, _), !OpensKnown(application);
    struct Entered();
    Entered() <- Opens(_, true);
    struct NowhereIn();
    NowhereIn() <- AnyEntrance(_), !Entered(), !OpenEntrance();
    struct HasApplication();
    HasApplication() <- RemoteAccess(_);
    HasApplication() <- MaybeRemoteAccess(_, _);
    Because(Claim::Enters(true), Rule::ApplicationOpens, Some(Claim::Opens(application, true))) <- Opens(application, true);
    Because(Claim::Enters(false), Rule::NoApplicationOpens, Some(Claim::Opens(application, false))) <-
        NowhereIn(), Opens(application, false);
    Because(Claim::Enters(false), Rule::NoEntrance, None) <- NowhereIn(), !HasApplication();

    // F4  An endpoint opens where its own verdict and that of its entrance do (R3, R5).
    struct Door(TargetId, bool, Claim);
    Door(endpoint, holds, Claim::Verdict(application, holds)) <-
        Endpoint(endpoint), Entrance(endpoint, application), Verdict(application, holds);
    Door(endpoint, true, Claim::Enters(true)) <- AnyEntrance(endpoint), Enters(true);
    Door(endpoint, false, Claim::Enters(false)) <- AnyEntrance(endpoint), NowhereIn();
    struct HasEntrance(TargetId);
    HasEntrance(endpoint) <- Entrance(endpoint, _);
    HasEntrance(endpoint) <- AnyEntrance(endpoint);
    struct Behind(TargetId, bool);
    Behind(endpoint, true) <- Door(endpoint, true, _), Verdict(endpoint, true);
    Behind(endpoint, false) <- Door(endpoint, false, _);
    Behind(endpoint, false) <- HasEntrance(endpoint), Verdict(endpoint, false);
    Reach(endpoint, holds) <- Behind(endpoint, holds);
    Reach(endpoint, false) <- Endpoint(endpoint), !HasEntrance(endpoint);
    Because(Claim::Reach(endpoint, true), Rule::BothPass, Some(premise)) <-
        Door(endpoint, true, premise), Behind(endpoint, true);
    Because(Claim::Reach(endpoint, true), Rule::BothPass, Some(Claim::Verdict(endpoint, true))) <-
        Behind(endpoint, true);
    Because(Claim::Reach(endpoint, false), Rule::OneFails, Some(premise)) <- Door(endpoint, false, premise);
    Because(Claim::Reach(endpoint, false), Rule::OneFails, Some(Claim::Verdict(endpoint, false))) <-
        HasEntrance(endpoint), Verdict(endpoint, false);
    Because(Claim::Reach(endpoint, false), Rule::NoEntrance, None) <- Endpoint(endpoint), !HasEntrance(endpoint);

    // F5  A stage whose bindings nobody asks runs always; everything else is as its verdict says (R6, R7).
    Reach(target, true) <- NeverAsked(target);
    Because(Claim::Reach(target, true), Rule::NeverAsked, None) <- NeverAsked(target);
    struct Plain(TargetId);
    Plain(target) <- Target(target), !ByRows(target), !InGroup(target), !Endpoint(target), !NeverAsked(target);
    Reach(target, holds) <- Plain(target), Verdict(target, holds);
    Because(Claim::Reach(target, holds), Rule::AsVerdict, Some(Claim::Verdict(target, holds))) <-
        Plain(target), Verdict(target, holds);

    // F6  A device may be out of sight (R8).
    struct Visible(TargetId, bool);
    Visible(target, visible) <- Sight(target, visible);
    Visible(target, visible) <- OpenSight(target, unknown), Given(unknown, visible);
    Because(Claim::Visible(target, visible), Rule::Sight, None) <- Sight(target, visible);
    Because(Claim::Visible(target, holds), Rule::Obscured, Some(Claim::Given(unknown, holds))) <-
        OpenSight(target, unknown), Given(unknown, holds);

    // F7  Who may not log in gets nothing that needs it (R9).
    struct Link(TargetId, bool, Claim);
    Link(target, holds, Claim::Reach(target, holds)) <- Reach(target, holds);
    Link(target, holds, Claim::Visible(target, holds)) <- Visible(target, holds);
    Link(target, holds, Claim::Active(holds)) <- NeedsLogin(target), Active(holds);
    struct Hides(TargetId);
    Hides(target) <- Sight(target, _);
    Hides(target) <- OpenSight(target, _);
    struct Seen(TargetId);
    Seen(target) <- Target(target), !Hides(target);
    Seen(target) <- Visible(target, true);
    struct Allowed(TargetId);
    Allowed(target) <- Target(target), !NeedsLogin(target);
    Allowed(target) <- NeedsLogin(target), Active(true);
    struct Gets(TargetId);
    Gets(target) <- Reach(target, true), Seen(target), Allowed(target);
    Because(Claim::Effective(target, true), Rule::Gets, Some(premise)) <- Gets(target), Link(target, true, premise);
    Because(Claim::Effective(target, false), Rule::Lacks, Some(premise)) <- Link(target, false, premise);
}

pub(super) fn derive(facts: &Facts, known: &Known, engine: &Explained) -> Vec<Reason> {
    let reach = &facts.reach;
    let mut program = Crepe::new();
    program.extend([Generation(facts.engine)]);
    program.extend(facts.target.iter().map(|&(target, _)| Target(target)));
    program.extend(facts.obscured.iter().map(|&(target, unknown)| Obscured(target, unknown)));
    program.extend(facts.row.iter().map(|&(target, _, binding)| Row(target, binding)));
    program.extend(reach.needs_login.iter().map(|&target| NeedsLogin(target)));
    program.extend(reach.granted_row_by_row.iter().map(|&target| GrantedRowByRow(target)));
    program.extend(reach.never_asked.iter().map(|&target| NeverAsked(target)));
    program.extend(reach.device_group.iter().map(|&(device, group)| DeviceGroup(device, group)));
    for &(device, visible) in &reach.visible {
        match visible {
            Presence::Yes => program.extend([Sight(device, true)]),
            Presence::No => program.extend([Sight(device, false)]),
            Presence::Unknown(unknown) => program.extend([OpenSight(device, unknown)]),
        }
    }
    program.extend(reach.endpoint.iter().map(|&endpoint| Endpoint(endpoint)));
    for &(endpoint, application) in &reach.entrance {
        match application {
            Some(application) => program.extend([Entrance(endpoint, application)]),
            None => program.extend([AnyEntrance(endpoint)]),
        }
    }
    for &(_, application, present) in &reach.remote_access {
        match present {
            Presence::Yes => program.extend([RemoteAccess(application)]),
            Presence::No => {}
            Presence::Unknown(unknown) => program.extend([MaybeRemoteAccess(application, unknown)]),
        }
    }
    program.extend(known.given.iter().map(|&(unknown, holds)| Given(unknown, holds)));
    program.extend([Active(known.active)]);
    program.extend(engine.matches.iter().map(|&(binding, hit)| Matched(binding, hit)));
    program.extend(engine.verdict.iter().map(|&(target, holds)| Verdict(target, holds)));
    let (because,) = program.run_with_hasher::<Hasher>();
    because
        .into_iter()
        .map(|Because(conclusion, rule, premise)| Reason { conclusion, rule, premise })
        .collect()
}
