"""The desk's doors to acting on many tickets: the bar below the queue, what it asks first, and the page of a run."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.db.models import Count, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Member
from helpdesk.counts import capped_counts, count_text
from helpdesk.errors import Refused
from helpdesk.later import LaterResponse
from helpdesk.tenancy import current_tenant_id, tenant_scope
from helpdesk.typed_text import key_in
from tickets.actions.bulk import begin_run, begin_undo, carry_on, hand_over, may_undo
from tickets.actions.bulk_acts import UNDOABLE
from tickets.admin.asked import Asked, heading
from tickets.admin.bulk_asks import Press, change_title
from tickets.admin.bulk_forms import Wanted, choices, wanted
from tickets.admin.bulk_told import told, told_of
from tickets.admin.narrow import chips_of
from tickets.admin.panel import teams_of_desk
from tickets.admin.search import search
from tickets.models import BulkItem, BulkRun, Ticket
from tickets.queries import tickets_visible_to
from tickets.sensitive import masked
from tickets.views.answers import see_other

if TYPE_CHECKING:
    from tickets.admin.ticket import TicketAdmin

AT_ONCE = 100  # tickets done while the person waits; more are asked about and left to the worker
SHOWN = 100  # skipped tickets on one page
OFFERED = dt.timedelta(seconds=30)  # how long the queue offers to undo; the run's own page does for a day
SAME_PRESS = dt.timedelta(seconds=60)
ASK, RUN = "admin/tickets/ticket/bulk_ask.html", "admin/tickets/ticket/bulk_run.html"
PROGRESS = "admin/tickets/ticket/bulk_progress.html"
Act = BulkRun.Act


def bulk_bar(request: HttpRequest, member: Member) -> dict[str, Any]:
    """What the queue shows of acting on many: the list of acts, and what the last one came to, for 30 seconds."""
    said = key_in(request.GET.get("run", ""))
    run = runs_of(member).filter(pk=said).first() if said else None
    is_news = run is not None and run.is_finished and run.ended_ago <= OFFERED
    return {"bulk_acts": choices(), "bulk_key": uuid.uuid4(), "bulk_done": outcome(run) if is_news else None}  # type: ignore[arg-type]


def act_on_many(door: TicketAdmin, request: HttpRequest, member: Member, asked: Asked) -> HttpResponseBase:
    """Does what the bar asks for: a few tickets at once, more than AT_ONCE by the worker after a question.

    Without an act, or with one that needs to know more, a page asks; it keeps what was chosen.
    """
    if request.method != "POST":
        return see_other(asked.url())
    tickets = chosen(request, member, asked)
    count = capped_counts([tickets])[0]
    if not count:
        messages.error(request, _("Choose at least one ticket."))
        return see_other(asked.url())
    is_answer = "sure" in request.POST and "look" not in request.POST
    data, words = request.POST if is_answer else None, request.POST.get("find", "")
    press = Press(member, teams_of_desk(request), tickets, data, words)
    try:
        wish = wanted(request.POST.get("act", ""), press)
    except Refused as refusal:  # another act may still be done to what was chosen
        return _ask(door, request, asked, None, count, error=str(refusal))
    if wish is None or not _is_ready(wish, count, _promised(request, count), is_answer=is_answer):
        return _ask(door, request, asked, wish, count)
    wishes, tickets = (wish.form.wishes(), wish.form.among(tickets)) if wish.form else (wish.wishes, tickets)
    key = _key(request, wish.act, wishes, member)
    try:
        run = begin_run(member, act=wish.act, wishes=wishes, tickets=tickets, key=key, query=asked.query())
    except Refused as refusal:
        messages.error(request, str(refusal))
        return see_other(asked.url())
    return go(run)


def show_run(door: TicketAdmin, request: HttpRequest, member: Member, run_id: int) -> HttpResponse:
    """How far a run is, and what was skipped and why. Only for who asked for it."""
    run = _run_of(member, run_id)
    context = {
        **door.admin_site.each_context(request),
        **run_page(run, member, after=request.GET.get("after", ""), is_same="same" in request.GET),
        "opts": door.opts,
    }
    return TemplateResponse(request, RUN, context)


def show_progress(request: HttpRequest, member: Member, run_id: int) -> HttpResponse:
    """The part of the page that changes while the run is under way."""
    return TemplateResponse(request, PROGRESS, run_page(_run_of(member, run_id), member, after=""))


def undo_run(request: HttpRequest, member: Member, run_id: int) -> HttpResponseBase:
    """Puts back what the run changed, but for tickets that somebody changed since."""
    run = _run_of(member, run_id)
    if request.method != "POST":
        return see_other(url_of_run(run))
    try:
        return go(begin_undo(run, key=uuid.uuid4()))
    except Refused as refusal:
        messages.error(request, str(refusal))
        return see_other(url_of_run(run))


def chosen(request: HttpRequest, member: Member, asked: Asked) -> QuerySet[Ticket]:
    """The tickets that were ticked, or all that the list in the address holds; only what the member may see."""
    if request.POST.get("all") == "1":
        return search(replace(asked, place=None), member, teams_of_desk(request)).tickets
    ids = {key for text in request.POST.getlist("ticket") if (key := key_in(text))}
    return tickets_visible_to(member).filter(pk__in=ids)


def runs_of(member: Member) -> QuerySet[BulkRun]:
    """What the member asked for; `same` is how many of its tickets were so already."""
    same = Q(items__outcome=BulkItem.Outcome.SKIPPED, items__reason="")
    runs = BulkRun.objects.filter(actor=member).select_related("undoes")
    return runs.annotate(same=Count("items", filter=same))


def url_of_run(run: BulkRun) -> str:
    """The address of the run's page."""
    return reverse("admin:tickets_ticket_run", args=[run.pk])


def outcome(run: BulkRun) -> dict[str, Any]:
    """What a finished run came to, in sentences, and the ways on. `run` is one of `runs_of`."""
    same: int = run.same  # type: ignore[attr-defined]
    left = run.skipped - same
    changed = ngettext("%(count)s ticket changed.", "%(count)s tickets changed.", run.done)
    skipped = ngettext(
        "%(count)s ticket was left as it is.", "%(count)s tickets were left as they are.", left
    )
    so_already = ngettext("%(count)s ticket was so already.", "%(count)s tickets were so already.", same)
    return {
        "what": told(run),
        "changed": changed % {"count": run.done},
        "skipped": skipped % {"count": left} if left else "",
        "same": so_already % {"count": same} if same else "",
        "is_whole": run.done > 0 and not left,
        "url": url_of_run(run),
        "undo_url": reverse("admin:tickets_ticket_run_undo", args=[run.pk]) if can_undo(run) else "",
    }


def can_undo(run: BulkRun) -> bool:
    """Whether the page offers to undo the run: it may be undone, and was not."""
    return may_undo(run) and not BulkRun.objects.filter(undoes=run).exists()


def run_page(run: BulkRun, member: Member, *, after: str, is_same: bool = False) -> dict[str, Any]:
    """What the page of a run shows. Six statements at most, however many tickets there are.

    Tickets that were so already are told as a number beside those that something kept from the act; by themselves, and
    with `is_same`, they are the rows.
    """
    came = outcome(run)
    is_same = bool(came["same"] and (is_same or not came["skipped"]))
    skipped = run.items.filter(outcome=BulkItem.Outcome.SKIPPED, pk__gt=key_in(after)).order_by("pk")
    skipped = skipped.filter(reason="") if is_same else skipped.exclude(reason="")
    found = list(skipped.select_related("ticket").defer("ticket__fields", "ticket__metadata")[: SHOWN + 1])
    ids = [item.ticket_id for item in found]
    seen = set(tickets_visible_to(member).filter(pk__in=ids).values_list("pk", flat=True))
    return {
        "title": told(run),
        "run": run,
        "looked_at": run.done + run.skipped,
        "outcome": came,
        "is_same": is_same,
        "rows": [_row(item, is_seen=item.ticket_id in seen) for item in found[:SHOWN]],
        "older_url": _place_after(found[SHOWN - 1], is_same=is_same) if len(found) > SHOWN else "",
        "back_url": back_url(run.query),
        "progress_url": reverse("admin:tickets_ticket_run_progress", args=[run.pk]),
    }


def back_url(query: str, *, run: BulkRun | None = None) -> str:
    """The queue that the person came from; with `run` it tells what came of it."""
    parts = [query] if query else []
    parts += [f"run={run.pk}"] if run else []
    url = reverse("admin:tickets_ticket_changelist")
    return f"{url}?{'&'.join(parts)}" if parts else url


def _promised(request: HttpRequest, count: int) -> int:
    """How many tickets the person was told of: what is ticked one sees, of a whole list the page gave a number, or none."""
    return key_in(request.POST.get("promised", "")) if request.POST.get("all") == "1" else count


def _is_ready(wish: Wanted, count: int, promised: int, *, is_answer: bool) -> bool:
    """Whether nothing needs to be asked any more. More than were promised is asked about, however few it is."""
    if wish.form is None:
        return is_answer or count <= min(promised, AT_ONCE)
    return is_answer and wish.form.is_valid()


def _ask(
    door: TicketAdmin,
    request: HttpRequest,
    asked: Asked,
    wish: Wanted | None,
    count: int,
    *,
    error: str = "",
) -> HttpResponse:
    """Asks what, or with what, or whether really: everything chosen so far stands in the page."""
    is_wrong = bool(wish and wish.form and wish.form.errors)
    title_of = wish.form.title if wish and wish.form else change_title
    act = request.POST.get("act", "")
    context = {
        **door.admin_site.each_context(request),
        "opts": door.opts,
        "title": title_of(count, count_text(count)),
        "error": [("bulk-act", error)] if error else [],
        "form": wish.form if wish else None,
        "what": told_of(wish.act, wish.wishes) if wish and not wish.form else "",
        "act": act if wish else "",
        "bulk_acts": choices(),
        "is_many": count > AT_ONCE,
        "is_all": request.POST.get("all") == "1",
        "list_name": heading(asked),
        "facts": [chip["label"] for chip in chips_of(asked)],
        "ids": sorted({text for text in request.POST.getlist("ticket") if text.isascii() and text.isdigit()}),
        "key": request.POST.get("key", ""),
        "query": asked.query(),
        "back_url": asked.url(),
    }
    return TemplateResponse(request, ASK, context, status=422 if is_wrong or error else 200)


def go(run: BulkRun) -> HttpResponseBase:
    """Does a small run after this request's transaction; leaves a large one to the worker."""
    if run.is_finished:
        return see_other(_url_after(run))
    if run.total > AT_ONCE:
        hand_over(run)
        return see_other(url_of_run(run))
    tenant_id, lease = current_tenant_id(), run.leased_until

    def finish() -> HttpResponse:
        carry_on(run.pk, tenant_id=tenant_id, lease=lease)
        with tenant_scope(tenant_id):
            run.refresh_from_db()
            return see_other(_url_after(run))

    return LaterResponse(finish)


def _url_after(run: BulkRun) -> str:
    """The queue with what came of it; the run's own page while it is under way, and for an undo that left something."""
    if not run.is_finished or (run.act == Act.UNDO and run.skipped):
        return url_of_run(run)
    return back_url(run.query, run=run)


def _key(request: HttpRequest, act: str, wishes: Mapping[str, Any], member: Member) -> uuid.UUID:
    """The same for the same form pressed twice, another for another choice on the same page.

    What only sets something may be asked for again from a page gone back to; a macro, which may write, may not.
    """
    try:
        form = uuid.UUID(request.POST.get("key", ""))
    except ValueError:
        return uuid.uuid4()
    named = repr(
        (act, sorted(wishes.items()), sorted(request.POST.getlist("ticket")), request.POST.get("all"))
    )
    key = uuid.uuid5(form, named)
    before = BulkRun.objects.filter(key=key).first()
    if before is None or before.actor_id != member.pk:
        return key if before is None else uuid.uuid4()
    return uuid.uuid4() if act in UNDOABLE and before.ended_ago > SAME_PRESS else key


def _run_of(member: Member, run_id: int) -> BulkRun:
    run = runs_of(member).filter(pk=run_id).first()
    if run is None:
        raise Http404
    return run


def _place_after(item: BulkItem, *, is_same: bool) -> str:
    return f"?same=1&after={item.pk}" if is_same else f"?after={item.pk}"


def _row(item: BulkItem, *, is_seen: bool) -> dict[str, str]:
    url = reverse("admin:tickets_ticket_change", args=[item.ticket_id]) if is_seen else ""
    title = masked(item.ticket.subject) if is_seen else ""
    return {
        "number": item.ticket.number,
        "title": title,
        "url": url,
        "reason": item.reason or _("Nothing to change: it was so already."),
    }
