"""An article as a person of the team sends it in from a program: as a file says it, with that person's rights."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction

from accounts.actions.audit import record_change
from accounts.models import AuditEntry, Member
from helpcenter.actions.articles import Text, index_article, send_to_review, write_translation
from helpcenter.actions.change import lock_help_center
from helpcenter.actions.importing import UNKNOWN_REVISION, store_sections
from helpcenter.actions.publishing import archive_as, publish_as
from helpcenter.importing import Row
from helpcenter.models import Article, Section, State, Translation, Visibility
from helpcenter.named import (
    PICTURE_KEY,
    articles_named,
    is_own_name,
    linked,
    pictures_named,
    sections_named,
    targets_in,
)
from helpcenter.queries import readers_told
from helpcenter.rules import Reach, may_move_article, may_publish_articles
from helpdesk.errors import Contradicted, NotAllowed, Refused

ALIKE = ("source_id", "section_key", "visibility", "audience")  # in all texts of one article
_OF_ADMINS = {State.PUBLISHED, State.ARCHIVED}


@dataclass(frozen=True)
class Entered:
    """The article as it is now, and for each language that was sent: `new`, `changed` or `unchanged`."""

    article: Article
    is_new: bool
    outcomes: dict[str, str]


@transaction.atomic
def enter_article(rows: Sequence[Row], *, pictures: Mapping[str, int], actor: Member) -> Entered:
    """Writes the texts of one article, a row each, and brings each to the state that its row names: all or nothing.

    The article is known by `source_id`: the same rows again change nothing. Who may not publish writes drafts. A text
    that readers see stays as it is until a newer one is published. `pictures`: ids of what the texts show, by key.
    Raises NotAllowed, Contradicted and Refused with the field of the row.
    """
    lock_help_center()
    first = _first_of(rows)
    _refuse_publishing(rows, actor)
    section = _section_for(first, rows, actor)
    article = articles_named([first.source_id]).get(first.source_id)
    is_new = article is None
    if article is None:
        article = _new_article(first, section)
    else:
        _rearrange(article, first, section, actor)
    ordered = sorted(rows, key=lambda row: row.locale != article.source_locale)
    outcomes = {row.locale: _enter_text(row, article, ordered, pictures, actor) for row in ordered}
    return Entered(article, is_new, outcomes)


def _first_of(rows: Sequence[Row]) -> Row:
    """The row of the source text, once all of them are sure to be of one article."""
    first = next((row for row in rows if row.is_source), rows[0])
    for name in ALIKE:
        if any(getattr(row, name) != getattr(first, name) for row in rows):
            field = name.removesuffix("_key")
            raise Refused(f"All texts of an article say the same in “{field}”.", field)
    if len({row.locale for row in rows}) < len(rows):
        raise Refused("One language was sent twice.", "locale")
    return first


def _refuse_publishing(rows: Sequence[Row], actor: Member) -> None:
    if any(row.state in _OF_ADMINS for row in rows) and not may_publish_articles(actor):
        raise NotAllowed(
            "Only admins publish articles and take them away. Send “draft” or “in_review” as “state”.",
            "state",
        )


def _section_for(first: Row, rows: Sequence[Row], actor: Member) -> Section:
    """The section that the rows name; admins make a new one by naming it."""
    found = sections_named([first.section_key]).get(first.section_key)
    if found:
        return found
    if not may_publish_articles(actor) or is_own_name(first.section_key.replace(":section-", ":", 1)):
        raise Refused(f"There is no section “{first.section}” here.", "section")
    return store_sections(rows)[first.section_key]


def _new_article(first: Row, section: Section) -> Article:
    if is_own_name(first.source_id):
        raise Refused(f"There is no article “{first.source_id}” here.", "source_id")
    return Article.objects.create(
        source_id=first.source_id,
        source_locale=first.locale,
        section=section,
        visibility=first.visibility or Visibility.PUBLIC,
        audience_id=first.audience,
    )


def _rearrange(article: Article, first: Row, section: Section, actor: Member) -> None:
    """Moves the article, or says who reads it from now on, where the rows say another thing than it is."""
    wanted = Reach.to_read(article) if first.visibility is None else Reach(first.visibility, first.audience)
    is_moved, is_reread = section.pk != article.section_id, wanted != Reach.to_read(article)
    if not (is_moved or is_reread):
        return
    if not may_move_article(actor, article.translations.all()):
        told = "Only admins change the section and the readers of a published article."
        raise NotAllowed(told, "section" if is_moved else "visibility")
    before = readers_told(article), str(article.section)
    article.section, (article.visibility, article.audience_id) = section, wanted
    article.save()
    after = readers_told(article), str(section)
    changes = [
        (label, old, new)
        for label, old, new in zip(("Who may read it", "Section"), before, after, strict=True)
        if old != new
    ]
    record_change(article, AuditEntry.Act.CHANGED, actor=actor, changes=changes)
    index_article(article)


def _enter_text(
    row: Row, article: Article, rows: Sequence[Row], pictures: Mapping[str, int], actor: Member
) -> str:
    """Keeps the text as its newest revision and brings it to its state; `new`, `changed` or `unchanged`."""
    there = Translation.objects.filter(article=article, locale=row.locale).first()
    before = (there.latest, there.state, there.published) if there else None
    body = linked(row.body, row.source, articles_named(targets_in(row.body, row.source)))
    text = Text(row.title, _with_pictures(body, pictures), row.summary, row.keywords)
    kept = write_translation(
        article, locale=row.locale, text=text, author=actor, made_from=_made_from(row, article, rows)
    )
    kept = _brought_to(row.state, kept, actor)
    if before is None:
        return "new"
    return "unchanged" if before == (kept.latest, kept.state, kept.published) else "changed"


def _with_pictures(body: str, pictures: Mapping[str, int]) -> str:
    """The text showing pictures of the tenant. Raises Refused for a key that is none's."""
    keys = {key for key in PICTURE_KEY.findall(body) if not key.isdigit()}
    known = pictures_named(keys) | dict(pictures)
    if missing := sorted(keys - known.keys()):
        raise Refused(f"There is no picture “{missing[0]}” here.", "body_markdown")
    return PICTURE_KEY.sub(lambda found: f"](picture:{known.get(found[1], found[1])})", body)


def _made_from(row: Row, article: Article, rows: Sequence[Row]) -> int | None:
    """The revision of the source that the row names; nothing where it names none, or the source that came along."""
    own = next((other.source_hash for other in rows if other.locale == article.source_locale), "")
    if row.locale == article.source_locale or row.source_hash in {"", own}:
        return None
    source = Translation.objects.filter(article=article, locale=article.source_locale).first()
    number = row.source_hash.rpartition("@")[2]
    is_known = source is not None and row.source_hash == f"{row.source_id}@{number}" and number.isdecimal()
    return min(int(number[:9]), source.latest) if is_known and source else UNKNOWN_REVISION


def _brought_to(state: str, text: Translation, actor: Member) -> Translation:
    if state == State.PUBLISHED and (text.state != State.PUBLISHED or text.published != text.latest):
        try:
            return publish_as(text, actor=actor)
        except Refused as refusal:
            if refusal.field is None:
                raise NotAllowed(refusal.message, "state") from refusal
            raise Refused(refusal.message, "body_markdown") from refusal
    if state == State.ARCHIVED and text.state != State.ARCHIVED:
        return archive_as(text, actor=actor)
    if state == State.IN_REVIEW and text.state != State.IN_REVIEW:
        if text.state == State.PUBLISHED:
            raise Contradicted(
                "This text is published. Send “draft”: what is new waits until somebody publishes it.",
                "state",
            )
        return send_to_review(text)
    return text
