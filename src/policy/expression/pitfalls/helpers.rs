//! What authentik defines for code in newer releases only.

use super::super::ast::ExprKind;
use super::look::Look;
use super::{Pitfall, PitfallKind};

/// Names that not every release defines (dossier §4.2).
const NEWER: [&str; 3] = ["ak_create_jwt", "ak_create_jwt_raw", "ak_send_email"];

pub(super) fn of(look: &Look<'_>) -> Vec<Pitfall> {
    let each = look.exprs.iter().filter_map(|expr| {
        let ExprKind::Name(_) = &expr.kind else { return None };
        let helper = NEWER.into_iter().find(|name| look.is_given(expr, name))?;
        Some(Pitfall { span: expr.span, kind: PitfallKind::Helper(helper) })
    });
    each.collect()
}
