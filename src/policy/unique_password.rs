//! Unique password: refuses a password that the user had before.

use super::password::{is_context_key, of_prompt};
use super::{Judgement, Ruling, Setting, Type};
use crate::model::UniquePassword;
use crate::truth::Ends;

impl Type for UniquePassword {
    fn judge<'w>(&'w self, setting: Setting<'w, '_>) -> Ruling<'w> {
        if is_context_key(&self.password_field, &setting) {
            return Judgement::unknown(
                Ends::UNKNOWN,
                format!("the request's `{}` decides", self.password_field),
            );
        }
        of_prompt(setting)
    }
}
