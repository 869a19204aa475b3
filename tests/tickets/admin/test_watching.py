"""Colleagues watch a ticket and are called into it by name: told by mail, and never of what they may not see."""

import pytest
from django.test import Client

from accounts.models import Member, TeamMembership
from helpdesk.outbox.models import OutboxRow
from helpdesk.outbox.render import render
from tests.factories.cast import House, make_member
from tests.factories.tickets import answer, make_ticket, note, write_back
from tests.pages import Page
from tickets.actions.assign import assign, route
from tickets.actions.merge import merge_tickets, undo_merge
from tickets.actions.status import change_status
from tickets.actions.watch import unwatch, watch
from tickets.models import Message, Ticket, Watcher
from tickets.models.ticket import Status
from tickets.queries import tickets_visible_to


@pytest.fixture
def ticket(house: House, customer: Member) -> Ticket:
    return make_ticket(house, customer)


@pytest.fixture
def lina(house: House) -> Member:
    """A colleague in the team of the ticket, who reads Arabic."""
    return make_member(
        "lina@acme.example", role=Member.Role.AGENT, team=house.team, name="Lina Haddad", locale="ar"
    )


def mails(topic: str) -> list[OutboxRow]:
    return list(OutboxRow.objects.filter(topic=topic).order_by("pk"))


def told() -> list[tuple[str, str]]:
    """Who was told as a watcher, and of what."""
    return [(row.to_address, row.context["did"]) for row in mails("ticket_watched")]


def address(ticket: Ticket, name: str) -> str:
    return f"/admin/tickets/ticket/{ticket.pk}/{name}/"


def test_who_watches_is_told_of_what_others_write_and_change(
    ticket: Ticket, agent: Member, lina: Member, customer: Member
) -> None:
    watch(ticket, lina)
    answer(ticket, agent, "On its way.", status=Status.PENDING)
    write_back(ticket, customer, "Thanks.")
    note(ticket, agent, "Bank called.")
    assign(ticket, assignee=agent, actor=agent)
    change_status(ticket, status=Status.SOLVED, actor=None)

    assert told() == [
        (lina.email, did) for did in ("replied", "wrote", "noted", "assigned", "status_changed")
    ]
    assert [row.context.get("body") for row in mails("ticket_watched")][:3] == ["On its way.", "Thanks.", ""]


def test_nobody_is_told_of_what_they_did_themselves(ticket: Ticket, lina: Member) -> None:
    watch(ticket, lina)
    answer(ticket, lina)
    note(ticket, lina)
    assign(ticket, assignee=lina, actor=lina)
    change_status(ticket, status=Status.SOLVED, actor=lina)

    assert told() == []


def test_mails_speak_the_language_of_who_watches_and_repeat_no_note(
    ticket: Ticket, agent: Member, lina: Member
) -> None:
    watch(ticket, lina)
    note(ticket, agent, "The bank says it was fraud.")
    change_status(ticket, status=Status.PENDING, actor=agent)
    lina.locale = "en"
    lina.save(update_fields=["locale"])
    note(ticket, agent, "It was fraud.")
    change_status(ticket, status=Status.SOLVED, actor=agent)

    shown = [render(row) for row in mails("ticket_watched")]

    assert [one.locale for one in shown] == ["ar", "ar", "en", "en"]
    assert "fraud" not in "".join(one.subject + one.text + one.html for one in shown)
    assert [one.subject for one in shown[2:]] == [
        f"[{ticket.number}] Agent added an internal note: Refund for order 1182",
        f"[{ticket.number}] Changed: Refund for order 1182",
    ]
    assert "Its status is Solved now." in shown[3].text


def test_whoever_sees_the_ticket_no_longer_is_told_nothing(
    house: House, ticket: Ticket, agent: Member, lina: Member
) -> None:
    watch(ticket, lina)
    route(ticket, category=house.other_category, actor=agent)
    note(ticket, agent)
    TeamMembership.objects.create(member=lina, team=house.other_team)
    note(ticket, agent, "Again.")

    assert told() == [(lina.email, "noted")]


def test_nobody_watching_asks_nothing_and_stopping_ends_it(
    ticket: Ticket, agent: Member, lina: Member
) -> None:
    watch(ticket, lina)
    watch(ticket, lina)
    unwatch(ticket, lina)
    unwatch(ticket, lina)
    note(ticket, agent)

    ticket.refresh_from_db()
    assert (ticket.is_watched, Watcher.objects.count(), told()) == (False, 0, [])


def test_watching_begins_and_ends_on_the_page(agents_desk: Client, ticket: Ticket, agent: Member) -> None:
    page = Page(agents_desk.get(address(ticket, "change")))
    begun = agents_desk.post(page.form(address(ticket, "watch")).action, follow=True)
    ended = agents_desk.post(address(ticket, "watch"), {"stop": "1"}, follow=True)

    assert "Watch this ticket" in page.text
    assert "you get a mail when somebody else writes" in Page(begun).text
    assert (begun.context["is_watching"], ended.context["is_watching"]) == (True, False)


def test_a_joined_ticket_brings_its_watchers_and_takes_them_back(
    house: House, ticket: Ticket, agent: Member, lead: Member, lina: Member, customer: Member
) -> None:
    source = make_ticket(house, customer)
    watch(source, lina)
    watch(source, lead)
    watch(ticket, lead)

    merge = merge_tickets(source, into=ticket, actor=agent)
    joined = set(Watcher.objects.filter(ticket=ticket).values_list("member", flat=True))
    undo_merge(merge, actor=agent)

    assert joined == {lina.pk, lead.pk}
    assert list(Watcher.objects.filter(ticket=ticket).values_list("member", flat=True)) == [lead.pk]
    assert Watcher.objects.filter(ticket=source).count() == 2


def test_a_note_calls_colleagues_who_are_told_and_watch(
    ticket: Ticket, agent: Member, lina: Member, lead: Member
) -> None:
    watch(ticket, lead)
    note(ticket, agent, "@Lina Haddad, @lina and @agent: was it fraud?")

    called = mails("ticket_mentioned")
    assert [(row.to_address, row.locale) for row in called] == [(lina.email, "ar")]
    assert "fraud" not in render(called[0]).text
    assert told() == [(lead.email, "noted")]
    assert Watcher.objects.filter(ticket=ticket, member=lina).exists()


def test_a_reply_calls_nobody(ticket: Ticket, agent: Member, lina: Member) -> None:
    answer(ticket, agent, "@lina will call you.")

    assert (mails("ticket_mentioned"), Watcher.objects.count()) == ([], 0)


def test_nobody_is_called_who_is_not_of_the_desk(
    agents_desk: Client, ticket: Ticket, lina: Member, stranger: Member, customer: Member
) -> None:
    form = Page(agents_desk.get(address(ticket, "change"))).form(address(ticket, "note"))
    typed = "@stranger, @customer, @lnia and @lina: look."

    page = Page(agents_desk.post(form.action, {**form.values, "body": typed}, follow=True))

    assert [row.to_address for row in mails("ticket_mentioned")] == [lina.email]
    assert "Nobody was told of @stranger, @customer, @lnia." in page.text
    assert Message.objects.filter(body=typed).count() == 1


def test_a_note_lets_a_colleague_of_another_team_see_that_ticket_and_no_other(
    house: House, ticket: Ticket, agent: Member, customer: Member, outsiders_desk: Client, outsider: Member
) -> None:
    other = make_ticket(house, customer)
    before = outsiders_desk.get(address(ticket, "change")).status_code
    note(ticket, agent, "@Outsider: was this one of yours?")
    answer(other, agent, "@outsider will call you.")

    shown = outsiders_desk.get("/admin/tickets/ticket/")
    opened = [outsiders_desk.get(address(one, "change")).status_code for one in (ticket, other)]
    note(ticket, agent, "Look again.")

    assert (before, opened) == (404, [200, 404])
    assert [row.number for row in shown.context["rows"]] == [ticket.number]
    assert [link["count"] for link in shown.context["desk_views"]][:5] == ["0", "0", "1", "1", "1"]
    assert [row.to_address for row in mails("ticket_mentioned")] == [outsider.email]
    assert told() == [(outsider.email, "noted")]


def test_what_a_colleague_was_called_into_stays_when_they_stop_watching(
    ticket: Ticket, agent: Member, outsiders_desk: Client, outsider: Member
) -> None:
    note(ticket, agent, "@outsider: look.")

    outsiders_desk.post(address(ticket, "watch"), {"stop": "1"})

    assert not Watcher.objects.exists()
    assert outsiders_desk.get(address(ticket, "change")).status_code == 200


def test_who_was_called_into_a_joined_ticket_sees_the_other_until_they_are_apart(
    house: House, ticket: Ticket, agent: Member, customer: Member, outsider: Member
) -> None:
    first = make_ticket(house, customer, subject="First")
    note(ticket, agent, "@outsider, please look.")

    merge = merge_tickets(ticket, into=first, actor=agent)
    joined = tickets_visible_to(outsider).filter(pk=first.pk).exists()
    undo_merge(merge, actor=agent)

    assert joined
    assert [seen.pk for seen in tickets_visible_to(outsider)] == [ticket.pk]


def test_only_a_mention_lets_see_what_one_only_watched(
    house: House, ticket: Ticket, agent: Member, lina: Member
) -> None:
    watch(ticket, lina)

    route(ticket, category=house.other_category, actor=agent)

    assert not tickets_visible_to(lina).exists()


def test_the_page_names_who_watches(agents_desk: Client, ticket: Ticket, lina: Member) -> None:
    watch(ticket, lina)

    page = agents_desk.get(address(ticket, "change"))

    assert (page.context["watchers"], page.context["is_watching"]) == (["Lina Haddad"], False)
    assert "tell them of the note by mail" in Page(page).text


def test_whoever_works_on_tickets_is_offered_for_a_mention(
    agents_desk: Client, agent: Member, outsider: Member, customer: Member
) -> None:
    make_member("gone@acme.example", role=Member.Role.AGENT, is_active=False)
    named = make_member("nora@acme.example", name="Nora Khalil", role=Member.Role.AGENT)

    names = agents_desk.get("/admin/tickets/ticket/colleagues/").json()["people"]

    assert str(agent) not in names
    assert customer.name not in names
    assert {named.name, outsider.name or "outsider"} <= set(names)
    assert "gone" not in names
