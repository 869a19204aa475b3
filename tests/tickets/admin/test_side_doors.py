"""The stock admin's side doors: pop-ups, fields and lookups in the address, autocomplete, and what pages load."""

import re

import pytest
from django.test import Client

from accounts.models import Member
from tests.factories.cast import House
from tests.factories.tickets import make_ticket

SETTINGS_PAGES = ["tickets/category", "tickets/calendar", "tickets/policy", "outbox/outboxrow"]


@pytest.mark.parametrize("page", SETTINGS_PAGES)
@pytest.mark.parametrize(
    "lookup",
    [
        "tenant__slug__startswith=a",
        "team__tenant__slug__startswith=a",
        "tenant__name__contains=A",
        "versions__definition__icontains=x",
        "id__gt=0",
        "name__startswith=D",
        "slug__startswith=r",
    ],
)
def test_a_lookup_that_no_filter_offers_is_refused(admins_desk: Client, page: str, lookup: str) -> None:
    assert admins_desk.get(f"/admin/{page}/?{lookup}").status_code == 400


def test_the_filters_that_are_offered_work(house: House, admins_desk: Client) -> None:
    shown = admins_desk.get(f"/admin/tickets/category/?team__id__exact={house.team.pk}&is_active__exact=1")

    assert [category.slug for category in shown.context["cl"].result_list] == ["refund-late"]


@pytest.mark.parametrize("field", ["id", "slug", "tenant", "password"])
def test_a_field_named_for_a_pop_up_tells_nothing(house: House, admins_desk: Client, field: str) -> None:
    response = admins_desk.get(f"/admin/tickets/category/?_popup=1&_to_field={field}")

    assert response.status_code == (200 if field == "id" else 400)


def test_the_queue_knows_no_pop_up(house: House, agents_desk: Client, customer: Member) -> None:
    ticket = make_ticket(house, customer)

    plain = agents_desk.get("/admin/tickets/ticket/")
    pop_up = agents_desk.get("/admin/tickets/ticket/?_popup=1&_to_field=tenant")

    assert [row.number for row in pop_up.context["rows"]] == [ticket.number]
    assert len(pop_up.content) == pytest.approx(len(plain.content), abs=600)


@pytest.mark.parametrize(
    ("app", "model", "field"),
    [
        ("tickets", "ticket", "category"),
        ("tickets", "ticket", "assignee"),
        ("tickets", "category", "team"),
        ("tickets", "policytarget", "category"),
        ("accounts", "teammembership", "member"),
    ],
)
def test_nothing_is_completed_for_agents(agents_desk: Client, app: str, model: str, field: str) -> None:
    query = f"app_label={app}&model_name={model}&field_name={field}&term=a"

    assert agents_desk.get(f"/admin/autocomplete/?{query}").status_code in {403, 404}


@pytest.mark.parametrize("path", ["/admin/tickets/ticket/", "/admin/tickets/ticket/{ticket}/change/"])
def test_pages_of_the_desk_load_little_and_nothing_inline(
    house: House, agents_desk: Client, customer: Member, path: str
) -> None:
    ticket = make_ticket(house, customer)

    page = agents_desk.get(path.format(ticket=ticket.pk)).content.decode()

    loaded = re.findall(r'<(?:script|link|img)[^>]+(?:src|href)="([^"]+)"', page)
    assert len(loaded) <= 7
    assert [url for url in loaded if "admin/" in url or "jquery" in url] == []
    assert re.findall(r"<script(?![^>]*\bsrc=)|<style|\son\w+=|\sstyle=", page) == []
