//! See [`GeoipSettings`].

use super::{Context, Finding, Lint, Object};
use crate::diagnostic::Severity;
use crate::model::{Generation, GeoIp, PolicyKind};

lint! {
    /// A GeoIP policy whose settings do something else than they say.
    ///
    /// # Why it matters
    ///
    /// With networks and countries both set, the documentation says that either is enough; but an address whose network
    /// is not known is an error before any country is looked at. `impossible_tolerance_km` is never read, the tolerance
    /// of the distance counts instead. A policy that has nothing set passes for everybody. In 2025.2, one that looks at
    /// distances only fails for everybody.
    ///
    /// # Example
    ///
    /// ```may
    /// policy at-home geoip { countries: [NO]  asns: [64512] }
    /// ```
    ///
    /// # Instead
    ///
    /// ```may
    /// policy at-home geoip { countries: [NO] }
    /// policy in-our-network geoip { asns: [64512] }
    /// application wiki any { 0: policy at-home  10: policy in-our-network }
    /// ```
    GeoipSettings, "geoip-settings", Warning
}

/// What authentik sets if nobody does.
const TOLERANCE: i64 = 100;

impl Lint for GeoipSettings {
    fn check(&self, context: &Context<'_>) -> Vec<Finding> {
        let world = context.world();
        let mut findings = Vec::new();
        for (policy, row) in world.policies.iter() {
            let PolicyKind::GeoIp(geoip) = &row.kind else { continue };
            for wrong in wrong(context, geoip) {
                let message = format!("GeoIP policy `{}` {}", row.name, wrong.what);
                let finding = Finding::about(world, Object::Policy(policy), message)
                    .key(wrong.field)
                    .at_field(row.origin, &format!("/{}", wrong.field), wrong.label)
                    .because(wrong.because);
                findings.push(if wrong.mild { finding.at_most(Severity::Note) } else { finding });
            }
        }
        findings
    }
}

struct Wrong {
    field: &'static str,
    what: String,
    label: &'static str,
    because: &'static str,
    mild: bool,
}

fn wrong(context: &Context<'_>, geoip: &GeoIp) -> Vec<Wrong> {
    let edition = &context.world().edition;
    let place = !geoip.asns.is_empty() || !geoip.countries.is_empty();
    let travel = geoip.check_history_distance || geoip.check_impossible_travel;
    let mut found = Vec::new();
    if !place && !travel {
        found.push(Wrong {
            field: "countries",
            what: "checks nothing, and passes for everybody".to_owned(),
            label: "neither countries nor networks nor distances are set",
            because: "what checks nothing passes",
            mild: false,
        });
    }
    if !geoip.asns.is_empty() && !geoip.countries.is_empty() && edition.generation != Generation::Documented {
        found.push(Wrong {
            field: "asns",
            what: "raises for addresses of unknown networks, whatever their country".to_owned(),
            label: "networks and countries are both set",
            because: "the network is looked up first, and one that is not found is an error",
            mild: false,
        });
    }
    if edition.geoip_distance_only_fails && !place && travel {
        found.push(Wrong {
            field: "countries",
            what: format!("fails for everybody in {edition}"),
            label: "nothing but distances is set",
            because: "in 2025.2, a policy that looks at distances only always fails",
            mild: false,
        });
    }
    let tolerance = geoip.impossible_tolerance_km;
    if geoip.check_impossible_travel && tolerance != TOLERANCE && tolerance != geoip.distance_tolerance_km {
        found.push(Wrong {
            field: "impossible_tolerance_km",
            what: format!(
                "does not tolerate {tolerance} km of impossible travel, but {}",
                geoip.distance_tolerance_km
            ),
            label: "authentik never reads this",
            because: "the tolerance of the distance is taken for impossible travel, too",
            mild: true,
        });
    }
    found
}
