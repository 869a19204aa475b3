"""What a machine answers at once: the words of the category and articles that fit. It counts as no answer anywhere."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from accounts.addresses import absolute_url
from helpcenter.queries import help_settings, reading_order
from helpcenter.rules import EVERYBODY
from helpcenter.search import fitting_articles
from helpdesk.locales import known_locale
from tickets.models import Ticket, TicketEvent

ARTICLES = 3
SHARE = 0.5  # of the best article's score: nobody sees what was asked beside these, so they have to fit well


@dataclass(frozen=True)
class FirstAnswer:
    """The words as they were when the request came, and articles that everybody may read: (id, title, language)."""

    text: str
    articles: list[tuple[int, str, str]]

    def as_changes(self) -> dict[str, list[Any]]:
        """As the event keeps it."""
        return {"first_answer": [None, self.text], "articles": [None, self.articles]}

    def as_facts(self) -> dict[str, Any]:
        """As the mail shows it."""
        return {"first_answer": self.text, "articles": links_of(self, is_whole=True)}


def first_answer_for(ticket: Ticket) -> FirstAnswer | None:
    """What is answered at once to this new request, in its own language; None where the category says nothing in it.

    Reads the category's `translations`; where there is an answer it costs a search. Whoever else takes part may read it: only public articles.
    """
    if ticket.category is None:
        return None
    locale = ticket.locale.partition("-")[0]
    by_locale = {one.locale: one for one in ticket.category.translations.all()}
    wording = by_locale.get(ticket.locale) or by_locale.get(locale)
    if wording is None or not wording.first_answer:
        return None
    return FirstAnswer(wording.first_answer, _articles(f"{wording.name} {ticket.subject}", ticket.locale))


def first_answer_in(event: TicketEvent) -> FirstAnswer:
    """The answer that the event tells of."""
    articles = [(pk, title, locale) for pk, title, locale in event.changes["articles"][1]]
    return FirstAnswer(event.changes["first_answer"][1], articles)


def links_of(answer: FirstAnswer, *, is_whole: bool = False) -> list[dict[str, str]]:
    """Its articles as links, which lead each reader to their own language; `is_whole`: for outside of our pages."""
    paths = [(f"/articles/{pk}/", title, locale) for pk, title, locale in answer.articles]
    return [
        {"url": absolute_url(path) if is_whole else path, "title": title, "lang": locale}
        for path, title, locale in paths
    ]


def _articles(asked: str, locale: str) -> list[tuple[int, str, str]]:
    settings, known = help_settings(), known_locale(locale)
    if not settings.version or known is None:
        return []
    order = reading_order(known, settings)
    found = fitting_articles(asked, locales=order, reach=EVERYBODY, limit=ARTICLES, share=SHARE)
    return [(text.article_id, text.title, text.locale) for text in found]
