"""What fails people in the help center, from every source, as one list for its editors: the worst first."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Count, F, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from helpcenter.actions.deflection import RETURN_DAYS
from helpcenter.contact import read_before_asking, times_of_requests
from helpcenter.models import (
    Article,
    ArticleVote,
    Deflection,
    SearchMiss,
    State,
    Translation,
    Visibility,
)
from helpcenter.queries import help_settings
from helpdesk.locales import told_name_of

DAYS = 30
EACH = 20  # lines of one kind
# What one of each weighs: a person who had to write weighs more than a translation that nobody complained of.
ASKED, UNHELPFUL, MISSED, WAITING, WRONG, STALE, MISSING = 3.0, 2.0, 1.0, 2.5, 2.0, 1.0, 0.5

KINDS = {
    "waiting": gettext_lazy("Waits for review"),
    "miss": gettext_lazy("Searched and not found"),
    "asked": gettext_lazy("Read before a request"),
    "vote": gettext_lazy("Did not help"),
    "stale": gettext_lazy("Behind its source"),
    "missing": gettext_lazy("Not translated"),
}


@dataclass(frozen=True)
class Task:
    """One thing to do: `weight` ranks it, `told` says why, `text_id` or `article_id` and `locale` where."""

    kind: str
    weight: float
    title: str
    told: str
    locale: str
    text_id: int = 0
    article_id: int = 0
    miss_id: int = 0
    reasons: tuple[str, ...] = ()

    @property
    def kind_told(self) -> str:
        """The kind in words."""
        return str(KINDS[self.kind])

    @property
    def language(self) -> str:
        """The language in words."""
        return told_name_of(self.locale)


@dataclass(frozen=True)
class Solved:
    """Requests that articles made needless lately: said so, came back all the same, and too young to tell."""

    said: int
    returned: int
    young: int

    @property
    def proven(self) -> int:
        """After which nobody came back in time."""
        return self.said - self.returned - self.young


def tasks(*, now: dt.datetime, kind: str = "") -> list[Task]:
    """Everything to do, or what is of one kind; heaviest first. A fixed number of statements."""
    since = now - dt.timedelta(days=DAYS)
    found = [
        *_waiting(),
        *_misses(since),
        *_asked(since),
        *_votes(since),
        *_stale(),
        *_missing(),
    ]
    wanted = [task for task in found if kind in ("", task.kind)]
    return sorted(wanted, key=lambda task: (-task.weight, task.title, task.locale))


def solved_by_articles(*, now: dt.datetime) -> Solved:
    """What the suggestions beside the form saved in the last days; of members the requests they sent later are asked."""
    rows = list(
        Deflection.objects.filter(created_at__gte=now - dt.timedelta(days=DAYS)).values_list(
            "member", "created_at", "came_back_at"
        )
    )
    within = dt.timedelta(days=RETURN_DAYS)
    times: dict[int, list[dt.datetime]] = {}
    members = {member for member, _at, _back in rows if member}
    for ask in times_of_requests:
        for member, at in ask(members, now - dt.timedelta(days=DAYS)):
            times.setdefault(member, []).append(at)
    back = [
        came is not None or any(at <= asked <= at + within for asked in times.get(member or 0, ()))
        for member, at, came in rows
    ]
    young = sum(
        not is_back and at > now - within for (_member, at, _came), is_back in zip(rows, back, strict=True)
    )
    return Solved(len(rows), sum(back), young)


def _waiting() -> Iterable[Task]:
    texts = Translation.objects.filter(
        Q(state=State.IN_REVIEW) | Q(state=State.PUBLISHED, latest__gt=F("published")), publish_at=None
    )
    for text in _light(texts).order_by("pk")[:EACH]:
        told = (
            _("Somebody asks for a look before it is published.")
            if text.state == State.IN_REVIEW
            else _("It has changes that readers do not see yet.")
        )
        yield Task("waiting", WAITING, text.title, told, text.locale, text_id=text.pk)


def _misses(since: dt.datetime) -> Iterable[Task]:
    for miss in SearchMiss.objects.filter(last_at__gte=since).order_by("-times", "pk")[:EACH]:
        told = ngettext("%(count)d search found nothing.", "%(count)d searches found nothing.", miss.times)
        yield Task(
            "miss",
            MISSED * miss.times,
            miss.asked,
            told % {"count": miss.times},
            miss.locale,
            miss_id=miss.pk,
        )


def _asked(since: dt.datetime) -> Iterable[Task]:
    counts: dict[int, int] = {}
    for ask in read_before_asking:
        for article, count in ask(since).items():
            counts[article] = counts.get(article, 0) + count
    heaviest = sorted(counts, key=lambda article: -counts[article])[:EACH]
    for text in _sources(heaviest):
        count = counts[text.article_id]
        told = ngettext(
            "%(count)d person read it and wrote to us all the same.",
            "%(count)d people read it and wrote to us all the same.",
            count,
        )
        yield Task("asked", ASKED * count, text.title, told % {"count": count}, text.locale, text_id=text.pk)


def _votes(since: dt.datetime) -> Iterable[Task]:
    counted = list(
        ArticleVote.objects.filter(created_at__gte=since)
        .values("article", "locale")
        .annotate(no=Count("pk", filter=Q(is_helpful=False)), yes=Count("pk", filter=Q(is_helpful=True)))
        .filter(no__gt=0)
        .order_by("-no", "article")[:EACH]
    )
    keys = {(row["article"], row["locale"]): row for row in counted}
    reasons = _reasons([article for article, _locale in keys], since)
    texts = Translation.objects.filter(article__in=[article for article, _locale in keys])
    for text in _light(texts):
        row = keys.get((text.article_id, text.locale))
        if row:
            told = _("%(no)d said no, %(yes)d said yes.") % {"no": row["no"], "yes": row["yes"]}
            weight = UNHELPFUL * row["no"] * row["no"] / (row["no"] + row["yes"])
            own = tuple(reasons.get((text.article_id, text.locale), ())[:3])
            yield Task("vote", weight, text.title, told, text.locale, text_id=text.pk, reasons=own)


def _reasons(articles: Sequence[int], since: dt.datetime) -> dict[tuple[int, str], list[str]]:
    votes = ArticleVote.objects.filter(article__in=articles, created_at__gte=since).exclude(reason="")
    found: dict[tuple[int, str], list[str]] = {}
    for article, locale, reason in votes.order_by("-created_at").values_list("article", "locale", "reason")[
        :200
    ]:
        found.setdefault((article, locale), []).append(reason)
    return found


def _stale() -> Iterable[Task]:
    texts = Translation.objects.filter(state=State.PUBLISHED, lag__gt=Translation.Lag.NONE)
    for text in _light(texts).order_by("-lag", "pk")[:EACH]:
        weight = WRONG if text.lag == Translation.Lag.WRONG else STALE
        yield Task("stale", weight, text.title, str(text.get_lag_display()), text.locale, text_id=text.pk)


def _missing() -> Iterable[Task]:
    """The first articles that lack a language, what editors put first before the rest; each leads to the first it lacks."""
    there: dict[int, set[str]] = {}
    for article, locale in Translation.objects.exclude(state=State.ARCHIVED).values_list("article", "locale"):
        there.setdefault(article, set()).add(locale)
    out = Article.objects.filter(visibility__lt=Visibility.INTERNAL, translations__state=State.PUBLISHED)
    order = dict.fromkeys(out.order_by("-is_featured", "position", "pk").values_list("pk", flat=True))
    languages = help_settings().languages
    lacking = {pk: [locale for locale in languages if locale not in there[pk]] for pk in order}
    shown = [pk for pk in order if lacking[pk]][:EACH]
    titles = {text.article_id: text.title for text in _sources(shown)}
    for pk in shown:
        names = ", ".join(told_name_of(locale) for locale in lacking[pk])
        told = _("Missing in: %(languages)s") % {"languages": names}
        yield Task("missing", MISSING, titles.get(pk, f"{pk}"), told, lacking[pk][0], article_id=pk)


def _sources(articles: Iterable[int]) -> list[Translation]:
    """The first text of each of these articles that readers see."""
    texts = Translation.objects.filter(
        article__in=set(articles), locale=F("article__source_locale"), state=State.PUBLISHED
    )
    return list(_light(texts))


def _light(texts: QuerySet[Translation]) -> QuerySet[Translation]:
    """Without the bodies."""
    return texts.only("title", "locale", "state", "article_id", "lag", "latest", "published")
