//! The verdicts as anybody would write them down: a loop over users, one over bindings, a walk over groups.

type Rows<'a> = Vec<Vec<&'a str>>;

fn rows(text: &str) -> Rows<'_> {
    text.lines().map(|line| line.split('\t').collect()).collect()
}

fn number(text: &str) -> usize {
    text.parse().unwrap()
}

/// For each target whether it lets each user through, from the texts of all relations.
pub(crate) fn matrix(facts: &[String; 6]) -> Vec<Vec<bool>> {
    let [members, parents, users, policies, targets, bindings] = facts.each_ref().map(|text| rows(text));
    let groups: Vec<Vec<usize>> = (0..users.len()).map(|user| groups_of(user, &members, &parents)).collect();
    let passes = |user: usize, row: &[&str]| {
        let bound = number(row[3]);
        let (negate, failure) = (row[4] == "1", row[5] == "1");
        match row[2] {
            "user" => (user == bound) != negate,
            "group" => groups[user].contains(&bound) != negate,
            _ => outcome(&policies[bound], &users[user]).map_or(failure, |passes| passes != negate),
        }
    };
    let target = |target: &Vec<&str>| {
        let bound: Vec<&Vec<&str>> = bindings.iter().filter(|row| row[0] == target[0]).collect();
        let verdict = |user| match target[1] {
            _ if bound.is_empty() => true,
            "any" => bound.iter().any(|row| passes(user, row)),
            _ => bound.iter().all(|row| passes(user, row)),
        };
        (0..users.len()).map(verdict).collect()
    };
    targets.iter().map(target).collect()
}

fn groups_of(user: usize, members: &Rows<'_>, parents: &Rows<'_>) -> Vec<usize> {
    let direct = members.iter().filter(|row| number(row[0]) == user);
    let mut groups: Vec<usize> = direct.map(|row| number(row[1])).collect();
    let mut at = 0;
    while let Some(group) = groups.get(at).copied() {
        let above = parents.iter().filter(|row| number(row[0]) == group);
        groups.extend(above.map(|row| number(row[1])));
        at += 1;
    }
    groups
}

/// Whether the policy passes; nothing when it raises an error.
fn outcome(policy: &[&str], user: &[&str]) -> Option<bool> {
    let wanted = policy[2];
    match policy[1] {
        "domain" => Some(user[1] == wanted),
        "department" => (user[2] != "-1").then_some(user[2] == wanted),
        _ => {
            let (badge, wanted) = (number(user[3]), number(wanted));
            (badge != wanted).then_some(badge > wanted && badge <= wanted + 10)
        }
    }
}
