"""Check and send: everything as it will be sent, with a way back to each answer, and one button."""

import uuid
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.actions.people import find_or_add_guest
from accounts.models import Member
from accounts.queries import senders
from helpdesk.errors import Refused
from helpdesk.typed_text import without_overrides
from tickets.actions.draft import change_draft
from tickets.actions.prove import ask_for_code
from tickets.actions.submit import AlreadySent, submit_ticket
from tickets.form_reads import files_waiting, names_of_stopped, ticket_sent_with
from tickets.forms import IMPACTS
from tickets.metadata import CITES, shown_metadata
from tickets.models import Attachment, Category, RequestDraft, Ticket
from tickets.prompts import box_name, shown_answers
from tickets.queries import active_categories, find_ticket, prompts_of
from tickets.rules import may_choose_category
from tickets.sight import own_tickets
from tickets.sla.policy import preview_promise
from tickets.views.answers import keeps_words, personal, see_other
from tickets.views.closed import reason_closed
from tickets.views.drafts import draft_to_read, draft_to_write
from tickets.views.guest_session import guest_tickets
from tickets.views.limits import CODES
from tickets.views.request_checks import Wait, needs_code, new_stamp, reason_to_wait
from tickets.views.request_fixes import fixed, fixed_ready
from tickets.views.request_form import has_topics, saved_text
from tickets.views.request_notices import Written, notices_of
from tickets.views.suggested import articles_seen, tell_return
from tickets.views.topics import Topic, topic_of_category, topic_with_id
from tickets.views.uploads import member_of


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
@keeps_words
@personal
def contact_check(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """The summary of a request; posting it sends, once, whatever is pressed how often."""
    is_sending = request.method == "POST" and not getattr(request, "is_stale", False)
    draft = draft_to_write(request, key) if is_sending else draft_to_read(request, str(key))
    if draft is None:
        return _without_draft(request, key)
    if draft.ready is None:
        return see_other(form_url(draft, "check"))
    if not is_sending:
        return show_summary(request, draft)
    if fix := request.POST.get("fix"):
        return _fix(request, draft, fix)
    return _send(request, draft)


def sent_url(ticket: Ticket) -> str:
    """Where it is told what became of a request."""
    return reverse("contact_sent", args=[ticket.submission_key])


def form_url(draft: RequestDraft, *marks: str) -> str:
    """Where the form of the draft is, with everything in it."""
    topic = topic_of_category(active_categories(), draft.category_id)
    return f"{topic.url}?draft={draft.key}" + "".join(f"&{mark}" for mark in marks)


def show_summary(
    request: HttpRequest, draft: RequestDraft, *, wait: Wait | None = None, changed: bool = False
) -> HttpResponse:
    """The page with every answer; `wait` says why it was not sent just now."""
    topic = topic_of_category(active_categories(), draft.category_id)
    summary = Summary(request, draft, topic)
    page = {
        "draft": draft,
        "topic": topic,
        "rows": summary.rows(),
        "form_url": summary.url,
        "saved": saved_text(draft),
        "promise": preview_promise(
            topic.category,
            priority=summary.ready["priority"],
            audience=summary.audience,
            now=timezone.now(),
        ),
        "notices": notices_of(
            Written(request, topic.category, draft.answers, bool(summary.files), summary.url, summary.stopped)
        ),
        "wait": wait,
        "changed": changed,
        "is_stale": getattr(request, "is_stale", False),
        "again": new_stamp() if wait else "",
        "steps": {"here": 3, "all": 3} if has_topics(topic) else {"here": 2, "all": 2},
    }
    page |= articles_seen(request, topic, summary.ready["subject"])
    status = wait.status if wait else 409 if changed else 422 if page["is_stale"] else 200
    response = render(request, "portal/check.html", page, status=status)
    if wait and wait.seconds:
        response.headers["Retry-After"] = str(wait.seconds)
    return response


class Summary:
    """The rows of the summary of one checked draft."""

    def __init__(self, request: HttpRequest, draft: RequestDraft, topic: Topic) -> None:
        assert draft.ready is not None
        self.request, self.draft, self.topic = request, draft, topic
        self.ready: dict[str, Any] = draft.ready
        self.url = f"{topic.url}?draft={draft.key}"

    @cached_property
    def audience(self) -> str:
        """The audience that was chosen; empty where none is asked for."""
        if not self.ready["sender"]:
            return ""
        return next((one.audience for one in senders() if one.pk == self.ready["sender"]), "")

    def rows(self) -> list[dict[str, Any]]:
        """As `partials/summary_list.html` shows them, in the order of the form."""
        ready = self.ready
        impact = next((str(words) for value, words in IMPACTS if value == ready.get("impact")), "")
        rows = [
            *self._topic(),
            self._row(_("Title"), ready["subject"], "subject"),
            self._row(_("What happened"), ready["body"], "body"),
            *self._asked(),
            self._row(_("How it affects you"), impact, "impact_0"),
            self._row(_("Attachments"), self._files(), "files"),
            *self._further(),
            self._row(_("Added for you"), self._added(), "device"),
        ]
        if ready["sender"]:
            rows.append(self._row(_("Which of these fits you"), self.audience, "sender"))
        return [*rows, *self._person()]

    def _topic(self) -> list[dict[str, Any]]:
        if not has_topics(self.topic):
            return []
        url = f"{reverse('contact')}?draft={self.draft.key}"
        return [self._row(_("Topic"), " › ".join(self.topic.names), url=url)]

    def _asked(self) -> list[dict[str, Any]]:
        prompts = prompts_of(self.topic.trail)
        shown = {fact["short"]: fact["value"] for fact in shown_answers(self.ready["fields"], prompts)}
        return [self._row(prompt.label, shown.get(prompt.key, ""), box_name(prompt)) for prompt in prompts]

    def _further(self) -> list[dict[str, Any]]:
        further = [
            (_("Links"), "\n".join(self.ready["links"]), "links"),
            (_("Earlier ticket"), self.ready["metadata"].get(CITES, ""), "cites"),
        ]
        return [self._row(key, value, field) for key, value, field in further if value]

    def _added(self) -> str:
        return " · ".join(fact["value"] for fact in shown_metadata(self.ready["metadata"]))

    def _person(self) -> list[dict[str, Any]]:
        if member := member_of(self.request):
            return [{"key": _("We write back to"), "value": member.email}]
        ready = self.ready
        return [
            self._row(_("We write back to"), ready["email"], "email"),
            self._row(_("Name"), ready["name"], "name"),
        ]

    @cached_property
    def files(self) -> list[Attachment]:
        """What waits to be sent with it."""
        return files_waiting(self.draft.key, member_of(self.request))

    @property
    def stopped(self) -> tuple[str, ...]:
        """The names of the files that have not arrived whole."""
        return tuple(names_of_stopped(self.draft.key, member_of(self.request)))

    def _files(self) -> str:
        files = self.files
        if not files:
            return ""
        words = ngettext("%(count)d file, %(size)s", "%(count)d files, %(size)s", len(files))
        size = filesizeformat(sum(file.size for file in files))
        return "\n".join([words % {"count": len(files), "size": size}, *(file.name for file in files)])

    def _row(self, key: str, value: str, field: str = "", *, url: str = "") -> dict[str, Any]:
        row: dict[str, Any] = {
            "key": key,
            "value": without_overrides(value),
            "url": url or f"{self.url}#id_{field}",
            "action": _("Change"),
        }
        return row if value else row | {"missing": _("Not provided")}


def _without_draft(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Sent already: what became of it. Else it may be the draft of somebody who has to sign in first."""
    if sent := ticket_sent_with(key):
        return see_other(sent_url(sent))
    if member_of(request) is None and RequestDraft.objects.filter(key=key, member__isnull=False).exists():
        return redirect_to_login(request.path, reverse("account_login"))
    raise Http404


def _send(request: HttpRequest, draft: RequestDraft) -> HttpResponse:
    ready = draft.ready or {}
    category = _category_of(draft)
    if str(draft.revision) != request.POST.get("seen", str(draft.revision)):
        return show_summary(request, draft, changed=True)
    is_signed_in = draft.member_id is not None
    if category and not may_choose_category(category, is_signed_in=is_signed_in):
        return see_other(form_url(draft, "check"))
    if not is_signed_in and not ready["email"]:
        return see_other(form_url(draft, "check"))
    if wait := reason_closed() or reason_to_wait(request, draft.answers):
        return show_summary(request, draft, wait=wait)
    if not is_signed_in and needs_code(request, ready["email"]):
        return _ask_for_code(request, draft)
    return send_out(request, draft)


def send_out(request: HttpRequest, draft: RequestDraft, *, is_address_proven: bool = False) -> HttpResponse:
    """Makes the ticket of a checked draft that may be sent now; `is_address_proven` says that a mailed code was typed."""
    try:
        ticket = _submit(request, draft, draft.ready or {}, _category_of(draft), is_address_proven)
    except AlreadySent as before:
        ticket = before.ticket
    except Refused as refusal:
        return show_summary(request, draft, wait=Wait(str(refusal.message)))
    draft.delete()
    tell_return(request)
    return see_other(sent_url(ticket))


def _ask_for_code(request: HttpRequest, draft: RequestDraft) -> HttpResponse:
    try:
        ask_for_code(draft.key, **code_wishes(draft))
    except Refused as refusal:
        return show_summary(
            request, draft, wait=Wait(str(refusal.message), status=429, seconds=CODES.seconds)
        )
    return see_other(reverse("contact_code", args=[draft.key]))


def code_wishes(draft: RequestDraft) -> dict[str, Any]:
    """Where the code of a draft goes, and who writes it in which language."""
    ready = draft.ready or {}
    sender = next((one for one in senders() if one.pk == ready["sender"]), None)
    return {"email": ready["email"], "sender": sender, "locale": get_language() or ""}


def _fix(request: HttpRequest, draft: RequestDraft, fix: str) -> HttpResponse:
    """A press beside a notice: the draft is changed as the button says, and shown again."""
    category = draft.category
    if fix.startswith("topic:"):
        chosen = topic_with_id(active_categories(), fix.removeprefix("topic:"))
        category = chosen or category
    change_draft(
        draft,
        fixed(draft.answers, fix),
        category=category,
        replaced=draft.replaced,
        ready=fixed_ready(draft.ready or {}, fix),
    )
    return see_other(request.path)


def _submit(
    request: HttpRequest,
    draft: RequestDraft,
    ready: dict[str, Any],
    category: Category | None,
    is_address_proven: bool,
) -> Ticket:
    member = member_of(request)
    return submit_ticket(
        requester=member or _guest(ready),
        is_proven=member is not None or is_address_proven,
        subject=ready["subject"],
        body=ready["body"],
        category=category,
        submission_key=draft.key,
        priority=ready["priority"],
        sender=next((one for one in senders() if one.pk == ready["sender"]), None),
        locale=get_language() or "",
        links=ready["links"],
        fields=ready["fields"],
        metadata=ready["metadata"],
        follows=_followed(request, member, ready["follows"]),
    )


def _category_of(draft: RequestDraft) -> Category | None:
    """The category with its names as the process remembers it; read anew when it is offered no longer."""
    return topic_of_category(active_categories(), draft.category_id).category or draft.category


def _guest(ready: dict[str, Any]) -> Member:
    return find_or_add_guest(ready["email"], name=ready["name"], locale=get_language() or "")


def _followed(request: HttpRequest, member: Member | None, number: str) -> Ticket | None:
    if not number:
        return None
    tickets = own_tickets(member) if member else guest_tickets(request)
    return find_ticket(tickets, number, request.tenant.prefix)  # type: ignore[attr-defined]
