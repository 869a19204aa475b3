"""A tenant that takes no new requests for a while says until when and why, and loses nobody's words."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils.timezone import now

from accounts.models import Member, TenantSettings
from tests.factories.cast import House
from tests.factories.tickets import make_ticket
from tests.pages import Page
from tests.tickets.views.asking import ADDRESS, ANSWERS, go_on, open_form
from tickets.models import RequestDraft, Ticket

WHY = "We move to a new office."


def close(hours: float = 26) -> None:
    chosen = TenantSettings.objects.get()
    chosen.closed_until, chosen.closed_reason = now() + dt.timedelta(hours=hours), WHY
    chosen.save()


@pytest.mark.parametrize("address", ["/contact/", ADDRESS])
def test_the_form_gives_way_to_the_day_the_reason_and_the_articles(
    house: House, site: Client, address: str
) -> None:
    close()

    page = Page(site.get(address))

    assert page.status == 200
    assert "We take no new requests until" in page.text
    assert WHY in page.text
    assert "/en/search/" in [form.action for form in page.forms]
    assert ADDRESS not in [form.action for form in page.forms]


def test_the_first_page_says_it_instead_of_a_promise(house: House, site: Client) -> None:
    before = Page(site.get("/en/")).text
    close()
    during = Page(site.get("/en/")).text

    assert "If you write now, we aim to reply by" in before
    assert "If you write now" not in during
    assert "We take no new requests until" in during


def test_a_past_day_closes_nothing(house: House, site: Client) -> None:
    close(hours=-1)

    assert "subject" in open_form(site)


def test_who_was_writing_keeps_their_words(house: House, site: Client) -> None:
    values = open_form(site) | ANSWERS
    close()

    page = Page(site.post(ADDRESS, values))

    assert page.status == 422
    assert f"Your text is kept. {WHY}" in page.text
    assert page.form(ADDRESS).values["body"] == ANSWERS["body"]
    assert RequestDraft.objects.get().answers["body"] == ANSWERS["body"]


def test_what_is_complete_waits_and_is_sent_when_it_is_over(house: House, site: Client) -> None:
    address = go_on(site)["Location"]
    values = Page(site.get(address)).form(address).values
    close()

    refused = site.post(address, values)
    close(hours=-1)
    sent = site.post(address, values)

    assert refused.status_code == 503
    assert 0 < int(refused["Retry-After"]) <= 26 * 3600
    assert WHY in Page(refused).text
    assert sent.status_code == 303
    assert Ticket.objects.count() == 1


def test_tickets_there_are_go_on(house: House, site: Client, customer: Member) -> None:
    ticket = make_ticket(house, customer)
    close()
    site.force_login(customer)
    page = Page(site.get(f"/tickets/{ticket.number}/"))
    address = f"/tickets/{ticket.number}/reply/"

    reply = site.post(address, page.form(address).values | {"body": "One more thing"})

    assert reply.status_code == 303


def test_no_day_stands_without_a_reason(house: House) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        TenantSettings.objects.update(closed_until=now())
