//! Dummy: a constant after a random wait.

use super::{Judgement, Ruling, Setting, Type};
use crate::model::Dummy;
use crate::truth::Ends;

impl Type for Dummy {
    /// The wait is drawn from `randrange(wait_min, wait_max)`, which raises when there is nothing to draw from; and
    /// nobody can sleep for less than no time.
    fn judge<'w>(&'w self, _: Setting<'w, '_>) -> Ruling<'w> {
        let result = Ends::known(self.result);
        if self.wait_min >= self.wait_max || self.wait_max <= 0 {
            Judgement::same(Ends::CRASH)
        } else if self.wait_min < 0 {
            let reason = "it waits for a random time, and crashes when that is negative";
            Judgement { repeatable: false, ..Judgement::unknown(result.or(Ends::CRASH), reason) }
        } else {
            Judgement::same(result)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{anyone, setting};
    use super::*;
    use crate::model::TargetKind;

    #[test]
    fn without_a_range_to_wait_in_it_crashes() {
        let ends = |result, wait_min, wait_max| {
            let dummy = Dummy { result, wait_min, wait_max };
            dummy.judge(setting(TargetKind::Application)).ends_for(anyone())
        };
        assert_eq!(ends(true, 0, 1), Ends::PASS);
        assert_eq!(ends(false, 0, 1), Ends::FAIL);
        assert_eq!(ends(true, 0, 0), Ends::CRASH);
        assert_eq!(ends(true, 30, 5), Ends::CRASH);
        assert_eq!(ends(true, -5, 0), Ends::CRASH);
        assert_eq!(ends(true, -5, 5), Ends::PASS.or(Ends::CRASH));
    }
}
