"""Articles beside a ticket: those that fit it, any other by search, and one of them as the answer."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.addresses import absolute_url
from accounts.factors import person_of
from accounts.models import Member
from helpcenter.addresses import article_url
from helpcenter.markdown import plain_text
from helpcenter.models import Translation, Visibility
from helpcenter.queries import help_settings, published_texts, readers_told, reading_order
from helpcenter.rules import EVERYBODY, Reach, reach_of
from helpcenter.search import CLOSE_TO_BEST, QUERY_LIMIT, Hit, search_articles
from helpdesk.errors import Refused
from helpdesk.locales import direction_of, known_locale, told_name_of
from helpdesk.typed_text import clean_line, key_in
from tickets.actions.desk_drafts import save_desk_draft
from tickets.actions.make_article import make_article
from tickets.admin.asked import Asked
from tickets.admin.pages import act_page
from tickets.admin.panel import teams_of_desk
from tickets.models import DeskDraft, Message, Participant, Ticket
from tickets.rules import may_reply_as_customer
from tickets.sensitive import masked
from tickets.views.answers import see_other

if TYPE_CHECKING:
    from tickets.admin.ticket import TicketAdmin

TEMPLATE = "admin/tickets/ticket/articles.html"
SHOWN, OFFERED = 8, 4  # of a search; of what nobody asked for
TEXT_LIMIT = 4000  # characters of an article that are put into a reply


def articles_view(door: TicketAdmin, request: HttpRequest, ticket: Ticket) -> HttpResponse:
    """The articles that fit the ticket, or answer `find`.

    Posting puts the posted `article` into the reply; without one it makes an article of the ticket.
    """
    if request.method == "POST":
        return (_insert if "article" in request.POST else _make)(door, request, ticket)
    asker = asker_of(ticket)
    order = reading_order(language_of(asker), help_settings())
    asked = clean_line(request.GET.get("find", ""))[:QUERY_LIMIT]
    reach = reach_of(person_of(request))
    limit = SHOWN if asked else OFFERED
    hits = search_articles(asked or words_of(ticket), locales=order, reach=reach, limit=limit)
    if not asked:  # nobody asked for these: only what comes close
        hits = [hit for hit in hits if hit.score >= hits[0].score * CLOSE_TO_BEST]
    may_send = may_reply_as_customer(ticket)
    return act_page(
        door,
        request,
        ticket,
        title=_("Articles for %(number)s") % {"number": ticket.number},
        button="",
        template=TEMPLATE,
        asked=asked,
        kept=Asked.read(request.GET, teams_of_desk(request)).pairs().items(),
        rows=[_row(hit, asker, may_send, is_asked=bool(asked)) for hit in hits],
    )


def _insert(door: TicketAdmin, request: HttpRequest, ticket: Ticket) -> HttpResponse:
    """Puts the article below what the agent has written already, and goes back to it."""
    text, author = _chosen(request), person_of(request)
    if not (may_reply_as_customer(ticket) and _may_read(asker_of(ticket), text)):
        messages.error(request, _("The customer cannot read this article, so it is no answer for them."))
        return door.back(request, ticket)
    kind = Message.Kind.PUBLIC
    begun = DeskDraft.objects.filter(ticket=ticket, author=author, kind=kind, leaves_at=None).first()
    body = "\n\n".join(part for part in (begun.body if begun else "", _quoted(text)) if part)
    key, macro = (begun.key, begun.macro) if begun else (uuid.uuid4(), None)
    save_desk_draft(ticket, author=author, kind=kind, body=body, key=key, macro=macro)
    messages.success(request, _("The article is in your reply. Shorten it, then send."))
    return door.back(request, ticket, mode=kind.value)


def _make(door: TicketAdmin, request: HttpRequest, ticket: Ticket) -> HttpResponse:
    asker = asker_of(ticket)
    try:
        text = make_article(ticket, author=person_of(request), locale=language_of(asker))
    except Refused as refusal:
        messages.error(request, str(refusal))
        return door.back(request, ticket)
    messages.success(
        request, _("A draft for the team. Take out names and numbers, then say who may read it.")
    )
    return see_other(reverse("admin:helpcenter_translation_change", args=[text.pk]))


def asker_of(ticket: Ticket) -> Member | None:
    """Who asked."""
    participants = Participant.objects.filter(ticket=ticket, role=Participant.Role.REQUESTER)
    asker = participants.select_related("member").first()
    return asker.member if asker else None


def language_of(asker: Member | None) -> str:
    """The language in which they read articles."""
    return known_locale(asker.locale if asker else "") or help_settings().default_locale


def reach_of_asker(asker: Member | None) -> Reach:
    """How far the customer sees: guests read what everybody does."""
    if asker is None or asker.is_guest:
        return EVERYBODY
    return Reach(Visibility.SIGNED_IN, asker.audience_id)


def words_of(ticket: Ticket) -> str:
    """What the ticket is about: its category and its title, without what nobody should have typed."""
    category = getattr(ticket, "category_name", "") or ""
    return clean_line(f"{category} {masked(ticket.subject)}")[:QUERY_LIMIT]


def _chosen(request: HttpRequest) -> Translation:
    texts = published_texts(reach_of(person_of(request)))
    text = texts.filter(pk=key_in(request.POST["article"])).first()
    if text is None:
        raise Http404
    return text


def _may_read(asker: Member | None, text: Translation) -> bool:
    """Whether the customer may open the article."""
    return reach_of_asker(asker).covers(text.article)


def _row(hit: Hit, asker: Member | None, may_send: bool, *, is_asked: bool) -> dict[str, Any]:
    text = hit.translation
    return {
        "id": text.pk,
        "title": text.title,
        "url": article_url(text),
        "lang": text.locale,
        "dir": direction_of(text.locale),
        "language": told_name_of(text.locale),
        "readers": readers_told(text.article) if text.article.visibility else "",
        "snippet": hit.snippet if is_asked else [],
        "summary": "" if is_asked else text.summary,
        "is_usable": may_send and _may_read(asker, text),
    }


def _quoted(text: Translation) -> str:
    """The article's words and its address, to be shortened."""
    words = plain_text(text.html)
    cut = words if len(words) <= TEXT_LIMIT else words[:TEXT_LIMIT].rsplit("\n", 1)[0] + "\n…"
    return "\n\n".join([text.title, cut, absolute_url(article_url(text))])
