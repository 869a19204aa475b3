"""Texts go to readers when it is time, once, and where the tenant asks for it by another hand."""

import datetime as dt

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Member
from helpcenter.actions.articles import Text, create_article, write_translation
from helpcenter.actions.change import lock_help_center
from helpcenter.actions.publishing import publish_as, publish_when_due, schedule_publishing
from helpcenter.models import Section, State, Translation
from helpcenter.rules import EVERYBODY, TEAM
from helpcenter.search import search_articles
from helpcenter.tasks import publish_due
from helpdesk.errors import Refused
from tests.helpcenter.test_desk import LIST, typed

HOUR = dt.timedelta(hours=1)


def draft(shelf: Section, author: Member | None = None) -> Translation:
    return create_article(shelf, locale="en", text=Text("Refund is late", "Wait."), author=author)


def test_a_text_goes_out_when_its_time_has_come_and_once(shelf: Section, admin: Member) -> None:
    now = timezone.now()
    text = draft(shelf)
    schedule_publishing(text, at=now + HOUR, actor=admin, now=now)

    early = publish_when_due(text.pk, now=now)
    first = publish_when_due(text.pk, now=now + HOUR)
    second = publish_when_due(text.pk, now=now + HOUR)

    text.refresh_from_db()
    assert (early, first, second) == (False, True, False)
    assert (text.state, text.published, text.publish_at) == (State.PUBLISHED, 1, None)
    assert [hit.translation.pk for hit in search_articles("refund", locales=["en"], reach=EVERYBODY)] == [
        text.pk
    ]


def test_the_timetable_publishes_what_is_due(shelf: Section, admin: Member) -> None:
    due, later = draft(shelf), draft(shelf)
    now = timezone.now()
    Translation.objects.filter(pk=due.pk).update(publish_at=now - HOUR)
    Translation.objects.filter(pk=later.pk).update(publish_at=now + HOUR)

    published = [publish_due(), publish_due()]

    assert published == [1, 0]
    assert list(Translation.objects.filter(state=State.PUBLISHED)) == [due]


def test_the_editor_sets_the_time_and_forgets_it(shelf: Section, site: Client, admin: Member) -> None:
    site.force_login(admin)
    at = (timezone.localtime() + dt.timedelta(days=2)).strftime("%Y-%m-%dT%H:%M")

    past = site.post(f"{LIST}add/", typed(shelf, goes_out_at="2020-01-01T10:00", _schedule="1"))
    kept = site.post(f"{LIST}add/", typed(shelf, goes_out_at=at, _schedule="1"))
    text = Translation.objects.get()
    set_for = text.publish_at
    site.post(kept["Location"], typed(shelf, goes_out_at=at, _unschedule="1"))

    text.refresh_from_db()
    assert "Choose a time that is still to come." in past.content.decode()
    assert set_for is not None
    assert (text.state, text.publish_at) == (State.DRAFT, None)


def test_where_two_have_to_look_nobody_publishes_their_own_text(
    shelf: Section, site: Client, admin: Member, agent: Member
) -> None:
    settings = lock_help_center()
    settings.needs_second_person = True
    settings.save()
    site.force_login(admin)

    own = site.post(f"{LIST}add/", typed(shelf, _publish="1"))
    others = publish_as(draft(shelf, agent), actor=admin)
    mended = write_translation(
        others.article, locale="en", text=Text("Refund is late", "Wait two days."), author=admin
    )

    assert "Somebody else has to publish it" in own.content.decode()
    assert others.state == State.PUBLISHED
    with pytest.raises(Refused, match="Somebody else"):
        publish_as(mended, actor=admin)


def test_only_admins_publish(shelf: Section, agent: Member) -> None:
    text = draft(shelf)

    with pytest.raises(Refused, match="Only admins"):
        publish_as(text, actor=agent)

    assert Translation.objects.get().state == State.DRAFT


def test_a_draft_with_a_time_is_nowhere_yet(shelf: Section, site: Client, admin: Member) -> None:
    text = draft(shelf)
    now = timezone.now()
    schedule_publishing(text, at=now + HOUR, actor=admin, now=now)

    answers = [
        site.get(path).content.decode()
        for path in ("/sitemap.xml", "/en/search/?q=refund", "/api/v1/articles/search/?q=refund", "/en/")
    ]

    assert [f"/articles/{text.article_id}" in answer for answer in answers] == [False] * 4
    assert search_articles("refund", locales=["en"], reach=TEAM) == []
