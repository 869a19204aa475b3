"""A post that meets an ended session is not lost: the words come back after signing in, to the same person only."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from accounts import interrupted
from accounts.models import Member, Session
from tests.accounts.conftest import PASSWORD, is_signed_in, sign_in
from tests.accounts.factors import app_code, require_second_factor, set_up_app
from tests.factories.cast import House, make_member
from tests.factories.tickets import make_ticket
from tests.pages import Page
from tickets.models import Message, Ticket

PAGE = "/accounts/interrupted/"
LOGIN = f"/accounts/login/?next={PAGE}"
WORDS = "First line of what I wrote\r\n\r\n<b>second</b> & last"
KEPT = WORDS.replace("\r\n", "\n")


@pytest.fixture(autouse=True)
def empty_cache(house: House) -> Iterator[None]:
    """Counts of other tests are forgotten."""
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def ticket(house: House, customer: Member) -> Ticket:
    return make_ticket(house, customer, subject="Late refund")


def end_session(member: Member) -> None:
    Session.objects.filter(member_id=member.pk).delete()


def reply_path(ticket: Ticket) -> str:
    return f"/tickets/{ticket.number}/reply/"


def test_a_reply_comes_back_after_signing_in_and_is_sent(
    site: Client, customer: Member, ticket: Ticket
) -> None:
    sign_in(site, customer.email)
    form = Page(site.get(f"/tickets/{ticket.number}/")).form(reply_path(ticket)).values
    end_session(customer)

    asked = site.post(reply_path(ticket), {**form, "body": WORDS})
    door = site.get(asked["Location"]).content.decode()
    back = sign_in(site, customer.email, next=PAGE)
    page = Page(site.get(back["Location"]))
    sent = site.post(reply_path(ticket), page.form(reply_path(ticket)).values)

    assert (asked.status_code, asked["Location"]) == (303, LOGIN)
    assert "Your session ended. Sign in to go on; what you wrote is kept." in door
    assert page.form(reply_path(ticket)).values["body"] == KEPT
    assert sent.status_code == 303
    assert Message.objects.filter(ticket=ticket).latest("pk").body == KEPT
    assert site.get(PAGE)["Location"] == "/accounts/profile/"


def test_a_form_that_its_page_sends_is_kept_like_any_other(
    site: Client, customer: Member, ticket: Ticket
) -> None:
    sign_in(site, customer.email)
    form = Page(site.get(f"/tickets/{ticket.number}/")).form(reply_path(ticket)).values
    end_session(customer)

    asked = site.post(
        reply_path(ticket),
        {**form, "body": WORDS},
        headers={"X-Sent-By": "page", "Sec-Fetch-Mode": "cors", "Sec-Fetch-Site": "same-origin"},
    )
    back = sign_in(site, customer.email, next=PAGE)

    assert (asked.status_code, asked["Location"]) == (201, LOGIN)
    assert Page(site.get(back["Location"])).form(reply_path(ticket)).values["body"] == KEPT


def test_a_button_without_words_is_pressed_again(site: Client, customer: Member, ticket: Ticket) -> None:
    sign_in(site, customer.email)
    end_session(customer)

    site.post(f"/tickets/{ticket.number}/solve/", {"sure": "yes"})
    sign_in(site, customer.email)
    page = Page(site.get(PAGE))
    site.post(f"/tickets/{ticket.number}/solve/", page.form(f"/tickets/{ticket.number}/solve/").values)

    ticket.refresh_from_db()
    assert "Go on with what you pressed" in page.text
    assert ticket.status == "solved"


def test_the_desks_reply_comes_back_too(site: Client, agent: Member, ticket: Ticket) -> None:
    sign_in(site, agent.email)
    path = f"/admin/tickets/ticket/{ticket.pk}/reply/"
    end_session(agent)

    asked = site.post(path, {"body": WORDS, "status": "pending", "seen_message_id": "1"})
    back = sign_in(site, agent.email, next=PAGE)
    values = Page(site.get(back["Location"])).form(path).values

    assert asked["Location"] == LOGIN
    assert (values["body"], values["status"], values["seen_message_id"]) == (
        KEPT,
        "pending",
        "1",
    )


def test_the_profile_comes_back_too(site: Client, customer: Member) -> None:
    sign_in(site, customer.email)
    end_session(customer)

    site.post("/accounts/profile/", {"name": "Ana Adel", "locale": "ar", "timezone": "Asia/Riyadh"})
    sign_in(site, customer.email)
    values = Page(site.get(PAGE)).form("/accounts/profile/").values

    assert (values["name"], values["locale"], values["timezone"]) == ("Ana Adel", "ar", "Asia/Riyadh")


def test_words_survive_a_mailed_code_and_a_second_step(
    site: Client, customer: Member, ticket: Ticket
) -> None:
    sign_in(site, customer.email)
    secret = set_up_app(site)
    end_session(customer)
    cache.clear()

    site.post(reply_path(ticket), {"body": WORDS})
    sign_in(site, customer.email, next=PAGE)
    done = site.post("/accounts/second-step/", {"code": app_code(secret, steps=1)})

    assert done["Location"] == PAGE
    assert "second&lt;/b&gt; &amp; last" in site.get(PAGE).content.decode()


def test_somebody_else_on_the_same_browser_sees_nothing(
    site: Client, customer: Member, ticket: Ticket
) -> None:
    other = make_member("other@acme.example")
    sign_in(site, customer.email)
    end_session(customer)
    site.post(reply_path(ticket), {"body": WORDS})

    sign_in(site, other.email)
    theirs = site.get(PAGE)
    site.post("/accounts/logout/")
    sign_in(site, customer.email)

    assert theirs["Location"] == "/accounts/profile/"
    assert site.get(PAGE).status_code == 302


@pytest.mark.parametrize("cookie", ["", "1-1:forged", "x"])
def test_a_forged_cookie_says_nothing_of_anybody(
    site: Client, customer: Member, ticket: Ticket, cookie: str
) -> None:
    site.cookies["known"] = cookie

    site.post(reply_path(ticket), {"body": WORDS})
    sign_in(site, customer.email)

    assert site.get(PAGE).status_code == 200


def test_the_cookie_of_another_tenant_says_nothing_here(
    site: Client, other_site: Client, customer: Member, stranger: Member, ticket: Ticket
) -> None:
    sign_in(other_site, stranger.email)
    site.cookies["known"] = other_site.cookies["known"].value

    site.post(reply_path(ticket), {"body": WORDS})
    sign_in(site, customer.email)

    assert site.get(PAGE).status_code == 200


def test_secrets_are_not_kept_and_pages_of_accounts_neither(
    site: Client, customer: Member, ticket: Ticket
) -> None:
    fields = {"body": WORDS, "password": "s3cret-a", "new_password2": "s3cret-b", "code": "s3cret-c", "credential": "s3cret-d"}  # fmt: skip
    site.post(reply_path(ticket), fields)
    kept = site.session[interrupted.KEY]
    site.post("/accounts/password/change/", {"oldpassword": PASSWORD, "password1": "another words here"})

    assert kept["fields"] == [["body", KEPT]]
    assert site.session[interrupted.KEY]["path"] == reply_path(ticket)


@pytest.mark.parametrize(
    "fields",
    [
        {"body": "x" * (interrupted.CHARACTERS + 1)},
        {f"f{number}": "x" for number in range(interrupted.FIELDS + 1)},
    ],
)
def test_too_much_is_not_kept_and_said(site: Client, ticket: Ticket, fields: dict[str, str]) -> None:
    came_from = f"http://acme.localhost/tickets/{ticket.number}/"

    asked = site.post(reply_path(ticket), fields, headers={"referer": came_from})

    assert asked["Location"] == f"/accounts/login/?next=/tickets/{ticket.number}/"
    assert "then do it again" in site.get(asked["Location"]).content.decode()
    assert interrupted.KEY not in site.session


def test_one_network_address_fills_no_table(house: House, ticket: Ticket, monkeypatch: Any) -> None:
    monkeypatch.setattr(interrupted, "POSTS", 2)

    for _try in range(4):
        Client(headers={"host": house.host}).post(reply_path(ticket), {"body": WORDS})

    assert len([one for one in Session.objects.all() if interrupted.KEY in one.get_decoded()]) == 2


def test_what_is_kept_ends_after_a_day(
    site: Client, customer: Member, ticket: Ticket, monkeypatch: Any
) -> None:
    site.post(reply_path(ticket), {"body": WORDS})
    monkeypatch.setattr(interrupted, "KEPT_SECONDS", -1)

    sign_in(site, customer.email)

    assert site.get(PAGE).status_code == 302


def test_a_script_gets_no_page_of_ours(site: Client, ticket: Ticket) -> None:
    asked = site.post(reply_path(ticket), {"body": WORDS}, headers={"sec-fetch-mode": "cors"})

    assert asked["Location"].startswith("/accounts/login/?next=")
    assert interrupted.KEY not in site.session


def test_a_page_that_was_asked_for_says_that_the_session_ended(site: Client, customer: Member) -> None:
    sign_in(site, customer.email)
    end_session(customer)

    page = site.get("/tickets/", follow=True)

    assert page.redirect_chain[0][0] == "/accounts/login/?next=/tickets/"
    assert "Your session ended. Sign in to go on." in page.content.decode()


def test_who_was_never_here_is_told_nothing_of_sessions(site: Client, house: House) -> None:
    assert "Your session ended" not in site.get("/tickets/", follow=True).content.decode()


def test_the_team_without_a_second_step_keeps_its_words(site: Client, agent: Member, ticket: Ticket) -> None:
    sign_in(site, agent.email)
    require_second_factor()
    path = f"/admin/tickets/ticket/{ticket.pk}/note/"

    asked = site.post(path, {"body": WORDS})
    set_up_app(site)
    values = Page(site.get(PAGE)).form(path).values

    assert (asked.status_code, asked["Location"]) == (303, f"/accounts/second-factor/?next={PAGE}")
    assert values["body"] == KEPT


def strict(house: House) -> Client:
    """A browser whose forms need their token."""
    return Client(headers={"host": house.host}, enforce_csrf_checks=True)


def test_a_form_without_its_token_comes_back_with_its_words(
    house: House, customer: Member, ticket: Ticket
) -> None:
    browser = strict(house)
    browser.force_login(customer)
    own = {"origin": "http://acme.localhost"}

    refused: Any = browser.post(reply_path(ticket), {"body": WORDS}, headers=own)
    values = Page(refused).form(reply_path(ticket)).values
    sent = browser.post(reply_path(ticket), values, headers=own)

    assert refused.status_code == 403
    assert "The page was open for too long" in refused.content.decode()
    assert values["body"] == KEPT
    assert sent.status_code == 303


def test_a_form_without_session_and_token_leads_to_the_sign_in(house: House, ticket: Ticket) -> None:
    browser = strict(house)

    asked = browser.post(reply_path(ticket), {"body": WORDS}, headers={"origin": "http://acme.localhost"})

    assert asked["Location"] == LOGIN
    assert browser.session[interrupted.KEY]["fields"] == [["body", KEPT]]


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "http://evil.example"},
        {"origin": "null"},
        {"origin": "http://globex.localhost"},
        {"referer": "http://evil.example/acme.localhost/"},
        {"sec-fetch-site": "cross-site", "origin": "http://acme.localhost"},
        {"sec-fetch-site": "same-site"},
        {},
    ],
)
def test_another_sites_words_are_never_offered_for_sending(
    house: House, customer: Member, ticket: Ticket, headers: dict[str, str]
) -> None:
    browser = strict(house)
    browser.force_login(customer)

    answer: Any = browser.post(reply_path(ticket), {"body": "Words of another site"}, headers=headers)

    assert answer.status_code == 403
    assert "Words of another site" not in answer.content.decode()


def test_files_are_said_to_be_gone(site: Client, customer: Member, ticket: Ticket) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    site.post(reply_path(ticket), {"body": WORDS, "files": SimpleUploadedFile("a.txt", b"text")})
    sign_in(site, customer.email)

    assert "Files are not kept." in site.get(PAGE).content.decode()


def test_the_session_gets_a_new_key_when_somebody_signs_in_and_out(site: Client, customer: Member) -> None:
    site.post("/tickets/ACME-1/reply/", {"body": WORDS})
    keys = [site.cookies["session"].value]
    sign_in(site, customer.email)
    keys.append(site.cookies["session"].value)
    site.post("/accounts/logout/")
    keys.append(site.cookies["session"].value)

    assert len(set(keys)) == 3
    assert not is_signed_in(site)
    assert not re.search(keys[1], str(list(Session.objects.values_list("session_key", flat=True))))
