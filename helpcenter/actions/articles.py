"""Writing articles: each text is a revision, readers see the published one."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Member
from helpcenter.actions.change import lock_help_center, note_change
from helpcenter.actions.pictures import link_pictures
from helpcenter.indexing import index_translations
from helpcenter.markdown import render
from helpcenter.models import Article, Revision, Section, Significance, State, Translation, Visibility
from helpcenter.staleness import lag_of
from helpdesk.errors import Refused
from helpdesk.typed_text import clean_line, clean_text


@dataclass(frozen=True)
class Text:
    """What an editor typed: Markdown in `body`, `keywords` only for the search."""

    title: str
    body: str
    summary: str = ""
    keywords: str = ""

    def cleaned(self) -> Text:
        """Without blanks at the ends and invisible signs. Raises Refused where title or text is missing."""
        cleaned = Text(
            clean_line(self.title), clean_text(self.body), clean_line(self.summary), clean_line(self.keywords)
        )
        if not cleaned.title:
            raise Refused(_("Enter a title"), "title")
        if not cleaned.body:
            raise Refused(_("Write the text of the article"), "body")
        return cleaned


@transaction.atomic
def create_article(
    section: Section, *, locale: str, text: Text, author: Member | None, visibility: int = Visibility.PUBLIC
) -> Translation:
    """A new article with a draft in its first language. Raises Refused."""
    article = Article.objects.create(section=section, source_locale=locale, visibility=visibility)
    return write_translation(article, locale=locale, text=text, author=author)


@transaction.atomic
def write_translation(
    article: Article,
    *,
    locale: str,
    text: Text,
    author: Member | None,
    significance: int = Significance.NORMAL,
    comment: str = "",
    made_from: int | None = None,
) -> Translation:
    """Keeps `text` as the newest revision of the article in this language; readers see it once it is published.

    It counts as made from that revision of the source, else from the one published now. Saving the same text again
    changes nothing. Raises Refused.
    """
    lock_help_center()
    text = text.cleaned()
    translation, _is_new = Translation.objects.get_or_create(
        article=article, locale=locale, defaults={"title": text.title, "body": text.body}
    )
    newest = Revision.objects.filter(translation=translation, number=translation.latest).first()
    if newest and _same(newest, text):
        return translation
    translation.latest += 1
    Revision.objects.create(
        translation=translation,
        number=translation.latest,
        title=text.title,
        summary=text.summary,
        keywords=text.keywords,
        body=text.body,
        significance=significance,
        comment=clean_line(comment)[:240],
        source_number=_source_number(article, locale) if made_from is None else made_from,
        author=author,
    )
    if translation.published is None or translation.state != State.PUBLISHED:
        _show(translation, text)
    translation.save()
    return translation


@transaction.atomic
def send_to_review(translation: Translation) -> Translation:
    """Asks a colleague to look at a draft. A published text stays for readers as it is. Raises Refused."""
    if translation.state == State.PUBLISHED:
        raise Refused(_("This text is published already."))
    translation.state = State.IN_REVIEW
    translation.save(update_fields=["state"])
    return translation


@transaction.atomic
def publish(translation: Translation) -> Translation:
    """Shows the newest revision to readers, at once and findable. Publishing what is published changes nothing.

    A change of the source text marks the translations that were made from an older one.
    """
    settings = lock_help_center()
    translation = (
        Translation.objects.select_for_update(of=("self",)).select_related("article").get(pk=translation.pk)
    )
    if translation.state == State.PUBLISHED and translation.published == translation.latest:
        if translation.publish_at:
            translation.publish_at = None
            translation.save(update_fields=["publish_at"])
        return translation
    revision = Revision.objects.get(translation=translation, number=translation.latest)
    _show(translation, Text(revision.title, revision.body, revision.summary, revision.keywords))
    now = timezone.now()
    translation.state = State.PUBLISHED
    translation.published = revision.number
    translation.published_at = translation.published_at or now
    translation.publish_at = None
    translation.updated_at = now
    translation.source_number = revision.source_number
    translation.lag = lag_of(translation)
    translation.save()
    if translation.locale == translation.article.source_locale:
        _mark_lag(translation)
    link_pictures([translation])
    index_translations([translation])
    note_change(settings, locales=[translation.locale])
    return translation


@transaction.atomic
def archive(translation: Translation) -> Translation:
    """Takes the text away from readers, who are told that it is gone. Its revisions stay."""
    settings = lock_help_center()
    translation = Translation.objects.select_related("article").get(pk=translation.pk)
    translation.state = State.ARCHIVED
    translation.publish_at = None
    translation.save(update_fields=["state", "publish_at"])
    index_translations([translation])
    note_change(settings)
    return translation


@transaction.atomic
def restore(translation: Translation, *, number: int, author: Member | None) -> Translation:
    """Makes an older revision the newest one again, as a new revision. Raises Revision.DoesNotExist."""
    old = Revision.objects.get(translation=translation, number=number)
    return write_translation(
        translation.article,
        locale=translation.locale,
        text=Text(old.title, old.body, old.summary, old.keywords),
        author=author,
        comment=_("Back to revision %(number)d") % {"number": number},
    )


@transaction.atomic
def index_article(article: Article) -> None:
    """Lets the search and readers' copies follow a change of the article itself: who may read it, where it stands."""
    settings = lock_help_center()
    texts = Translation.objects.select_related("article").filter(article=article, state=State.PUBLISHED)
    index_translations(list(texts))
    note_change(settings)


def _show(translation: Translation, text: Text) -> None:
    rendered = render(text.body)
    translation.title, translation.summary, translation.keywords = text.title, text.summary, text.keywords
    translation.body, translation.html, translation.headings = text.body, rendered.html, rendered.headings


def _same(revision: Revision, text: Text) -> bool:
    return (revision.title, revision.summary, revision.keywords, revision.body) == (
        text.title,
        text.summary,
        text.keywords,
        text.body,
    )


def _source_number(article: Article, locale: str) -> int | None:
    """The revision of the source that readers see now, which whoever writes a translation has before them."""
    if locale == article.source_locale:
        return None
    source = Translation.objects.filter(article=article, locale=article.source_locale).first()
    return (source.published or source.latest) if source else None


def _mark_lag(source: Translation) -> None:
    others = (
        Translation.objects.select_related("article").filter(article=source.article_id).exclude(pk=source.pk)
    )
    for other in others:
        lag = lag_of(other)
        if lag != other.lag:
            Translation.objects.filter(pk=other.pk).update(lag=lag)
