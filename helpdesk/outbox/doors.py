"""What the outbox may see over all tenants: which rows are due, how much an address got, how much waits."""

from helpdesk.walls.door import Door

_ROWS = "public.outbox_outboxrow"
_FREE = "(r.leased_until IS NULL OR r.leased_until < statement_timestamp())"
# Mail to one person about one ticket leaves in the order it was written, unless the earlier one is meant for later.
_IN_ORDER = f"""(r.about NOT LIKE 'ticket:%' OR NOT EXISTS (
        SELECT 1 FROM {_ROWS} e
        WHERE e.tenant_id = r.tenant_id AND e.about = r.about AND e.to_address = r.to_address AND e.id < r.id
          AND e.about <> '' AND e.state = 'waiting' AND (e.attempts > 0 OR e.not_before <= r.not_before)))"""


def _stream(name: str, condition: str) -> str:
    """Two common tables: the tenants with such rows (hopping along the index, not reading it), and for each its
    first due rows with their `turn`. More than n, because other workers may hold some."""
    return f"""
    {name}_tenants(id) AS (
        (SELECT r.tenant_id FROM {_ROWS} r WHERE {condition} ORDER BY r.tenant_id LIMIT 1)
      UNION ALL
        SELECT (SELECT r.tenant_id FROM {_ROWS} r WHERE {condition} AND r.tenant_id > t.id
                ORDER BY r.tenant_id LIMIT 1)
        FROM {name}_tenants t WHERE t.id IS NOT NULL
    ),
    {name}(id, due, turn) AS (
      SELECT f.id, f.not_before, row_number() OVER (PARTITION BY t.id ORDER BY f.not_before, f.id)
      FROM {name}_tenants t CROSS JOIN LATERAL (
        SELECT r.id, r.not_before FROM {_ROWS} r
        WHERE {condition} AND r.tenant_id = t.id AND r.not_before <= statement_timestamp()
          AND {_FREE} AND {_IN_ORDER}
        ORDER BY r.not_before, r.id LIMIT 4 * n) f
      WHERE t.id IS NOT NULL
    )"""


# Everybody's first row comes before anybody's second, and new mail shares turns with what is tried again: neither
# one tenant's thousands nor a backlog of retries keeps the rest waiting.
_CLAIM = f"""
  WITH RECURSIVE {_stream("fresh", "r.state = 'waiting' AND r.attempts = 0")},
    {_stream("again", "r.state = 'waiting' AND r.attempts > 0")},
    wanted(id, due, turn) AS (
      SELECT * FROM fresh UNION ALL SELECT * FROM again ORDER BY turn, due, id LIMIT 4 * n
    ),
    taken(id) AS (
      SELECT r.id FROM wanted w JOIN {_ROWS} r ON r.id = w.id
      WHERE r.state = 'waiting' AND {_FREE}
      ORDER BY w.turn, w.due, w.id LIMIT n FOR UPDATE OF r SKIP LOCKED
    )
  UPDATE {_ROWS} r SET leased_until = statement_timestamp() + make_interval(secs => lease_seconds)
  FROM taken WHERE r.id = taken.id
  RETURNING r.tenant_id, r.id, r.leased_until
"""
_MAILS_TO = f"""
  SELECT count(*) FROM {_ROWS} r
  WHERE r.mailbox = address AND r.allowed_at > statement_timestamp() - period
    AND r.is_automatic AND r.is_proven = proven
"""
_BACKLOG = f"""
  SELECT r.state::text, count(*), extract(epoch FROM statement_timestamp() - min(r.created_at))::double precision
  FROM {_ROWS} r WHERE r.state = 'waiting' GROUP BY r.state
  UNION ALL
  SELECT r.state::text, count(*), extract(epoch FROM statement_timestamp() - min(r.created_at))::double precision
  FROM {_ROWS} r WHERE r.state IN ('failed', 'held') GROUP BY r.state
"""

DOORS = [
    Door(
        name="claim_outbox",
        arguments="n integer, lease_seconds integer",
        returns="TABLE(tenant_id bigint, id bigint, leased_until timestamp with time zone)",
        body=_CLAIM,
    ),
    Door(
        name="mails_to",
        arguments="address text, period interval, proven boolean",
        returns="bigint",
        body=_MAILS_TO,
        volatility="stable",
    ),
    Door(
        name="outbox_backlog",
        arguments="",
        returns="TABLE(state text, mails bigint, oldest_seconds double precision)",
        body=_BACKLOG,
        volatility="stable",
    ),
]
