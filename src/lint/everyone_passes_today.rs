//! See [`EveryonePassesToday`].

use super::{Context, Finding, Lint, Object};
use crate::model::{Id, TargetKind, UserKind};
use crate::truth::Verdict;

lint! {
    /// An application that every one of today's users may use, external users and service accounts too, although
    /// something is bound to it.
    ///
    /// # Why it matters
    ///
    /// A binding that keeps nobody out is easily taken for a lock. People can be in a group that everybody is in and
    /// that is fine; where partners and machines pass, too, the bound group is often wider than its name says.
    ///
    /// Only tenants with at least five users are looked at. Where everybody passes who could ever be created, that is
    /// the finding of `vacuous-bindings` or `tautological-bindings`.
    ///
    /// # Example
    ///
    /// ```may
    /// group everyone
    /// user a in everyone
    /// user b in everyone
    /// user c in everyone
    /// user partner in everyone { type: external }
    /// user backup in everyone { type: service_account }
    /// application payroll { 0: group everyone }
    /// ```
    ///
    /// # Instead
    ///
    /// ```may
    /// group everyone
    /// group finance
    /// user a in everyone, finance
    /// user b in everyone
    /// user c in everyone
    /// user partner in everyone { type: external }
    /// user backup in everyone { type: service_account }
    /// application payroll { 0: group finance }
    /// ```
    EveryonePassesToday, "everyone-passes-today", Note
}

/// With fewer users, that all of them pass says nothing.
const LEAST: usize = 5;

impl Lint for EveryonePassesToday {
    fn check(&self, context: &Context<'_>) -> Vec<Finding> {
        let world = context.world();
        // Who cannot log in passes, too, but is no reason to worry.
        let active = || world.users.values().filter(|user| user.active);
        let users = active().count();
        let others = active().filter(|user| user.kind != UserKind::Internal).count();
        if world.partial || users < LEAST || others == 0 {
            return Vec::new();
        }
        let mut findings = Vec::new();
        for (id, row) in world.targets.iter().filter(|(_, row)| row.kind() == TargetKind::Application) {
            let counted = context.counted(id);
            let all_pass = || context.trials().access(id.index()).count(Verdict::Yes) == world.users.len();
            if counted.is_empty() || !all_pass() || !context.matters(id) {
                continue;
            }
            let message =
                format!("all {users} users may use {}, {others} of them not internal", context.target(id));
            let mut finding =
                Finding::about(world, Object::Target(id), message).at(row.origin, "everyone passes here");
            for (binding, row) in counted.iter().take(3) {
                finding = finding.at(row.origin, context.binding(*binding));
            }
            let witness =
                context.trials().somebody_left_out(id.index()).and_then(|found| context.found(&found));
            findings.push(match witness {
                Some(witness) => finding.because(format!("{witness} would be kept out")),
                None => finding,
            });
        }
        findings
    }
}
