"""Worker, web server, broker and database die while people submit; then everything dies. Nothing is lost or doubled."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from helpdesk.dev.processes import wait_until
from tests.faults.invariants import broken, doubles, mail_faults
from tests.faults.storm import (
    ADDRESS,
    Killer,
    Submission,
    harms_of,
    key_of,
    make_submissions,
    send_all,
    send_until_cut,
)
from tests.live import Live

pytestmark = [pytest.mark.xdist_group("fragile"), pytest.mark.timeout(900)]


@pytest.mark.parametrize(
    ("count", "rounds"),
    [pytest.param(25, 1, id="short"), pytest.param(300, 5, id="long", marks=pytest.mark.proof)],
)
def test_no_submission_is_lost_or_doubled_while_parts_are_killed(
    fragile: Live, count: int, rounds: int
) -> None:
    submissions = make_submissions(count)
    harms = harms_of(fragile, rounds)
    killer = Killer(harms, every=count // (len(harms) + 1))

    send_all(fragile, submissions, killer)

    assert len(killer.done) == len(harms)
    fragile.wait(fragile.run.is_ready, seconds=60)  # all may be answered before the database is back
    rows = fragile.rows(
        "SELECT t.submission_key, m.email, t.number FROM tickets_ticket t"
        " JOIN tickets_participant p ON p.ticket_id = t.id JOIN accounts_member m ON m.id = p.member_id"
        " WHERE t.submission_key = ANY(%s)",
        [[submission.key for submission in submissions]],
        tenant="acme",
    )
    assert Counter(email for _key, email, _number in rows) == Counter(
        submission.email for submission in submissions
    )
    assert {str(key): email for key, email, _number in rows} == {
        submission.key: submission.email for submission in submissions
    }
    assert all({key_of(answer).hex for answer in s.answers} == {s.key.replace("-", "")} for s in submissions)
    assert files_of(fragile, submissions) == sorted(
        (submission.key, f"log-{submission.index}.txt") for submission in submissions if submission.with_file
    )
    assert wait_until(lambda: is_all_mailed(fragile, hurried=rounds == 1), seconds=120, pause=1), mail_faults(
        fragile, domain=ADDRESS
    )
    reached = {to for mail in fragile.mails() for to in mail["to"] if to.endswith(f"@{ADDRESS}")}
    assert reached >= {submission.email for submission in submissions}
    # A worker killed between the server's 250 and its own commit sends that mail once more, under the same Message-ID.
    assert doubles(fragile, domain=ADDRESS) <= 2 * len(harms)
    assert broken(fragile) == {}


def test_all_data_is_there_after_everything_was_killed(fragile: Live) -> None:
    before = everything(fragile)
    last = fragile.rows("SELECT max(id) FROM tickets_ticket", owner=True)

    fragile.kill_everything()
    fragile.run.start()

    assert everything(fragile) == before
    assert fragile.rows("SELECT max(id) FROM tickets_ticket", owner=True) == last
    assert fragile.signed_in("agent@acme.example").get("/admin/").status_code == 200
    assert broken(fragile) == {}


@pytest.mark.proof
def test_ten_power_cuts_lose_nothing_that_was_answered(fragile: Live) -> None:
    numbers = itertools.count(10_000)
    answered: list[str] = []

    for _cut in range(10):
        with ThreadPoolExecutor(4) as pool:
            before = len(answered)
            writers = [pool.submit(send_until_cut, fragile, numbers, answered) for _writer in range(4)]
            fragile.wait(lambda enough=before + 5: len(answered) >= enough, seconds=60)  # type: ignore[misc]
            fragile.kill_everything()
        assert [writer.result() for writer in writers] == [None] * 4
        fragile.run.start()

    stored = fragile.rows(
        "SELECT submission_key FROM tickets_ticket WHERE submission_key = ANY(%s)", [answered], tenant="acme"
    )
    assert len(answered) >= 50
    assert {str(key) for (key,) in stored} == set(answered)
    assert len(stored) == len(answered)
    assert broken(fragile) == {}
    assert wait_until(lambda: mail_faults(fragile, domain=ADDRESS) == {}, seconds=150, pause=1), mail_faults(
        fragile, domain=ADDRESS
    )


def is_all_mailed(live: Live, *, hurried: bool) -> bool:
    """Whether all mail has left; if not and `hurried`, what dead workers hold and what waits for its next try is due from
    now on. The long form waits for the leases to run out.
    """
    if mail_faults(live, domain=ADDRESS) == {}:
        return True
    if not hurried:
        return False
    live.rows(  # a try takes less than five of the sixty seconds that it has
        "UPDATE outbox_outboxrow SET not_before = least(not_before, now()), leased_until = NULL"
        " WHERE state = 'waiting' AND (leased_until IS NULL OR leased_until < now() + interval '55 seconds')"
        " RETURNING id",
        owner=True,
    )
    return False


def files_of(live: Live, submissions: Sequence[Submission]) -> list[tuple[str, str]]:
    """The files that hang on the tickets, by the key of their form."""
    rows = live.rows(
        "SELECT m.submission_key, f.name FROM tickets_attachment f JOIN tickets_message m ON m.id = f.message_id"
        " WHERE m.submission_key = ANY(%s)",
        [[submission.key for submission in submissions]],
        tenant="acme",
    )
    return sorted((str(key), name) for key, name in rows)


def everything(live: Live) -> dict[str, object]:
    """A fingerprint of what people own: rows of tickets, talk, people, mail; and the files on disk."""
    tables = (
        "tickets_ticket",
        "tickets_message",
        "tickets_participant",
        "tickets_attachment",
        "accounts_member",
    )
    found: dict[str, object] = {
        table: live.rows(
            f"SELECT count(*), md5(string_agg(t::text, '|' ORDER BY id)) FROM {table} t", owner=True
        )
        for table in tables
    }
    found["outbox"] = live.rows("SELECT count(*), max(id) FROM outbox_outboxrow", owner=True)
    folder = Path(live.run.variables()["STORAGE_URL"].removeprefix("file://"))
    found["files"] = sorted((path.name, path.stat().st_size) for path in folder.rglob("*") if path.is_file())
    return found
