//! Edits: what a configuration would be if something in it were another way.
//!
//! An edit begins with a verb and needs no end; several follow on each other, and each of them sees what those before
//! it did. Names are written as in [`.may`](super::may), and targets by their address, too. `#` and a number behind the
//! address of a target is a binding by its order; elsewhere `#` begins a comment.
//!
//! ```
//! let world = whomay::World::parse("tenant.may", r##"
//! group staff
//! group contractors in staff
//! user anna in staff
//! user eve in contractors
//! policy own-domain unknown "depends on the request"
//! provider desktop rac
//! stage ask-password password
//! application wiki any { provider: desktop  0: group contractors  10: policy own-domain }
//! application vault all { 0: group staff  entitlement admin { 0: user anna } }
//! flow sign-in { stage ask-password at 20 }
//! "##)?;
//! let edited = world.edited(r##"
//! delete user eve                          # with all bindings of the user
//! delete group contractors                 # likewise; nobody is in it any more
//! delete policy own-domain                 # likewise; also: stage, provider
//! delete entitlement:vault/admin           # any target: delete application vault
//!
//! bind app:vault { 10: user anna  10: group staff on error pass }
//! disable binding app:vault#0              # the binding with the order 0; `enable` is the opposite
//! negate binding app:vault#10.1            # the first of those with the order 10
//! change binding app:vault#10.2 { 20: not group staff }
//! delete binding app:vault#20              # or by its key: delete binding pk "b1"
//!
//! add group ops in staff                   # all items of `.may`, as they are written there
//! add user zoe in ops { email: "zoe@example.org" }
//! add application grafana { 0: group ops }
//! add entitlement editor to app:grafana { 0: user zoe }
//! add stage ask-password at 30 to flow:sign-in
//!
//! add user:anna to ops                     # or: add anna to ops
//! remove user:anna from staff
//! add parent ops to staff                  # who is in `staff` is in `ops`
//! remove parent staff from ops
//!
//! set app:wiki mode all                    # also: any, invalid, unknown
//! set app:wiki { provider: null }          # all settings of `.may` but `pk`; the others stay
//! set user zoe { active: false }
//! set flag core_default_app_access false
//! add policy coin unknown "heads"
//! replace policy coin dummy { result: true }
//! "##)?;
//! assert_eq!((edited.users.len(), edited.groups.len(), edited.bindings.len()), (2, 2, 4));
//! # Ok::<(), Box<whomay::ReadError>>(())
//! ```
//!
//! What authentik takes away with an object goes here, too (dossier §1.5): a binding goes with its policy, its group or
//! its user, also where it has several of them; a target that then has no bindings is open, if targets of its kind are.
//! Bindings go with their target, entitlements with their application, stage bindings with their flow and with their
//! stage, and endpoints for remote access with their provider. Applications only lose their provider, sources their
//! flow, and devices their device access group. Groups below a group that is deleted lose it as a parent. One thing is
//! not in any input: which flow a provider authorizes with. authentik deletes the provider together with that flow; here
//! it stays, and a warning says so where verdicts could rest on it.
//!
//! Reserved in edits, outside of blocks, are the words of `.may`, and `delete`, `enable`, `disable`, `negate`, `change`,
//! `bind`, `add`, `remove`, `set`, `replace`, `binding`, `parent` and `to`: as names they are written in quotes.

use super::{ReadError, may};
use crate::diagnostic::{Diagnostics, Source, Sources};
use crate::model::{SourceId, World};

/// The world that `world` is after all `edits`, which are texts of `sources`, one after the other. `None` if anything
/// is wrong with one of them: all that is wrong is reported to `diagnostics`.
pub fn apply(
    world: &World,
    edits: &[SourceId],
    sources: &Sources,
    diagnostics: &mut Diagnostics,
) -> Option<World> {
    let texts: Vec<(SourceId, &str)> =
        edits.iter().map(|id| (*id, sources.get(*id).map_or("", Source::text))).collect();
    let mut edited = world.clone();
    let mut found = Diagnostics::default();
    may::make(&mut edited, &texts, &mut found);
    found.sort();
    let is_wrong = found.has_errors();
    diagnostics.append(found);
    (!is_wrong).then_some(edited)
}

impl World {
    /// Makes the [`edits`](self) of `text` in this world. Where anything is wrong with them, it is not to be asked any
    /// more.
    pub(crate) fn edit(&mut self, text: &str) -> bool {
        let mut sources = Sources::default();
        let mut diagnostics = Diagnostics::default();
        let source = sources.add("edit", text);
        may::make(self, &[(source, text)], &mut diagnostics);
        !diagnostics.has_errors()
    }

    /// The world that this one is after the [`edits`](self) of `text`.
    ///
    /// # Errors
    /// When anything is wrong with one of them. The error says all that was found.
    ///
    /// ```
    /// let world = whomay::World::parse("tenant.may", "group ops  application vault { 0: group ops }")?;
    /// let edited = world.edited("delete group ops")?;
    /// assert!(edited.bindings.is_empty(), "the vault is open now");
    /// assert!(world.edited("delete group op").is_err());
    /// # Ok::<(), Box<whomay::ReadError>>(())
    /// ```
    pub fn edited(&self, text: &str) -> Result<Self, Box<ReadError>> {
        let mut sources = Sources::default();
        let mut diagnostics = Diagnostics::default();
        let source = sources.add("edit", text);
        apply(self, &[source], &sources, &mut diagnostics)
            .ok_or_else(|| Box::new(ReadError { diagnostics, sources }))
    }
}
