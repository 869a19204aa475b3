"""Tags on tickets, and the tags themselves."""

import datetime as dt

from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.actions.audit import record_change
from accounts.models import AuditEntry, Member
from helpdesk.errors import Refused
from helpdesk.search.analysis import fold
from helpdesk.typed_text import clean_line, without_overrides
from tickets.actions.lock import lock_ticket
from tickets.actions.record import record_event
from tickets.models import Tag, Ticket, TicketTag
from tickets.models.event import Verb
from tickets.models.tag import TAG_LENGTH
from tickets.models.ticket import Channel

TAGS_A_TICKET = 20


@transaction.atomic
def add_tag(ticket: Ticket, *, name: str, actor: Member | None) -> Ticket:
    """Puts the tag of that name on the ticket, and makes the tag when there is none. Locks the ticket; idempotent.

    Raises Refused for a name that is none, and when the ticket has TAGS_A_TICKET already.
    """
    locked, now = lock_ticket(ticket)
    tag = _held(tag_named(name))
    tagged = TicketTag.objects.filter(ticket=locked)
    if tagged.filter(tag=tag).exists():
        return locked
    if tagged.count() >= TAGS_A_TICKET:
        raise Refused(_("A ticket has %(limit)d tags at most.") % {"limit": TAGS_A_TICKET}, "tag")
    TicketTag.objects.create(ticket=locked, tag=tag)
    return _keep(locked, Verb.TAGGED, [None, tag.name], actor=actor, now=now)


@transaction.atomic
def remove_tag(ticket: Ticket, *, tag: Tag, actor: Member | None) -> Ticket:
    """Takes the tag off the ticket; the tag itself stays. Locks the ticket; idempotent."""
    locked, now = lock_ticket(ticket)
    removed, _kinds = TicketTag.objects.filter(ticket=locked, tag=tag).delete()
    return _keep(locked, Verb.UNTAGGED, [tag.name, None], actor=actor, now=now) if removed else locked


def tag_named(name: str) -> Tag:
    """The tenant's tag of that name, whatever its case and accents; a new one when there is none.

    Raises Refused as `tag_name` does.
    """
    name = tag_name(name)
    tag, _is_new = Tag.objects.get_or_create(folded=folded(name), defaults={"name": name})
    return tag


def folded(name: str) -> str:
    """What two names of one tag have in common; no longer than its column."""
    return fold(name)[: 4 * TAG_LENGTH]


def tag_name(text: str) -> str:
    """`text` as the name of a tag: one line without a leading #, single blanks, and no comma. Raises Refused for none."""
    name = " ".join(without_overrides(clean_line(text)).replace(",", " ").split()).lstrip("#").strip()
    if not name or not fold(name).strip():
        raise Refused(_("Enter a tag"), "tag")
    if len(name) > TAG_LENGTH:
        facts = {"limit": TAG_LENGTH, "used": len(name)}
        raise Refused(_("Tag must be %(limit)d characters or fewer. You have used %(used)d.") % facts, "tag")
    return name


def rename_tag(tag: Tag, *, name: str) -> Tag:
    """Calls the tag by another name, on every ticket at once. Raises Refused when another tag is called so."""
    tag.name = tag_name(name)
    tag.folded = folded(tag.name)
    try:
        with transaction.atomic():
            tag.save(update_fields=["name", "folded"])
    except IntegrityError:
        raise Refused(_("There is a tag with this name already. Merge the two instead."), "name") from None
    return tag


@transaction.atomic
def merge_tags(tag: Tag, *, into: Tag, actor: Member | None) -> int:
    """Puts `into` on every ticket that has `tag`, deletes `tag`, and tells on how many tickets it was; audited.

    Raises Refused when both are the same. Locks both tags: who puts one of them on a ticket meanwhile waits.
    """
    if tag.pk == into.pk:
        raise Refused(_("Choose another tag to merge into."), "into")
    list(Tag.objects.select_for_update().filter(pk__in=[tag.pk, into.pk]).order_by("pk"))
    links = TicketTag.objects.filter(tag=tag)
    count = links.count()
    has_both = TicketTag.objects.filter(tag=into).values("ticket")
    links.exclude(ticket__in=has_both).update(tag=into)
    told = gettext("merged into %(tag)s, tickets: %(count)d") % {"tag": into.name, "count": count}
    record_change(tag, AuditEntry.Act.DELETED, actor=actor, changes=[(gettext("Tag"), tag.name, told)])
    told = gettext("took in %(tag)s, tickets: %(count)d") % {"tag": tag.name, "count": count}
    record_change(into, AuditEntry.Act.CHANGED, actor=actor, changes=[(gettext("Tag"), into.name, told)])
    tag.delete()
    return count


def _held(tag: Tag) -> Tag:
    """The tag, kept from being merged or deleted until the transaction ends. Many may hold one at a time."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM tickets_tag WHERE id = %s FOR KEY SHARE", [tag.pk])
        if cursor.fetchone() is None:
            raise Refused(_("This tag was merged or deleted a moment ago. Try again."), "tag")
    return tag


def _keep(
    ticket: Ticket, verb: Verb, change: list[str | None], *, actor: Member | None, now: dt.datetime
) -> Ticket:
    ticket.updated_at = now
    ticket.save()
    record_event(ticket, verb, actor=actor, changes={"tag": change}, channel=Channel.DESK, now=now)
    return ticket
