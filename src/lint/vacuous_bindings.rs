//! See [`VacuousBindings`].

use super::{Context, Finding, Lint, Object};
use crate::diagnostic::Severity;
use crate::model::{Binding, BindingId, Id, Mode, TargetId, TargetKind};

lint! {
    /// A target that lets everyone through although something is bound to it, because one binding lets everyone
    /// through (any), or every one does (all).
    ///
    /// # Why it matters
    ///
    /// The list of bindings looks like a lock. Under `any` one binding that always passes is enough to open it: a
    /// policy that returns `True`, or one whose error counts as a pass. Everybody gets in, external accounts and those
    /// that are yet to be created too.
    ///
    /// That nobody is kept out is worked out for every user that there could be, in any groups.
    ///
    /// # Example
    ///
    /// ```may
    /// group finance
    /// policy log expression "return True"
    /// application payroll any { 0: group finance  10: policy log }
    /// ```
    ///
    /// # Instead
    ///
    /// ```may
    /// group finance
    /// policy log expression "return True"
    /// application payroll all { 0: group finance  10: policy log }
    /// ```
    VacuousBindings, "vacuous-bindings", Error
}

/// The bindings of a target that lets everyone through in spite of them.
pub(super) struct Vacuous<'a> {
    /// Those that count.
    pub(super) counted: Vec<(BindingId, &'a Binding)>,
    /// Those of them that let everyone through alone.
    always: Vec<BindingId>,
}

impl<'a> Vacuous<'a> {
    /// The bindings of `target`; `None` where they keep somebody out, or there are none.
    pub(super) fn of(context: &Context<'a>, target: TargetId) -> Option<Self> {
        let trials = context.trials();
        let counted = context.counted(target);
        let trial = target.index();
        if counted.is_empty()
            || !context.is_asked(target)
            || trials.is_unbound(trial)
            || !context.lets_everyone_through(target)
        {
            return None;
        }
        let always = counted.iter().map(|(binding, _)| *binding);
        let always = always.filter(|binding| trials.is_constant(*binding) == Some(true)).collect();
        Some(Self { counted, always })
    }

    /// Whether each of them, or one where one is enough, lets everyone through alone.
    pub(super) fn is_simple(&self, mode: Mode) -> bool {
        match mode {
            Mode::All => self.always.len() == self.counted.len(),
            _ => !self.always.is_empty(),
        }
    }
}

/// How bad it is where everybody passes: a stage that always runs is no hole.
pub(super) fn at_most(kind: TargetKind) -> Severity {
    match kind {
        TargetKind::Flow | TargetKind::StageBinding | TargetKind::Source | TargetKind::NotificationRule => {
            Severity::Note
        }
        // Its application may keep somebody out.
        TargetKind::RacEndpoint => Severity::Warning,
        _ => Severity::Error,
    }
}

impl Lint for VacuousBindings {
    fn check(&self, context: &Context<'_>) -> Vec<Finding> {
        let world = context.world();
        let mut findings = Vec::new();
        for (id, row) in world.targets.iter() {
            // What some of them do together is the finding of another lint.
            let Some(vacuous) = Vacuous::of(context, id).filter(|vacuous| vacuous.is_simple(row.mode)) else {
                continue;
            };
            let count = vacuous.counted.len();
            let what = if count == 1 { "its binding".to_owned() } else { format!("its {count} bindings") };
            let message = format!("{} in spite of {what}", context.is_open(id));
            let mut finding = Finding::about(world, Object::Target(id), message).at_most(at_most(row.kind()));
            for binding in vacuous.always.iter().take(3) {
                let words = format!("{} lets everyone through", context.binding(*binding));
                finding = finding.at(world.bindings.row(*binding).origin, words);
            }
            let help = if context.could_ask_all(id) && count > vacuous.always.len() {
                "take out the binding that lets everyone through, or set the mode to `all`"
            } else {
                "bind something that fails for those who must stay out"
            };
            findings.push(finding.because(context.for_whom(id)).help(help));
        }
        findings
    }
}
