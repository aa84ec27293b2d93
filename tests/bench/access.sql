-- Who may access what, for any engine that knows recursive queries; `sql.py` runs it one statement after the other.
-- The tables are those of `whomay bench-data --format facts`: usr, member, parent, policy, target, binding.

CREATE TABLE nested AS
WITH RECURSIVE nested(below, above) AS (
    SELECT grp, grp FROM member UNION SELECT child, child FROM parent
    UNION
    SELECT nested.below, parent.parent FROM nested JOIN parent ON parent.child = nested.above
)
SELECT below, above FROM nested;

CREATE TABLE membership AS
SELECT DISTINCT member.usr, nested.above AS grp FROM member JOIN nested ON nested.below = member.grp;

CREATE INDEX membership_usr ON membership (usr, grp);
CREATE INDEX membership_grp ON membership (grp, usr);

-- 0 fails, 1 passes, 2 is an error.
CREATE TABLE ends AS
SELECT policy.policy, usr.usr, CASE WHEN usr.domain = policy.number THEN 1 ELSE 0 END AS ending
FROM policy CROSS JOIN usr WHERE policy.kind = 'domain'
UNION ALL
SELECT policy.policy, usr.usr,
    CASE WHEN usr.department = -1 THEN 2 WHEN usr.department = policy.number THEN 1 ELSE 0 END
FROM policy CROSS JOIN usr WHERE policy.kind = 'department'
UNION ALL
SELECT policy.policy, usr.usr,
    CASE WHEN usr.badge = policy.number THEN 2
         WHEN usr.badge > policy.number AND usr.badge <= policy.number + 10 THEN 1 ELSE 0 END
FROM policy CROSS JOIN usr WHERE policy.kind = 'table';

CREATE INDEX ends_policy ON ends (policy, ending, usr);

-- What settles a target alone: under any a binding that says yes, under all one that says no.
CREATE TABLE settled AS
SELECT binding.target, membership.usr
FROM binding JOIN target ON target.target = binding.target JOIN membership ON membership.grp = binding.bound
WHERE binding.kind = 'group' AND binding.negate = (CASE WHEN target.mode = 'all' THEN 1 ELSE 0 END)
UNION
SELECT binding.target, usr.usr
FROM binding JOIN target ON target.target = binding.target CROSS JOIN usr
WHERE binding.kind = 'group' AND binding.negate = (CASE WHEN target.mode = 'all' THEN 0 ELSE 1 END)
    AND NOT EXISTS (SELECT 1 FROM membership WHERE membership.usr = usr.usr AND membership.grp = binding.bound)
UNION
SELECT binding.target, binding.bound
FROM binding JOIN target ON target.target = binding.target
WHERE binding.kind = 'user' AND binding.negate = (CASE WHEN target.mode = 'all' THEN 1 ELSE 0 END)
UNION
SELECT binding.target, usr.usr
FROM binding JOIN target ON target.target = binding.target JOIN usr ON usr.usr <> binding.bound
WHERE binding.kind = 'user' AND binding.negate = (CASE WHEN target.mode = 'all' THEN 0 ELSE 1 END)
UNION
SELECT binding.target, ends.usr
FROM binding JOIN target ON target.target = binding.target JOIN ends ON ends.policy = binding.bound
WHERE binding.kind = 'policy'
    AND (CASE ends.ending WHEN 2 THEN binding.failure WHEN 1 THEN 1 - binding.negate ELSE binding.negate END)
        = (CASE WHEN target.mode = 'all' THEN 0 ELSE 1 END);

CREATE INDEX settled_target ON settled (target, usr);

-- Who is not kept out.
CREATE TABLE left_over AS
SELECT usr.usr, target.target FROM target CROSS JOIN usr
WHERE target.mode = 'all'
    AND NOT EXISTS (SELECT 1 FROM settled WHERE settled.target = target.target AND settled.usr = usr.usr)
UNION ALL
SELECT usr.usr, target.target FROM target CROSS JOIN usr
WHERE target.mode = 'any' AND NOT EXISTS (SELECT 1 FROM binding WHERE binding.target = target.target);

-- All of it is there by now; it need not be copied.
CREATE VIEW access AS
SELECT settled.usr, settled.target FROM settled JOIN target ON target.target = settled.target WHERE target.mode = 'any'
UNION ALL
SELECT usr, target FROM left_over;
