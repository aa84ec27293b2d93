//! Expression policies, each a test of one thing.

use super::dice::{Dice, Ranks};

/// How many e-mail domains there are.
pub(super) const DOMAINS: u32 = 20;

/// How many departments there are.
pub(super) const DEPARTMENTS: u32 = 50;

/// How many badges there are: one of them is an error to a table.
pub(super) const BADGES: u32 = 200;

/// How many badges pass a table: those right after the one that is an error.
const PASSING: u32 = 10;

/// What a policy tests.
#[derive(Clone, Copy)]
pub(super) enum Test {
    /// The domain of the e-mail address.
    Domain(u32),
    /// The department; an error for those who have none.
    Department(u32),
    /// The badge: an error for this one, passed by the ten after it.
    Table(u32),
}

impl Test {
    /// The word for what is tested, and the number that it is tested against.
    pub(super) fn parts(self) -> (&'static str, u32) {
        match self {
            Self::Domain(number) => ("domain", number),
            Self::Department(number) => ("department", number),
            Self::Table(number) => ("table", number),
        }
    }

    /// The Python code.
    pub(super) fn code(self) -> String {
        match self {
            Self::Domain(domain) => {
                format!("return request.user.email.endswith(\"@{}\")", self::domain(domain))
            }
            Self::Department(department) => {
                format!(
                    "return request.user.attributes[\"department\"] == \"{}\"",
                    self::department(department)
                )
            }
            // Rounding down, as Python does: 200 // 10 is 20, 200 // 11 is 18, and below zero all is below zero.
            Self::Table(badge) => format!(
                "return {BADGES} // (request.user.attributes[\"badge\"] - {badge}) > {}",
                BADGES / (PASSING + 1)
            ),
        }
    }
}

pub(super) fn domain(number: u32) -> String {
    format!("dom{number}.example")
}

pub(super) fn department(number: u32) -> String {
    format!("d{number}")
}

pub(super) fn policies(count: u32, dice: &mut Dice) -> Vec<Test> {
    let (domains, departments) = (Ranks::steep(DOMAINS), Ranks::flat(DEPARTMENTS));
    let tables = dice.shuffled(BADGES - PASSING);
    let mut tables = tables.iter().copied().cycle();
    // Of each twenty: seven, seven and six.
    let policy = |number| match number % 20 {
        0..7 => Test::Domain(domains.pick(dice)),
        7..14 => Test::Department(departments.pick(dice)),
        _ => Test::Table(tables.next().unwrap_or_default()),
    };
    (0..count).map(policy).collect()
}
