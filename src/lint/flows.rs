//! Flows as lints look at them: who may enter, and the stages in order.

use rustc_hash::{FxHashMap, FxHashSet};

use super::Context;
use crate::model::{Details, SourceFlow, Stage, TargetId};

/// Stages that find out who it is without asking for a name.
const RECOGNISING: [&str; 2] = ["authenticator_validate", "mtls"];

/// A flow.
pub(super) struct Flow<'a> {
    pub(super) id: TargetId,
    pub(super) designation: &'a str,
    authentication: &'a str,
    /// Whether sources log in with it, where all of them say what they log in with.
    is_of_source: Option<bool>,
    /// Its stages, in order.
    pub(super) places: Vec<Place<'a>>,
}

/// A stage at its place in a flow.
pub(super) struct Place<'a> {
    pub(super) id: TargetId,
    pub(super) stage: &'a Stage,
    pub(super) order: i64,
    /// Whether its bindings are asked when the flow is planned.
    pub(super) on_plan: bool,
    /// Whether its bindings are asked when its turn has come.
    pub(super) at_turn: bool,
}

impl Flow<'_> {
    /// Whether somebody who has not logged in may enter, as far as the flow itself says.
    pub(super) fn is_open_before_login(&self) -> bool {
        matches!(self.authentication, "none" | "require_unauthenticated" | "require_outpost")
    }

    /// Whether one of its stages is of the type that `word` stands for.
    pub(super) fn has(&self, word: &str) -> bool {
        self.places.iter().any(|place| place.stage.is(word))
    }

    /// Whether the input says of what type each stage is.
    pub(super) fn is_known(&self) -> bool {
        self.places.iter().all(|place| !place.stage.model.is_empty())
    }

    /// Whether it is entered by somebody of whom nobody knows who it is. Sources log in with a user who is known; they
    /// enroll nobody who is. A flow that asks who it is may be entered without a source, too. Another one that finds
    /// out who it is, by a key or a certificate, is so entered unless a source logs in with it.
    pub(super) fn begins_with_nobody(&self) -> bool {
        self.is_open_before_login()
            && match self.designation {
                "enrollment" => true,
                "authentication" => {
                    self.has("identification")
                        || (self.is_of_source == Some(false) && RECOGNISING.iter().any(|word| self.has(word)))
                }
                "recovery" => self.has("identification"),
                _ => false,
            }
    }
}

impl Place<'_> {
    /// Whether its bindings are asked at all.
    pub(super) fn is_asked(&self) -> bool {
        self.on_plan || self.at_turn
    }
}

impl<'a> Context<'a> {
    /// Every flow with its stages.
    pub(super) fn flows(&self) -> Vec<Flow<'a>> {
        let world = self.world();
        let mut places: FxHashMap<TargetId, Vec<Place<'a>>> = FxHashMap::default();
        for (id, row) in world.targets.iter() {
            if let Details::StageBinding { flow, stage, order, evaluate_on_plan, re_evaluate_policies } =
                &row.details
            {
                places.entry(*flow).or_default().push(Place {
                    id,
                    stage: world.stages.row(*stage),
                    order: *order,
                    on_plan: *evaluate_on_plan,
                    at_turn: *re_evaluate_policies,
                });
            }
        }
        let of_sources = self.flows_of_sources();
        let flows = world.targets.iter().filter_map(|(id, row)| match &row.details {
            Details::Flow { designation, authentication } => {
                let mut places = places.remove(&id).unwrap_or_default();
                places.sort_by_key(|place| place.order);
                let is_of_source = of_sources.as_ref().map(|flows| flows.contains(&id));
                Some(Flow { id, designation, authentication, is_of_source, places })
            }
            _ => None,
        });
        flows.collect()
    }

    /// The flows that sources log in with; `None` where one may be missing: a part of a tenant does not hold all sources,
    /// and a source that names none may have one that the input does not say.
    fn flows_of_sources(&self) -> Option<FxHashSet<TargetId>> {
        let world = self.world();
        let mut flows = FxHashSet::default();
        // Whoever lists sources lists them all; authentik itself always has one.
        let mut lists_sources = false;
        if world.partial {
            return None;
        }
        for row in world.targets.values() {
            let Details::Source(source) = &row.details else { continue };
            lists_sources = true;
            match &source.authentication_flow {
                Some(SourceFlow::Listed(flow)) => {
                    flows.insert(*flow);
                }
                None if row.has_no_flow() => {}
                Some(SourceFlow::Unlisted(_)) | None => return None,
            }
        }
        lists_sources.then_some(flows)
    }
}
