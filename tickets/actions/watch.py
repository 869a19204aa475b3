"""The desk follows a ticket: somebody watches it, or is called in by a note."""

from collections.abc import Iterable

from django.db import transaction

from accounts.models import Member
from tickets.actions.lock import lock_ticket
from tickets.models import Mention, Message, Ticket, Watcher
from tickets.notify import announce_mentions
from tickets.together import called_by


@transaction.atomic
def watch(ticket: Ticket, member: Member) -> None:
    """Lets the member hear what happens in the ticket. Locks it. Idempotent; writes no event.

    Raises Refused when the ticket was joined with another one. The caller has made sure that the member may see it.
    """
    locked, _now = lock_ticket(ticket)
    let_watch(locked, [member])


@transaction.atomic
def unwatch(ticket: Ticket, member: Member) -> None:
    """Ends it. Locks the ticket. Idempotent."""
    locked, _now = lock_ticket(ticket)
    Watcher.objects.filter(ticket=locked, member=member).delete()
    _count(locked)


def call_colleagues(ticket: Ticket, note: Message) -> list[Member]:
    """Tells the colleagues whom a note calls by name, lets them see the ticket from now on, and watch it.

    Returns them; who wrote it is not told. The caller holds the ticket's lock. No statement without an "@".
    """
    called = called_by(ticket, note.body).people
    others = [member for member in called if member.pk != note.author_id]
    if not others:
        return []
    mentions = [Mention(ticket=ticket, member=member) for member in others]
    Mention.objects.bulk_create(mentions, ignore_conflicts=True)
    let_watch(ticket, others)
    announce_mentions(ticket, note, others)
    return others


def let_watch(ticket: Ticket, members: Iterable[Member]) -> None:
    """Adds those of `members` who do not watch yet. The caller holds the ticket's lock."""
    watchers = [Watcher(ticket=ticket, member=member) for member in members]
    if watchers:
        Watcher.objects.bulk_create(watchers, ignore_conflicts=True)
        _count(ticket)


def watch_instead(source: Ticket, target: Ticket) -> list[int]:
    """Lets who watches `source` watch `target` too; the ids of the watchers who are new there. The caller holds both locks."""
    there = set(Watcher.objects.filter(ticket=target).values_list("member_id", flat=True))
    here = Watcher.objects.filter(ticket=source).select_related("member")
    new = [watcher.member for watcher in here if watcher.member_id not in there]
    let_watch(target, new)
    return [member.pk for member in new]


def stop_watching(ticket: Ticket, member_ids: Iterable[int]) -> None:
    """Takes these watchers off. The caller holds the ticket's lock."""
    Watcher.objects.filter(ticket=ticket, member__in=list(member_ids)).delete()
    _count(ticket)


def call_instead(source: Ticket, target: Ticket) -> list[int]:
    """Lets who was called into `source` see `target` too; the ids of those who were not called there before.

    The notes that called them are read there now. The caller holds both locks.
    """
    here = set(Mention.objects.filter(ticket=source).values_list("member_id", flat=True))
    if not here:
        return []
    new = sorted(here - set(Mention.objects.filter(ticket=target).values_list("member_id", flat=True)))
    Mention.objects.bulk_create(Mention(ticket=target, member_id=member_id) for member_id in new)
    return new


def call_no_more(ticket: Ticket, member_ids: Iterable[int]) -> None:
    """Takes back what `call_instead` gave. The caller holds the ticket's lock."""
    Mention.objects.filter(ticket=ticket, member__in=list(member_ids)).delete()


def _count(ticket: Ticket) -> None:
    is_watched = Watcher.objects.filter(ticket=ticket).exists()
    if ticket.is_watched != is_watched:
        ticket.is_watched = is_watched
        ticket.save(update_fields=["is_watched"])
