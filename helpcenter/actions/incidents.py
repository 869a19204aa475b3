"""Telling everybody what fails, how it goes on and when it is over."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Member
from helpcenter.actions.change import lock_help_center, note_change
from helpcenter.models import Incident, IncidentFollower, IncidentNews
from helpcenter.models.incident import INCIDENT_TITLE_LIMIT, NEWS_LIMIT
from helpcenter.notify import announce_news, ask_to_confirm
from helpdesk.errors import Refused
from helpdesk.typed_text import clean_line, clean_text


@transaction.atomic
def report_incident(
    titles: Mapping[str, str], words: Mapping[str, str], *, author: Member | None, now: dt.datetime
) -> Incident:
    """Puts up the banner with these titles and, where something is said, the first news. Raises Refused."""
    settings = lock_help_center()
    cleaned = _titles(titles)
    incident = Incident.objects.create(titles=cleaned, started_at=now)
    if any(words.values()):
        _tell(incident, words, author=author, now=now, is_end=False)
    note_change(settings)
    return incident


@transaction.atomic
def rename_incident(incident: Incident, titles: Mapping[str, str]) -> None:
    """Says in other words what happens. Mails nobody. Raises Refused."""
    settings = lock_help_center()
    incident.titles = _titles(titles)
    incident.save(update_fields=["titles"])
    note_change(settings)


@transaction.atomic
def tell_news(
    incident: Incident,
    words: Mapping[str, str],
    *,
    author: Member | None,
    now: dt.datetime,
    is_end: bool = False,
) -> IncidentNews:
    """Keeps the news and mails them to followers; `is_end` takes the banner down. Raises Refused for an incident that is
    over, and for news without a word.
    """
    settings = lock_help_center()
    incident = Incident.objects.select_for_update(of=("self",)).get(pk=incident.pk)
    if incident.ended_at:
        raise Refused(_("This incident is over already."))
    news = _tell(incident, words, author=author, now=now, is_end=is_end)
    if is_end:
        incident.ended_at = now
        incident.save(update_fields=["ended_at"])
    note_change(settings)
    return news


@transaction.atomic
def follow_incident(
    incident: Incident, *, email: str, locale: str, is_proven: bool, now: dt.datetime
) -> IncidentFollower:
    """Mails news to `email` from now on, once its owner confirmed it; at once where the address is proven.

    Who follows already is asked again only while unconfirmed. Raises Refused when the incident is over.
    """
    if incident.ended_at:
        raise Refused(_("This incident is over already."))
    follower, _is_new = IncidentFollower.objects.select_for_update(of=("self",)).get_or_create(
        incident=incident, email=email.strip().lower(), defaults={"locale": locale}
    )
    if follower.confirmed_at is None and is_proven:
        confirm_follower(follower, now=now)
    elif follower.confirmed_at is None:
        ask_to_confirm(follower)
    return follower


def confirm_follower(follower: IncidentFollower, *, now: dt.datetime) -> None:
    """Counts the address as its owner's. Safe to do twice."""
    if follower.confirmed_at is None:
        follower.confirmed_at = now
        follower.save(update_fields=["confirmed_at"])


def stop_following(follower: IncidentFollower) -> None:
    """Forgets the address. Safe to do twice."""
    IncidentFollower.objects.filter(pk=follower.pk).delete()


def _tell(
    incident: Incident, words: Mapping[str, str], *, author: Member | None, now: dt.datetime, is_end: bool
) -> IncidentNews:
    cleaned = {locale: text for locale, typed in words.items() if (text := clean_text(typed)[:NEWS_LIMIT])}
    if not cleaned:
        raise Refused(_("Write what is new."), "words")
    news = IncidentNews.objects.create(
        incident=incident, words=cleaned, author=author, told_at=now, is_end=is_end
    )
    announce_news(news)
    return news


def _titles(titles: Mapping[str, str]) -> dict[str, str]:
    cleaned = {
        locale: text for locale, typed in titles.items() if (text := clean_line(typed)[:INCIDENT_TITLE_LIMIT])
    }
    if not cleaned:
        raise Refused(_("Say in one sentence what happens."), "titles")
    return cleaned
