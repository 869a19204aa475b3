"""Which team gets a request, and which promise: the most specific line; and what is counted when that was wrong."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from accounts.models import Member, Sender, Team
from tests.factories.cast import HOUR, House, make_category
from tests.factories.tickets import make_ticket
from tests.pages import Page
from tests.queries import counted_queries
from tests.tickets.admin.conftest import browser
from tickets.actions.assign import return_to, route
from tickets.actions.merge import merge_tickets
from tickets.actions.promises import Target, change_promises
from tickets.actions.spam import mark_spam
from tickets.misrouting import Onward, misrouted
from tickets.models import Category, Clock, Misroute, Policy, RoutingLine, Ticket
from tickets.models.sla import ClockKind
from tickets.summaries.count import count_figures
from tickets.summaries.read import Wanted

LIST = "/admin/tickets/routingline/"


@pytest.fixture
def below(house: House) -> Category:
    """A topic below the house's first category."""
    return make_category("by-card", house.team, parent=house.category, en="By card")


def line(team: Team, **facts: object) -> RoutingLine:
    return RoutingLine.objects.create(team=team, **facts)


def teams_of(
    house: House, customer: Member, *requests: tuple[Category | None, str, Sender | None]
) -> list[str]:
    """The teams that get such requests."""
    return [
        make_ticket(house, customer, category=category, locale=locale, sender=sender).team.name
        for category, locale, sender in requests
    ]


def test_the_line_that_names_most_wins_and_covers_the_topics_below(
    house: House, customer: Member, below: Category
) -> None:
    arabic, partner, cards = (
        Team.objects.create(name=name, slug=name.lower()) for name in ("Ar", "Pa", "Ca")
    )
    partners = Sender.objects.create(audience="Partners", from_name="P", from_address="p@acme.example")
    line(arabic, locale="ar")
    line(partner, audience="Partners")
    line(house.other_team, category=house.category)
    line(cards, category=house.category, locale="ar")

    found = teams_of(
        house,
        customer,
        (house.category, "en", None),
        (below, "en", None),
        (below, "ar-EG", None),
        (house.other_category, "ar", None),
        (house.other_category, "ar", partners),
        (house.other_category, "en", None),
        (None, "en", partners),
    )

    assert found == ["Videos", "Videos", "Ca", "Ar", "Ar", "Videos", "Pa"]


def test_a_line_of_a_promise_covers_the_topics_below_until_one_of_theirs(
    house: House, customer: Member, below: Category
) -> None:
    deep = make_category("refused", house.team, parent=below, en="Refused")
    first = ClockKind.FIRST_RESPONSE
    change_promises(
        Policy.objects.get(),
        calendar=house.calendar_version.calendar,
        targets=[
            Target(first, 24 * HOUR),
            Target(first, 8 * HOUR, category_id=house.category.pk),
            Target(first, 2 * HOUR, category_id=deep.pk),
        ],
    )

    tickets = [make_ticket(house, customer, category=one) for one in (below, deep, house.other_category)]

    seconds = [Clock.objects.get(ticket=ticket, kind=first).target_seconds for ticket in tickets]
    assert seconds == [8 * HOUR, 2 * HOUR, 24 * HOUR]


def test_the_form_promises_what_the_ticket_gets_for_its_audience(house: House, customer: Member) -> None:
    partners = Sender.objects.create(audience="Partners", from_name="P", from_address="p@acme.example")
    Member.objects.filter(pk=customer.pk).update(audience=partners)
    first = ClockKind.FIRST_RESPONSE
    change_promises(
        Policy.objects.get(),
        calendar=house.calendar_version.calendar,
        targets=[Target(first, 24 * HOUR), Target(first, 3 * HOUR, audience="Partners")],
    )
    site = browser(house, Member.objects.get(pk=customer.pk))

    home, topics, form = (site.get(path) for path in ("/en/", "/contact/", "/contact/refund-late/"))
    ticket = make_ticket(house, customer, sender=partners)

    promised = {page.context["promise"].first_response_hours for page in (home, topics, form)}
    assert promised == {3}
    assert Clock.objects.get(ticket=ticket, kind=first).target_seconds == 3 * HOUR


def test_a_ticket_counts_as_sent_wrong_until_it_is_back(
    house: House, customer: Member, agent: Member
) -> None:
    ticket = make_ticket(house, customer)
    other = make_category("sound", house.other_team, en="Sound")

    route(ticket, category=house.other_category, actor=agent)
    route(ticket, category=other, actor=agent)
    moved = list(Misroute.objects.values_list("category", "team", "to_category", "to_team"))
    return_to(
        ticket,
        category_id=house.category.pk,
        team_id=house.team.pk,
        tier=1,
        assignee_id=None,
        actor=agent,
    )
    route(ticket, category=other, actor=None)

    assert moved == [(house.category.pk, house.team.pk, other.pk, house.other_team.pk)]
    assert Misroute.objects.count() == 0


def test_who_gets_a_moved_ticket_has_a_clock_from_then_on(
    house: House, customer: Member, agent: Member
) -> None:
    targets = [Target(ClockKind.FIRST_RESPONSE, 24 * HOUR), Target(ClockKind.TIER, 4 * HOUR)]
    change_promises(Policy.objects.get(), calendar=house.calendar_version.calendar, targets=targets)
    ticket = make_ticket(house, customer)
    first = Clock.objects.get(ticket=ticket)

    route(ticket, category=house.other_category, actor=agent)

    moved_at = Ticket.objects.get(pk=ticket.pk).updated_at
    of_tier = Clock.objects.get(ticket=ticket, kind=ClockKind.TIER)
    assert (of_tier.started_at, of_tier.target_seconds) == (moved_at, 4 * HOUR)
    assert Clock.objects.get(pk=first.pk).due_at == first.due_at


def test_what_went_wrong_is_counted_by_category_with_a_suggestion(
    house: House, customer: Member, agent: Member, lead: Member, admin: Member
) -> None:
    tickets = [make_ticket(house, customer) for _ticket in range(20)]
    make_ticket(house, customer, category=house.other_category)
    for ticket in tickets[:6]:
        route(ticket, category=house.other_category, actor=agent)
    old = tickets[6]
    Ticket.objects.filter(pk=old.pk).update(created_at=timezone.now() - dt.timedelta(days=40))
    old.refresh_from_db()
    route(old, category=house.other_category, actor=agent)
    today = timezone.now().astimezone(ZoneInfo(house.tenant.timezone)).date()

    while count_figures(limit=100):
        pass
    month, year = (misrouted(Wanted(today - dt.timedelta(days=days), today)) for days in (30, 365))
    shown = Page(browser(house, admin).get(f"{LIST}misrouted/"))
    leads = Page(browser(house, lead).get(f"{LIST}misrouted/"))
    agents = browser(house, agent).get(f"{LIST}misrouted/")

    onward = house.other_category.pk, house.other_team.pk
    assert [(one.category_id, one.sent, one.moved) for one in month] == [(house.category.pk, 19, 6)]
    assert [(one.sent, one.moved, one.suggested) for one in year] == [(20, 7, Onward(*onward, 7))]
    suggestion = "6 of 19 tickets of Refund late went on to Upload fails: route them there?"
    assert suggestion in shown.text
    assert shown.links["Change it"] == f"{LIST}add/?category={house.category.pk}&team={house.other_team.pk}"
    assert (suggestion in leads.text, "Change it" in leads.links) == (True, False)
    assert agents.status_code == 403


def test_the_dashboard_and_the_page_of_wrong_places_tell_one_count(
    house: House, customer: Member, agent: Member, lead: Member, admin: Member
) -> None:
    stays, left, back, spam, joined, by_rule, _plain = (make_ticket(house, customer) for _ticket in range(7))
    for ticket in (stays, left, back, spam, joined):
        route(ticket, category=house.other_category, actor=agent)
    route(by_rule, category=house.other_category, actor=None)
    route(back, category=house.category, actor=agent)
    mark_spam(spam, actor=agent)
    merge_tickets(joined, into=stays, actor=admin)
    elsewhere = make_ticket(house, customer, category=house.other_category)
    route(elsewhere, category=house.category, actor=agent)
    while count_figures(limit=100):
        pass

    told = []
    for member, query in (
        (admin, ""),
        (admin, f"?category={house.category.pk}"),
        (lead, ""),
        (lead, "?tier=1"),
    ):
        desk = browser(house, member)
        page = Page(desk.get(f"/admin/dashboard/{query}"))
        link = next(url for url in page.links.values() if "misrouted" in url)
        tile = page.text.split("Sent to the wrong place", 1)[1].split("What is counted")[0]
        rows = desk.get(link).context["rows"]
        told.append((tile.split(" %")[0].strip(), [(row["name"], row["sent"], row["moved"]) for row in rows]))

    here, there = ("Refund late", 4, 2), ("Upload fails", 2, 1)
    assert told == [("50", [here, there]), ("50", [here]), ("50", [here]), ("50", [here])]


def test_an_admin_writes_a_line_and_sees_which_applies(house: House, admin: Member, below: Category) -> None:
    site = browser(house, admin)
    form = Page(site.get(f"{LIST}add/?category={house.category.pk}&team={house.other_team.pk}")).forms[-1]
    nothing = {"category": "", "locale": "", "audience": "", "team": str(house.team.pk)}

    refused = site.post(f"{LIST}add/", nothing)
    kept = site.post(f"{LIST}add/", form.values | {"locale": "ar"})
    twice = site.post(f"{LIST}add/", form.values | {"locale": "ar"})
    table = Page(site.get(LIST)).text

    assert form.values["category"] == str(house.category.pk)
    assert (refused.status_code, kept.status_code, twice.status_code) == (200, 302, 200)
    assert "Choose a category, a language or an audience." in Page(refused).text
    assert "There is already a line for the same." in Page(twice).text
    assert "Refund late, Arabic Videos line for: Refund late, Arabic" in table
    assert "every other category, every other language the team of the category no line fits" in table


def test_the_pages_of_routing_cost_the_same_however_much_stands_on_them(
    house: House, customer: Member, agent: Member, admin: Member, below: Category
) -> None:
    site, pages = browser(house, admin), (LIST, f"{LIST}misrouted/")
    line(house.team, locale="ar", category=below)
    route(make_ticket(house, customer, category=below), category=house.other_category, actor=agent)

    def statements() -> list[int]:
        for page in pages:
            site.get(page)  # fills what the process remembers
        counts = []
        for page in pages:
            with counted_queries() as found:
                site.get(page)
            counts.append(len(found))
        return counts

    few = statements()
    line(house.team, locale="en", category=house.category)
    line(house.other_team, audience="Everybody", category=house.other_category)
    for _ticket in range(3):
        route(make_ticket(house, customer), category=house.other_category, actor=agent)

    assert statements() == few
