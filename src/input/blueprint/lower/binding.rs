//! What rows say about bindings.

use jiff::Timestamp;

use super::Lower;
use crate::diagnostic::Diagnostic;
use crate::input::blueprint::models::{Family, To};
use crate::input::blueprint::store::Row;
use crate::model::Origin;
use crate::model::draft::{DraftBinding, DraftBoundUser, Key, Reference, TargetReference};

impl Lower<'_> {
    pub(super) fn binding(&mut self, row: &Row) {
        let target = self.target_reference(row, "target", To::AnyTarget);
        let policy = self.reference(row, "policy", Family::Policy);
        let group = self.reference(row, "group", Family::Group);
        let user = self.reference(row, "user", Family::User).map(DraftBoundUser::Listed);
        if Self::value(row, "order").is_none() {
            self.needs(row, "order");
        }
        let order = self.int(row, "order");
        let enabled = self.bool(row, "enabled", true);
        let negate = self.bool(row, "negate", false);
        let failure_result = self.bool(row, "failure_result", false);
        let timeout = self.int_or(row, "timeout", 30);
        if timeout < 0
            && let Some(node) = Self::value(row, "timeout")
        {
            self.wrong_type(row, node, "timeout", "no less than 0");
        }
        let expires = self.expires(row);
        let (Some(target), Some(order)) = (target, order) else { return };
        self.once(row.at, policy.as_ref(), &target, order);
        self.draft.bindings.push(DraftBinding {
            pk: row.pk.clone(),
            target,
            policy,
            group,
            user,
            enabled,
            negate,
            failure_result,
            order,
            timeout,
            expires,
            origin: row.at,
        });
    }

    /// When the binding stops counting. What the flag is where nobody writes it, the files do not say.
    fn expires(&mut self, row: &Row) -> Option<Timestamp> {
        let expiring = self.bool(row, "expiring", false);
        let expires = self.time(row, "expires")?;
        if Self::value(row, "expiring").is_none() {
            self.diagnostics.push(
                Diagnostic::error("missing-field", "a binding with `expires` needs `expiring`")
                    .at(Self::field_at(row, "expires"), "does it count?")
                    .help("write `expiring: true`, or leave `expires` out"),
            );
        }
        expiring.then_some(expires)
    }

    /// The database takes a policy once at one order of a target; the whole blueprint fails at the second.
    fn once(&mut self, at: Origin, policy: Option<&Reference>, target: &TargetReference, order: i64) {
        let (Some(policy), TargetReference::Here(target)) = (policy, target) else { return };
        let (Key::Pk(policy) | Key::Name(policy)) = &*policy.key;
        let key = (crate::input::blueprint::store::normal(policy), *target, order);
        if let Some(first) = self.seen.insert(key, at) {
            self.diagnostics.push(
                Diagnostic::error("duplicate-binding", "this policy is bound to this target at this order already")
                    .at(at, "authentik refuses the second one")
                    .at(first, "the first one")
                    .because("in a binding, `!Find` on a flow, a stage binding or a device never matches a row that is there; `!KeyOf` does"),
            );
        }
    }
}
