"""Publishing by a person: who may, what has to be mended first, and at what time."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Member
from helpcenter.actions.articles import publish
from helpcenter.actions.change import lock_help_center
from helpcenter.checks import faults_of
from helpcenter.models import Revision, Translation
from helpcenter.rules import may_publish_articles
from helpdesk.errors import Refused


@transaction.atomic
def publish_as(translation: Translation, *, actor: Member) -> Translation:
    """Shows the newest revision to readers. Raises Refused where the person may not, or the text is not fit yet."""
    _refuse(translation, actor)
    return publish(translation)


@transaction.atomic
def schedule_publishing(
    translation: Translation, *, at: dt.datetime, actor: Member, now: dt.datetime
) -> None:
    """Has the newest revision of that moment published at `at`. Raises Refused as `publish_as`, and for a time past."""
    if at <= now:
        raise Refused(_("Choose a time that is still to come."), "publish_at")
    _refuse(translation, actor)
    Translation.objects.filter(pk=translation.pk).update(publish_at=at)
    translation.publish_at = at


def cancel_publishing(translation: Translation, *, actor: Member) -> None:
    """Forgets the time; readers see what they saw. Raises Refused."""
    _refuse_others(actor)
    Translation.objects.filter(pk=translation.pk).update(publish_at=None)
    translation.publish_at = None


@transaction.atomic
def publish_when_due(translation_id: int, *, now: dt.datetime) -> bool:
    """Publishes the text when its time has come; whether it did. Once, whatever asks how often at once."""
    lock_help_center()  # publishing is one at a time in a tenant: whoever comes second finds no time any more
    due = Translation.objects.filter(pk=translation_id, publish_at__lte=now).first()
    if due is None:
        return False
    publish(due)
    return True


def _refuse(translation: Translation, actor: Member) -> None:
    _refuse_others(actor)
    settings = lock_help_center()
    newest = Revision.objects.get(translation=translation, number=translation.latest)
    if settings.needs_second_person and newest.author_id == actor.pk:
        raise Refused(_("You wrote this text. Somebody else has to publish it: send it to review."))
    faults = faults_of(newest.body, visibility=translation.article.visibility)
    if faults:
        raise Refused(" ".join(str(fault) for fault in faults), "body")


def _refuse_others(actor: Member) -> None:
    if not may_publish_articles(actor):
        raise Refused(_("Only admins publish articles. Send the text to review."))
