"""Joining at the desk, without script; and where customers and guests land afterwards."""

import pytest
from django.test import Client

from accounts.models import Member
from tests.factories.cast import House, make_category
from tests.factories.tickets import make_ticket, participant_of, write_back
from tests.pages import Page
from tickets.actions.merge import merge_for_the_desk, merge_tickets
from tickets.guest_links import new_guest_link
from tickets.models import Merge, Message, Ticket, TicketEvent
from tickets.models.event import Verb
from tickets.numbers import check_digit


def url_of(ticket: Ticket, act: str = "merge") -> str:
    return f"/admin/tickets/ticket/{ticket.pk}/{act}/"


@pytest.fixture
def older(house: House, customer: Member) -> Ticket:
    return make_ticket(house, customer, subject="Older")


@pytest.fixture
def newer(house: House, customer: Member, older: Ticket) -> Ticket:
    return make_ticket(house, customer, subject="Newer")


def test_chosen_looked_at_joined_and_taken_apart(agents_desk: Client, older: Ticket, newer: Ticket) -> None:
    choice = Page(agents_desk.get(url_of(newer)))
    assert f"{older.number} Older" in choice.text

    preview = Page(agents_desk.get(url_of(newer), {"into": older.number.lower()}))
    form = next(form for form in preview.forms if "into" in form.values)
    joined = agents_desk.post(url_of(newer), form.values, follow=True)

    page = Page(joined)
    assert joined.redirect_chain == [(url_of(older, "change"), 303)]
    assert f"{newer.number} was joined into {older.number}" in page.text
    assert page.text.count(f"Agent joined {newer.number} into {older.number}") == 1  # both tickets know of it
    assert agents_desk.get(url_of(newer, "change"))["Location"] == url_of(older, "change")

    undo = page.form(url_of(older, "unmerge"))
    apart = Page(agents_desk.post(undo.action, undo.values, follow=True))

    assert f"{newer.number} and {older.number} are two tickets again." in apart.text
    assert [merge.undone_at is None for merge in Merge.objects.all()] == [False]
    assert agents_desk.get(url_of(newer, "change")).status_code == 200


def test_the_older_number_is_kept_unless_somebody_swaps(
    agents_desk: Client, older: Ticket, newer: Ticket
) -> None:
    turned = agents_desk.get(url_of(older), {"into": newer.number})
    kept = agents_desk.get(url_of(older), {"into": newer.number, "keep": "1"})

    assert turned["Location"] == f"{url_of(newer)}?into={older.number}&keep=1"
    assert f"Join {older.number} into {newer.number}" in Page(kept).text


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("ACME-1002", "one digit looks wrong"),
        ("nonsense", "Enter a number like"),
        (f"ACME-9999{check_digit('9999')}", "among those you may see"),
        ("", "Number of the other ticket"),
    ],
)
def test_a_wrong_number_is_named_and_kept(agents_desk: Client, older: Ticket, typed: str, told: str) -> None:
    answer = agents_desk.get(url_of(older), {"into": typed})

    assert answer.status_code == (422 if typed else 200)
    assert told in Page(answer).text
    assert f'value="{typed}"' in answer.content.decode()


def test_nothing_of_other_teams_is_offered_or_found(
    house: House, agents_desk: Client, older: Ticket, customer: Member
) -> None:
    hidden = make_ticket(
        house, customer, subject="Hidden", category=make_category("elsewhere", house.other_team, en="Else")
    )

    choice = agents_desk.get(url_of(older)).content.decode()
    asked = Page(agents_desk.get(url_of(older), {"into": hidden.number}))
    posted = agents_desk.post(url_of(older), {"into": hidden.number})

    assert "Hidden" not in choice
    assert "Hidden" not in asked.text
    assert posted.status_code == 422
    assert Merge.objects.count() == 0


def test_different_people_are_warned_of_and_chosen(
    house: House, agents_desk: Client, older: Ticket, guest: Member
) -> None:
    other = make_ticket(house, guest, subject="Other")
    preview = Page(agents_desk.get(url_of(other), {"into": older.number}))
    form = next(form for form in preview.forms if "into" in form.values)

    undecided = agents_desk.post(url_of(other), {"into": older.number, "agreed": form.values["agreed"]})

    assert guest.email in preview.text
    assert "Different people take part" in preview.text
    assert undecided.status_code == 422
    assert Merge.objects.count() == 0

    agents_desk.post(url_of(other), {"into": older.number, "sharing": "desk"})

    desk = Page(agents_desk.get(url_of(older, "change")))
    assert not Merge.objects.get().is_shared
    assert f"from {other.number} · not shown to this ticket’s customer" in desk.text


def test_names_that_were_not_shown_join_nobody(
    house: House, agents_desk: Client, older: Ticket, guest: Member
) -> None:
    other = make_ticket(house, guest)

    answer = agents_desk.post(
        url_of(other), {"into": older.number, "sharing": "shared", "agreed": str(guest.pk)}
    )

    assert answer.status_code == 422
    assert Merge.objects.count() == 0


def test_the_old_number_leads_the_customer_on(
    site: Client, older: Ticket, newer: Ticket, agent: Member, customer: Member
) -> None:
    merge_tickets(newer, into=older, actor=agent)
    site.force_login(customer)

    page = Page(site.get(f"/tickets/{newer.number}/", follow=True))
    sent = site.post(f"/tickets/{newer.number}/reply/", {"body": "By the old address"})

    assert f"We joined {newer.number} with {older.number}. Everything goes on here." in page.text
    assert f"We joined {newer.number} with this request" in page.text
    assert sent["Location"].startswith(f"/tickets/{older.number}/")
    assert Message.objects.latest("pk").ticket == older


OWN = "Both of your requests are about order 1182, so we answer them here."


def test_the_sentence_is_the_usual_one_in_each_readers_language(
    site: Client, agents_desk: Client, older: Ticket, newer: Ticket, customer: Member
) -> None:
    Member.objects.filter(pk=customer.pk).update(locale="ar")

    preview = Page(agents_desk.get(url_of(newer), {"into": older.number}))
    form = next(form for form in preview.forms if "into" in form.values)
    agents_desk.post(url_of(newer), form.values)

    site.force_login(customer)
    page = Page(site.get(f"/tickets/{older.number}/"))
    assert newer.number in form.values["told"]
    assert "with this request" not in form.values["told"]
    assert form.values["told"] in page.text
    assert [event.changes.get("told") for event in TicketEvent.objects.filter(verb=Verb.MERGED)] == [None] * 2


def test_the_agents_own_sentence_is_what_the_customer_reads(
    site: Client, agents_desk: Client, older: Ticket, newer: Ticket, customer: Member
) -> None:
    typed = OWN.replace(" so", "\u202e\n so")

    desk = agents_desk.post(url_of(newer), {"into": older.number, "told": typed}, follow=True)
    site.force_login(customer)
    portal = Page(site.get(f"/tickets/{older.number}/")).text
    history = Page(agents_desk.get(url_of(older, "history"))).text

    assert OWN in portal
    assert "with this request" not in portal
    assert Page(desk).text.count("and told the customer: “Both of your requests") == 1
    assert "and told the customer: “Both of your requests" in history
    undone = agents_desk.post(url_of(older, "unmerge"), {"merge": str(Merge.objects.get().pk)}, follow=True)
    assert "are two tickets again" in Page(undone).text
    assert OWN in Page(site.get(f"/tickets/{older.number}/")).text
    assert OWN not in Page(site.get(f"/tickets/{newer.number}/")).text


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        (" \u200b ", "Enter what the customer will read"),
        ("a" * 201, "200 characters or fewer. You have used 201."),
    ],
)
def test_a_sentence_that_cannot_be_sent_is_shown_again(
    agents_desk: Client, older: Ticket, newer: Ticket, typed: str, told: str
) -> None:
    answer = agents_desk.post(url_of(newer), {"into": older.number, "told": typed})
    form = next(form for form in Page(answer).forms if "into" in form.values)

    assert answer.status_code == 422
    assert told in Page(answer).text
    assert form.values["told"] == typed
    assert Merge.objects.count() == 0


def test_nobody_is_told_where_the_desk_alone_reads_both(
    house: House, agents_desk: Client, older: Ticket, guest: Member
) -> None:
    other = make_ticket(house, guest)

    agents_desk.post(url_of(other), {"into": older.number, "sharing": "desk", "told": ""})

    assert not Merge.objects.get().is_shared
    assert [set(event.changes) for event in TicketEvent.objects.filter(verb=Verb.MERGED)] == [{"merged"}] * 2


@pytest.mark.parametrize("has_own_seat", [True, False])
def test_a_guests_old_link_and_open_page_lead_on(
    house: House, site: Client, agent: Member, customer: Member, guest: Member, has_own_seat: bool
) -> None:
    target = make_ticket(house, guest if has_own_seat else customer, body="Into this")
    source = make_ticket(house, guest, is_proven=False)
    link = f"/t/{new_guest_link(participant_of(source, guest))}/"
    site.get(link)
    open_page = f"/t/ticket/{source.submission_key}/"
    assert site.get(open_page).status_code == 200
    merge_tickets(source, into=target, actor=agent, agreed=frozenset({customer.pk, guest.pk}))

    page = site.get(open_page, follow=True)
    sent = site.post(f"{open_page}reply/", {"body": "From the open page"})
    fresh = Client(headers={"host": house.host}).get(link, follow=True)

    for answer in (page, fresh):
        assert answer.status_code == 200
        assert f"We joined {source.number} with {target.number}" in Page(answer).text
        assert "Into this" in Page(answer).text
    assert sent.status_code == 303
    assert Message.objects.latest("pk").ticket == target


def test_joined_for_the_desk_only_each_customer_reads_their_own(
    house: House, site: Client, older: Ticket, agent: Member, customer: Member, guest: Member
) -> None:
    other = make_ticket(house, guest, body="Private words")
    write_back(older, customer, "Other words")
    merge_for_the_desk(other, into=older, actor=agent)

    site.force_login(customer)
    mine = Page(site.get(f"/tickets/{older.number}/")).text
    nothing = site.get(f"/tickets/{other.number}/")
    site.force_login(guest)
    theirs = Page(site.get(f"/tickets/{other.number}/")).text

    assert "Private words" not in mine
    assert other.number not in mine
    assert nothing.status_code == 404
    assert "Private words" in theirs
    assert "Other words" not in theirs
    assert older.number not in theirs
    assert "We closed this request and handle it together with another one" in theirs


def test_a_merge_of_another_ticket_is_not_found(
    agents_desk: Client, older: Ticket, newer: Ticket, agent: Member
) -> None:
    merge = merge_tickets(newer, into=older, actor=agent)

    answer = agents_desk.post(url_of(newer, "unmerge"), {"merge": str(merge.pk)})

    assert answer.status_code == 404
    assert Merge.objects.get().undone_at is None


def test_a_joined_ticket_keeps_what_was_typed(
    agents_desk: Client, older: Ticket, newer: Ticket, agent: Member
) -> None:
    merge_tickets(newer, into=older, actor=agent)

    late = agents_desk.post(url_of(newer, "note"), {"body": "Typed meanwhile"})

    assert late.status_code == 422
    assert "Typed meanwhile" in late.content.decode()
    assert "joined with another one" in late.content.decode()


@pytest.mark.parametrize("act", ["merge", "unmerge", "spam"])
def test_whoever_does_not_see_the_ticket_finds_nothing(
    outsiders_desk: Client, strangers_desk: Client, older: Ticket, act: str
) -> None:
    for desk in (outsiders_desk, strangers_desk):
        assert desk.get(url_of(older, act)).status_code == 404
        assert desk.post(url_of(older, act), {"into": older.number}).status_code == 404
