//! The endpoints of sources.

use super::{Endpoint, LIST};

pub(in super::super) static SOURCES: Endpoint = Endpoint {
    name: "sources_all",
    noun: "source",
    fields: &[
        "pk",
        "slug",
        "name",
        "enabled",
        "meta_model_name",
        "user_matching_mode",
        "group_matching_mode",
        "authentication_flow",
        "enrollment_flow",
        "policy_engine_mode",
    ],
    has: &["slug", "enabled"],
    lacks: &["designation", "provider"],
    required: true,
    ..LIST
};

const fn of_type(name: &'static str) -> Endpoint {
    Endpoint { name, noun: "source", fields: &["pk", "group_matching_mode"], ..LIST }
}

/// The endpoints of one type of source each: only there authentik shows `group_matching_mode` (dossier §7.2).
pub(in super::super) static SOURCES_BY_TYPE: [Endpoint; 7] = [
    of_type("sources_kerberos"),
    of_type("sources_ldap"),
    of_type("sources_oauth"),
    of_type("sources_plex"),
    of_type("sources_saml"),
    of_type("sources_scim"),
    of_type("sources_telegram"),
];
