"""The mail with the figures: in the reader's language, from a report."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils import translation
from django.utils.formats import date_format
from django.utils.http import urlencode

from accounts.addresses import absolute_url, current_tenant
from accounts.models import Member
from accounts.queries import default_sender
from helpdesk.mail_address import message_id_domain
from helpdesk.outbox.emails import enqueue_email
from tickets.summaries.report import Report, Told
from tickets.summaries.words import told_change, told_n, told_ninety, told_value, told_whole

TOPIC = "desk_figures"


def mail_figures(member: Member, report: Report, *, is_weekly: bool) -> None:
    """Puts the mail into the outbox, in the caller's transaction; its Message-ID is the same at every try."""
    tenant, sender, wanted = current_tenant(), default_sender(), report.wanted
    locale = member.locale or tenant.locale
    with translation.override(locale):
        context = {
            "first": date_format(wanted.first, "DATE_FORMAT"),
            "last": date_format(wanted.last, "DATE_FORMAT"),
            "is_weekly": is_weekly,
            "figures": [[str(told.metric.label), _line(told)] for told in report.metrics],
            "open_now": told_whole(report.open_now),
        }
    query = urlencode({"first": wanted.first.isoformat(), "last": wanted.last.isoformat()})
    enqueue_email(
        topic=TOPIC,
        to=member.email,
        to_name=member.name,
        locale=locale,
        timezone=member.timezone or tenant.timezone,
        context=context | {"tenant_name": tenant.name},
        secrets={"link": f"{absolute_url(reverse('admin:dashboard'))}?{query}"},
        sender_name=sender.from_name,
        sender_address=sender.from_address,
        message_id=f"<{wanted.last.isoformat()}.{member.pk}.{TOPIC}@{message_id_domain(sender.from_address)}>",
        automatic=True,
        proven=True,
        subject_of=f"member:{member.pk}",
    )


def _line(told: Told) -> str:
    """One figure with all that belongs to it."""
    facts: list[Any] = [
        told_value(told.metric, told.now.value),
        told_ninety(told.now),
        told_change(told)[0],
        "" if told.metric.kind == "count" else told_n(told.metric, told.now.n),
    ]
    return " · ".join(fact for fact in facts if fact)
