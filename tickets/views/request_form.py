"""The form of a request: what was typed or uploaded survives every answer, and comes back with the draft."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import time_format
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from accounts.queries import senders
from helpcenter.incidents import banner_for
from helpdesk.errors import Refused
from helpdesk.typed_text import clean_line, clean_text
from tickets.actions.draft import (
    Typed,
    begin_draft,
    change_draft,
    drop_draft,
    drop_twins,
    merge,
)
from tickets.device import device_of
from tickets.form_reads import ticket_sent_with
from tickets.forms import DEVICE_LIMIT, SubmissionForm
from tickets.metadata import BOXES
from tickets.models import Message, RequestDraft, Ticket
from tickets.models.ticket import Priority
from tickets.queries import find_ticket, prompts_of
from tickets.rules import may_choose_category
from tickets.sight import own_tickets
from tickets.sla.policy import preview_promise
from tickets.views.answers import see_other
from tickets.views.articles_first import articles_first
from tickets.views.closed import closed_words
from tickets.views.drafts import draft_to_read, draft_to_write, typed_answers, unfinished_draft
from tickets.views.guest_session import guest_tickets
from tickets.views.limits import DRAFTS
from tickets.views.request_checks import is_stamped, new_stamp
from tickets.views.request_fixes import KEPT, fixed, text_to_attach, with_text_as_file
from tickets.views.request_notices import Written, notices_of
from tickets.views.suggested import articles_for
from tickets.views.topics import Topic
from tickets.views.uploads import (
    Draft,
    keep_uploads,
    limits_text,
    remember_form,
    remove_upload,
    tell_refusals,
)

HIDDEN = ("started", "website", "follows", KEPT)  # kept with the draft, beside the boxes


def request_page(request: HttpRequest, topic: Topic) -> HttpResponse:
    """Shows the form of `topic`, or takes what was posted with it."""
    page = RequestPage(request, topic)
    if request.method == "POST":
        return page.receive()
    if not page.may_send:
        return render(request, "portal/sign_in_first.html", {"topic": topic, "crumbs": page.crumbs})
    return articles_first(request, topic) or page.open()


class RequestPage:
    """One request for the form of one topic."""

    def __init__(self, request: HttpRequest, topic: Topic) -> None:
        self.request = request
        self.topic = topic
        self.draft = Draft.of(request)
        self.row: RequestDraft | None = None
        self.senders = senders()
        # Begun while signed in, posted by nobody: the session ended in between.
        self.is_session_over = request.POST.get("who") == "member" and self.draft.member is None

    @property
    def may_send(self) -> bool:
        """Whether the topic is open to this person."""
        category = self.topic.category
        return category is None or may_choose_category(category, is_signed_in=self.draft.member is not None)

    @property
    def crumbs(self) -> list[dict[str, str]]:
        """The way here."""
        return [{"label": _("Contact us"), "url": reverse("contact")}, *self.topic.crumbs]

    @cached_property
    def follows(self) -> Ticket | None:
        """The earlier ticket of this person that the request goes on with."""
        kept = self.row.answers.get("follows", "") if self.row else ""
        number = self.request.POST.get("follows") or self.request.GET.get("follows") or kept
        if not number:
            return None
        try:
            return find_ticket(self._own_tickets(), number, self.request.tenant.prefix)  # type: ignore[attr-defined]
        except Refused:
            return None

    def open(self) -> HttpResponse:
        """The form with what this person typed here before, else with what the address brings."""
        if key := self.request.GET.get("draft"):
            self.row = draft_to_read(self.request, key)
        else:
            number = self.request.GET.get("follows", "")
            self.row = unfinished_draft(self.request, self.topic.category, follows=number)
        if self.row is None:
            return self.show(self._form(initial=self._first_answers()))
        self.draft = Draft(self.row.key, self.draft.member)
        if "check" in self.request.GET:  # sent back from the summary: say what is missing
            return self.show(self._form(self.row.answers))
        return self.show(self._form(initial=self.row.answers))

    def receive(self) -> HttpResponse:
        """Takes what was posted: files first, then the words, then the pressed button."""
        sent = self._find_draft()
        if "clear" in self.request.POST:
            return self._clear()
        typed = typed_answers(self.request, (*self._names(), *HIDDEN))
        is_writing = bool({"upload", "remove", "save", "fix"} & self.request.POST.keys())
        if sent and not is_writing and self._was_sent_so(sent, typed):
            return see_other(reverse("contact_sent", args=[sent.submission_key]))
        refusals = self._keep_files()
        typed = self._fixed(typed, refusals)
        answers, replaced = merge(self.row, Typed(typed, self._seen()))
        form = self._form(answers)
        replaced = {name: text for name, text in replaced.items() if form.is_typed(name)}
        if self.row and "told" not in self.request.POST:  # the page with the other texts was not seen yet
            replaced |= self.row.replaced
        if "save" in self.request.POST:
            return self._saved(answers, replaced, sent)
        self._find_faults(form, refusals, is_writing=is_writing)
        is_ready = not (is_writing or form.errors or replaced or sent)
        if not self._keep(answers, replaced, form.ready() | self._facts() if is_ready else None):
            return self._too_many(form)
        if is_ready:
            return see_other(reverse("contact_check", args=[self.draft.key]))
        status = 422 if form.errors else 409 if sent or replaced else 200
        return self.show(form, status=status, sent=sent)

    def show(self, form: SubmissionForm, *, status: int = 200, sent: Ticket | None = None) -> HttpResponse:
        """The page with the form; `sent` is what an earlier sending of it became."""
        category, row = self.topic.category, self.row
        answers = row.answers if row else {}
        page: dict[str, Any] = {
            "form": form,
            "topic": self.topic,
            "crumbs": self.crumbs if has_topics(self.topic) else [],
            "key": self.draft.key,
            "row": row,
            "is_kept": row is not None,
            "saved": saved_text(row) if row else "",
            "started": self._started(answers.get("started", "")),
            "files": self.draft.rows(),
            "limits": limits_text(),
            "promise": preview_promise(
                category, priority=Priority.NORMAL, audience=self._audience(form), now=timezone.now()
            ),
            "follows": self.follows,
            "replaced": self._replaced(form),
            "suggested": articles_for(self.request, self.topic, self._title(form)),
            "notices": notices_of(Written(self.request, category, answers)),
            "kept": answers.get(KEPT, ""),
            "sent": sent,
            "may_send": self.may_send,
            "is_session_over": self.is_session_over,
            "steps": steps_of(self.topic),
            "incident": banner_for(self.request),
            "added_errors": any(field.errors for field in form.added),
            "more_open": any(form[name].errors or form[name].value() for name in ("links", "cites")),
        }
        return render(self.request, "portal/contact.html", page, status=status)

    def _audience(self, form: SubmissionForm) -> str:
        """The audience chosen so far; empty where none is asked for."""
        chosen = str(form["sender"].value()) if "sender" in form.fields else ""
        return next((sender.audience for sender in self.senders if str(sender.pk) == chosen), "")

    def _title(self, form: SubmissionForm) -> str:
        return clean_line(str(form["subject"].value() or ""))

    def _find_draft(self) -> Ticket | None:
        """The person's draft of the posted key, or what it became; a key that is not theirs gives way to a new one."""
        self.row = draft_to_write(self.request, self.draft.key)
        if self.row:
            return None
        sent = ticket_sent_with(self.draft.key)
        if sent or self.is_session_over:
            self.draft = self.draft.renewed()
        return sent

    def _was_sent_so(self, sent: Ticket, typed: dict[str, str]) -> bool:
        """Whether the ticket began with these very words: the form was posted once more."""
        form = self._form(typed)
        if not form.is_valid():
            return False
        words = form.ready()
        first = Message.objects.filter(submission_key=sent.submission_key).values_list("body", flat=True)
        return (sent.subject, list(first)) == (words["subject"], [clean_text(words["body"])])

    def _seen(self) -> int:
        posted = self.request.POST.get("seen", "")
        return int(posted) if posted.isascii() and posted.isdigit() and len(posted) < 10 else 0

    def _keep_files(self) -> list[str]:
        refusals = keep_uploads(self.request, self.draft)
        if self.request.FILES:
            drop_twins(self.draft.key, self.draft.member)
        if "remove" in self.request.POST:
            remove_upload(self.request, self.draft)
        return refusals

    def _fixed(self, typed: dict[str, str], refusals: list[str]) -> dict[str, str]:
        """The answers after the press of a button beside a notice."""
        file = text_to_attach(self.request)
        if file is None:
            return fixed(typed, self.request.POST.get("fix", ""))
        try:
            longer = with_text_as_file(self.request, file, self.draft, typed)
        except Refused as refusal:
            refusals.append(str(refusal))
            return typed
        remember_form(self.request, self.draft.key)
        return longer

    def _find_faults(self, form: SubmissionForm, refusals: list[str], *, is_writing: bool) -> None:
        if is_writing:
            form.errors.clear()
        tell_refusals(form, refusals)
        if getattr(self.request, "is_stale", False):
            form.add_error(
                None, _("This page was open for too long. Nothing is lost: press “Continue” once more.")
            )
        if self.is_session_over and not is_writing:
            form.errors.pop("email", None)  # it was not asked for
            form.add_error(
                None, _("You are signed out. Nothing is lost: sign in, or go on without an account.")
            )
        if not self.may_send and not is_writing:
            form.add_error(None, _("Sign in to send a request on this topic."))
        if (closed := closed_words()) and not is_writing:
            form.add_error(None, closed)

    def _keep(self, answers: dict[str, str], replaced: dict[str, str], ready: dict[str, Any] | None) -> bool:
        """Stores the draft; whether this address has not begun too many."""
        category = self.topic.category
        if self.row:
            change_draft(self.row, answers, category=category, replaced=replaced, ready=ready)
            return True
        if not DRAFTS.spend(self.request):
            return False
        before = Draft.of(self.request).key if self.is_session_over else None
        for _attempt in range(2):
            self.row = begin_draft(
                self.draft.key, self.draft.member, category, answers, ready=ready, continues=before
            )
            if self.row:
                break
            self.draft = self.draft.renewed()  # the key was somebody else's
        if self.draft.member is None:
            remember_form(self.request, self.draft.key)
        return True

    def _saved(self, answers: dict[str, str], replaced: dict[str, str], sent: Ticket | None) -> JsonResponse:
        """The answer to the script that saves while somebody types; `over` stops it."""
        if sent:
            told = _("You sent this form before. What you write now is kept when you press “Continue”.")
            return JsonResponse({"over": True, "told": told}, status=409)
        if self.is_session_over:
            told = _("You are signed out. Press “Continue” to keep what you typed.")
            return JsonResponse({"over": True, "told": told}, status=403)
        if not self._keep(answers, replaced, None) or self.row is None:
            return JsonResponse({"over": True, "told": _("Not saved yet.")}, status=429)
        told = saved_text(self.row)
        if replaced:
            told = _("%(saved)s. You wrote in this form in another tab as well: “Continue” shows both texts.")
            told %= {"saved": saved_text(self.row)}
        facts = {"key": self.row.key, "seen": self.row.revision, "told": told}
        return JsonResponse(facts, status=409 if replaced else 200)

    def _clear(self) -> HttpResponse:
        if self.row:
            drop_draft(self.row)
        return see_other(self.topic.url)

    def _too_many(self, form: SubmissionForm) -> HttpResponse:
        text = _("Too many forms were begun from your network. Try again at %(time)s.")
        form.add_error(None, text % {"time": time_format(timezone.localtime(DRAFTS.ends_at()), "H:i")})
        response = self.show(form, status=429)
        response.headers["Retry-After"] = str(DRAFTS.seconds_left())
        return response

    def _facts(self) -> dict[str, Any]:
        return {"follows": self.follows.number if self.follows else ""}

    def _replaced(self, form: SubmissionForm) -> list[dict[str, str]]:
        replaced = self.row.replaced if self.row else {}
        return [
            {"label": str(form.fields[name].label), "text": text}
            for name, text in replaced.items()
            if form.is_typed(name)
        ]

    def _started(self, before: str) -> str:
        mark = self.request.POST.get("started", before)
        return mark if is_stamped(mark) else new_stamp()

    def _first_answers(self) -> dict[str, Any]:
        own = self.draft.member.audience_id if self.draft.member else None
        chosen = own or next((sender.pk for sender in self.senders if sender.is_default), "")
        subject = self.follows.subject if self.follows else clean_line(self.request.GET.get("title", ""))
        told = {name: self.request.GET[name][:DEVICE_LIMIT] for name in BOXES if name in self.request.GET}
        return {"sender": chosen, "subject": subject, **device_of(self.request.headers), **told}

    def _names(self) -> list[str]:
        prompts = prompts_of(self.topic.trail)
        return SubmissionForm.names(member=self.draft.member, senders=self.senders, prompts=prompts)

    def _form(self, *args: Any, **options: Any) -> SubmissionForm:
        prompts = prompts_of(self.topic.trail)
        return SubmissionForm(
            *args,
            member=self.draft.member,
            senders=self.senders,
            prompts=prompts,
            cited=self._cited,
            **options,
        )

    def _cited(self, text: str) -> str:
        ticket = find_ticket(self._own_tickets(), text, self.request.tenant.prefix)  # type: ignore[attr-defined]
        if ticket is None:
            raise Refused(_("We can't find this number among your tickets. Check it, or leave it empty."))
        return ticket.number

    def _own_tickets(self) -> QuerySet[Ticket]:
        return own_tickets(self.draft.member) if self.draft.member else guest_tickets(self.request)


def steps_of(topic: Topic) -> dict[str, int]:
    """Where the form stands on the way: the third page is the summary; without topics there is no first one."""
    return {"here": 2, "all": 3} if has_topics(topic) else {"here": 1, "all": 2}


def has_topics(topic: Topic) -> bool:
    """Whether there is anything to choose from: else the form stands where the topics would."""
    return topic.url != reverse("contact")


def saved_text(row: RequestDraft) -> str:
    """When the draft was kept last."""
    local = timezone.localtime(row.updated_at)
    return _("Saved %(time)s") % {"time": time_format(local, "H:i")}
