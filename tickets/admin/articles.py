"""Articles beside a ticket: those that fit it, any other by search, and one of them as the answer."""

from __future__ import annotations

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
from helpcenter.queries import help_settings, published_texts, reading_order
from helpcenter.rules import readable_up_to
from helpcenter.search import QUERY_LIMIT, Hit, search_articles
from helpdesk.errors import Refused
from helpdesk.locales import direction_of, known_locale, told_name_of
from helpdesk.typed_text import clean_line
from tickets.actions.make_article import make_article
from tickets.admin.asked import Asked
from tickets.admin.forms import ReplyForm
from tickets.admin.pages import act_page
from tickets.admin.panel import teams_of_desk
from tickets.admin.workspace import reply_buttons
from tickets.models import Message, Participant, Ticket
from tickets.rules import may_reply_as_customer
from tickets.sensitive import masked
from tickets.views.answers import see_other
from tickets.views.suggested import CLOSE_TO_BEST

if TYPE_CHECKING:
    from tickets.admin.ticket import TicketAdmin

TEMPLATE = "admin/tickets/ticket/articles.html"
SHOWN, OFFERED = 8, 4  # of a search; of what nobody asked for
TEXT_LIMIT = 4000  # characters of an article that are put into a reply


def articles_view(door: TicketAdmin, request: HttpRequest, ticket: Ticket) -> HttpResponse:
    """The articles that fit the ticket, or answer `find`; `use` names one to answer with. Posting makes an article of it."""
    if request.method == "POST":
        return _make(door, request, ticket)
    asker = _asker(ticket)
    order = reading_order(_language(asker), help_settings())
    asked = clean_line(request.GET.get("find", ""))[:QUERY_LIMIT]
    up_to = readable_up_to(person_of(request))
    limit = SHOWN if asked else OFFERED
    hits = search_articles(asked or _words_of(ticket), locales=order, up_to=up_to, limit=limit)
    if not asked:  # nobody asked for these: only what comes close
        hits = [hit for hit in hits if hit.score >= hits[0].score * CLOSE_TO_BEST]
    chosen = _chosen(request)
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
        chosen=chosen,
        reply_form=_reply(ticket, chosen) if chosen and may_send and _may_read(asker, chosen) else None,
        reply_url=reverse("admin:tickets_ticket_reply", args=[ticket.pk]),
        buttons=reply_buttons(asker.get_short_name() if asker else "", is_again=False),
        asker=asker,
    )


def _make(door: TicketAdmin, request: HttpRequest, ticket: Ticket) -> HttpResponse:
    asker = _asker(ticket)
    try:
        text = make_article(ticket, author=person_of(request), locale=_language(asker))
    except Refused as refusal:
        messages.error(request, str(refusal))
        return door.back(request, ticket)
    messages.success(
        request, _("A draft for the team. Take out names and numbers, then say who may read it.")
    )
    return see_other(reverse("admin:helpcenter_translation_change", args=[text.pk]))


def _asker(ticket: Ticket) -> Member | None:
    participants = Participant.objects.filter(ticket=ticket, role=Participant.Role.REQUESTER)
    asker = participants.select_related("member").first()
    return asker.member if asker else None


def _language(asker: Member | None) -> str:
    return known_locale(asker.locale if asker else "") or help_settings().default_locale


def _words_of(ticket: Ticket) -> str:
    """What the ticket is about: its category and its title, without what nobody should have typed."""
    category = getattr(ticket, "category_name", "") or ""
    return clean_line(f"{category} {masked(ticket.subject)}")[:QUERY_LIMIT]


def _chosen(request: HttpRequest) -> Translation | None:
    key = request.GET.get("use", "")
    if not key:
        return None
    texts = published_texts(readable_up_to(person_of(request)))
    is_key = key.isascii() and key.isdecimal() and len(key) < 19
    text = texts.filter(pk=int(key)).first() if is_key else None
    if text is None:
        raise Http404
    return text


def _may_read(asker: Member | None, text: Translation) -> bool:
    """Whether the customer may open the article: guests read what everybody does."""
    is_member = asker is not None and not asker.is_guest
    return text.article.visibility <= (Visibility.SIGNED_IN if is_member else Visibility.PUBLIC)


def _row(hit: Hit, asker: Member | None, may_send: bool, *, is_asked: bool) -> dict[str, Any]:
    text = hit.translation
    visibility = Visibility(text.article.visibility)
    return {
        "id": text.pk,
        "title": text.title,
        "url": article_url(text),
        "lang": text.locale,
        "dir": direction_of(text.locale),
        "language": told_name_of(text.locale),
        "readers": visibility.label if visibility else "",
        "snippet": hit.snippet if is_asked else [],
        "summary": "" if is_asked else text.summary,
        "is_usable": may_send and _may_read(asker, text),
    }


def _reply(ticket: Ticket, text: Translation) -> ReplyForm:
    """A reply with the article's words and its address, to be shortened."""
    said = Message.objects.filter(ticket=ticket, kind=Message.Kind.PUBLIC).order_by("-id")
    words = plain_text(text.html)
    cut = words if len(words) <= TEXT_LIMIT else words[:TEXT_LIMIT].rsplit("\n", 1)[0] + "\n…"
    body = "\n\n".join([text.title, cut, absolute_url(article_url(text))])
    seen = said.values_list("pk", flat=True).first() or 0
    return ReplyForm(initial={"body": body, "seen_message_id": seen}, auto_id="reply_%s")
