"""What a writer is told before sending, and what the buttons beside it do; none of it needs a script."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.models import Member
from tests.factories.cast import House, make_category
from tests.factories.tickets import make_ticket, participant_of
from tests.pages import Page
from tests.tickets.views.asking import ADDRESS, ANSWERS, go_on, open_form, send
from tests.tickets.views.test_prompts import make_prompt
from tickets.actions.status import mark_solved
from tickets.guest_links import new_guest_link
from tickets.models import (
    Attachment,
    Category,
    CategoryPrompt,
    CategoryTranslation,
    Message,
    RequestDraft,
    Ticket,
)

CARD = "My card 4111 1111 1111 1111 was charged."
LONG = "line of a log\n" * 75_000  # a megabyte


def check(site: Client, **answers: Any) -> tuple[Page, str]:
    """The summary after Continue, and its address."""
    address = str(go_on(site, **answers)["Location"])
    return Page(site.get(address)), address


def press(site: Client, page: Page, address: str, fix: str) -> Page:
    """The page after the button."""
    assert fix in fixes(page)
    return Page(site.post(address, page.form(address).values | {"fix": fix}, follow=True))


def fixes(page: Page) -> list[str]:
    """The buttons beside notices, wherever they stand."""
    return page.values_of("fix")


def stored() -> tuple[str, str]:
    return Ticket.objects.get().subject, Message.objects.get().body


# Secrets


def test_a_card_number_is_noticed_before_sending_and_hidden(house: House, site: Client) -> None:
    page, address = check(site, body=CARD, subject="Card 4111 1111 1111 1111")

    after = press(site, page, address, "hide:card")
    site.post(address, after.form(address).values)

    assert "This looks like a card number. Remove it before sending." in page.text
    assert "This looks like a card number" not in after.text
    assert stored() == ("Card •••• 1111", "My card •••• 1111 was charged.")
    assert "4111 1111" not in str(RequestDraft.objects.values()) + str(Message.objects.values())


def test_a_kept_secret_is_sent_as_typed_and_not_asked_again(house: House, site: Client) -> None:
    page, address = check(site, body=CARD)

    after = press(site, page, address, "keep:card")
    back = Page(site.get(f"{ADDRESS}?draft={RequestDraft.objects.get().key}"))
    site.post(address, after.form(address).values)

    assert fixes(after) == []
    assert fixes(back) == []
    assert stored()[1] == CARD


def test_nobody_has_to_decide_about_a_secret(house: House, site: Client) -> None:
    answer = send(site, go_on(site, body=CARD))

    assert answer.status_code == 303
    assert stored()[1] == CARD


def test_each_kind_of_secret_is_asked_about_for_itself(house: House, site: Client) -> None:
    page, address = check(site, body=f"{CARD}\npassword: hunter2")

    after = press(site, page, address, "hide:password")

    assert fixes(page) == ["hide:card", "keep:card", "hide:password", "keep:password"]
    assert fixes(after) == ["hide:card", "keep:card"]


def test_a_secret_is_hidden_on_the_form_too_and_nothing_else_is_lost(house: House, site: Client) -> None:
    first = go_on(site, body=CARD, subject="")
    page = Page(first)

    after = press(site, page, ADDRESS, "hide:card")

    values = after.form(ADDRESS).values
    assert (first.status_code, after.status) == (422, 200)
    assert values["body"] == "My card •••• 1111 was charged."
    assert (values["email"], values["name"], values["subject"]) == (ANSWERS["email"], ANSWERS["name"], "")


@pytest.mark.parametrize(
    "fix", ["hide:everything", "keep:nothing", "x", "", "topic:1", "topic:²", "use:email", "hide:\0"]
)
def test_a_made_up_button_changes_nothing(house: House, site: Client, fix: str) -> None:
    page, address = check(site, body=CARD)
    before = RequestDraft.objects.values("answers", "ready", "category").get()

    site.post(address, page.form(address).values | {"fix": fix})

    assert fix == "" or RequestDraft.objects.values("answers", "ready", "category").get() == before
    assert Ticket.objects.exists() is (fix == "")


# Addresses


def test_a_mistyped_address_is_mended_by_a_button(house: House, site: Client) -> None:
    page, address = check(site, email="ana@gmial.com")

    after = press(site, page, address, "use:email")
    site.post(address, after.form(address).values)

    assert "Did you mean ana@gmail.com?" in page.text
    assert "Did you mean" not in after.text
    assert participant_of(Ticket.objects.get(), Member.objects.get(email="ana@gmail.com"))


def test_a_rare_address_can_be_kept(house: House, site: Client) -> None:
    page, address = check(site, email="ana@gmial.com")

    after = press(site, page, address, "keep:email")
    site.post(address, after.form(address).values)

    assert "Did you mean" not in after.text
    assert Member.objects.filter(email="ana@gmial.com").exists()


# Questions asked before


def test_somebody_who_asked_lately_is_led_to_their_ticket(
    house: House, site: Client, customer: Member
) -> None:
    ticket = make_ticket(house, customer)
    site.force_login(customer)

    page = Page(site.get(ADDRESS))
    after = press(site, page, ADDRESS, "keep:duplicate")

    assert f": {ticket.number}, Received." in page.text
    assert page.links[f"Add to {ticket.number}"] == f"/tickets/{ticket.number}/"
    assert "You asked about this" not in after.text


def test_a_guest_is_led_to_the_ticket_this_browser_opened_and_to_no_other(
    house: House, site: Client, guest: Member
) -> None:
    ticket = make_ticket(house, guest, is_proven=False)
    before = Page(site.get(ADDRESS))
    site.get(f"/t/{new_guest_link(participant_of(ticket, guest))}/")

    page = Page(site.get(ADDRESS))

    assert "You asked about this" not in before.text
    assert page.links[f"Add to {ticket.number}"] == f"/t/ticket/{ticket.submission_key}/"


@pytest.mark.parametrize("other", ["topic", "solved", "old", "somebody else's"])
def test_other_tickets_are_no_duplicates(
    house: House, site: Client, customer: Member, guest: Member, other: str
) -> None:
    requester = guest if other == "somebody else's" else customer
    category = house.other_category if other == "topic" else house.category
    ticket = make_ticket(house, requester, category=category)
    if other == "solved":
        mark_solved(participant_of(ticket, customer))
    if other == "old":
        Ticket.objects.update(created_at="2020-01-01T00:00:00Z")
    site.force_login(customer)

    assert "You asked about this" not in Page(site.get(ADDRESS)).text


# What could be added


def test_what_agents_ask_back_is_named_and_never_needed(house: House, site: Client) -> None:
    CategoryTranslation.objects.filter(category=house.category, locale="en").update(
        asked_back="Order number: #1234\nYour bank: bank"
    )
    page, _address = check(site, body="It has not arrived, what can I do?")
    told, _address = check(site, body="Order #1182, at my bank. It has not arrived.")

    assert "You could add: Order number Your bank Add details" in page.text
    assert "You could add" not in told.text
    assert send(site, go_on(site, body="Nothing yet, really.")).status_code == 303


def test_technical_topics_ask_for_the_error_until_a_picture_shows_it(house: House, site: Client) -> None:
    Category.objects.update(is_technical=True)
    words = {"body": "It does not work at all."}

    page, _address = check(site, **words)
    shown, _address = check(site, **words, files=SimpleUploadedFile("error.txt", b"line"))

    assert "The exact words of the error" in page.text
    assert "The exact words of the error" not in shown.text
    assert "What you did, step by step" in shown.text


def test_who_answered_the_question_for_steps_told_them(house: House, site: Client) -> None:
    Category.objects.update(is_technical=True)
    make_prompt(house.category, "steps", CategoryPrompt.Kind.STEPS)
    words = {"body": "It does not work at all."}

    page, _address = check(site, **words)
    told, _address = check(site, **words, ask_steps="open it\npress the button")

    assert "What you did, step by step" in page.text
    assert "What you did, step by step" not in told.text


def test_what_the_browser_tells_need_not_be_added(house: House, site: Client) -> None:
    CategoryTranslation.objects.filter(category=house.category, locale="en").update(
        asked_back="Browser: firefox"
    )
    words = {"body": "It has not arrived, what can I do?"}

    page, _address = check(site, **words)
    told, _address = check(site, **words, browser="Firefox 127")

    assert "You could add: Browser" in page.text
    assert "You could add" not in told.text


def test_a_short_text_is_accepted_with_a_hint(house: House, site: Client) -> None:
    page, address = check(site, body="Hm!")

    answer = site.post(address, page.form(address).values)

    assert "More detail means a faster answer." in page.text
    assert answer.status_code == 303
    assert stored()[1] == "Hm!"


# Something else


def test_something_else_is_offered_the_topics_it_may_be_about(house: House, site: Client) -> None:
    make_category("something-else", house.team, en="Something else")
    address = str(go_on(site, "/contact/something-else/", subject="Where is my refund?")["Location"])
    page = Page(site.get(address))

    after = press(site, page, address, f"topic:{house.category.pk}")
    site.post(address, after.form(address).values)

    assert "Is it about one of these?" in page.text
    assert "Is it about one of these?" not in after.text
    assert Ticket.objects.get().category == house.category


def test_another_tenants_topic_cannot_be_chosen(house: House, other_house: House, site: Client) -> None:
    page, address = check(site)

    site.post(address, page.form(address).values | {"fix": f"topic:{other_house.category.pk}"})

    assert RequestDraft.objects.get().category == house.category


# Long texts


def test_a_pasted_megabyte_is_kept_and_becomes_a_file_at_one_press(house: House, site: Client) -> None:
    first = go_on(site, body=LONG)
    page = Page(first)

    after = press(site, page, ADDRESS, "file:body")
    answer = send(site, site.post(ADDRESS, after.form(ADDRESS).values))

    file = Attachment.objects.get()
    assert first.status_code == 422
    assert page.form(ADDRESS).values["body"].strip() == LONG.strip()
    assert "Attach long logs as a file" in page.text
    assert after.status == 200
    assert answer.status_code == 303
    with file.content.open("rb") as kept:
        assert kept.read().decode().replace("\r\n", "\n").strip() == LONG.strip()
    assert file.message == Message.objects.get()
    assert file.media_type == "text/plain"
    assert len(stored()[1]) < 2_000
    assert file.name in stored()[1]


def test_the_eleventh_file_is_refused_and_the_text_stays(house: House, site: Client) -> None:
    values = open_form(site) | ANSWERS
    files = [SimpleUploadedFile(f"{number}.txt", b"x") for number in range(10)]
    page = Page(site.post(ADDRESS, values | {"upload": "1", "files": files}))

    after = Page(site.post(ADDRESS, page.form(ADDRESS).values | {"body": LONG, "fix": "file:body"}))

    assert after.status == 422
    assert "You can attach up to 10 files." in after.text
    assert after.form(ADDRESS).values["body"].strip() == LONG.strip()
