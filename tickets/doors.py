"""What may be asked past the walls: which clocks and replies of all tenants are due, and which tickets of one hold some words.

Under row-level security no index answers `@@`, so the search stands behind a door, which reads the tenant by itself.
"""

from helpdesk.search.sql import question, term
from helpdesk.walls.derive import CURRENT
from helpdesk.walls.door import Door

# The latest tickets whose words are read one by one: those of a person, and those of the desk once a word is common.
OWN_WALK = 2000
DESK_WALK = 5000
# Of SAMPLE latest tickets a common word stands in OFTEN at least, one that tells much in SELDOM at most.
SAMPLE = 1000
OFTEN = 20
SELDOM = 2

_QUESTION = question("words", "prefixes", "stemmers")
# One person's tickets are few: their words are read one by one, whatever the tenant's size. Of somebody who has more
# than OWN_WALK, the older ones are asked of the index, n of the tenant's at most.
_OWN = f"""
  WITH asked AS MATERIALIZED (SELECT {_QUESTION} AS q, {CURRENT} AS tenant),
    own AS MATERIALIZED (
      SELECT p.ticket_id FROM public.tickets_participant p
      WHERE p.tenant_id = (SELECT tenant FROM asked) AND p.member_id = member
      ORDER BY p.ticket_id DESC LIMIT {OWN_WALK}
    ),
    old AS MATERIALIZED (
      SELECT w.ticket_id FROM public.tickets_ticketwords w
      WHERE w.tenant_id = (SELECT tenant FROM asked) AND w.public @@ (SELECT q FROM asked)
        AND (SELECT count(*) FROM own) = {OWN_WALK} LIMIT n
    )
  SELECT f.ticket_id FROM (
      SELECT o.ticket_id FROM own o CROSS JOIN LATERAL (
        SELECT w.public FROM public.tickets_ticketwords w
        WHERE w.tenant_id = (SELECT tenant FROM asked) AND w.ticket_id = o.ticket_id OFFSET 0) w
      WHERE w.public @@ (SELECT q FROM asked)
    UNION
      SELECT o.ticket_id FROM old o
      WHERE EXISTS (SELECT 1 FROM public.tickets_participant p
                    WHERE p.tenant_id = (SELECT tenant FROM asked) AND p.ticket_id = o.ticket_id
                      AND p.member_id = member)) f
  ORDER BY f.ticket_id DESC LIMIT n
"""


def _read(column: str) -> str:
    """The tickets with the seldom words, and whether they have the others: read one by one, DESK_WALK of them."""
    return f"""(SELECT w.ticket_id, w.{column} @@ (SELECT q FROM asked) AS hit FROM public.tickets_ticketwords w
       WHERE w.tenant_id = (SELECT tenant FROM asked) AND w.{column} @@ (SELECT seldom FROM asked) LIMIT {DESK_WALK})"""


def _hits(column: str) -> str:
    read = f"read_{column}"
    return f"""(SELECT r.ticket_id FROM {read} r WHERE r.hit LIMIT n) UNION
      (SELECT w.ticket_id FROM public.tickets_ticketwords w
       WHERE w.tenant_id = (SELECT tenant FROM asked) AND w.{column} @@ (SELECT q FROM asked)
         AND ((SELECT seldom FROM asked) IS NULL OR (SELECT count(*) FROM {read}) >= {DESK_WALK}) LIMIT n)"""


# Of what begins with a word, the index finds every ticket before it tells one: where the latest tickets show that one word
# is a common one and another hardly ever stands there, the index is asked for the other, and the common word is read in
# what it finds. Any n matches of the index first; only when there are more, the latest tickets one by one (`speed.md`:
# never in the order of time over such an index).
_ALL = f"""
  WITH terms AS MATERIALIZED (
      SELECT {term("stemmers")} AS t FROM unnest(words, prefixes) AS a(w, p)
    ),
    sample AS MATERIALIZED (
      SELECT w.public, w.internal FROM public.tickets_ticketwords w
      WHERE w.tenant_id = {CURRENT} AND true = ANY(prefixes) AND cardinality(words) > 1
      ORDER BY w.ticket_id DESC LIMIT {SAMPLE}
    ),
    known AS MATERIALIZED (
      SELECT t, (SELECT count(*) FROM sample s WHERE s.public @@ t::tsquery OR s.internal @@ t::tsquery) AS n FROM terms
    ),
    asked AS MATERIALIZED (
      SELECT string_agg(k.t, ' & ')::tsquery AS q, {CURRENT} AS tenant,
        CASE WHEN max(k.n) >= {OFTEN} THEN (string_agg(k.t, ' & ') FILTER (WHERE k.n <= {SELDOM}))::tsquery END AS seldom
      FROM known k
    ),
    read_public AS MATERIALIZED ({_read("public")}),
    read_internal AS MATERIALIZED ({_read("internal")}),
    hits AS MATERIALIZED ({_hits("public")} UNION {_hits("internal")}),
    walk AS MATERIALIZED (
      SELECT w.ticket_id, w.public, w.internal FROM public.tickets_ticketwords w
      WHERE w.tenant_id = (SELECT tenant FROM asked) AND (SELECT count(*) FROM hits) >= n
      ORDER BY w.ticket_id DESC LIMIT {DESK_WALK}
    )
  SELECT f.ticket_id FROM (
      SELECT ticket_id FROM hits
    UNION
      SELECT w.ticket_id FROM walk w
      WHERE w.public @@ (SELECT q FROM asked) OR w.internal @@ (SELECT q FROM asked)) f
  ORDER BY f.ticket_id DESC
"""
_WORDS = "words text[], prefixes boolean[], stemmers text[]"

DOORS = [
    Door(
        name="due_clocks",
        arguments="n integer",
        returns="TABLE(tenant_id bigint, clock_id bigint)",
        body=(
            " SELECT c.tenant_id, c.id FROM public.tickets_clock c"
            " WHERE c.next_step_at <= pg_catalog.now() ORDER BY c.next_step_at LIMIT n "
        ),
        volatility="stable",
    ),
    Door(
        name="replies_to_leave",
        arguments="n integer",
        returns="TABLE(tenant_id bigint, draft_id bigint)",
        body=(
            " SELECT d.tenant_id, d.id FROM public.tickets_deskdraft d"
            " WHERE d.leaves_at <= pg_catalog.now() ORDER BY d.leaves_at, d.id LIMIT n "
        ),
        volatility="stable",
    ),
    Door(
        name="tenants_with_tickets_to_give",
        arguments="",
        returns="TABLE(tenant_id bigint)",
        body=(
            " SELECT t.id FROM public.accounts_tenant t WHERE EXISTS (SELECT 1 FROM public.tickets_ticket k"
            " WHERE k.tenant_id = t.id AND k.wants_agent AND k.assignee_id IS NULL AND NOT k.is_spam"
            " AND k.status IN ('new', 'open', 'pending', 'on_hold')) "
        ),
        volatility="stable",
    ),
    Door(
        name="own_tickets_with",
        arguments=f"member bigint, {_WORDS}, n integer",
        returns="TABLE(ticket_id bigint)",
        body=_OWN,
        volatility="stable",
    ),
    Door(
        name="tickets_with",
        arguments=f"{_WORDS}, n integer",
        returns="TABLE(ticket_id bigint)",
        body=_ALL,
        volatility="stable",
    ),
    Door(
        name="files_to_treat",
        arguments="n integer, due timestamp with time zone",
        returns="TABLE(tenant_id bigint, file_id bigint)",
        body=(
            " SELECT a.tenant_id, a.id FROM public.tickets_attachment a"
            " WHERE a.treat_after <= due ORDER BY a.treat_after LIMIT n "
        ),
        volatility="stable",
    ),
    Door(
        name="bulk_due",
        arguments="n integer",
        returns="TABLE(tenant_id bigint, run_id bigint)",
        body=(
            " SELECT r.tenant_id, r.id FROM public.tickets_bulkrun r"
            " WHERE r.finished_at IS NULL AND (r.leased_until IS NULL OR r.leased_until <= statement_timestamp())"
            " ORDER BY r.leased_until NULLS FIRST, r.id LIMIT n "
        ),
        volatility="stable",
    ),
    # The few tenants in which something happened that is not counted yet, and those never counted to the end.
    Door(
        name="figures_to_count",
        arguments="",
        returns="TABLE(tenant_id bigint)",
        body=(
            " SELECT t.id FROM public.accounts_tenant t WHERE t.slug <> 'platform' AND ("
            " EXISTS (SELECT 1 FROM public.tickets_figuresdue d WHERE d.tenant_id = t.id)"
            " OR NOT EXISTS (SELECT 1 FROM public.tickets_figuresstate s"
            " WHERE s.tenant_id = t.id AND s.is_walked AND s.zone = t.timezone)) ORDER BY t.id "
        ),
        volatility="stable",
    ),
    Door(
        name="files_checking",
        arguments="",
        returns="TABLE(files bigint, oldest_seconds double precision)",
        body=(
            " SELECT pg_catalog.count(*), greatest(date_part('epoch', pg_catalog.now() - min(a.created_at)), 0)"
            " FROM public.tickets_attachment a WHERE a.state = 'checking' "
        ),
        volatility="stable",
    ),
]
