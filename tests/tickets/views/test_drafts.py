"""Drafts of requests: nothing typed is lost, by whatever a person does, and nobody else opens them."""

import datetime as dt
import json
import re
import uuid
import zoneinfo
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from accounts.models import Member
from tests.factories.cast import House, make_category
from tests.factories.tickets import make_ticket
from tests.pages import Page
from tests.queries import count_queries, counted_queries
from tests.tickets.views.asking import ADDRESS, ANSWERS, ask, go_on, open_form, send, use_up
from tickets.models import Attachment, Category, RequestDraft, Ticket
from tickets.tasks import clear_drafts
from tickets.views.limits import DRAFTS


def save(site: Client, values: dict[str, Any], **answers: str) -> Any:
    """What the script posts two seconds after typing stops."""
    return site.post(ADDRESS, values | answers | {"save": "1"})


def values_of(answer: Any) -> dict[str, str]:
    """What stands in the boxes of the form."""
    return Page(answer).form(ADDRESS).values


def test_words_come_back_with_time_and_files(house: House, site: Client) -> None:
    values = open_form(site) | {"subject": "Half a title", "body": " as\r\n typed "}
    site.post(ADDRESS, values | {"upload": "1", "files": SimpleUploadedFile("a.txt", b"line")})

    page = Page(site.get(ADDRESS))

    again = page.form(ADDRESS).values
    assert (again["subject"], again["body"], again["key"]) == (
        "Half a title",
        " as\r\n typed ",
        values["key"],
    )
    assert "a.txt" in page.links
    now = timezone.localtime(timezone=zoneinfo.ZoneInfo("Europe/Berlin"))
    assert f"Saved {now:%H:}" in page.text
    assert RequestDraft.objects.get().answers["body"] == " as\r\n typed "


def test_script_saves_and_learns_the_revision(house: House, site: Client) -> None:
    values = open_form(site)

    first = save(site, values, body="One").json()
    second = save(site, values | {"seen": str(first["seen"])}, body="One two").json()
    same = save(site, values | {"seen": str(second["seen"])}, body="One two").json()

    assert (first["key"], first["seen"], second["seen"], same["seen"]) == (values["key"], 1, 2, 2)
    assert second["told"].startswith("Saved ")
    assert values_of(site.get(ADDRESS))["body"] == "One two"


def test_nobody_else_opens_a_draft(house: House, site: Client, customer: Member, agent: Member) -> None:
    checked = go_on(site)["Location"]
    key = RequestDraft.objects.get().key
    elsewhere, member = Client(headers={"host": house.host}), Client(headers={"host": house.host})
    member.force_login(agent)

    for other in (elsewhere, member):
        assert values_of(other.get(f"{ADDRESS}?draft={key}"))["subject"] == ""
        assert values_of(other.get(ADDRESS))["subject"] == ""
        assert (other.get(checked).status_code, other.post(checked).status_code) == (404, 404)
        save(other, values_of(other.get(ADDRESS)) | {"key": str(key)}, subject="Mine now")

    assert RequestDraft.objects.get(key=key).answers["subject"] == ANSWERS["subject"]
    assert Ticket.objects.count() == 0


def test_member_finds_the_draft_in_another_browser(house: House, site: Client, customer: Member) -> None:
    site.force_login(customer)
    save(site, open_form(site), body="Begun at home")
    work = Client(headers={"host": house.host})
    work.force_login(customer)

    assert values_of(work.get(ADDRESS))["body"] == "Begun at home"
    life = RequestDraft.objects.get().expires_at - timezone.now()
    assert dt.timedelta(days=6) < life <= dt.timedelta(days=7)


def test_what_a_guest_began_is_the_member_s_after_signing_in(
    house: House, site: Client, customer: Member
) -> None:
    site.post(ADDRESS, open_form(site) | {"upload": "1", "files": SimpleUploadedFile("a.txt", b"line")})
    checked = go_on(site, subject="Written first")["Location"]
    assert dt.timedelta(hours=23) < RequestDraft.objects.get().expires_at - timezone.now()

    door = Page(site.get("/accounts/login/"))
    form = next(form for form in door.forms if "password" in form.values)
    site.post("/accounts/login/", form.values | {"login": customer.email, "password": "demo-password"})
    page = Page(site.get(checked))
    sent = site.post(checked, page.form(checked).values)

    assert customer.email in page.text
    assert ANSWERS["email"] not in page.text
    assert sent.status_code == 303
    ticket = Ticket.objects.get(subject="Written first")
    assert ticket.participants.get().member == customer
    assert Attachment.objects.get().message == ticket.messages.get()


def test_session_that_ends_keeps_words_and_files(house: House, site: Client, customer: Member) -> None:
    site.force_login(customer)
    values = open_form(site)
    site.post(
        ADDRESS, values | {"upload": "1", "body": "Long", "files": SimpleUploadedFile("a.txt", b"line")}
    )
    site.logout()

    answer = site.post(ADDRESS, values | {"subject": "Written while signed out", "body": "Long text"})

    page = Page(answer)
    assert page.status == 422
    assert "You are signed out." in page.text
    assert "Enter your email address" not in page.text
    assert page.form(ADDRESS).values["body"] == "Long text"
    site.force_login(customer)
    back = Page(site.get(ADDRESS))
    assert back.form(ADDRESS).values["subject"] == "Written while signed out"
    assert "a.txt" in back.links
    assert RequestDraft.objects.get().member == customer
    assert send(site, site.post(ADDRESS, back.form(ADDRESS).values)).status_code == 303


def test_session_that_ends_lets_people_go_on_as_guests(house: House, site: Client, customer: Member) -> None:
    site.force_login(customer)
    values = open_form(site) | {"subject": "Title", "body": "Text"}
    site.logout()

    first = values_of(site.post(ADDRESS, values))
    sent = send(site, site.post(ADDRESS, first | {"email": "ana@elsewhere.example"}))

    assert sent.status_code == 303
    assert Ticket.objects.get().participants.get().member.email == "ana@elsewhere.example"


def test_summary_waits_behind_the_sign_in(house: House, site: Client, customer: Member) -> None:
    site.force_login(customer)
    checked = go_on(site)["Location"]
    site.logout()

    answer = site.post(checked, {"seen": "1"})

    assert (answer.status_code, answer["Location"]) == (302, f"/accounts/login/?next={checked}")
    assert Ticket.objects.count() == 0
    assert RequestDraft.objects.count() == 1


@pytest.mark.parametrize("headers", [{"origin": "http://acme.localhost"}, {"sec-fetch-site": "same-origin"}])
def test_page_that_is_too_old_keeps_the_words(house: House, headers: dict[str, str]) -> None:
    site = Client(enforce_csrf_checks=True, headers={"host": house.host})
    values = open_form(site) | ANSWERS
    site.cookies.clear()

    answer = site.post(ADDRESS, values, headers=headers)

    page = Page(answer)
    again = page.form(ADDRESS).values
    assert page.status == 422
    assert "This page was open for too long. Nothing is lost" in page.text
    assert again["body"] == ANSWERS["body"]
    assert send(site, site.post(ADDRESS, again)).status_code == 303


@pytest.mark.parametrize("headers", [{}, {"origin": "https://evil.example"}, {"origin": "null"}])
def test_page_of_somebody_else_posts_nothing(house: House, headers: dict[str, str]) -> None:
    site = Client(enforce_csrf_checks=True, headers={"host": house.host})

    answer = site.post(ADDRESS, ANSWERS, headers=headers)

    assert answer.status_code == 403
    assert RequestDraft.objects.count() == 0


def test_summary_that_is_too_old_is_sent_by_the_second_press(house: House) -> None:
    site = Client(enforce_csrf_checks=True, headers={"host": house.host})
    checked = site.post(ADDRESS, open_form(site) | ANSWERS)["Location"]
    form = Page(site.get(checked)).form(checked).values

    first = site.post(
        checked, form | {"csrfmiddlewaretoken": "x" * 64}, headers={"origin": "http://acme.localhost"}
    )
    second = site.post(checked, Page(first).form(checked).values)

    assert (first.status_code, second.status_code) == (422, 303)
    assert Ticket.objects.count() == 1


def test_two_tabs_lose_no_text_and_are_told(house: House, site: Client) -> None:
    tab_one = open_form(site) | ANSWERS
    first = save(site, tab_one, body="From tab one").json()
    tab_two = open_form(site)
    save(site, tab_two, body="From tab two, and longer", name="Ana B")

    stale = site.post(ADDRESS, tab_one | {"seen": str(first["seen"]), "body": "From tab one, still"})
    page = Page(stale)
    done = site.post(ADDRESS, page.form(ADDRESS).values)

    assert page.status == 409
    assert page.form(ADDRESS).values["body"] == "From tab one, still"
    assert "From tab two, and longer" in page.text
    assert "in another tab as well" in page.text
    assert done.status_code == 303
    assert RequestDraft.objects.get().replaced == {}


def test_older_tab_does_not_empty_what_the_newer_wrote(house: House, site: Client) -> None:
    tab_one = open_form(site)
    save(site, tab_one, subject="Title")
    save(site, open_form(site), body="Body of tab two")

    answer = save(site, tab_one, subject="Title", body="")

    assert answer.status_code == 200
    assert RequestDraft.objects.get().answers["body"] == "Body of tab two"


def test_script_of_the_older_tab_is_told_and_keeps_the_other_text_until_it_is_seen(
    house: House, site: Client
) -> None:
    tab_one = open_form(site)
    save(site, tab_one, body="One")
    save(site, open_form(site), body="Two")

    told = save(site, tab_one, body="One more")
    later = save(site, tab_one | {"seen": str(told.json()["seen"])}, body="One more word")

    assert (told.status_code, later.status_code) == (409, 409)
    assert "another tab" in later.json()["told"]
    assert RequestDraft.objects.get().replaced == {"body": "Two"}


def test_summary_changed_in_another_tab_is_shown_again(house: House, site: Client) -> None:
    checked = go_on(site)["Location"]
    form = Page(site.get(checked)).form(checked).values
    site.post(ADDRESS, open_form(site) | {"body": "Changed meanwhile"})

    answer = site.post(checked, form)
    again = site.post(checked, Page(answer).form(checked).values)

    assert answer.status_code == 409
    assert "Changed meanwhile" in Page(answer).text
    assert again.status_code == 303
    assert Ticket.objects.get().messages.get().body == "Changed meanwhile"


def test_summary_of_a_form_that_is_being_changed_leads_back_to_it(house: House, site: Client) -> None:
    checked = go_on(site)["Location"]
    save(site, open_form(site), body="")

    answer = site.post(checked, {"seen": "1"}, follow=True)

    page = Page(answer)
    assert answer.redirect_chain[0][1] == 303
    assert "Tell us what happened" in page.text
    assert page.title.startswith("Error: ")


def test_change_leads_back_with_every_answer(house: House, site: Client) -> None:
    page = Page(site.get(go_on(site)["Location"]))

    back = page.links["Title"]

    assert back.startswith(f"{ADDRESS}?draft=")
    assert back.endswith("#id_subject")
    assert {name: values_of(site.get(back))[name] for name in ANSWERS} == ANSWERS


def test_another_topic_takes_the_words_along(house: House, site: Client) -> None:
    page = Page(site.get(go_on(site)["Location"]))

    topics = Page(site.get(page.links["Topic"]))
    form = Page(site.get(topics.links["Upload fails"])).form("/contact/upload-fails/").values
    sent = send(site, site.post("/contact/upload-fails/", form))

    assert form["body"] == ANSWERS["body"]
    assert sent.status_code == 303
    assert Ticket.objects.get().category == house.other_category


def test_clear_this_form_forgets_everything(house: House, site: Client) -> None:
    values = open_form(site) | ANSWERS
    site.post(ADDRESS, values | {"upload": "1", "files": SimpleUploadedFile("a.txt", b"line")})

    answer = site.post(ADDRESS, values | {"clear": "1"})

    assert (answer.status_code, answer["Location"]) == (303, ADDRESS)
    assert (RequestDraft.objects.count(), Attachment.objects.count()) == (0, 0)
    assert values_of(site.get(ADDRESS))["body"] == ""


def test_follow_up_and_a_new_request_do_not_mix(house: House, site: Client, customer: Member) -> None:
    earlier = make_ticket(house, customer)
    site.force_login(customer)
    save(site, open_form(site), subject="A new matter")

    follow_up = values_of(site.get(f"{ADDRESS}?follows={earlier.number}"))

    assert follow_up["subject"] == earlier.subject
    assert values_of(site.get(ADDRESS))["subject"] == "A new matter"


def test_draft_outlives_its_category(house: House, site: Client) -> None:
    category = make_category("soon-gone", house.team, en="Soon gone")
    address = "/contact/soon-gone/"
    checked = site.post(address, open_form(site, address) | ANSWERS)["Location"]
    Category.objects.filter(pk=category.pk).update(is_active=False)

    answer = site.post(checked, {"seen": "1"}, follow=True)

    assert answer.redirect_chain[-1][0].startswith("/contact/something-else/?draft=")
    assert ANSWERS["body"] in answer.content.decode()


def test_drafts_past_their_time_go_with_their_files(house: House, site: Client, customer: Member) -> None:
    site.post(
        ADDRESS, open_form(site) | {"upload": "1", "files": SimpleUploadedFile("a.txt", b"line")} | ANSWERS
    )
    site.force_login(customer)
    kept = uuid.uuid4()
    past, soon = (timezone.now() + dt.timedelta(hours=hours) for hours in (-1, 1))
    RequestDraft.objects.update(expires_at=past)
    RequestDraft.objects.create(key=kept, member=customer, expires_at=soon)

    clear_drafts()

    assert RequestDraft.objects.get().key == kept
    assert Attachment.objects.count() == 0


def test_many_drafts_of_one_network_are_refused_with_the_text_in_the_boxes(
    house: House, site: Client, real_limits: None
) -> None:
    use_up(DRAFTS)

    answer = go_on(site)

    assert answer.status_code == 429
    assert values_of(answer)["body"] == ANSWERS["body"]
    assert "Too many forms were begun" in Page(answer).text


@pytest.mark.parametrize("text", ["\0NUL", "lone \ud800 half", "\u202eflip", "<b>x</b>", "x" * 100_000])
def test_whatever_is_typed_can_be_kept(house: House, site: Client, text: str) -> None:
    typed = text.encode("utf-8", "replace").decode()

    answer = save(site, open_form(site), body=typed)

    assert answer.status_code == 200
    assert json.dumps(RequestDraft.objects.get().answers["body"]) == json.dumps(typed.replace("\0", ""))


def test_pages_cost_a_fixed_number_of_statements(house: House, site: Client, customer: Member) -> None:
    site.force_login(customer)
    checked = go_on(site)["Location"]
    values = open_form(site)

    form = count_queries(lambda: site.get(ADDRESS))
    summary = count_queries(lambda: site.get(checked))
    with counted_queries() as saving:
        save(site, values)

    # The session with its person and the setup's version; draft, files and uploads, or the draft and its change.
    assert (form, summary, len(saving)) == (4, 4, 3)


def test_sending_costs_a_fixed_number_of_statements(house: House, site: Client, customer: Member) -> None:
    site.force_login(customer)
    ask(site)
    checked = go_on(site)["Location"]
    form = Page(site.get(checked)).form(checked)

    with counted_queries() as found:
        answer = site.post(checked, form.values)

    assert answer.status_code == 303
    tables = [re.search(r'(?:FROM|INTO) "?([a-z_]+)', sql) for sql in found]
    names = [table[1] for table in tables if table]
    # Beside what submitting costs: session and person are read, then the draft, and the draft is deleted.
    assert names[:2] == ["accounts_session", "tickets_requestdraft"]
    assert names.count("tickets_requestdraft") == 2
    assert {"tickets_category", "accounts_member"} & set(names[2:]) == set()
