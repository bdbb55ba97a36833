//! What is true of all classes, whatever happened.

use testkit::TestDb;

use crate::none;

/// Each is kept when its query finds nothing.
const PROMISES: [(&str, &str); 15] = [
    (
        "what is taken is what is held",
        "SELECT FROM course.places AS p WHERE p.taken <> (SELECT coalesce(sum(a.units), 0) FROM course.applications AS a \
         WHERE a.tenant_id = p.tenant_id AND a.class_id = p.class_id AND a.state IN ('offered', 'payment_due', 'admitted'))",
    ),
    (
        "what is taken never grows above the capacity",
        "SELECT FROM course.application_events AS e LEFT JOIN course.application_events AS b \
         ON b.tenant_id = e.tenant_id AND b.class_id = e.class_id AND b.number = e.number - 1 \
         WHERE e.taken > coalesce(b.taken, 0) AND e.taken > e.capacity",
    ),
    (
        "nobody is seated at once while somebody waits",
        "SELECT FROM course.application_events WHERE kind IN ('confirmed', 'readmitted', 'drawn', 'chosen') AND head IS NOT NULL",
    ),
    (
        "nobody is active twice in a class",
        "SELECT FROM course.application_people AS p JOIN course.applications AS a ON a.tenant_id = p.tenant_id \
         AND a.id = p.application_id WHERE a.state IN ('screening', 'entered', 'waitlisted', 'offered', 'payment_due', 'admitted') \
         AND NOT p.left_party GROUP BY p.tenant_id, p.class_id, p.person_id HAVING count(*) > 1",
    ),
    (
        "the record has no gaps",
        "SELECT FROM course.application_events AS e JOIN course.places AS p ON p.tenant_id = e.tenant_id \
         AND p.class_id = e.class_id GROUP BY e.tenant_id, e.class_id, p.event_number \
         HAVING count(*) <> max(e.number) OR max(e.number) <> p.event_number",
    ),
    (
        "nobody waits at the head who would fit",
        "SELECT FROM course.places AS p JOIN course.classes AS c ON c.tenant_id = p.tenant_id AND c.id = p.class_id \
         JOIN LATERAL (SELECT a.units FROM course.applications AS a WHERE a.tenant_id = p.tenant_id AND a.class_id = p.class_id \
           AND a.state = 'waitlisted' AND (p.undecided_after IS NULL OR a.waiting_key <= p.undecided_after) \
           ORDER BY a.waiting_key LIMIT CASE c.group_policy WHEN 'strict_head' THEN 1 END) AS w ON true \
         WHERE w.units <= p.capacity - p.held_back - p.taken - (SELECT coalesce(sum(d.promised), 0) FROM course.draws AS d \
           WHERE d.tenant_id = p.tenant_id AND d.class_id = p.class_id AND d.state = 'frozen')",
    ),
    (
        "people are active as their application is",
        "SELECT FROM course.application_people AS p JOIN course.applications AS a ON a.tenant_id = p.tenant_id \
         AND a.id = p.application_id WHERE NOT p.left_party AND p.active <> \
         (a.state IN ('screening', 'entered', 'waitlisted', 'offered', 'payment_due', 'admitted'))",
    ),
    (
        "exactly who is admitted takes part",
        "SELECT FROM course.application_people AS p JOIN course.applications AS a ON a.tenant_id = p.tenant_id \
         AND a.id = p.application_id LEFT JOIN course.enrolments AS e ON e.tenant_id = p.tenant_id \
         AND e.application_id = p.application_id AND e.person_id = p.person_id AND e.state = 'active' \
         WHERE (a.state = 'admitted' AND NOT p.left_party) <> (e.id IS NOT NULL)",
    ),
    (
        "no two wait at the same place",
        "SELECT FROM course.applications WHERE state = 'waitlisted' GROUP BY tenant_id, class_id, waiting_key HAVING count(*) > 1",
    ),
    (
        "who is undecided is counted",
        "SELECT FROM course.places AS p WHERE p.undecided <> (SELECT count(*) FROM course.applications AS a \
         WHERE a.tenant_id = p.tenant_id AND a.class_id = p.class_id AND a.state IN ('screening', 'entered'))",
    ),
    // the next four do not believe what the record says of the line: they follow everybody's moves
    (
        "nobody is seated at once past somebody who waits",
        "WITH was AS (SELECT e.tenant_id, e.class_id, e.application_id, e.to_state, e.number AS since, coalesce(lead(e.number) \
           OVER (PARTITION BY e.tenant_id, e.class_id, e.application_id ORDER BY e.number), 9223372036854775807) AS until \
           FROM course.application_events AS e WHERE e.application_id IS NOT NULL) \
         SELECT FROM course.application_events AS e JOIN was AS w ON w.tenant_id = e.tenant_id AND w.class_id = e.class_id \
         AND w.to_state = 'waitlisted' AND w.since < e.number AND e.number < w.until \
         WHERE e.kind IN ('confirmed', 'readmitted')",
    ),
    (
        "nobody is seated at once past somebody of an earlier window who is undecided",
        "WITH was AS (SELECT e.tenant_id, e.class_id, e.application_id, e.to_state, e.number AS since, coalesce(lead(e.number) \
           OVER (PARTITION BY e.tenant_id, e.class_id, e.application_id ORDER BY e.number), 9223372036854775807) AS until \
           FROM course.application_events AS e WHERE e.application_id IS NOT NULL) \
         SELECT FROM course.application_events AS e \
         JOIN course.applications AS a ON a.tenant_id = e.tenant_id AND a.id = e.application_id \
         JOIN course.application_windows AS v ON v.tenant_id = e.tenant_id AND v.id = a.window_id \
         JOIN was AS w ON w.tenant_id = e.tenant_id AND w.class_id = e.class_id AND w.since < e.number AND e.number < w.until \
           AND (w.to_state = 'entered' OR (w.to_state = 'screening' AND e.kind <> 'chosen')) \
         JOIN course.applications AS b ON b.tenant_id = e.tenant_id AND b.id = w.application_id \
         JOIN course.application_windows AS u ON u.tenant_id = e.tenant_id AND u.id = b.window_id \
         WHERE e.kind IN ('confirmed', 'readmitted', 'chosen') AND (u.opens_at, u.id) < (v.opens_at, v.id)",
    ),
    (
        "a draw seats nobody past who waited in an earlier window before anybody entered it",
        "WITH was AS (SELECT e.tenant_id, e.class_id, e.application_id, e.to_state, e.number AS since, coalesce(lead(e.number) \
           OVER (PARTITION BY e.tenant_id, e.class_id, e.application_id ORDER BY e.number), 9223372036854775807) AS until \
           FROM course.application_events AS e WHERE e.application_id IS NOT NULL), \
         begun AS (SELECT a.tenant_id, a.class_id, a.window_id, min(w.since) AS first FROM was AS w \
           JOIN course.applications AS a ON a.tenant_id = w.tenant_id AND a.id = w.application_id \
           WHERE w.to_state = 'entered' GROUP BY a.tenant_id, a.class_id, a.window_id) \
         SELECT FROM course.application_events AS e \
         JOIN course.applications AS a ON a.tenant_id = e.tenant_id AND a.id = e.application_id \
         JOIN course.application_windows AS v ON v.tenant_id = e.tenant_id AND v.id = a.window_id \
         JOIN begun AS g ON g.tenant_id = e.tenant_id AND g.class_id = e.class_id AND g.window_id = a.window_id \
         JOIN was AS w ON w.tenant_id = e.tenant_id AND w.class_id = e.class_id AND w.to_state = 'waitlisted' \
           AND w.since < g.first AND e.number < w.until \
         JOIN course.applications AS b ON b.tenant_id = e.tenant_id AND b.id = w.application_id \
         JOIN course.application_windows AS u ON u.tenant_id = e.tenant_id AND u.id = b.window_id \
         WHERE e.kind = 'drawn' AND (u.opens_at, u.id) < (v.opens_at, v.id)",
    ),
    (
        "nobody who was undecided is offered a place past who waited since an earlier window as they were decided, unless the staff moved \
         one of them or a class lets who does not fit be passed",
        "WITH was AS (SELECT e.tenant_id, e.class_id, e.application_id, e.to_state, e.number AS since, coalesce(lead(e.number) \
           OVER (PARTITION BY e.tenant_id, e.class_id, e.application_id ORDER BY e.number), 9223372036854775807) AS until \
           FROM course.application_events AS e WHERE e.application_id IS NOT NULL) \
         SELECT FROM course.application_events AS e \
         JOIN course.classes AS c ON c.tenant_id = e.tenant_id AND c.id = e.class_id AND c.group_policy = 'strict_head' \
         JOIN course.application_events AS s ON s.tenant_id = e.tenant_id AND s.class_id = e.class_id \
           AND s.application_id = e.application_id AND s.kind = 'standby' AND s.number < e.number \
         JOIN course.applications AS a ON a.tenant_id = e.tenant_id AND a.id = e.application_id \
         JOIN course.application_windows AS v ON v.tenant_id = e.tenant_id AND v.id = a.window_id \
         JOIN was AS w ON w.tenant_id = e.tenant_id AND w.class_id = e.class_id AND w.to_state = 'waitlisted' \
           AND w.since < s.number AND e.number < w.until \
         JOIN course.applications AS b ON b.tenant_id = e.tenant_id AND b.id = w.application_id \
         JOIN course.application_windows AS u ON u.tenant_id = e.tenant_id AND u.id = b.window_id \
         WHERE e.kind = 'promoted' AND (u.opens_at, u.id) < (v.opens_at, v.id) AND NOT EXISTS (SELECT FROM course.application_events AS r \
           WHERE r.tenant_id = e.tenant_id AND r.class_id = e.class_id AND r.kind = 'reordered' AND r.application_id IN (a.id, b.id))",
    ),
    (
        "a draw seats whom its proof seats, as far as they had not left and the places had not become fewer",
        "SELECT FROM course.draws AS d CROSS JOIN LATERAL jsonb_array_elements(d.proof -> 'result' -> 'capacity' -> 'seated') AS s \
         JOIN course.applications AS a ON a.tenant_id = d.tenant_id AND a.class_id = d.class_id \
           AND a.draw_number = (s ->> 'entry')::bigint \
         JOIN course.application_events AS e ON e.tenant_id = d.tenant_id AND e.application_id = a.id AND e.from_state = 'entered' \
         WHERE d.state = 'published' AND e.kind = 'standby' AND NOT EXISTS (SELECT FROM course.application_events AS c \
           WHERE c.tenant_id = d.tenant_id AND c.class_id = d.class_id AND c.kind IN ('capacity', 'reordered') \
             AND c.at BETWEEN d.frozen_at AND d.published_at)",
    ),
];

/// That all of it is.
pub async fn none_broken(test: &TestDb) {
    for (promise, query) in PROMISES {
        none(test, promise, query).await;
    }
}
