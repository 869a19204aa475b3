"""What a machine answers at once helps the customer, and counts as an answer nowhere."""

from __future__ import annotations

import uuid

import pytest
from django.test import Client

from accounts.models import Member
from helpcenter.actions.articles import Text, create_article, publish
from helpcenter.models import Section, SectionTranslation, Visibility
from helpdesk.outbox.models import OutboxRow
from helpdesk.outbox.render import render
from tests.factories.cast import House, make_category, make_guest
from tests.factories.tickets import answer, make_ticket
from tickets.models import Category, CategoryTranslation, Clock, Message, PolicyTarget, Ticket, TicketEvent
from tickets.models.event import Verb
from tickets.models.figures import COUNTED
from tickets.models.sla import ClockKind
from tickets.models.ticket import Status

WORDS = "Most refunds take five days.\n\nTell us the order number."
EVENT = Verb.ANSWERED_AT_ONCE


@pytest.fixture
def category(house: House) -> Category:
    """A category that answers at once in English, not in Arabic."""
    CategoryTranslation.objects.filter(category=house.category, locale="en").update(first_answer=WORDS)
    return house.category


@pytest.fixture
def articles(house: House) -> dict[str, int]:
    """What everybody may read about it, and what only the team may."""
    section = Section.objects.create()
    SectionTranslation.objects.create(section=section, locale="en", name="Payments")

    def written(title: str, visibility: int) -> int:
        text = Text(title, "Refund late.")
        made = create_article(section, locale="en", text=text, author=None, visibility=visibility)
        return publish(made).article_id

    return {
        "public": written("Why a refund is late", Visibility.PUBLIC),
        "internal": written("How we treat a late refund", Visibility.INTERNAL),
    }


def mail_of(ticket: Ticket) -> tuple[str, str]:
    """The confirmation as text and as HTML."""
    row = OutboxRow.objects.get(about=f"ticket:{ticket.pk}")
    rendered = render(row)
    return rendered.text, rendered.html


def test_the_category_answers_at_once_by_mail_and_on_the_page(
    house: House, category: Category, articles: dict[str, int], customer: Member, site: Client
) -> None:
    ticket = make_ticket(house, customer, subject="Where is my refund")
    site.force_login(customer)

    page = site.get(f"/tickets/{ticket.number}/").content.decode()
    printed = site.get(f"/tickets/{ticket.number}/print/").content.decode()
    text, html = mail_of(ticket)

    for told in (page, printed, text, html):
        assert "Automatic answer" in told
        assert "Most refunds take five days." in told
        assert "Why a refund is late" in told
        assert "How we treat" not in told
    assert f'href="/articles/{articles["public"]}/"' in page
    assert f"http://acme.localhost:8000/articles/{articles['public']}/" in text
    assert site.get(f"/articles/{articles['public']}/").status_code == 302


def test_it_is_no_answer(
    house: House, category: Category, articles: dict[str, int], customer: Member, agent: Member, site: Client
) -> None:
    ticket = make_ticket(house, customer)
    site.force_login(agent)
    queue = site.get("/admin/tickets/ticket/?q=").content.decode()
    desk = site.get(f"/admin/tickets/ticket/{ticket.pk}/change/").content.decode()

    first = Clock.objects.get(ticket=ticket, kind=ClockKind.FIRST_RESPONSE)
    waiting = (first.state, ticket.status, ticket.attention_at is not None)
    answer(ticket, agent, "It comes tomorrow.")

    first.refresh_from_db()
    assert waiting == (Clock.State.RUNNING, Status.NEW, True)
    assert first.state == Clock.State.MET
    assert Message.objects.filter(ticket=ticket).count() == 2
    assert EVENT not in COUNTED
    assert ticket.number in queue
    assert "The customer got the automatic answer: “Most refunds take five days." in desk
    assert "“Why a refund is late”" in desk


def test_an_unproven_address_gets_the_tenants_words_only(
    house: House, category: Category, articles: dict[str, int]
) -> None:
    guest = make_guest("g@elsewhere.example", name="Buy at evil.example", locale="en")

    ticket = make_ticket(
        house, guest, is_proven=False, subject="Refund: buy at evil.example", body="evil.example"
    )

    text, html = mail_of(ticket)
    assert "Most refunds take five days." in text
    assert "evil.example" not in text + html


def test_nothing_where_nothing_is_set(house: House, category: Category, customer: Member) -> None:
    Member.objects.filter(pk=customer.pk).update(locale="ar")
    customer.refresh_from_db()

    in_arabic = make_ticket(house, customer, locale="ar")
    elsewhere = make_ticket(house, customer, category=house.other_category)

    assert not TicketEvent.objects.filter(verb=EVENT).exists()
    for ticket in (in_arabic, elsewhere):
        assert "Automatic answer" not in mail_of(ticket)[0]


def test_once_a_ticket_and_not_for_what_the_desk_writes(
    house: House, category: Category, customer: Member, agent: Member
) -> None:
    key = uuid.uuid4()
    first = make_ticket(house, customer, submission_key=key)
    again = make_ticket(house, customer, submission_key=key)
    make_ticket(house, customer, opened_by=agent)

    told = TicketEvent.objects.filter(verb=EVENT).values_list("ticket", flat=True)
    assert again == first
    assert list(told) == [first.pk]


def test_an_answer_that_was_given_stays_when_the_words_change(
    house: House, category: Category, customer: Member, site: Client
) -> None:
    ticket = make_ticket(house, customer)
    CategoryTranslation.objects.update(first_answer="")
    site.force_login(customer)

    assert "Most refunds take five days." in site.get(f"/tickets/{ticket.number}/").content.decode()


def test_feedback_is_promised_what_a_line_says_for_it(house: House, customer: Member, site: Client) -> None:
    ideas = make_category("ideas", house.team, en="Ideas", ar="أفكار")
    ideas.kind = Category.Kind.FEEDBACK
    ideas.save()
    site.force_login(customer)

    form = site.get("/contact/ideas/").content.decode()
    unpromised = make_ticket(house, customer, category=ideas)
    page = site.get(f"/tickets/{unpromised.number}/").content.decode()
    PolicyTarget.objects.create(
        policy_version=house.policy_version,
        kind=ClockKind.FIRST_RESPONSE,
        category=ideas,
        business_seconds=3600,
    )
    promised = make_ticket(house, customer, category=ideas)

    only_read = "We may not reply to each."
    assert (only_read in form, only_read in page, only_read in mail_of(unpromised)[0]) == (True, True, True)
    assert "we aim to reply by" not in form
    assert not Clock.objects.filter(ticket=unpromised).exists()
    assert [clock.kind for clock in Clock.objects.filter(ticket=promised)] == [ClockKind.FIRST_RESPONSE]
    assert only_read not in mail_of(promised)[0]


def test_an_admin_writes_it_in_a_plain_form(house: House, admin: Member, site: Client) -> None:
    site.force_login(admin)
    address = f"/admin/tickets/category/{house.category.pk}/change/"
    names = list(house.category.translations.order_by("pk"))
    lines = {"translations-TOTAL_FORMS": "2", "translations-INITIAL_FORMS": "2"}
    for place, one in enumerate(names):
        told = {"id": one.pk, "category": house.category.pk, "locale": one.locale, "name": one.name}
        told["first_answer"] = f"At once in {one.locale}"
        lines |= {f"translations-{place}-{name}": str(value) for name, value in told.items()}
    form = {"slug": "refund-late", "team": house.team.pk, "tier": 1, "position": 0, "is_active": "on"}

    saved = site.post(address, form | lines | {"kind": "feedback"})

    house.category.refresh_from_db()
    assert saved.status_code == 302, saved.content.decode()
    assert house.category.kind == Category.Kind.FEEDBACK
    assert [one.first_answer for one in house.category.translations.order_by("pk")] == [
        "At once in en",
        "At once in ar",
    ]
