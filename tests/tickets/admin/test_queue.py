"""The queue shows what wants attention first, and only what its reader may see."""

import datetime as dt

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from accounts.models import Member
from helpdesk.counts import LIMIT, capped_counts, count_text
from helpdesk.outbox.models import OutboxRow
from tests.factories.cast import House, make_category, make_member
from tests.factories.tickets import answer, make_ticket, note, write_back
from tests.queries import assert_same_queries, count_queries
from tests.tickets.admin.conftest import browser
from tickets.actions.assign import assign, change_priority
from tickets.actions.status import change_status
from tickets.admin import queue as queue_module
from tickets.admin.filters import FILTERS
from tickets.models import Clock, Tag, Ticket, TicketTag
from tickets.models.ticket import NEVER, Priority, Status

QUEUE = "/admin/tickets/ticket/"


def numbers(desk: Client, query: str = "") -> list[str]:
    """The numbers on the page, in its order."""
    return [row.number for row in desk.get(QUEUE + query).context["rows"]]


def due_in(ticket: Ticket, **span: float) -> Ticket:
    """The ticket with its first answer due so far from now."""
    moment = timezone.now() + dt.timedelta(**span)
    Clock.objects.filter(ticket=ticket, kind="first_response").update(due_at=moment)
    Ticket.objects.filter(pk=ticket.pk).update(attention_at=moment)
    return ticket


def test_the_desk_begins_with_the_queue(agents_desk: Client) -> None:
    response = agents_desk.get("/admin/")

    assert (response.status_code, response["Location"]) == (302, QUEUE)


def test_an_agent_sees_the_tickets_of_own_teams_and_those_assigned(
    house: House, agents_desk: Client, agent: Member, customer: Member
) -> None:
    own = make_ticket(house, customer)
    make_ticket(house, customer, category=house.other_category, subject="Upload fails")
    given = make_ticket(house, customer, category=house.other_category)
    Ticket.objects.filter(pk=given.pk).update(assignee=agent)

    response = agents_desk.get(QUEUE)

    assert {row.number for row in response.context["rows"]} == {own.number, given.number}
    assert "Upload fails" not in response.content.decode()


def test_late_stands_on_top_and_paused_at_the_end(
    house: House, agents_desk: Client, agent: Member, customer: Member
) -> None:
    soon = due_in(make_ticket(house, customer), minutes=5)
    later = due_in(make_ticket(house, customer), hours=30)
    late = due_in(make_ticket(house, customer), hours=-3, minutes=-10)
    paused = make_ticket(house, customer)
    answer(paused, agent, status=Status.PENDING)

    rows = agents_desk.get(QUEUE).context["rows"]

    assert [row.number for row in rows] == [late.number, soon.number, later.number, paused.number]
    assert [row.face.state for row in rows] == ["late", "soon", "running", "paused"]
    assert rows[0].face.words == "late 3 h 10 min"
    assert rows[3].face.words == "paused: waiting for the customer"


def test_the_cell_says_shape_words_and_the_exact_time(
    house: House, agents_desk: Client, customer: Member
) -> None:
    ticket = due_in(make_ticket(house, customer), hours=-3)
    ticket.refresh_from_db()

    page = agents_desk.get(QUEUE).content.decode()

    moment = timezone.localtime(ticket.attention_at, timezone.get_fixed_timezone(60))
    assert "clock-late" in page
    assert f'data-due="{moment.isoformat()}"' in page
    assert f"First reply: {moment:%a} {moment.day} {moment:%b, %H:%M}" in page


# What the queue shows for what stands in the address.
FILTERED = {
    "": {"new", "mine", "pending", "urgent"},
    "?view=mine": {"mine"},
    "?view=unassigned": {"new", "pending", "urgent"},
    "?view=waiting": {"new", "mine", "urgent"},
    "?team=payments": {"new", "mine", "pending", "urgent"},
    "?status=pending": {"pending"},
    "?status=solved": {"solved"},
    "?priority=4": {"urgent"},
    "?view=mine&priority=4": set(),
    "?view=nonsense&status=nonsense&priority=nonsense": {"new", "mine", "pending", "urgent"},
    "?priority=²": {"new", "mine", "pending", "urgent"},
    "?view=due": {"urgent"},
    "?assignee=me": {"mine"},
    "?assignee=none&status=new": {"new", "urgent"},
    "?assignee=987654321": set(),
    "?tier=1&language=en&created=day": {"new", "mine", "pending", "urgent"},
    "?tier=2": set(),
    "?language=ar": set(),
    "?created=older": set(),
    "?due=late": set(),
    "?due=hour": {"urgent"},
    "?due=none": {"pending"},
    "?category=987654321": set(),
    "?assignee=%C2%B2&tier=x&created=ever&category=-1": {"new", "mine", "pending", "urgent"},
}


def test_views_and_filters_stand_in_the_address(
    house: House, agents_desk: Client, agent: Member, customer: Member
) -> None:
    for name in ("new", "mine", "pending", "urgent", "solved"):
        ticket = make_ticket(house, customer, subject=name)
        if name == "mine":
            assign(ticket, assignee=agent, actor=agent)
        if name == "pending":
            answer(ticket, agent, status=Status.PENDING)
        if name == "urgent":
            change_priority(due_in(ticket, minutes=30), priority=Priority.URGENT, actor=agent)
        if name == "solved":
            change_status(ticket, status=Status.SOLVED, actor=agent)

    shown = {
        query: {row.subject for row in agents_desk.get(QUEUE + query).context["rows"]} for query in FILTERED
    }

    assert shown == FILTERED


def test_every_view_has_a_link_with_its_count(
    house: House, admins_desk: Client, admin: Member, customer: Member
) -> None:
    due_in(make_ticket(house, customer), minutes=59)
    assign(make_ticket(house, customer), assignee=admin, actor=admin)
    make_ticket(house, customer, category=house.other_category)

    views = admins_desk.get(QUEUE).context["desk_views"]

    assert [(str(view["label"]), view["count"]) for view in views] == [
        ("Mine", "1"),
        ("Due in 1 h", "1"),
        ("Unassigned", "2"),
        ("Waiting for reply", "3"),
        ("All open", "3"),
        ("Spam", "0"),
        ("Payments", "2"),
        ("Videos", "1"),
    ]
    assert [view["label"] for view in views if view["current"]] == ["All open"]


def test_a_team_of_others_is_not_in_the_views_and_its_address_explains(
    house: House, agents_desk: Client, admins_desk: Client, customer: Member
) -> None:
    make_ticket(house, customer, category=house.other_category, subject="Upload fails")

    response = agents_desk.get(QUEUE + "?team=videos")

    assert response.context["title"] == "Tickets"
    assert not [view for view in response.context["desk_views"] if view["current"]]
    page = response.content.decode()
    assert "There is no such team among yours. Ask Admin to add you to it." in page
    assert "Save view" not in page
    assert "There is no such team." in admins_desk.get(QUEUE + "?team=nowhere").content.decode()
    assert "Upload fails" not in page
    assert "Videos" not in page


@pytest.mark.parametrize(
    ("query", "order"),
    [
        ("?", [4, 0, 1, 2, 3]),
        ("?sort=newest", [4, 3, 2, 1, 0]),
        ("?sort=updated", [2, 0, 1, 3, 4]),
        ("?sort=priority", [3, 4, 0, 1, 2]),
        ("?status=solved", [5]),
        ("?sort=nonsense", [4, 0, 1, 2, 3]),
    ],
)
def test_pages_follow_each_other_without_gap_or_double(
    house: House,
    agents_desk: Client,
    agent: Member,
    customer: Member,
    monkeypatch: pytest.MonkeyPatch,
    query: str,
    order: list[int],
) -> None:
    monkeypatch.setattr(queue_module.page_of, "__kwdefaults__", {"size": 2})
    tickets = [make_ticket(house, customer) for _ticket in range(6)]
    change_status(tickets[5], status=Status.SOLVED, actor=agent)
    Ticket.objects.filter(pk__in=[ticket.pk for ticket in tickets[:4]]).update(attention_at=NEVER)
    Ticket.objects.filter(pk=tickets[2].pk).update(updated_at=timezone.now() - dt.timedelta(days=1))
    Ticket.objects.filter(pk=tickets[3].pk).update(priority=Priority.URGENT)
    url, pages, back = QUEUE + query, [], []

    while url:
        context = agents_desk.get(url).context
        pages.append([row.number for row in context["rows"]])
        last, url = context["newer_url"], context["older_url"]
    while last:
        context = agents_desk.get(last).context
        back.append([row.number for row in context["rows"]])
        last = context["newer_url"]

    assert [number for page in pages for number in page] == [tickets[place].number for place in order]
    assert back == pages[-2::-1]


def test_a_category_brings_those_below_it(house: House, admins_desk: Client, customer: Member) -> None:
    below = make_category("bank", house.team, parent=house.category, en="Bank")
    tickets = [make_ticket(house, customer), make_ticket(house, customer, category=below)]
    make_ticket(house, customer, category=house.other_category)

    assert sorted(numbers(admins_desk, f"?category={house.category.pk}")) == [each.number for each in tickets]
    assert numbers(admins_desk, f"?category={below.pk}") == [tickets[1].number]


def test_spam_stands_in_its_own_view_only(house: House, agents_desk: Client, customer: Member) -> None:
    spam, real = make_ticket(house, customer), make_ticket(house, customer)
    Ticket.objects.filter(pk=spam.pk).update(is_spam=True)

    views = {link["label"]: link["count"] for link in agents_desk.get(QUEUE).context["desk_views"]}

    assert numbers(agents_desk) == [real.number]
    assert numbers(agents_desk, "?view=spam") == [spam.number]
    assert (views["Spam"], views["All open"]) == ("1", "1")
    Ticket.objects.filter(pk=spam.pk).update(is_spam=False)
    assert "Nothing is marked as spam." in agents_desk.get(f"{QUEUE}?view=spam").content.decode()


def test_a_tag_narrows_the_list(house: House, agents_desk: Client, customer: Member, agent: Member) -> None:
    tagged, _other = make_ticket(house, customer), make_ticket(house, customer)
    tag = Tag.objects.create(name="Café", folded="cafe")
    TicketTag.objects.create(ticket=tagged, tag=tag)

    response = agents_desk.get(f"{QUEUE}?tag={tag.pk}&filters=1")

    assert [row.number for row in response.context["rows"]] == [tagged.number]
    assert [chip["label"] for chip in response.context["chips"]] == ["Tag: Café"]
    assert (str(tag.pk), tag) in response.context["filter_form"].fields["tag"].choices
    assert numbers(agents_desk, "?tag=987654321") == []
    assert len(numbers(agents_desk, "?tag=x")) == 2


def test_chips_say_what_narrows_the_list_and_take_it_away(
    house: House, agents_desk: Client, agent: Member
) -> None:
    query = f"?team=payments&status=new&assignee={agent.pk}&category={house.category.pk}&due=late&q=x"

    chips = agents_desk.get(f"{QUEUE}{query}&sort=newest").context["chips"]

    assert [chip["label"] for chip in chips] == [
        "“x”",
        "Payments",
        "Status: New",
        f"Assignee: {agent}",
        "Category: Refund late",
        "Due: Late",
    ]
    kept = "?team=payments&status=new&assignee={}&category={}&q=x&sort=newest"
    assert chips[-1]["url"] == QUEUE + kept.format(agent.pk, house.category.pk)


def test_more_filters_come_when_they_are_asked_for(house: House, agents_desk: Client, agent: Member) -> None:
    short = agents_desk.get(f"{QUEUE}?view=mine&status=new").context

    whole = agents_desk.get(QUEUE + short["more_url"]).context

    assert list(short["filter_form"].fields) == ["status", "priority", "team", "sort"]
    assert list(whole["filter_form"].fields) == [*FILTERS, "team", "sort"]
    assert (str(agent.pk), agent) in whole["filter_form"].fields["assignee"].choices
    assert whole["kept"] == {"view": "mine"}
    assert whole["filter_form"]["status"].value() == "new"


def test_a_member_of_no_team_sees_what_is_assigned_to_them(house: House, customer: Member) -> None:
    loose = make_member("loose@acme.example", role=Member.Role.AGENT)
    desk = browser(house, loose)
    make_ticket(house, customer)
    given = make_ticket(house, customer)
    Ticket.objects.filter(pk=given.pk).update(assignee=loose)

    response = desk.get(QUEUE)

    assert [row.number for row in response.context["rows"]] == [given.number]
    assert [view["count"] for view in response.context["desk_views"]] == ["1", "0", "0", "1", "1", "0"]


def test_what_is_assigned_from_another_team_stands_in_the_list_once(
    house: House, agents_desk: Client, agent: Member, customer: Member
) -> None:
    own, other = make_ticket(house, customer), make_ticket(house, customer, category=house.other_category)
    Ticket.objects.filter(pk__in=[own.pk, other.pk]).update(assignee=agent)

    response = agents_desk.get(QUEUE)

    assert [row.number for row in response.context["rows"]] == [own.number, other.number]
    assert response.context["count"] == "2"


@pytest.mark.parametrize(
    "place", ["after=x", "after=1.2.3", "after=9999999999999999999999.1", "before=-1.5", "after=."]
)
def test_a_broken_place_shows_the_first_page(
    house: House, agents_desk: Client, customer: Member, place: str
) -> None:
    ticket = make_ticket(house, customer)

    assert numbers(agents_desk, f"?{place}") in ([ticket.number], [])


def test_a_number_leads_to_its_ticket(house: House, agents_desk: Client, customer: Member) -> None:
    ticket = make_ticket(house, customer)
    digits = ticket.number.rpartition("-")[2]

    for written in (ticket.number, ticket.number.lower(), digits, f"acme {digits}"):
        response = agents_desk.get(QUEUE, {"q": written})

        assert (response.status_code, response["Location"]) == (303, f"{QUEUE}{ticket.pk}/change/")


def test_a_mistyped_number_is_named(house: House, agents_desk: Client, customer: Member) -> None:
    number = make_ticket(house, customer).number
    wrong = number[:-1] + str((int(number[-1]) + 1) % 10)

    response = agents_desk.get(QUEUE, {"q": wrong})

    page = response.content.decode()
    assert response.status_code == 422
    assert "Check the number: one digit looks wrong." in page
    assert f'value="{wrong}"' in page
    assert "<title>Error: " in page


def test_a_number_of_another_team_is_not_found(
    house: House, agents_desk: Client, outsider: Member, customer: Member
) -> None:
    foreign = make_ticket(house, customer, category=house.other_category)

    response = agents_desk.get(QUEUE, {"q": foreign.number})

    assert response.status_code == 200
    assert f"There is no ticket {foreign.number} among those you may see." in response.content.decode()


def test_an_address_finds_all_tickets_of_its_people(
    house: House, agents_desk: Client, agent: Member, customer: Member
) -> None:
    other = make_member("anybody@elsewhere.example")
    make_ticket(house, other)
    opened, solved = make_ticket(house, customer), make_ticket(house, customer)
    change_status(solved, status=Status.SOLVED, actor=agent)

    assert numbers(agents_desk, "?q=customer@acme.example") == [solved.number, opened.number]
    assert numbers(agents_desk, "?q=CUSTOMER@") == [solved.number, opened.number]
    assert numbers(agents_desk, "?q=customer@&status=new") == [opened.number]
    assert numbers(agents_desk, "?q=nobody@") == []


def test_words_are_looked_for_in_titles_and_names(
    house: House, agents_desk: Client, customer: Member
) -> None:
    kite = make_member("k@elsewhere.example", name="Kite Ng")
    by_name = make_ticket(house, kite, subject="Card declined")
    by_title = make_ticket(house, customer, subject="My kite is late")
    make_ticket(house, customer, subject="Nothing of it")

    response = agents_desk.get(QUEUE + "?q=kite")

    assert {row.number for row in response.context["rows"]} == {by_name.number, by_title.number}
    assert "Searched the titles, answers, internal notes and customers’ names" in response.content.decode()
    assert numbers(agents_desk, "?q=kite late") == [by_title.number]
    assert numbers(agents_desk, "?q=iphone-15000") == []
    assert numbers(agents_desk, "?q=%25") == []


def test_what_is_hidden_in_a_title_cannot_be_tried_out(
    house: House, agents_desk: Client, customer: Member
) -> None:
    kite = make_member("k@elsewhere.example", name="Kite Ng")
    card = make_ticket(house, kite, subject="Zebra to 4111 1111 1111 1111, please")
    word = make_ticket(house, customer, subject="My password: hunter2-x stopped working")

    guesses = [numbers(agents_desk, f"?q={words}") for words in ("4111", "411", "hunter", "zebra 4111")]

    assert guesses == [[]] * 4
    assert numbers(agents_desk, "?q=zebr") == [card.number]
    assert numbers(agents_desk, "?q=kite zeb") == [card.number]
    assert numbers(agents_desk, "?q=passw stopp") == [word.number]


def test_words_are_looked_for_in_every_status_unless_one_is_asked_for(
    house: House, agents_desk: Client, agent: Member, customer: Member
) -> None:
    solved = make_ticket(house, customer, body="The zeppelins were late")
    change_status(solved, status=Status.SOLVED, actor=agent)
    open_ = make_ticket(house, customer, body="Another zeppelin")

    assert numbers(agents_desk, "?q=zeppelin") == [open_.number, solved.number]
    assert numbers(agents_desk, "?q=zeppelin&status=new") == [open_.number]
    assert numbers(agents_desk, "?q=zeppelin&view=unassigned&status=solved") == [solved.number]


def test_a_common_word_is_looked_for_among_the_latest_tickets_of_the_tenant(
    house: House, agents_desk: Client, customer: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tickets.search.LATEST", 3)
    monkeypatch.setattr("tickets.admin.search.COMMON", 2)
    oldest = make_ticket(house, customer, subject="Refund by zeppelin")
    latest = [make_ticket(house, customer, subject="Refund") for _number in range(2)]
    elsewhere = make_ticket(house, customer, subject="Refund", category=house.other_category)

    common = agents_desk.get(QUEUE + "?q=refund")

    assert [row.number for row in common.context["rows"]] == [ticket.number for ticket in latest[::-1]]
    assert "This is a common word" in common.content.decode()
    assert numbers(agents_desk, "?q=refund zeppelin") == [oldest.number]
    monkeypatch.setattr("tickets.admin.search.COMMON", 3)  # of which the agent sees too few
    assert set(numbers(agents_desk, "?q=refund")) == {ticket.number for ticket in (oldest, *latest)}
    assert elsewhere.number not in numbers(agents_desk, "?q=refund")


def test_words_are_looked_for_in_answers_and_notes(
    house: House, agents_desk: Client, agent: Member, customer: Member
) -> None:
    talked = make_ticket(house, customer, body="The zeppelins were late")
    noted = make_ticket(house, customer)
    note(noted, agent, "A zeppelin, probably.")
    make_ticket(house, customer, category=house.other_category, body="zeppelin of another team")

    assert sorted(numbers(agents_desk, "?q=zeppelin")) == sorted([talked.number, noted.number])


def test_the_last_message_stands_beside_the_title(
    house: House, agents_desk: Client, agent: Member, customer: Member
) -> None:
    noted, answered, open_ = (make_ticket(house, customer) for _ticket in range(3))
    note(noted, agent, "Bank\n\nsays no")
    answer(answered, agent, "On its way " + "x" * 300, status=Status.OPEN)
    write_back(open_, customer, "Still here")

    rows = {row.number: row for row in agents_desk.get(QUEUE).context["rows"]}

    assert (rows[noted.number].last, rows[noted.number].is_last_internal) == ("Bank says no", True)
    assert (rows[answered.number].last_by, len(rows[answered.number].last)) == ("you", 140)
    assert (rows[open_.number].last_by, rows[open_.number].last) == ("", "Still here")


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("", "No open tickets. When a customer writes, the ticket appears here."),
        ("?priority=4", "Nothing matches these filters."),
        ("?q=xyzzy", "Nothing matches “xyzzy” in titles, answers, internal notes and customers’ names."),
        ("?after=1.1", "This page is empty now."),
    ],
)
def test_an_empty_list_says_why(agents_desk: Client, query: str, told: str) -> None:
    assert told in agents_desk.get(QUEUE + query).content.decode()


def test_an_empty_view_says_how_much_waits_elsewhere(
    house: House, agents_desk: Client, customer: Member
) -> None:
    make_ticket(house, customer)

    page = agents_desk.get(QUEUE + "?view=mine").content.decode()

    assert "Nothing waiting here. 1 open ticket elsewhere." in page


def test_mail_that_cannot_leave_is_told(
    house: House, agents_desk: Client, customer: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "EMAIL_URL", "")
    ticket = make_ticket(house, customer)
    waiting = OutboxRow.objects.filter(state=OutboxRow.State.WAITING).count()

    told = f"{waiting} email waits: this installation has no mail server yet."
    assert told in agents_desk.get(QUEUE).content.decode()
    assert told in agents_desk.get(f"{QUEUE}{ticket.pk}/change/").content.decode()
    monkeypatch.setattr(settings, "EMAIL_URL", "smtp://mail.example")
    assert "no mail server" not in agents_desk.get(QUEUE).content.decode()


def test_the_queue_costs_the_same_with_one_ticket_and_with_three(
    house: House, agents_desk: Client, agent: Member
) -> None:
    def busy(name: str) -> None:
        ticket = make_ticket(house, make_member(f"{name}@elsewhere.example"))
        assign(ticket, assignee=agent, actor=agent)
        answer(ticket, agent, status=Status.PENDING)

    busy("one")
    before = count_queries(lambda: agents_desk.get(QUEUE))
    busy("two")
    busy("three")

    after = count_queries(lambda: agents_desk.get(QUEUE))

    assert_same_queries(before, after)
    assert after <= 5  # with the five of the scope (BEGIN, setting, savepoint, release, COMMIT) ten


def test_a_rare_filter_looks_through_a_part_of_the_list_and_leads_on(
    house: House, agents_desk: Client, customer: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    tickets = [make_ticket(house, customer) for _ticket in range(5)]
    for place in (1, 4):
        Ticket.objects.filter(pk=tickets[place].pk).update(locale="ar")
    whole = agents_desk.get(QUEUE + "?language=ar&sort=newest")

    monkeypatch.setattr("tickets.admin.orders.LOOKED", 2)
    first = agents_desk.get(QUEUE + "?language=ar&sort=newest")
    second = agents_desk.get(first.context["further"])
    third = agents_desk.get(second.context["further"])
    none = agents_desk.get(QUEUE + "?language=de&sort=newest")

    pages = [[row.number for row in page.context["rows"]] for page in (whole, first, second, third)]
    assert pages == [[tickets[4].number, tickets[1].number], [tickets[4].number], [tickets[1].number], []]
    assert "Look further" in first.content.decode()
    assert [bool(page.context["further"]) for page in (whole, second, third)] == [False, True, False]
    assert [page.context["count"] for page in (whole, none)] == ["2", "0"]
    assert "found nothing" in none.content.decode()
    assert none.context["empty"]["url"] == none.context["further"] != ""


def test_who_has_several_teams_is_told_that_more_was_looked_through(
    house: House, agents_desk: Client, admins_desk: Client, customer: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ticket in range(3):
        make_ticket(house, customer)
    monkeypatch.setattr("tickets.admin.orders.LOOKED", 2)
    monkeypatch.setattr("tickets.admin.queue.LOOKED", 2)

    pages = [desk.get(QUEUE + "?language=ar&sort=newest") for desk in (admins_desk, agents_desk)]

    assert ["Looked through 2 tickets" in page.content.decode() for page in pages] == [True, False]
    assert ["Looked through 2+ tickets" in page.content.decode() for page in pages] == [False, True]


def test_a_list_with_solved_tickets_is_not_called_all_open(house: House, agents_desk: Client) -> None:
    titles = [
        agents_desk.get(QUEUE + query).context["title"]
        for query in (
            "",
            "?priority=3",
            "?status=new",
            "?status=closed",
            "?q=refund",
            "?q=refund&team=payments",
        )
    ]

    assert titles == ["All open"] * 3 + [
        "Tickets",
        "Tickets with “refund”",
        "Tickets in Payments with “refund”",
    ]


def test_the_boxes_say_which_statuses_and_which_order_the_list_really_has(
    house: House, agents_desk: Client
) -> None:
    def boxes(query: str) -> tuple[str, list[str]]:
        fields = agents_desk.get(QUEUE + query).context["filter_form"].fields
        return fields["status"].choices[0][1], [str(label) for _value, label in fields["sort"].choices]

    orders = ["Due first", "Newest first", "Oldest update first", "Highest priority first"]
    assert boxes("") == boxes("?status=new") == ("Every open status", orders)
    assert boxes("?q=refund") == boxes("?status=solved&sort=priority") == ("Every status", ["Newest first"])


def test_words_looked_for_in_a_part_of_the_tickets_lead_on_to_all(
    house: House, agents_desk: Client, agent: Member, customer: Member
) -> None:
    elsewhere = make_ticket(house, customer, subject="A zeppelin")
    everywhere = f'href="{QUEUE}?q=zeppelin">Search all tickets</a>'

    assert everywhere in agents_desk.get(QUEUE + "?q=zeppelin&view=mine").content.decode()
    assign(elsewhere, assignee=agent, actor=agent)

    assert everywhere in agents_desk.get(QUEUE + "?q=zeppelin&view=mine").content.decode()
    assert everywhere not in agents_desk.get(QUEUE + "?q=zeppelin").content.decode()
    assert numbers(agents_desk, "?q=customer@&view=mine") == [elsewhere.number]
    assert numbers(agents_desk, "?q=customer@&view=unassigned") == []


@pytest.mark.parametrize("words", ["refund", "nobody", "zeppelin late", "customer@acme.example"])
def test_a_search_costs_the_same_with_one_ticket_and_with_three(
    house: House, agents_desk: Client, words: str
) -> None:
    def more(name: str) -> None:
        make_ticket(house, make_member(f"{name}@elsewhere.example", name="Zeppelin"), subject="Refund late")

    more("one")
    before = count_queries(lambda: agents_desk.get(QUEUE, {"q": words}))
    more("two")
    more("three")

    after = count_queries(lambda: agents_desk.get(QUEUE, {"q": words}))

    assert_same_queries(before, after)
    assert after <= 7  # with those of the scope twelve


def test_counts_stop_past_a_thousand_and_are_one_statement(house: House, customer: Member) -> None:
    make_ticket(house, customer)
    lists = [Ticket.objects.all(), Ticket.objects.none(), Ticket.objects.filter(status=Status.SOLVED)]

    assert capped_counts(lists) == [1, 0, 0]
    assert count_queries(lambda: capped_counts(lists)) == 1
    assert [count_text(count) for count in (0, LIMIT, LIMIT + 1)] == ["0", "1,000", "1,000+"]


@pytest.mark.parametrize(
    "lookup",
    [
        "team__tenant__slug__startswith=a",
        "subject__contains=x",
        "requester__email=x",
        "answer.Team__slug=x",
    ],
)
def test_a_lookup_through_the_address_is_refused(agents_desk: Client, lookup: str) -> None:
    assert agents_desk.get(f"{QUEUE}?{lookup}").status_code == 400


def test_only_reading_is_possible(agents_desk: Client) -> None:
    assert agents_desk.post(QUEUE, {"action": "delete_selected"}).status_code == 405
