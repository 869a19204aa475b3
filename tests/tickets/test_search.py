"""Tickets are found by their words: the right ones, in any spelling, and never by what one may not see."""

import os
import uuid
from pathlib import Path

import pytest
from django.db import connection
from django.utils.timezone import now

from accounts.models import Member, Team
from helpdesk.search.sql import VECTOR_WORDS, asked
from helpdesk.tenancy import tenant_scope
from tests.factories.cast import House, make_house, make_member
from tests.factories.tickets import answer, make_ticket, note, write_back
from tests.settled import settle
from tickets.actions.words import renew_words
from tickets.doors import DESK_WALK
from tickets.models import Message, Participant, Ticket, TicketWords
from tickets.queries import tickets_visible_to
from tickets.search import desk_tickets_with, own_tickets_with
from tickets.sight import own_tickets


def found(member: Member, text: str, *locales: str) -> list[str]:
    """Titles of the member's own tickets with these words."""
    tickets = own_tickets_with(own_tickets(member), member, text, locales or ("en",))
    return sorted(tickets.values_list("subject", flat=True))


def seen(member: Member, text: str) -> list[str]:
    """Titles of the tickets that somebody of the desk finds."""
    return sorted(
        desk_tickets_with(tickets_visible_to(member), text, ["en"]).values_list("subject", flat=True)
    )


@pytest.mark.parametrize(
    ("said", "asked"),
    [
        ("Refunds were promised", "refund"),
        ("The refund is late", "refunds"),
        ("Refund", "refu"),
        ("Crème brûlée", "creme BRULEE"),
        ("Order 1182 from Tuesday", "1182"),
        ("إعادة المبلغ", "اعادة"),
        ("وصلت الرسائل", "رسائل"),
        ("払い戻しがまだです", "払い戻し"),
        ("ยังไม่ได้คืนเงิน", "คืนเงิน"),
        ("Die Rückerstattung fehlt", "ruckerstattung"),
        ("snake_case_name", "snake_case_name"),
        ("ana@example.org wrote", "ana@example.org"),
    ],
)
def test_words_are_found_in_any_spelling(house: House, customer: Member, said: str, asked: str) -> None:
    make_ticket(house, customer, subject="The one", body=said)
    make_ticket(house, customer, subject="Another", body="Nothing of the kind.")

    assert found(customer, asked) == ["The one"]


def test_stems_follow_the_language_of_the_ticket(house: House, customer: Member) -> None:
    make_ticket(house, customer, subject="Fragen", body="Meine Bestellungen fehlen", locale="de")

    assert found(customer, "bestellung", "de") == ["Fragen"]
    assert found(customer, "bestellungs", "de") == ["Fragen"]


def test_every_word_is_wanted_in_title_or_talk(house: House, customer: Member, agent: Member) -> None:
    ticket = make_ticket(house, customer, subject="Camera broken", body="Since Monday.")
    answer(ticket, agent, "Is it the lens?")
    write_back(ticket, customer, "The shutter.")
    make_ticket(house, customer, subject="Camera", body="Where do I buy one?")

    assert found(customer, "camera lens shutter monday") == ["Camera broken"]
    assert found(customer, "camera") == ["Camera", "Camera broken"]
    assert found(customer, "camera tripod") == []


def test_notes_are_found_by_the_desk_only(house: House, customer: Member, agent: Member) -> None:
    ticket = make_ticket(house, customer)
    note(ticket, agent, "Probably fraudulent.")

    assert found(customer, "fraudulent") == []
    assert seen(agent, "fraudulent") == ["Refund for order 1182"]


def test_own_tickets_and_those_of_own_teams_only(
    house: House, customer: Member, guest: Member, agent: Member
) -> None:
    make_ticket(house, guest, subject="Of a guest", body="zeppelin")
    make_ticket(house, guest, subject="Of another team", body="zeppelin", category=house.other_category)

    assert found(customer, "zeppelin") == []
    assert found(guest, "zeppelin") == ["Of a guest", "Of another team"]
    assert seen(agent, "zeppelin") == ["Of a guest"]


def test_another_tenant_is_not_searched(house: House, other_house: House, customer: Member) -> None:
    make_ticket(house, customer, subject="Here", body="zeppelin")
    with tenant_scope(other_house.tenant.pk):
        theirs = make_member("admin@globex.example", role=Member.Role.ADMIN)
        make_ticket(other_house, theirs, subject="There", body="zeppelin")

        assert seen(theirs, "zeppelin") == ["There"]
        assert found(theirs, "zeppelin") == ["There"]
        # The number of a person of another tenant opens nothing either.
        assert list(own_tickets_with(Ticket.objects.all(), customer, "zeppelin", ["en"])) == []


def test_many_own_tickets_are_searched_to_the_oldest(
    house: House, customer: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = make_ticket(house, customer, subject="Oldest", body="zeppelin")
    ids = range(first.pk + 10_000, first.pk + 12_100)
    _plant(ids, customer, "many")

    assert found(customer, "zeppelin") == ["Oldest"]
    assert len(found(customer, "many")) == 1000


def test_beside_a_common_word_the_seldom_one_leads(house: House, customer: Member, agent: Member) -> None:
    first = make_ticket(house, customer, subject="Both", body="zeppelin and payments")
    make_ticket(house, customer, subject="The seldom one", body="zeppelin")
    noted = make_ticket(house, customer, subject="Both in a note", body="Nothing.")
    note(noted, agent, "zeppelin and payment")
    apart = make_ticket(house, customer, subject="Apart", body="zeppelin")
    note(apart, agent, "payment")
    _plant(range(first.pk + 10_000, first.pk + 11_100), customer, "payment")

    assert seen(agent, "paym zeppelin") == ["Both", "Both in a note"]
    assert seen(agent, "zeppelin payment") == ["Both", "Both in a note"]
    assert seen(agent, "zeppelin payment airship") == []
    assert len(seen(agent, "payment")) == 1_103


def test_words_that_are_seldom_only_of_late_are_found_as_well(
    house: House, customer: Member, agent: Member
) -> None:
    first = make_ticket(house, customer, subject="Both", body="payment")
    _plant(range(first.pk + 10_000, first.pk + 10_000 + DESK_WALK), customer, "zeppelin")
    make_ticket(house, customer, subject="Both", body="zeppelin payment")
    _plant(range(first.pk + 50_000, first.pk + 51_000), customer, "payment")
    TicketWords.objects.filter(ticket=first).update(public="'payment' 'zeppelin'")

    assert seen(agent, "zeppelin payment") == ["Both", "Both"]


def _plant(ids: range, member: Member, word: str) -> None:
    """So many tickets of the member, with nothing but their words."""
    team = Team.objects.earliest("pk")
    Ticket.objects.bulk_create(
        [Ticket(pk=pk, number=f"X-{pk}", subject=word, team=team, locale="en") for pk in ids]
    )
    Participant.objects.bulk_create(
        [Participant(ticket_id=pk, member=member, role="requester", proven_at=now()) for pk in ids]
    )
    TicketWords.objects.bulk_create([TicketWords(ticket_id=pk, public=word) for pk in ids])


HOSTILE = [
    "'",
    "\\",
    "a' | b:* & !c <-> (d",
    "')::tsquery; SELECT pg_sleep(3) --",
    "%_*?",
    "\0",
    "\ud800",
    "🙂 🙂",
    "\u202e\u200b",
    "x" * 10_000,
    "word " * 3_000,
    "ﷺ",
    "!!!",
]


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: ascii(text[:12]))
def test_no_text_breaks_the_search(house: House, customer: Member, text: str) -> None:
    make_ticket(house, customer, subject="Refund", body=text.encode("utf-8", "replace").decode())

    found(customer, text)
    seen(customer, text)


def test_corpus_of_hostile_strings_is_stored_and_found(house: House, customer: Member) -> None:
    folder = os.environ.get("CORPORA_DIR")
    if not folder:
        pytest.skip("needs CORPORA_DIR")
    lines = [
        line
        for path in sorted(Path(folder, "strings").rglob("*.txt"))
        for line in path.read_text(encoding="utf-8", errors="replace").splitlines()
    ]

    for line in lines[:400]:
        found(customer, line)
    ticket = make_ticket(house, customer, body="\n".join(lines)[:20_000].replace("\0", ""))

    assert TicketWords.objects.get(ticket=ticket).public != ""


def test_vector_never_outgrows_what_the_database_takes(house: House, customer: Member) -> None:
    ticket = make_ticket(house, customer)
    for part in range(12):
        write_back(ticket, customer, " ".join(f"{part}x{number:x}" for number in range(3_000))[:19_000])
    renew_words(ticket)

    assert found(customer, "refund") == ["Refund for order 1182"]
    assert Message.objects.filter(ticket=ticket).count() == 13
    assert VECTOR_WORDS < 20_000


def test_words_come_and_go_with_the_transaction(house: House, customer: Member) -> None:
    key = uuid.uuid4()
    first = make_ticket(house, customer, submission_key=key, body="zeppelin")
    again = make_ticket(house, customer, submission_key=key, body="zeppelin")

    assert first == again
    assert TicketWords.objects.count() == 1


def test_own_search_reads_no_more_in_a_large_tenant(transactional_db: None) -> None:
    house = make_house("acme")
    with tenant_scope(house.tenant.pk):
        customer, other = make_member("customer@acme.example"), make_member("other@acme.example")
        for number in range(3):
            make_ticket(house, customer, subject=f"Mine {number}", body="zeppelin")
    small = _settled_buffers(customer, "zeppelin")
    with tenant_scope(house.tenant.pk):
        _plant(range(500_000, 506_000), other, "zeppelin")

    large = _settled_buffers(customer, "zeppelin")

    with tenant_scope(house.tenant.pk):
        assert found(customer, "zeppelin") == ["Mine 0", "Mine 1", "Mine 2"]
    assert large <= small + 30  # trees are a level higher; a walk over the tenant would be 400 and more


def _settled_buffers(member: Member, text: str) -> int:
    settle()
    with tenant_scope(member.tenant.pk):
        return _buffers(member, text)


def _buffers(member: Member, text: str) -> int:
    """Pages that the door touches, as the application role; a function is closed to EXPLAIN but for its buffers."""
    with connection.cursor() as cursor:
        sql = "SELECT * FROM door.own_tickets_with(%s::bigint, %s::text[], %s::boolean[], %s::text[], 1000)"
        for _time in range(2):  # the first call of a connection also reads the catalogue
            cursor.execute(
                f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {sql}", [member.pk, *asked(text, ["en"])]
            )
            plan = cursor.fetchone()[0][0]["Plan"]
    return int(plan["Shared Hit Blocks"]) + int(plan["Shared Read Blocks"])


CARD = "4111 1111 1111 1111"


def test_what_agents_see_masked_cannot_be_tried_out_in_the_search(
    house: House, customer: Member, agent: Member
) -> None:
    ticket = make_ticket(house, customer, subject=f"Paid with {CARD}", body=f"My card is {CARD}, sorry.")
    write_back(ticket, customer, f"Again: {CARD}")
    note(ticket, agent, "The password: hunter22!x")

    masked = {asked: seen(agent, asked) for asked in (CARD, "4111111111111111", "4111", "hunter22!x")}
    renew_words(ticket)

    assert list(masked.values()) == [[], [], [], []]
    assert seen(agent, CARD) == []
    assert seen(agent, "card sorry 1111") == [ticket.subject]
