"""What must hold in the database and on disk whatever happened; each check answers with what breaks it."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from tests.live import Live
from tickets.numbers import FIRST_COUNTER, check_digit

# A name for the fault → the rows that have it. `t` is every ticket of every tenant.
FAULTS = {
    "tickets without exactly one requester": """
        SELECT t.id FROM tickets_ticket t LEFT JOIN tickets_participant p ON p.ticket_id = t.id AND p.role = 'requester'
        GROUP BY t.id HAVING count(p.id) <> 1""",
    "tickets whose first message is not their requester's": """
        SELECT t.id FROM tickets_ticket t
        LEFT JOIN LATERAL (SELECT author_id FROM tickets_message m WHERE m.ticket_id = t.id ORDER BY id LIMIT 1) m ON true
        LEFT JOIN tickets_participant p ON p.ticket_id = t.id AND p.role = 'requester'
        WHERE m.author_id IS DISTINCT FROM p.member_id OR p.member_id IS NULL""",
    "tickets without both promises": """
        SELECT t.id FROM tickets_ticket t LEFT JOIN tickets_clock c
          ON c.ticket_id = t.id AND c.kind IN ('first_response', 'resolution')
        GROUP BY t.id HAVING count(DISTINCT c.kind) <> 2""",
    "tickets without exactly one event that they came": """
        SELECT t.id FROM tickets_ticket t LEFT JOIN tickets_ticketevent e ON e.ticket_id = t.id AND e.verb = 'submitted'
        GROUP BY t.id HAVING count(e.id) <> 1""",
    "tickets whose number does not lead to them": """
        SELECT t.id FROM tickets_ticket t LEFT JOIN tickets_ticketalias a ON a.ticket_id = t.id AND a.number = t.number
        GROUP BY t.id HAVING count(a.id) <> 1""",
    "clocks without a segment": """
        SELECT c.id FROM tickets_clock c
        WHERE NOT EXISTS (SELECT FROM tickets_clocksegment s WHERE s.clock_id = c.id)""",
    "clocks breached more than once, or without a word": """
        SELECT c.id FROM tickets_clock c LEFT JOIN tickets_clockstep s ON s.clock_id = c.id AND s.step = 'breach'
        GROUP BY c.id, c.breached_at
        HAVING count(s.id) <> (CASE WHEN c.breached_at IS NULL THEN 0 ELSE 1 END)""",
    "files of a message in another tenant": """
        SELECT f.id FROM tickets_attachment f JOIN tickets_message m ON m.id = f.message_id
        WHERE f.tenant_id <> m.tenant_id""",
}


def broken(live: Live) -> dict[str, list[object]]:
    """Every fault with what has it; empty when all is well."""
    with live.database(owner=True) as connection:
        found = {name: [row[0] for row in connection.execute(sql).fetchall()] for name, sql in FAULTS.items()}
    found["numbers"] = number_faults(live)
    found["files that are not there"] = missing_files(live)
    return {name: rows for name, rows in found.items() if rows}


def number_faults(live: Live) -> list[object]:
    """Counters of each tenant with a gap, a repetition, a wrong digit, or a counter row that says otherwise."""
    rows = live.rows(
        "SELECT t.tenant_id, t.number, c.last FROM tickets_ticket t JOIN tickets_ticketcounter c USING (tenant_id)",
        owner=True,
    )
    faults: list[object] = []
    counters: dict[int, list[int]] = {}
    lasts: dict[int, int] = {}
    for tenant, number, last in rows:
        digits = number.rpartition("-")[2]
        if check_digit(digits[:-1]) != digits[-1]:
            faults.append(number)
        counters.setdefault(tenant, []).append(int(digits[:-1]))
        lasts[tenant] = last
    for tenant, given in counters.items():
        if sorted(given) != list(range(FIRST_COUNTER, lasts[tenant] + 1)):
            faults.append((tenant, len(given), min(given), max(given), lasts[tenant]))
    return faults


def missing_files(live: Live) -> list[object]:
    """Attachments whose bytes are not on disk, or not as many as were counted."""
    folder = Path(live.run.variables()["STORAGE_URL"].removeprefix("file://"))
    rows = live.rows("SELECT content, size FROM tickets_attachment", owner=True)
    return [
        key for key, size in rows if not (folder / key).is_file() or (folder / key).stat().st_size != size
    ]


def mail_faults(live: Live, *, domain: str) -> dict[str, object]:
    """How the outbox and the caught mails to addresses under `domain` disagree."""
    rows = live.rows(
        "SELECT to_address, message_id, state FROM outbox_outboxrow WHERE to_address LIKE %s",
        [f"%@{domain}"],
        owner=True,
    )
    caught = [mail for mail in live.mails() if any(to.endswith(f"@{domain}") for to in mail["to"])]
    by_id = Counter(mail["headers"]["Message-ID"] for mail in caught)
    sent = {message_id for _to, message_id, state in rows if state == "sent"}
    return {
        name: value
        for name, value in {
            "not sent": [row for row in rows if row[2] != "sent"],
            "sent and not caught": sent - set(by_id),
            "caught and not sent": set(by_id) - sent,
            "rows with one Message-ID": len(rows) - len({message_id for _to, message_id, _state in rows}),
        }.items()
        if value
    }


def doubles(live: Live, *, domain: str) -> int:
    """How many mails came once more than was wanted, each under the Message-ID of its first copy."""
    caught = [mail for mail in live.mails() if any(to.endswith(f"@{domain}") for to in mail["to"])]
    return len(caught) - len({mail["headers"]["Message-ID"] for mail in caught})
