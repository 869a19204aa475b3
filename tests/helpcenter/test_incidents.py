"""Incidents: told above the pages for customers, followed by mail, and over at some time."""

from __future__ import annotations

import datetime as dt
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Member
from helpcenter.actions.incidents import follow_incident, report_incident, tell_news
from helpcenter.models import HelpSettings, Incident, IncidentFollower
from helpcenter.tasks import forget
from helpdesk.errors import Refused
from helpdesk.outbox.models import OutboxRow
from helpdesk.outbox.render import render
from tests.factories.cast import House
from tests.helpcenter.conftest import Write
from tests.pages import Page
from tests.queries import count_queries

TITLES = {"en": "Uploads are slow", "ar": "الرفع بطيء"}
ADMIN = "/admin/helpcenter/incident/"


@pytest.fixture
def incident(house: House) -> Incident:
    words = {"en": "We look for the cause."}
    return report_incident(TITLES, words, author=None, now=timezone.now())


@pytest.fixture
def page_of(incident: Incident) -> str:
    return f"/incidents/{incident.pk}/"


def end(incident: Incident) -> None:
    tell_news(incident, {"en": "All is well."}, author=None, now=timezone.now(), is_end=True)


def link_of(row: OutboxRow, name: str) -> str:
    return urlsplit(row.secrets[name]).path


def mails() -> list[OutboxRow]:
    return list(OutboxRow.objects.order_by("pk"))


def test_the_banner_stands_where_customers_look_until_it_is_over(
    write: Write, site: Client, incident: Incident
) -> None:
    text = write("Refund is late")
    pages = [
        "/en/",
        f"/en/articles/{text.article_id}-{text.slug}/",
        "/contact/",
        "/contact/refund-late/",
    ]

    def told(words: str) -> list[bool]:
        return [words in site.get(path).content.decode() for path in pages]

    shown = told("Uploads are slow")
    arabic = "الرفع بطيء" in site.get("/ar/").content.decode()
    end(incident)

    assert (shown, arabic) == ([True] * 4, True)
    assert told("Uploads are slow") == [False] * 4


def test_a_copy_of_an_article_is_another_once_an_incident_begins_and_ends(write: Write, site: Client) -> None:
    text = write("Refund is late")
    path = f"/en/articles/{text.article_id}-{text.slug}/"
    site.get(path)
    before = site.get(path)["ETag"]

    incident = report_incident(TITLES, {}, author=None, now=timezone.now())
    during = site.get(path, headers={"if-none-match": before})
    end(incident)
    after = site.get(path, headers={"if-none-match": during["ETag"]})

    assert (during.status_code, after.status_code) == (200, 200)


def test_the_banner_costs_no_statement(write: Write, site: Client) -> None:
    write("Refund is late")
    site.get("/en/")
    without = count_queries(lambda: site.get("/en/"))
    report_incident(TITLES, {}, author=None, now=timezone.now())
    site.get("/en/")

    assert count_queries(lambda: site.get("/en/")) == without


def test_a_reader_puts_the_banner_away(site: Client, incident: Incident) -> None:
    answer = site.post(f"/incidents/{incident.pk}/hide/", {"next": "/contact/"})
    outside = site.post(f"/incidents/{incident.pk}/hide/", {"next": "https://evil.example/"})

    assert (answer.status_code, answer["Location"], outside["Location"]) == (303, "/contact/", "/")
    assert not answer.cookies["hidden_incident"]["max-age"]
    assert "Uploads are slow" not in site.get("/contact/").content.decode()


def test_an_error_is_told_without_the_banner(site: Client, incident: Incident) -> None:
    page = site.post("/contact/refund-late/", {"key": "3d6f0a5e-6d9e-4c8f-9a0c-2f1f7e0c0001"})

    assert Page(page).title.startswith("Error: ")
    assert "Uploads are slow" not in page.content.decode()


def test_following_needs_the_link_of_the_mail_and_ends_by_another(
    site: Client, incident: Incident, page_of: str
) -> None:
    asked = site.post(page_of, {"email": "Ana@Elsewhere.example"}, follow=True)
    (confirmation,) = mails()
    tell_news(incident, {"en": "Not for Ana yet."}, author=None, now=timezone.now())
    opened = site.get(link_of(confirmation, "link"))
    before = IncidentFollower.objects.get().confirmed_at
    site.post(link_of(confirmation, "link"))
    tell_news(incident, {"en": "The cause is found."}, author=None, now=timezone.now())
    end(incident)
    _first, news, over = mails()
    site.post(link_of(news, "stop"))

    assert "We sent a link to ana@elsewhere.example." in Page(asked).text
    assert (confirmation.topic, confirmation.is_proven) == ("incident_confirm", False)
    assert (opened.status_code, before) == (200, None)
    assert [(row.topic, row.to_address) for row in (news, over)] == [
        ("incident_news", "ana@elsewhere.example"),
        ("incident_over", "ana@elsewhere.example"),
    ]
    assert "The cause is found." in render(news).text
    assert news.secrets["stop"] in render(over).html
    assert IncidentFollower.objects.count() == 0


def test_a_member_follows_at_once_with_their_own_address_only(
    site: Client, customer: Member, page_of: str
) -> None:
    site.force_login(customer)

    site.post(page_of, {"email": customer.email})
    site.post(page_of, {"email": "other@elsewhere.example"})

    confirmed = dict(IncidentFollower.objects.values_list("email", "confirmed_at"))
    assert confirmed[customer.email] is not None
    assert confirmed["other@elsewhere.example"] is None
    assert [row.to_address for row in mails()] == ["other@elsewhere.example"]


def test_news_come_in_the_language_of_who_follows(house: House) -> None:
    HelpSettings.objects.update_or_create(defaults={"languages": ["en", "ar"], "default_locale": "en"})
    now = timezone.now()
    incident = report_incident(TITLES, {}, author=None, now=now)
    for locale in ("en", "ar"):
        email = f"{locale}@elsewhere.example"
        follow_incident(incident, email=email, locale=locale, is_proven=True, now=now)

    tell_news(incident, {"en": "Found.", "ar": "وجدناه."}, author=None, now=now)

    told = {row.to_address: (row.context["title"], row.context["body"]) for row in mails()}
    assert told == {
        "en@elsewhere.example": ("Uploads are slow", "Found."),
        "ar@elsewhere.example": ("الرفع بطيء", "وجدناه."),
    }


@pytest.mark.parametrize("email", ["", "no address", "a@b", "x" * 300 + "@example.org", "a\r\nb@example.org"])
def test_a_bad_address_is_said_beside_its_box(site: Client, page_of: str, email: str) -> None:
    answer = site.post(page_of, {"email": email})

    assert answer.status_code == 422
    assert Page(answer).title.startswith("Error: ")
    assert OutboxRow.objects.count() == 0


def test_one_network_address_follows_so_many_times_an_hour(site: Client, page_of: str, settings: Any) -> None:
    settings.RATE_LIMIT_SCALE = 0.1

    answers = [
        site.post(page_of, {"email": f"somebody{number}@elsewhere.example"}).status_code
        for number in range(3)
    ]

    assert answers == [303, 303, 429]


@pytest.mark.parametrize("token", ["x", "MQ:1wXyZ0:bad", "a:b:c"])
def test_a_made_up_link_leads_nowhere(site: Client, incident: Incident, token: str) -> None:
    statuses = [
        getattr(site, method)(f"/incidents/{door}/{token}/").status_code
        for door in ("follow", "stop")
        for method in ("get", "post")
    ]

    assert statuses == [404] * 4


def test_what_is_over_is_read_and_followed_no_more(site: Client, incident: Incident, page_of: str) -> None:
    end(incident)

    page = Page(site.get(page_of))
    answer = site.post(page_of, {"email": "ana@elsewhere.example"})

    assert "All is well." in page.text
    assert "Follow by email" not in page.text
    assert answer.status_code == 422
    with pytest.raises(Refused):
        tell_news(incident, {"en": "More."}, author=None, now=timezone.now())


def test_an_admin_tells_it_in_the_desk_and_ends_it(house: House, site: Client, admin: Member) -> None:
    site.force_login(admin)

    empty = site.post(f"{ADMIN}add/", {"title_en": "", "words_en": "", "_save": "1"})
    added = site.post(f"{ADMIN}add/", {"title_en": "Slow", "words_en": "We look.", "_save": "1"})
    silent = site.post(added["Location"], {"title_en": "Slow", "words_en": "", "_end": "1"})
    site.post(added["Location"], {"title_en": "Slow", "words_en": "Mended.", "_end": "1"})
    page = site.get(added["Location"]).content.decode()

    incident = Incident.objects.get()
    assert Page(empty).title.startswith("Error: ")
    assert "Say how it ended." in Page(silent).text
    assert [str(news) for news in incident.news.all()] == ["Mended.", "We look."]
    assert incident.ended_at is not None
    assert "Told so far" in page
    assert 'name="words_en"' not in page


def test_only_admins_tell_incidents(house: House, site: Client, agent: Member, incident: Incident) -> None:
    site.force_login(agent)

    answers = [site.get(path).status_code for path in (ADMIN, f"{ADMIN}{incident.pk}/change/")]

    assert answers == [403, 403]


def test_addresses_are_forgotten_when_it_is_long_over(incident: Incident) -> None:
    now = timezone.now()
    for name in ("kept", "unconfirmed"):
        email = f"{name}@elsewhere.example"
        follow_incident(incident, email=email, locale="en", is_proven=name == "kept", now=now)
    long_ago = now - dt.timedelta(days=31)
    IncidentFollower.objects.update(created_at=long_ago)

    forget()
    left = list(IncidentFollower.objects.values_list("email", flat=True))
    Incident.objects.update(ended_at=long_ago)
    forget()

    assert left == ["kept@elsewhere.example"]
    assert IncidentFollower.objects.count() == 0
