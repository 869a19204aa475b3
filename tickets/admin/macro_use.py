"""Macros in the workspace: chosen beside the composer, put into it to be changed, and sent with what goes with them."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from accounts.models import Member
from helpdesk.errors import Refused
from helpdesk.locales import told_name_of
from helpdesk.typed_text import key_in
from tickets.actions.macros import apply_macro, foreign_language_of, reply_of
from tickets.macro_words import changes_beside_status, changes_of
from tickets.models import Macro, MacroText, Ticket
from tickets.models.ticket import Status
from tickets.queries import macros_for
from tickets.views.answers import see_other

OWN_NAMES = {
    "macro",
    "macros",
    "mode",
    "find",
    "look",
}  # in the address of the workspace, besides those of the queue
LISTED = 200
SENDS_WITH = "sends_with"  # in the session: where the button led that was used last
SEARCHED = 10  # macros from which on a box to search them stands beside their list


@dataclass(frozen=True)
class Chosen:
    """A macro as it would be used on one ticket: its reply, what is missing in it, and what goes with it.

    `with_status` is the status that goes with the reply, `key` the form's, so that once pressed is once.
    """

    macro: Macro
    text: str
    problems: list[str]
    changes: list[str]
    with_status: str
    key: uuid.UUID


def macro_box(request: HttpRequest, ticket: Ticket, member: Member, page: dict[str, Any]) -> dict[str, Any]:
    """What the workspace shows of macros, and the composer of `page` with the chosen one in it; first among its buttons is
    the one that the macro wants, else the one that the person used last.

    The list is read only once it is asked for: a page without a macro costs no statement more.
    """
    chosen = chosen_macro(request, ticket, member, page["macro_id"])
    is_asked = not request.GET.keys().isdisjoint({"macros", "look"})
    wants_list = is_asked or ("macro" in request.GET and chosen is None)
    box = {
        "macro": chosen,
        "buttons": _buttons(page["buttons"], request.session.get(SENDS_WITH, Status.PENDING)),
        "queue_pairs": [(name, value) for name, value in request.GET.items() if name not in OWN_NAMES],
        **(macros_shown(member, request.GET.get("find", "")) if wants_list else {"macros": None}),
    }
    if chosen is None or not chosen.text or not page["may_reply"]:
        return box
    form, is_kept = page["reply_form"], page["macro_id"] == chosen.macro.pk
    if not form.is_bound and not is_kept:
        form.initial["body"] = with_text(form.initial.get("body", ""), chosen.text)
    return {**box, "mode": "public", "buttons": _buttons(box["buttons"], chosen.with_status)}


def macros_shown(member: Member, words: str) -> dict[str, Any]:
    """The macros that are offered to the member, those with all the words in name, reply or tags, LISTED at most; and what
    the box shows that searches them (`finds`), None where a glance does. One statement.
    """
    words = " ".join(words.replace("\0", "").split())[:200]
    found = list(macros_with(macros_for(member), words)[: LISTED + 1])
    is_searched = bool(words) or len(found) > SEARCHED
    finds = {"words": words, "is_none": not found, "is_cut": len(found) > LISTED, "limit": LISTED}
    return {"macros": found[:LISTED], "finds": finds if is_searched else None}


def macros_with(macros: QuerySet[Macro], words: str) -> QuerySet[Macro]:
    """Those of `macros` with each of the words in their name, in a reply or in their tags."""
    for word in words.split()[:8]:
        told = MacroText.objects.filter(body__icontains=word).values("macro")
        macros = macros.filter(Q(name__icontains=word) | Q(tags__icontains=word) | Q(pk__in=told))
    return macros


def remember_button(request: HttpRequest, status: Status) -> None:
    """Has the button that was pressed stand first from now on; solving is never done by habit."""
    is_habit = status in {Status.PENDING, Status.OPEN} and not request.POST.get("macro")
    if is_habit and request.session.get(SENDS_WITH, Status.PENDING) != status:
        request.session[SENDS_WITH] = status.value


def _buttons(buttons: list[dict[str, str]], status: str) -> list[dict[str, str]]:
    """The one that leads to `status` stands first."""
    if status == Status.ON_HOLD:
        return [{"value": status, "label": _("Send, put on hold")}, *buttons]
    return sorted(buttons, key=lambda button: button["value"] != status)


def chosen_macro(request: HttpRequest, ticket: Ticket, member: Member, kept: int | None) -> Chosen | None:
    """The macro that a form that came back names, else the address, else the draft (`kept`), when it is offered."""
    named = "" if "look" in request.GET else request.GET.get("macro", "")
    text = named or str(kept or "")
    macro = named_macro(request.POST.get("macro", "") if request.method == "POST" else text, member)
    if macro is None:
        return None
    reply = reply_of(macro, ticket, agent=member)
    changes = changes_beside_status(macro) if reply.text else changes_of(macro)
    if macro.note:
        changes.append(_("Internal note"))
    problems = _language_told(macro, ticket)
    problems += [_("Fill in {%(name)s} or remove it.") % {"name": name} for name in reply.missing]
    return Chosen(
        macro, reply.text, problems, changes, with_status=macro.status if reply.text else "", key=uuid.uuid4()
    )


def _language_told(macro: Macro, ticket: Ticket) -> list[str]:
    language = foreign_language_of(macro, ticket)
    if not language:
        return []
    told = _(
        "This ticket is in %(theirs)s, but the macro’s reply is in %(its)s. Translate it before you send it."
    )
    return [told % {"theirs": told_name_of(ticket.locale), "its": told_name_of(language)}]


def list_of_macros(request: HttpRequest, ticket: Ticket) -> HttpResponse:
    """The way to the ticket with the list of macros open."""
    pairs = [(name, str(value)) for name, value in request.GET.items() if name not in OWN_NAMES - {"mode"}]
    url = reverse("admin:tickets_ticket_change", args=[ticket.pk])
    return see_other(f"{url}?{urlencode([*pairs, ('macros', '1')])}#composer")


def use_macro(request: HttpRequest, ticket: Ticket, member: Member) -> None:
    """Does what a macro without a reply does, and says what came of it; one with a reply goes by the composer."""
    macro = named_macro(request.POST.get("macro", ""), member)
    if macro is None:
        messages.error(request, _("This macro is no longer offered."))
        return
    try:
        key = uuid.UUID(request.POST.get("key", ""))
    except ValueError:
        key = uuid.uuid4()
    try:
        apply_macro(ticket, macro=macro, actor=member, seen_message_id=0, submission_key=key)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Macro used: %(name)s.") % {"name": macro})


def with_text(body: str, text: str) -> str:
    """What stands in the box once `text` is put in: after what was written, and not a second time."""
    if not body.strip() or text in body:
        return body if body.strip() else text
    return f"{body.rstrip()}\n\n{text}"


def named_macro(text: str, member: Member) -> Macro | None:
    """The macro with this id, as it was posted, when it is offered to the member."""
    if not text:
        return None
    offered = macros_for(member).filter(pk=key_in(text))
    return offered.select_related("category").prefetch_related("texts", "category__translations").first()
