"""Publishing by a person: who may, what has to be mended first, and at what time."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.actions.audit import record_change
from accounts.models import AuditEntry, Member
from helpcenter.actions.articles import archive, publish
from helpcenter.actions.change import lock_help_center
from helpcenter.checks import faults_of
from helpcenter.models import Revision, State, Translation
from helpcenter.rules import Reach, may_publish_articles
from helpdesk.errors import Refused


@transaction.atomic
def publish_as(translation: Translation, *, actor: Member) -> Translation:
    """Shows the newest revision to readers. Raises Refused where the person may not, or the text is not fit yet."""
    _refuse(translation, actor)
    return _published(translation, actor)


@transaction.atomic
def archive_as(translation: Translation, *, actor: Member) -> Translation:
    """Takes the text away from readers. Raises Refused where the person may not."""
    _refuse_others(actor)
    before = translation.get_state_display()
    archived = archive(translation)
    _record(archived, actor, _("State"), before, archived.get_state_display())
    return archived


@transaction.atomic
def schedule_publishing(
    translation: Translation, *, at: dt.datetime, actor: Member, now: dt.datetime
) -> None:
    """Has the newest revision of that moment published at `at`. Raises Refused as `publish_as`, and for a time past."""
    if at <= now:
        raise Refused(_("Choose a time that is still to come."), "publish_at")
    _refuse(translation, actor)
    Translation.objects.filter(pk=translation.pk).update(publish_at=at)
    _record(translation, actor, _("Publish at"), _moment(translation.publish_at), _moment(at))
    translation.publish_at = at


@transaction.atomic
def cancel_publishing(translation: Translation, *, actor: Member) -> None:
    """Forgets the time; readers see what they saw. Raises Refused."""
    _refuse_others(actor)
    Translation.objects.filter(pk=translation.pk).update(publish_at=None)
    _record(translation, actor, _("Publish at"), _moment(translation.publish_at), "")
    translation.publish_at = None


@transaction.atomic
def publish_when_due(translation_id: int, *, now: dt.datetime) -> bool:
    """Publishes the text when its time has come; whether it did. Once, whatever asks how often at once."""
    lock_help_center()  # publishing is one at a time in a tenant: whoever comes second finds no time any more
    due = Translation.objects.filter(pk=translation_id, publish_at__lte=now).first()
    if due is None:
        return False
    _published(due, None)
    return True


def _published(text: Translation, actor: Member | None) -> Translation:
    """Publishes and says in the audit log which revision readers saw before and see now; the same one again is no change."""
    text.refresh_from_db(fields=["state", "published"])
    before = f"{text.published}" if text.state == State.PUBLISHED else ""
    text = publish(text)
    _record(text, actor, _("Published revision"), before, f"{text.published}")
    return text


def _record(text: Translation, actor: Member | None, label: str, before: str, after: str) -> None:
    if before != after:
        record_change(text, AuditEntry.Act.CHANGED, actor=actor, changes=[(label, before, after)])


def _moment(at: dt.datetime | None) -> str:
    return at.isoformat(" ", "minutes") if at else ""


def _refuse(translation: Translation, actor: Member) -> None:
    _refuse_others(actor)
    settings = lock_help_center()
    newest = Revision.objects.get(translation=translation, number=translation.latest)
    if settings.needs_second_person and newest.author_id == actor.pk:
        raise Refused(_("You wrote this text. Somebody else has to publish it: send it to review."))
    faults = faults_of(newest.body, readers=Reach.to_read(translation.article))
    if faults:
        raise Refused(" ".join(str(fault) for fault in faults), "body")


def _refuse_others(actor: Member) -> None:
    if not may_publish_articles(actor):
        raise Refused(_("Only admins publish articles. Send the text to review."))
