"""Turns news of an incident into the mails of those who follow it."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from accounts.addresses import absolute_url, current_tenant
from accounts.queries import default_sender
from helpcenter.incidents import token_of, told_in
from helpcenter.models import IncidentFollower, IncidentNews
from helpdesk.inserts import insert_together
from helpdesk.outbox.emails import enqueue_email, write_email


def ask_to_confirm(follower: IncidentFollower) -> None:
    """Mails the link that proves the address; the cap of unproven addresses holds."""
    facts = _facts(follower)
    link = absolute_url(reverse("incident_confirm", args=[token_of(follower)]))
    enqueue_email(topic="incident_confirm", proven=False, secrets={"link": link}, **facts)


def announce_news(news: IncidentNews) -> None:
    """Mails the news to everybody who confirmed, each in their language, with the way to end these mails."""
    topic = "incident_over" if news.is_end else "incident_news"
    followers = IncidentFollower.objects.filter(incident=news.incident_id, confirmed_at__isnull=False)
    mails = []
    for follower in followers.select_related("incident"):
        facts = _facts(follower)
        facts["context"] |= {
            "body": told_in(news.words, follower.locale)["text"],
            "link": absolute_url(reverse("incident", args=[follower.incident_id])),
        }
        stop = absolute_url(reverse("incident_stop", args=[token_of(follower)]))
        mails.append(write_email(topic=topic, proven=True, secrets={"stop": stop}, **facts))
    insert_together(mails)


def _facts(follower: IncidentFollower) -> dict[str, Any]:
    tenant, sender = current_tenant(), default_sender()
    title = told_in(follower.incident.titles, follower.locale)["text"]
    return {
        "to": follower.email,
        "to_name": "",
        "locale": follower.locale,
        "timezone": tenant.timezone,
        "context": {"tenant_name": tenant.name, "title": title},
        "sender_name": sender.from_name,
        "sender_address": sender.from_address,
        "subject_of": f"incident:{follower.incident_id}",
    }
