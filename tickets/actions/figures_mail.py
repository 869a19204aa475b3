"""The figures by mail, to whoever asked for them: once for each day, or for each week on its Monday."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.addresses import current_tenant
from accounts.models import Member, TeamMembership
from helpdesk.errors import Refused
from tickets.models import FiguresMail
from tickets.notify_figures import mail_figures
from tickets.rules import may_see_figures, sees_all_tickets
from tickets.summaries.read import Wanted
from tickets.summaries.report import report_of

FROM_HOUR = 7  # in the tenant's zone: the night's worker has counted by then
Rhythm = FiguresMail.Rhythm


@transaction.atomic
def choose_figures_mail(member: Member, *, rhythm: str) -> None:
    """Keeps how often the member wants the figures by mail ("": never). Raises Refused for who may not see them.

    The first one comes after the next whole day or week. Idempotent.
    """
    if not may_see_figures(member):
        raise Refused(_("Only team leads and admins see these figures."))
    if not rhythm:
        FiguresMail.objects.filter(member=member).delete()
        return
    begun = {"rhythm": Rhythm(rhythm), "sent_on": _today(dt.datetime.now(dt.UTC))}
    FiguresMail.objects.update_or_create(
        member=member, defaults={"rhythm": Rhythm(rhythm)}, create_defaults=begun
    )


def send_figures(*, now: dt.datetime) -> int:
    """Mails the figures to everybody of the current tenant for whom a day or week is over; returns to how many.

    Each at most once a day or week, whoever runs it: the row is locked, and one that another worker has is passed over.
    """
    if now.astimezone(_zone()).hour < FROM_HOUR:
        return 0
    today = _today(now)
    monday = today - dt.timedelta(days=today.weekday())
    daily = Q(rhythm=Rhythm.DAILY) & (Q(sent_on=None) | Q(sent_on__lt=today))
    weekly = Q(rhythm=Rhythm.WEEKLY) & (Q(sent_on=None) | Q(sent_on__lt=monday))
    due = FiguresMail.objects.filter(daily | weekly).order_by("pk").values_list("pk", flat=True)
    return sum(_send(pk, today=today) for pk in list(due))


@transaction.atomic
def _send(pk: int, *, today: dt.date) -> bool:
    waiting = FiguresMail.objects.select_for_update(skip_locked=True, of=("self",)).select_related("member")
    row = waiting.filter(pk=pk).first()
    first, last = _period(row.rhythm, today) if row else (today, today)
    if row is None or (row.sent_on and row.sent_on > last):
        return False
    row.sent_on = today
    row.save(update_fields=["sent_on"])
    teams = _teams(row.member)
    if not may_see_figures(row.member) or teams == ():
        return False
    report = report_of(Wanted(first, last, teams=teams), today=today)
    mail_figures(row.member, report, is_weekly=row.rhythm == Rhythm.WEEKLY)
    return True


def _period(rhythm: str, today: dt.date) -> tuple[dt.date, dt.date]:
    """The last whole day, or the last whole week from Monday to Sunday."""
    if rhythm == Rhythm.DAILY:
        return today - dt.timedelta(days=1), today - dt.timedelta(days=1)
    monday = today - dt.timedelta(days=today.weekday())
    return monday - dt.timedelta(days=7), monday - dt.timedelta(days=1)


def _teams(member: Member) -> tuple[int, ...] | None:
    """The teams whose figures the member sees; None for all."""
    if sees_all_tickets(member):
        return None
    own = TeamMembership.objects.filter(member=member).order_by("team")
    return tuple(own.values_list("team", flat=True))


def _today(now: dt.datetime) -> dt.date:
    return now.astimezone(_zone()).date()


def _zone() -> ZoneInfo:
    return ZoneInfo(current_tenant().timezone)
