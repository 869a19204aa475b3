"""What customers say of single steps: how easy sending was, whether a reply helped; and who reads it."""

import datetime as dt

import pytest
from django.test import Client
from django.utils.timezone import now

from accounts.models import Member
from tests.factories.cast import House
from tests.factories.tickets import answer, make_ticket, note, write_back
from tests.pages import Page
from tests.tickets.views.test_rating import Desk
from tests.tickets.views.test_rating import at as at
from tickets.models import Measured, Ticket, TicketEvent
from tickets.models.event import Verb
from tickets.models.figures import Measure
from tickets.models.ticket import Status
from tickets.tasks import count_all_figures


def told(verb: Verb) -> list[dict[str, list[object]]]:
    return list(TicketEvent.objects.filter(verb=verb).order_by("pk").values_list("changes", flat=True))


def sent(ticket: Ticket) -> str:
    return f"/contact/sent/{ticket.submission_key}/"


def test_whoever_sent_says_how_easy_it_was_and_may_say_it_otherwise(
    house: House, site: Client, guest: Member
) -> None:
    ticket = make_ticket(house, guest, is_proven=False)
    before = ticket.told_at

    offered = Page(site.get(sent(ticket)))
    first = Page(site.post(sent(ticket), {"ease": "4"}, follow=True))
    site.post(sent(ticket), {"ease": "4"})
    second = Page(site.post(sent(ticket), {"ease": "2"}, follow=True))

    assert offered.values_of("ease") == ["5", "4", "3", "2", "1"]
    assert "How easy was this?" in offered.text
    assert "Thank you. You said: Easy." in first.text
    assert "Thank you. You said: Hard." in second.text
    assert told(Verb.EASE_TOLD) == [{"ease": [None, 4]}, {"ease": [4, 2]}]
    ticket.refresh_from_db()
    assert ticket.told_at == before


@pytest.mark.parametrize("posted", [{}, {"ease": "6"}, {"ease": "x"}, {"ease": ""}])
def test_an_odd_word_on_ease_changes_nothing(
    house: House, site: Client, guest: Member, posted: dict[str, str]
) -> None:
    ticket = make_ticket(house, guest, is_proven=False)

    assert site.post(sent(ticket), posted).status_code == 303
    assert told(Verb.EASE_TOLD) == []


def test_how_easy_it_was_is_asked_for_a_week(house: House, site: Client, guest: Member) -> None:
    ticket = make_ticket(house, guest, is_proven=False)
    Ticket.objects.filter(pk=ticket.pk).update(created_at=now() - dt.timedelta(days=8))

    late = Page(site.post(sent(ticket), {"ease": "4"}, follow=True))

    assert "This can't be told any more." in late.text
    assert late.values_of("ease") == []
    assert told(Verb.EASE_TOLD) == []


def test_a_reply_is_judged_and_judged_otherwise(at: Desk) -> None:
    reply = answer(at.ticket, at.agent, "Try the other door.")
    address = f"{at.address}judge/"

    offered = at.page()
    first = Page(at.site.post(address, {"yes": str(reply.pk)}, follow=True))
    at.site.post(address, {"yes": str(reply.pk)})
    moved = at.site.post(address, {"no": str(reply.pk)})

    assert str(reply.pk) in offered.values_of("yes")
    assert "Helpful?" in offered.text
    assert "You found this helpful:" in first.text
    assert moved["Location"] == f"{at.address}#m-{reply.pk}"
    assert told(Verb.REPLY_JUDGED) == [{"helpful": [None, True]}, {"helpful": [True, False]}]


def test_only_replies_of_the_desk_in_this_ticket_are_judged(at: Desk, house: House, admin: Member) -> None:
    own, hidden = write_back(at.ticket, at.member), note(at.ticket, at.agent)
    elsewhere = answer(make_ticket(house, admin), at.agent)
    address = f"{at.address}judge/"

    answers = [
        at.site.post(address, {"yes": str(key)}).status_code for key in (hidden.pk, elsewhere.pk, "x", "")
    ]

    assert answers == [404] * 4
    assert "This can't be judged any more." in Page(at.site.post(address, {"yes": own.pk}, follow=True)).text
    assert not {str(one.pk) for one in (own, hidden, elsewhere)} & set(at.page().values_of("yes"))
    assert told(Verb.REPLY_JUDGED) == []


def test_a_closed_ticket_asks_no_more(at: Desk) -> None:
    reply = answer(at.ticket, at.agent)
    Ticket.objects.filter(pk=at.ticket.pk).update(status=Status.CLOSED, closed_at=now())

    refused = Page(at.site.post(f"{at.address}judge/", {"no": str(reply.pk)}, follow=True))

    assert "This can't be judged any more." in refused.text
    assert refused.values_of("yes") == []


def test_the_desk_reads_both_and_counts_the_last_word(
    house: House, site: Client, customer: Member, agent: Member
) -> None:
    ticket = make_ticket(house, customer)
    reply = answer(ticket, agent)
    site.force_login(customer)
    for score in ("1", "5"):
        site.post(sent(ticket), {"ease": score})
    for verdict in ("no", "yes"):
        site.post(f"/tickets/{ticket.number}/judge/", {verdict: str(reply.pk)})
    count_all_figures()
    site.force_login(agent)

    shown = Page(site.get(f"/admin/tickets/ticket/{ticket.pk}/change/")).text

    assert "said of sending the request: Very easy" in shown
    assert "found a reply helpful" in shown
    counted = Measured.objects.filter(measure__in=[Measure.EASE, Measure.HELPFUL]).order_by("measure")
    assert list(counted.values_list("measure", "bin")) == [(Measure.EASE, 5), (Measure.HELPFUL, 1)]
