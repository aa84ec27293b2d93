//! What stands in a user's way to a target, and what would take it away? And the mirror: what lets a user in, and what
//! would shut them out?

mod breaks;
mod edits;
mod obstacles;

use serde::Serialize;

use super::{Answer, Context, Ground, NamedUnknown, Sheet, TargetName, UserName, Why};
use crate::model::assertion::Assertion;
use crate::model::{TargetId, UserId};
use crate::reason::Remedy;
use crate::truth::{Move, Verdict};
use edits::Wording;
use obstacles::obstacles;

/// What stands between a user and a target.
#[derive(Clone, Debug, Serialize)]
pub struct WhyNot {
    /// The form of this answer.
    pub schema: &'static str,
    /// What it stands on.
    pub ground: Ground,
    /// The user.
    pub user: UserName,
    /// The target.
    pub target: TargetName,
    /// What authentik's engine answers.
    pub verdict: Verdict,
    /// What the user gets in the end.
    pub effective: Verdict,
    /// What would be otherwise with a fix: `yes`, or `no` where the user gets the target already.
    pub wanted: Verdict,
    /// What has a part in it: bindings and what each of them says, and whatever else lies between verdict and user.
    pub obstacles: Vec<Obstacle>,
    /// What it depends on.
    pub unknowns: Vec<NamedUnknown>,
    /// The smallest sets of edits that give what is wanted; null where nobody asked for them.
    pub fixes: Option<Fixes>,
    #[serde(skip)]
    asked: UserId,
    #[serde(skip)]
    why: Why,
}

/// Something that has a part in the verdict.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Obstacle {
    /// What it is and what it says.
    pub text: String,
    /// Where it was read from.
    pub place: Option<String>,
}

/// The smallest sets of edits.
#[derive(Clone, Debug, Serialize)]
pub struct Fixes {
    /// Each set; all are of one size.
    pub found: Vec<Fix>,
    /// Whether there may be others: too many had to be tried.
    pub more_may_exist: bool,
}

/// A set of edits that gives what is wanted, and what else it does.
#[derive(Clone, Debug, Serialize)]
pub struct Fix {
    /// The edits, as `whomay what-if` takes them; behind `by hand:` where names cannot be told apart there.
    pub edits: Vec<String>,
    /// Whose access is another one with it, too.
    pub moved: Vec<FixMove>,
    /// The assertions that hold now and would not for certain any more.
    pub breaks: Vec<String>,
    #[serde(skip)]
    remedies: Vec<Remedy>,
}

/// Somebody whose access is another one with a fix.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct FixMove {
    /// How.
    pub moved: Move,
    /// The user.
    pub user: UserName,
    /// The target.
    pub target: TargetName,
    #[serde(skip)]
    address: String,
}

/// So many names are shown in a row.
const FIRST: usize = 5;

impl WhyNot {
    /// What stands between `user` and `target`; with what would change it, if `fix`.
    pub fn ask(context: Context<'_>, user: UserId, target: TargetId, fix: bool) -> Self {
        let why = Why::ask(context, user, target, false);
        let wanted = if why.effective == Verdict::Yes { Verdict::No } else { Verdict::Yes };
        let fixes = fix.then(|| fixes(context, user, target, wanted));
        Self {
            schema: "whomay.why-not/1",
            ground: why.ground.clone(),
            user: why.user.clone(),
            target: why.target.clone(),
            verdict: why.verdict,
            effective: why.effective,
            wanted,
            obstacles: obstacles(context, &why, (user, target), wanted),
            unknowns: why.unknowns.clone(),
            fixes,
            asked: user,
            why,
        }
    }
}

fn fixes(context: Context<'_>, user: UserId, target: TargetId, wanted: Verdict) -> Fixes {
    let world = context.world();
    let fixes = context.reasoner.fixes(user, target, wanted == Verdict::Yes);
    let mut wording: Option<Wording<'_>> = None;
    let found = fixes.found.into_iter().filter_map(|fix| {
        let edits = wording.get_or_insert_with(|| Wording::of(world, user)).of_edits(&fix.edits)?;
        let moved = fix.moved.into_iter().map(|(target, user, moved)| FixMove {
            moved,
            user: context.user(user),
            target: context.target(target),
            address: world.target_address(target),
        });
        Some(Fix { edits, moved: moved.collect(), breaks: Vec::new(), remedies: fix.edits })
    });
    Fixes { found: found.collect(), more_may_exist: fixes.gave_up_at.is_some() }
}

impl WhyNot {
    /// The same with what fixes would break of what is asserted.
    #[must_use]
    pub fn with_assertions(mut self, context: Context<'_>, assertions: &[Assertion]) -> Self {
        if let Some(fixes) = &mut self.fixes {
            let now = breaks::held(context, assertions);
            for fix in &mut fixes.found {
                let edited = edits::edited(context.world(), self.asked, &fix.remedies);
                fix.breaks = breaks::broken(context, &edited, assertions, &now);
            }
        }
        self
    }
}

impl Fix {
    /// What it does beside what was asked, in words.
    fn others(&self, address: &str) -> String {
        let mut parts = Vec::new();
        for kind in Move::ALL {
            let of_kind = || self.moved.iter().filter(|one| one.moved == kind);
            let here: Vec<&str> =
                of_kind().filter(|one| one.address == address).map(|one| one.user.name.as_str()).collect();
            let elsewhere: Vec<String> = of_kind()
                .filter(|one| one.address != address)
                .map(|one| format!("{} {}", one.user.name, one.address))
                .collect();
            if !here.is_empty() {
                parts.push(format!("{}: {}", kind.as_str(), first(&here)));
            }
            if !elsewhere.is_empty() {
                parts.push(format!("{} elsewhere: {}", kind.as_str(), first(&elsewhere)));
            }
        }
        parts.extend(self.breaks.iter().map(|assertion| format!("breaks `assert {assertion}`")));
        if parts.is_empty() { "nothing else".to_owned() } else { parts.join("; ") }
    }
}

/// The first of many names.
fn first(names: &[impl AsRef<str>]) -> String {
    let shown: Vec<&str> = names.iter().take(FIRST).map(AsRef::as_ref).collect();
    let more = names.len().saturating_sub(FIRST);
    if more > 0 { format!("{} and {more} more", shown.join(", ")) } else { shown.join(", ") }
}

impl Answer for WhyNot {
    fn ground(&self) -> Ground {
        self.ground.clone()
    }

    fn sheets(&self) -> Vec<Sheet<'_>> {
        let head = self.why.head();
        let title = match self.wanted {
            Verdict::Yes => "what stands in the way",
            _ => "what lets the user in",
        };
        let mut obstacles = Sheet::new(title, &["what", "place"]);
        for one in &self.obstacles {
            obstacles.row([one.text.clone(), one.place.clone().unwrap_or_default()]);
        }
        let Some(fixes) = &self.fixes else { return vec![head, obstacles.main()] };
        let title = match self.wanted {
            Verdict::Yes => "what would let the user in",
            _ => "what would shut the user out",
        };
        let mut sheet = Sheet::new(title, &["edits", "what else that does"]).main();
        for fix in &fixes.found {
            sheet.row([fix.edits.join("; "), fix.others(&self.why.address)]);
        }
        if fixes.found.is_empty() {
            sheet = sheet.note("no such set of edits was found");
        }
        if fixes.more_may_exist {
            sheet = sheet.note("not all sets of edits were tried: there are too many");
        }
        vec![head, obstacles, sheet]
    }

    fn json(&self, output: &mut dyn std::io::Write) -> std::io::Result<()> {
        Ok(serde_json::to_writer_pretty(output, self)?)
    }

    fn lines(&self, line: &mut dyn FnMut(String) -> std::io::Result<()>) -> std::io::Result<()> {
        match &self.fixes {
            Some(fixes) => super::lines(&fixes.found, line),
            None => super::lines(&self.obstacles, line),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Sources;
    use crate::model::World;
    use crate::reason::Reasoner;

    /// What stands between anna and a target.
    fn obstacles_of(text: &str, target: &str) -> Vec<String> {
        let world = World::parse("tenant.may", text).unwrap();
        let (anna, target) = (world.find_user("anna").unwrap(), world.find_target(target).unwrap());
        let (reasoner, sources) = (Reasoner::new(&world), Sources::default());
        let answer = WhyNot::ask(Context { reasoner: &reasoner, sources: &sources }, anna, target, false);
        answer.obstacles.into_iter().map(|one| one.text).collect()
    }

    #[test]
    fn bindings_with_the_same_words_are_told_apart() {
        let text = "user anna
            policy broken expression \"return 1 / 0\"
            application wiki all { 10: policy broken on error pass  10: policy broken }";
        let fails = "policy broken (order 10) fails: broken raises an error, and errors count as a fail here";
        assert_eq!(obstacles_of(text, "wiki"), [fails]);
    }

    #[test]
    fn another_way_that_is_open_leaves_nothing_in_the_way() {
        let text = "authentik \"2025.12.4\"  group ops  group staff  user anna in staff
            provider one rac  provider two rac
            application one { provider: one  0: group staff }
            application two { provider: two  0: group ops }
            endpoint box { provider: one  0: group ops }";
        assert_eq!(obstacles_of(text, "box"), ["group ops (order 0) fails: anna is not in ops"]);
    }

    #[test]
    fn bindings_of_a_target_that_lets_the_user_through_stand_in_no_way() {
        let text = "group ops  group staff  user anna in staff { active: false }
            application wiki { 0: group ops  1: group staff }";
        assert_eq!(obstacles_of(text, "wiki"), ["anna is inactive and cannot log in"]);
    }

    #[test]
    fn rows_that_are_pooled_need_not_all_match() {
        let text = "authentik \"2025.12.4\"  group a  group b  user anna in a
            policy no expression \"return False\"
            application wiki all { 0: group a  0: group b  1: policy no }";
        assert_eq!(obstacles_of(text, "wiki"), ["policy no (order 1) fails: no does not pass"]);
    }

    #[test]
    fn a_row_is_shown_with_the_part_that_decides_it() {
        let text = "group ops  user anna in ops  policy no expression \"return False\"
            application wiki { 0: policy no + group ops }";
        assert_eq!(obstacles_of(text, "wiki"), ["policy no + group ops (order 0) passes: anna is in ops"]);
    }
}
