"""The worker's part for words: which ones requests are about, added up by day and team."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple
from zoneinfo import ZoneInfo

from django.db import connection

from helpdesk.tenancy import current_tenant_id
from tickets.models import DailyWord, MeasuredWords, Message, Ticket, WordForm
from tickets.routing import language_of
from tickets.summaries.terms import telling_words

COMPARED = ("day", "team", "category", "tier", "language", "words")
ALL = ""  # the word that stands in every request, so that the days tell how many there were


class WordKey(NamedTuple):
    """What one row of a day counts; team 0 is all of them."""

    day: object
    team: int
    language: str
    word: str


def count_words(ticket_ids: Collection[int], zone: ZoneInfo) -> None:
    """Replaces the words of these tickets and changes the days by the difference. Needs the lock of the state.

    Counting again changes nothing. What is spam, or was joined into another ticket, has none.
    """
    before = {row.ticket_id: row for row in MeasuredWords.objects.filter(ticket__in=ticket_ids)}
    after, forms = words_in(ticket_ids, zone)
    changed = [one for one in ticket_ids if _facts(before.get(one)) != _facts(after.get(one))]
    gone = [before[one] for one in changed if one in before]
    new = [after[one] for one in changed if one in after]
    MeasuredWords.objects.filter(pk__in=[row.pk for row in gone]).delete()
    MeasuredWords.objects.bulk_create(new)
    WordForm.objects.bulk_create(forms, ignore_conflicts=True)
    difference = added_up(gone, sign=-1)
    difference.update(added_up(new))
    _add(difference)


def words_in(ticket_ids: Collection[int], zone: ZoneInfo) -> tuple[dict[int, MeasuredWords], list[WordForm]]:
    """The words of these tickets as they stand, by ticket, and how they are shown; nothing is stored."""
    tickets = Ticket.objects.filter(pk__in=ticket_ids, is_spam=False, merged_into=None)
    bodies = _first_messages(ticket_ids)
    rows: dict[int, MeasuredWords] = {}
    forms: dict[tuple[str, str], str] = {}
    for ticket in tickets.order_by("pk"):
        language = language_of(ticket.locale)
        found = telling_words([ticket.subject, bodies.get(ticket.pk, "")], language)
        forms = {(language, word): form for word, form in found.items()} | forms
        rows[ticket.pk] = MeasuredWords(
            ticket=ticket,
            day=ticket.created_at.astimezone(zone).date(),
            team=ticket.team_id,
            category=ticket.category_id or 0,
            tier=ticket.tier,
            language=language,
            words=list(found),
        )
    return rows, [WordForm(language=key[0], word=key[1], form=form) for key, form in forms.items()]


def _first_messages(ticket_ids: Collection[int]) -> Mapping[int, str]:
    """What was said first and openly in each ticket."""
    openly = Message.objects.filter(ticket__in=ticket_ids, kind=Message.Kind.PUBLIC)
    first = openly.order_by("ticket", "pk").distinct("ticket")
    return dict(first.values_list("ticket", "body"))


def added_up(rows: Iterable[MeasuredWords], *, sign: int = 1) -> Counter[WordKey]:
    """How many requests each row of a day counts of these."""
    counts: Counter[WordKey] = Counter()
    for row in rows:
        for team in (0, row.team):
            for word in (ALL, *row.words):
                counts[WordKey(row.day, team, row.language, word)] += sign
    return counts


def _facts(row: MeasuredWords | None) -> tuple[object, ...] | None:
    return tuple(getattr(row, name) for name in COMPARED) if row else None


def _add(difference: Counter[WordKey]) -> None:
    """Adds to the rows of each day, and removes those that count nothing any more."""
    rows = [(*key, n) for key, n in sorted(difference.items()) if n]
    if not rows:
        return
    by_column = [list(column) for column in zip(*rows, strict=True)]
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {DailyWord._meta.db_table} AS d (tenant_id, {', '.join(WordKey._fields)}, n)"
            " SELECT %s, * FROM unnest(%s::date[], %s::bigint[], %s::varchar[], %s::varchar[], %s::integer[])"
            " ON CONFLICT (tenant_id, team, day, language, word) DO UPDATE SET n = d.n + excluded.n RETURNING id, n",
            [current_tenant_id(), *by_column],
        )
        empty = [row_id for row_id, n in cursor.fetchall() if n == 0]
    DailyWord.objects.filter(pk__in=empty).delete()
