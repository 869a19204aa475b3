"""Contact us without script: topics, the form and its receipt."""

import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.models import Member, Sender
from helpdesk.outbox.models import OutboxRow
from helpdesk.tenancy import tenant_scope
from tests.factories.cast import House, make_category
from tests.factories.tickets import make_ticket
from tests.pages import Page
from tests.tickets.views.asking import ADDRESS, ANSWERS, ask, go_on, open_form, send, send_form
from tickets.models import Attachment, Category, Message, Participant, RequestDraft, Ticket


def test_contact_lists_the_topics_with_their_branches(house: House, site: Client) -> None:
    make_category("card", house.team, parent=house.category, en="By card")

    page = Page(site.get("/contact/"))

    assert page.status == 200
    assert page.links["By card"] == "/contact/refund-late/card/"
    assert page.links["Upload fails"] == "/contact/upload-fails/"
    assert page.links["Something else"] == "/contact/something-else/"


def test_contact_of_a_topic_with_branches_lists_them(house: House, site: Client) -> None:
    make_category("card", house.team, parent=house.category, en="By card")

    page = Page(site.get("/contact/refund-late/"))

    assert page.links["By card"] == "/contact/refund-late/card/"
    assert "Upload fails" not in page.links


def test_contact_speaks_the_language_of_the_person(house: House, site: Client) -> None:
    answer = site.get("/contact/", headers={"accept-language": "ar"})

    assert 'dir="rtl"' in answer.content.decode()
    assert "فشل الرفع" in answer.content.decode()


def test_contact_without_topics_is_the_form(house: House, site: Client) -> None:
    Category.objects.update(is_active=False)
    page = Page(site.get("/contact/"))
    checked = go_on(site, "/contact/")
    summary = Page(site.get(checked["Location"]))

    answer = send(site, checked)

    assert page.title.startswith("1 of 2")
    assert "Tell us in your own words." in page.text
    assert summary.title.startswith("2 of 2")
    assert "Topic" not in summary.text
    assert answer.status_code == 303
    assert Ticket.objects.get().category is None


@pytest.mark.parametrize("change", ["closed", "divided"])
def test_topic_that_changes_while_one_writes_loses_no_word(house: House, site: Client, change: str) -> None:
    values = open_form(site) | ANSWERS
    if change == "closed":
        Category.objects.filter(slug="refund-late").update(is_active=False)
    else:
        make_category("card", house.team, parent=house.category, en="By card")

    missing = Page(site.post(ADDRESS, values | {"subject": ""}))
    answer = send_form(site, ADDRESS, missing.form(ADDRESS).values | {"subject": "Still here"})

    assert (missing.status, missing.form(ADDRESS).values["body"]) == (422, ANSWERS["body"])
    assert answer.status_code == 303
    ticket = Ticket.objects.get(subject="Still here")
    assert ticket.category == (None if change == "closed" else house.category)


def test_form_without_topics_is_taken_after_the_first_topic_came(house: House, site: Client) -> None:
    Category.objects.update(is_active=False)
    values = open_form(site, "/contact/") | ANSWERS
    Category.objects.update(is_active=True)

    assert send_form(site, "/contact/", values).status_code == 303
    assert Ticket.objects.get().category is None


@pytest.mark.parametrize("path", ["/contact/nothing/", "/contact/refund-late/nothing/", "/contact/x.css"])
def test_contact_of_an_unknown_topic_is_not_found(house: House, site: Client, path: str) -> None:
    assert site.get(path, follow=True).status_code == 404


def test_contact_form_states_the_promise_as_a_clock_time(house: House, site: Client) -> None:
    page = Page(site.get(ADDRESS))

    assert "If you write now, we aim to reply by" in page.text
    assert "24 of them to reply" in page.text
    assert "Europe/Berlin" in page.text


def test_guest_sends_a_request_and_gets_number_and_times(house: House, site: Client) -> None:
    answer = ask(site, impact="3")

    ticket = Ticket.objects.get()
    requester = Participant.objects.get(ticket=ticket)
    page = Page(site.get(answer["Location"]))
    assert (answer.status_code, answer["Location"]) == (303, f"/contact/sent/{ticket.submission_key}/")
    assert (ticket.subject, ticket.category, ticket.priority) == (ANSWERS["subject"], house.category, 3)
    assert (requester.member.email, requester.member.name, requester.proven_at) == (
        ANSWERS["email"],
        "Ana",
        None,
    )
    assert Message.objects.get().body == ANSWERS["body"]
    assert OutboxRow.objects.get().topic == "ticket_received_unproven"
    assert all(
        part in page.text for part in ("ACME-1007", "First reply by", "Goal to solve by", ANSWERS["email"])
    )
    assert ANSWERS["subject"] not in page.text


def test_member_sends_a_request_under_their_own_name(house: House, site: Client, customer: Member) -> None:
    site.force_login(customer)

    answer = ask(site, email=None, name=None)

    page = Page(site.get(answer["Location"]))
    assert Participant.objects.get().member == customer
    assert Participant.objects.get().proven_at is not None
    assert page.links["Add more details"] == "/tickets/ACME-1007/"


def test_email_of_a_guest_cannot_be_chosen_by_a_member(house: House, site: Client, customer: Member) -> None:
    site.force_login(customer)

    ask(site, email="victim@elsewhere.example")

    assert Participant.objects.get().member == customer


def test_sent_page_of_another_key_or_tenant_is_not_found(
    house: House, site: Client, other_site: Client
) -> None:
    address = ask(site)["Location"]

    answers = [site.get(f"/contact/sent/{uuid.uuid4()}/"), other_site.get(address)]

    assert [answer.status_code for answer in answers] == [404, 404]
    assert site.get(address)["Cache-Control"] == "private, no-store"


def test_double_click_is_one_ticket(house: House, site: Client) -> None:
    checks = [site.post(ADDRESS, open_form(site) | ANSWERS) for _click in range(2)]
    summary = Page(site.get(checks[0]["Location"])).form(checks[0]["Location"])

    answers = [site.post(summary.action, summary.values) for _click in range(20)]

    values = open_form(site) | ANSWERS | {"key": summary.action.split("/")[-2]}
    assert site.post(ADDRESS, values)["Location"] == answers[0]["Location"]
    assert len({check["Location"] for check in checks}) == 1
    assert {answer.status_code for answer in answers} == {303}
    assert {answer["Location"] for answer in answers} == {
        f"/contact/sent/{Ticket.objects.get().submission_key}/"
    }
    assert OutboxRow.objects.count() == 1
    assert RequestDraft.objects.count() == 0


def test_double_click_with_a_file_keeps_it_once(house: House, site: Client) -> None:
    values = open_form(site) | ANSWERS

    for _click in range(2):
        checked = site.post(ADDRESS, values | {"files": SimpleUploadedFile("log.txt", b"line")})
    send(site, checked)

    assert Attachment.objects.get().message == Message.objects.get()


def test_the_same_file_chosen_twice_is_kept_twice_whatever_the_double_click(
    house: House, site: Client
) -> None:
    values = open_form(site) | ANSWERS

    for _click in range(2):
        files = [SimpleUploadedFile("log.txt", b"line"), SimpleUploadedFile("log.txt", b"line")]
        checked = site.post(ADDRESS, values | {"files": files})
    send(site, checked)

    assert [file.message for file in Attachment.objects.all()] == [Message.objects.get()] * 2


def test_form_that_was_sent_shows_what_became_of_it_and_keeps_the_new_text(
    house: House, site: Client
) -> None:
    values = open_form(site) | ANSWERS
    send_form(site, ADDRESS, values)

    answer = site.post(ADDRESS, values | {"body": "Something new."})

    page = Page(answer)
    form = page.form(ADDRESS).values
    assert page.status == 409
    assert page.links["ACME-1007"] == f"/contact/sent/{values['key']}/"
    assert form["body"] == "Something new."
    assert form["key"] != values["key"]
    assert send_form(site, ADDRESS, form).status_code == 303
    assert Ticket.objects.count() == 2


def test_region_is_asked_where_there_are_several_senders(house: House, site: Client) -> None:
    partners = Sender.objects.create(
        audience="Partners", from_name="Acme", from_address="partners@acme.example"
    )

    wrong = ask(site, sender="999999")
    right = ask(site, sender=str(partners.pk))

    assert wrong.status_code == 422
    assert "Choose one from the list" in Page(wrong).text
    assert right.status_code == 303
    assert Ticket.objects.get().sender == partners


def test_region_of_another_tenant_is_refused(house: House, other_house: House, site: Client) -> None:
    Sender.objects.create(audience="Partners", from_name="Acme", from_address="partners@acme.example")
    with tenant_scope(other_house.tenant.pk):
        foreign = Sender.objects.get()

    assert ask(site, sender=str(foreign.pk)).status_code == 422


def test_topic_for_members_asks_guests_to_sign_in_and_come_back(house: House, site: Client) -> None:
    Category.objects.filter(pk=house.category.pk).update(account_required=True)

    page = Page(site.get(ADDRESS))
    tree = Page(site.get("/contact/"))

    assert page.links["Sign in"] in {"/accounts/login/?next=/contact/refund-late/", "/accounts/login/"}
    assert "Sign in first" in page.text
    assert "Sign in first" in tree.text


def test_topic_for_members_keeps_the_text_of_whoever_lost_their_session(house: House, site: Client) -> None:
    values = open_form(site) | ANSWERS
    Category.objects.filter(pk=house.category.pk).update(account_required=True)

    answer = site.post(ADDRESS, values)

    assert answer.status_code == 422
    assert Page(answer).form(ADDRESS).values["body"] == ANSWERS["body"]
    assert Ticket.objects.count() == 0


def test_follow_up_is_linked_to_the_earlier_ticket(house: House, site: Client, customer: Member) -> None:
    earlier = make_ticket(house, customer)
    site.force_login(customer)
    values = Page(site.get(f"{ADDRESS}?follows={earlier.number}")).form(ADDRESS).values

    send_form(site, ADDRESS, values | {"body": "It is back."})

    ticket = Ticket.objects.get(follows=earlier)
    assert values["subject"] == earlier.subject
    assert ticket.number == "ACME-1010"


def test_follow_up_of_a_stranger_s_ticket_is_passed_over(
    house: House, site: Client, customer: Member, guest: Member
) -> None:
    foreign = make_ticket(house, guest, subject="A secret")
    site.force_login(customer)

    page = site.get(f"{ADDRESS}?follows={foreign.number}")

    assert "A secret" not in page.content.decode()
    assert foreign.number not in Page(page).text
