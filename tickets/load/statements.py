"""The SQL of a load. `%(tenant)s` stands in every row, because the owner's connection has no wall to fill it in."""

from helpdesk.search.sql import vector
from tickets.load.words import RARE_WORD, SPREAD, SPREAD_WORD
from tickets.numbers import DAMM

TABLES = f"""
CREATE TEMP TABLE load_slot (slot int, created_at timestamptz, statuses text[]);
CREATE TEMP TABLE load_life (status text, last_minute int, solved_minute int, closed_minute int);
CREATE TEMP TABLE load_message (status text, ordinal int, side text, minute int);
CREATE TEMP TABLE load_event (
    status text, ordinal int, minute int, verb text, side text, message int, changes jsonb, is_public boolean);
CREATE TEMP TABLE load_clock (
    slot int, status text, ordinal int, kind text, state text, target_seconds int, policy_version_id bigint,
    calendar_version_id bigint, attention_at timestamptz, started_at timestamptz, due_at timestamptz,
    next_step_at timestamptz, met_at timestamptz, breached_at timestamptz);
CREATE TEMP TABLE load_segment (status text, clock int, ordinal int, state text, reason text, minute int);
CREATE TEMP TABLE load_route (
    n int, category_id bigint, team_id bigint, tier int, agents bigint[], names text[]);
CREATE TEMP TABLE load_text (n int PRIMARY KEY, body text, words text[], vector tsvector);
CREATE TEMP TABLE load_subject (n int, subject text, words text[], vector tsvector);
CREATE TEMP TABLE load_person (n bigint PRIMARY KEY, id bigint);
CREATE TEMP TABLE load_ticket (
    counter bigint, id bigint, number text, subject text, vector tsvector, slot int, created_at timestamptz,
    status text, category_id bigint, team_id bigint, tier int, agent_id bigint, agent_name text, person_id bigint, priority int);
CREATE TEMP TABLE load_said (ticket_id bigint, ordinal int, id bigint PRIMARY KEY);
CREATE TEMP TABLE load_ticking (ticket_id bigint, ordinal int, id bigint);
CREATE FUNCTION pg_temp.check_digit(counter text) RETURNS text LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE state int := 0;
BEGIN
    FOR position IN 1 .. length(counter) LOOP
        state := substr('{"".join(DAMM)}', state * 10 + substr(counter, position, 1)::int + 1, 1)::int;
    END LOOP;
    RETURN state;
END $$;
CREATE AGGREGATE pg_temp.joined(tsvector) (sfunc = tsvector_concat, stype = tsvector, initcond = '');
"""
VECTORS = tuple(
    f"UPDATE {table} SET vector = {vector('words', '%(stemmers)s::text[]')}"
    for table in ("load_text", "load_subject")
)


def _minutes(column: str) -> str:
    return f"make_interval(mins => {column})"


def _mixed(counter: str, factor: int, among: str) -> str:
    """A number from 0 to below `among` that looks random and is always the same (Knuth's multiplicative hash)."""
    return f"(({counter} * {factor} %% 4294967296) / 4096 %% {among})"


def _next_id(table: str) -> str:
    return f"nextval(pg_get_serial_sequence('{table}', 'id'))"


_BORN = "now() - interval '400 days'"
PEOPLE = (
    f"""
    INSERT INTO accounts_member (tenant_id, password, email, name, role, locale, timezone, is_active,
                                 email_proven_at, joined_at, desk_keys)
    SELECT %(tenant)s, %(password)s, 'person-' || n || '@load.example', 'Person ' || n, 'customer', %(locale)s,
           %(timezone)s, true, {_BORN}, {_BORN}, '{{}}'
    FROM generate_series(1, %(count)s) n
    ON CONFLICT (tenant_id, email) DO NOTHING
    """,
    """
    INSERT INTO load_person
    SELECT row_number() OVER (ORDER BY id) - 1, id FROM accounts_member
    WHERE tenant_id = %(tenant)s AND email LIKE 'person-%%@load.example'
    """,
    """
    INSERT INTO account_emailaddress (tenant_id, email, verified, "primary", user_id)
    SELECT %(tenant)s, m.email, true, true, m.id
    FROM load_person p JOIN accounts_member m ON m.id = p.id
    WHERE NOT EXISTS (SELECT 1 FROM account_emailaddress e WHERE e.user_id = m.id)
    """,
    "ANALYZE load_person",
)
COUNTER = """
    INSERT INTO tickets_ticketcounter (tenant_id, last) VALUES (%(tenant)s, 99 + %(count)s)
    ON CONFLICT (tenant_id) DO UPDATE SET last = tickets_ticketcounter.last + %(count)s RETURNING last
"""
_PICK = f"""
    INSERT INTO load_ticket
    SELECT c.counter, {_next_id("tickets_ticket")},
           %(prefix)s || '-' || c.counter || pg_temp.check_digit(c.counter::text),
           j.subject || f.rare, j.vector || strip(to_tsvector('simple', f.rare)), s.slot, s.created_at, f.status, r.category_id, r.team_id, r.tier, r.agents[f.seat], r.names[f.seat], p.id,
           CASE WHEN f.chance < 15 THEN 1 WHEN f.chance < 85 THEN 2 WHEN f.chance < 97 THEN 3 ELSE 4 END
    FROM (SELECT %(counter)s + n AS counter, %(start)s + n AS place, (%(start)s + n - 1) * %(slots)s / %(total)s AS slot
          FROM generate_series(1::bigint, %(count)s) n) c
    JOIN load_slot s ON s.slot = c.slot
    JOIN load_route r ON r.n = {_mixed("c.counter", 2246822519, "%(routes)s")}
    JOIN load_subject j ON j.n = {_mixed("c.counter", 3266489917, "%(subjects)s")}
    JOIN load_person p ON p.n = {_mixed("c.counter", 668265263, "%(people)s")}
    CROSS JOIN LATERAL (
        SELECT s.statuses[1 + {_mixed("c.counter", 2654435761, "cardinality(s.statuses)")}] AS status,
               (1 + {_mixed("c.counter", 374761393, "cardinality(r.agents)")})::int AS seat,
               {_mixed("c.counter", 1274126177, "100")} AS chance,
               CASE WHEN c.counter %% 5000 = 0 THEN ' {RARE_WORD}' ELSE '' END ||
               CASE WHEN c.place %% greatest(%(total)s / {SPREAD}, 1) = 0 THEN ' {SPREAD_WORD}' ELSE '' END AS rare) f
    ORDER BY c.counter
"""
_TICKETS = f"""
    INSERT INTO tickets_ticket (id, tenant_id, number, subject, category_id, team_id, tier, assignee_id, status,
                                priority, channel, locale, fields, metadata, submission_key, submission_digest,
                                created_at, updated_at, told_at, attention_at, awaits_answer, solved_at, closed_at)
    SELECT t.id, %(tenant)s, t.number, t.subject, t.category_id, t.team_id, t.tier,
           CASE WHEN t.status <> 'new' THEN t.agent_id END, t.status, t.priority, 'web', %(locale)s, '{{}}', '{{}}',
           gen_random_uuid(), '', t.created_at, t.created_at + {_minutes("l.last_minute")},
           t.created_at + {_minutes("e.told_minute")}, a.attention_at, a.awaits_answer,
           t.created_at + {_minutes("l.solved_minute")}, t.created_at + {_minutes("l.closed_minute")}
    FROM load_ticket t JOIN load_life l USING (status)
    JOIN (SELECT status, max(minute) AS told_minute FROM load_event WHERE is_public GROUP BY 1) e USING (status)
    JOIN (SELECT slot, status, min(attention_at) AS attention_at,
                 bool_or(state = 'running' AND due_at IS NOT NULL AND kind LIKE '%%_response') AS awaits_answer
          FROM load_clock GROUP BY 1, 2) a USING (slot, status)
    ORDER BY t.counter
"""
_ALIASES = """
    INSERT INTO tickets_ticketalias (tenant_id, number, ticket_id)
    SELECT %(tenant)s, number, id FROM load_ticket ORDER BY counter
"""
_PARTICIPANTS = f"""
    INSERT INTO tickets_participant (tenant_id, ticket_id, member_id, role, token, proven_at, joined_at, last_read_at)
    SELECT %(tenant)s, t.id, t.person_id, 'requester',
           translate(substr(replace(gen_random_uuid()::text, '-', ''), 1, 20), '01', 'yz'),
           t.created_at, t.created_at, t.created_at + {_minutes("m.minute")}
    FROM load_ticket t
    JOIN (SELECT status, max(minute) AS minute FROM load_message WHERE side = 'customer' GROUP BY 1) m USING (status)
    ORDER BY t.counter
"""
_SAID = f"""
    INSERT INTO load_said
    SELECT t.id, m.ordinal, {_next_id("tickets_message")}
    FROM load_ticket t JOIN load_message m USING (status) ORDER BY t.counter, m.ordinal
"""


def _choice(shift: int | str) -> str:
    return _mixed(f"(i.id + {shift})", 2654435761, "%(texts)s")


def _text(shift: int) -> str:
    return f"SELECT body FROM load_text WHERE n = {_choice(shift)}"


_MESSAGES = f"""
    INSERT INTO tickets_message (id, tenant_id, ticket_id, author_id, side, kind, body, channel, submission_key,
                                 submission_digest, created_at)
    SELECT i.id, %(tenant)s, t.id, CASE m.side WHEN 'customer' THEN t.person_id ELSE t.agent_id END, m.side, 'public',
           concat_ws(E'\\n\\n', ({_text(1)}), ({_text(2)}), ({_text(3)})),
           CASE m.side WHEN 'customer' THEN 'web' ELSE 'desk' END,
           CASE m.ordinal WHEN 1 THEN k.submission_key ELSE gen_random_uuid() END, '',
           t.created_at + {_minutes("m.minute")}
    FROM load_said i
    JOIN load_ticket t ON t.id = i.ticket_id JOIN tickets_ticket k ON k.id = t.id
    JOIN load_message m ON m.status = t.status AND m.ordinal = i.ordinal
    ORDER BY i.id
"""
_FOUND_BY = f"""
    INSERT INTO tickets_ticketwords (tenant_id, ticket_id, public, internal)
    SELECT %(tenant)s, t.id, t.vector || s.vector, ''
    FROM load_ticket t
    JOIN (SELECT i.ticket_id, pg_temp.joined(x.vector) AS vector
          FROM load_said i CROSS JOIN (VALUES (1), (2), (3)) c(shift)
          JOIN load_text x ON x.n = {_choice("c.shift")} GROUP BY 1) s ON s.ticket_id = t.id
    ORDER BY t.counter
"""
_TICKING = f"""
    INSERT INTO load_ticking
    SELECT t.id, c.ordinal, {_next_id("tickets_clock")}
    FROM load_ticket t JOIN load_clock c USING (slot, status) ORDER BY t.counter, c.ordinal
"""
_CLOCKS = """
    INSERT INTO tickets_clock (id, tenant_id, ticket_id, kind, policy_version_id, calendar_version_id, target_seconds,
                               state, started_at, due_at, next_step_at, met_at, breached_at)
    SELECT i.id, %(tenant)s, t.id, c.kind, c.policy_version_id, c.calendar_version_id, c.target_seconds, c.state,
           c.started_at, c.due_at, c.next_step_at, c.met_at, c.breached_at
    FROM load_ticking i JOIN load_ticket t ON t.id = i.ticket_id
    JOIN load_clock c ON c.slot = t.slot AND c.status = t.status AND c.ordinal = i.ordinal
    ORDER BY i.id
"""
_SEGMENTS = f"""
    INSERT INTO tickets_clocksegment (tenant_id, clock_id, state, reason, started_at)
    SELECT %(tenant)s, i.id, g.state, g.reason, t.created_at + {_minutes("g.minute")}
    FROM load_ticking i JOIN load_ticket t ON t.id = i.ticket_id
    JOIN load_segment g ON g.status = t.status AND g.clock = i.ordinal
    ORDER BY i.id, g.ordinal
"""
_STEPS = """
    INSERT INTO tickets_clockstep (tenant_id, clock_id, step, happened_at)
    SELECT %(tenant)s, c.id, 'breach', c.breached_at
    FROM load_ticking i JOIN tickets_clock c ON c.id = i.id WHERE c.breached_at IS NOT NULL ORDER BY c.id
"""
_EVENTS = f"""
    INSERT INTO tickets_ticketevent (tenant_id, ticket_id, verb, actor_kind, actor_id, message_id, changes, is_public,
                                     channel, at)
    SELECT %(tenant)s, ticket_id, verb, CASE side WHEN 'system' THEN 'system' ELSE 'member' END,
           CASE side WHEN 'customer' THEN person_id WHEN 'desk' THEN agent_id END, message_id, changes, is_public,
           CASE side WHEN 'customer' THEN 'web' ELSE 'desk' END, at
    FROM (
        SELECT t.id AS ticket_id, t.person_id, t.agent_id, e.verb, e.side, i.id AS message_id, e.ordinal, e.is_public,
               CASE e.verb WHEN 'assigned'
                    THEN jsonb_build_object('assignee', jsonb_build_array(NULL,
                                                jsonb_build_array(t.agent_id, t.agent_name)))
                    ELSE e.changes END AS changes,
               t.created_at + {_minutes("e.minute")} AS at
        FROM load_ticket t JOIN load_event e USING (status)
        LEFT JOIN load_said i ON i.ticket_id = t.id AND i.ordinal = e.message
        UNION ALL
        SELECT t.id, NULL, NULL, 'promise_breached', 'system', NULL, 1000, false,
               jsonb_build_object('clock', jsonb_build_array(c.kind, to_json(c.breached_at))), c.breached_at
        FROM load_ticket t JOIN load_clock c USING (slot, status) WHERE c.breached_at IS NOT NULL
    ) happened
    ORDER BY ticket_id, at, ordinal
"""
_EMPTY = "TRUNCATE load_ticket, load_said, load_ticking"
_PEOPLE_AND_NUMBERS = (_TICKETS, _ALIASES, _PARTICIPANTS)
_TALK = (_SAID, "ANALYZE load_said", _MESSAGES, _FOUND_BY)
_PROMISES = (_TICKING, "ANALYZE load_ticking", _CLOCKS, _SEGMENTS, _STEPS)
BATCH = (_EMPTY, _PICK, "ANALYZE load_ticket", *_PEOPLE_AND_NUMBERS, *_TALK, *_PROMISES, _EVENTS)
ANALYZE = """
    ANALYZE accounts_member, account_emailaddress, tickets_ticket, tickets_ticketalias, tickets_participant,
            tickets_message, tickets_ticketwords, tickets_ticketevent, tickets_clock, tickets_clocksegment, tickets_clockstep
"""
