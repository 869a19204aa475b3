"""The form of a request: what was typed or uploaded survives every answer, and it is sent once."""

from typing import Any

from django.conf import settings
from django.core.signing import BadSignature, TimestampSigner
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import time_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.actions.people import find_or_add_guest
from accounts.models import Member
from accounts.queries import senders
from helpdesk.errors import Refused
from tickets.actions.submit import AlreadySent, submit_ticket
from tickets.forms import SubmissionForm
from tickets.models import Ticket
from tickets.models.ticket import Priority
from tickets.queries import find_ticket, own_tickets, ticket_sent_with
from tickets.rules import may_choose_category
from tickets.sla.policy import preview_promise
from tickets.views.answers import see_other
from tickets.views.guest_session import guest_tickets
from tickets.views.limits import SUBMISSIONS
from tickets.views.topics import Topic
from tickets.views.uploads import (
    Draft,
    drop_leftovers,
    keep_uploads,
    limits_text,
    remove_upload,
    tell_refusals,
)

# Sent faster than a person can, or with the box filled that people don't see: the form is shown once more.
TRAP_SECONDS = 2
TRAP_FROM = 3  # requests of one address in an hour; a few fast ones harm nobody
stamp = TimestampSigner(salt="tickets.request")


def request_page(request: HttpRequest, topic: Topic) -> HttpResponse:
    """Shows the form of `topic`, or takes what was sent with it."""
    page = RequestPage(request, topic)
    if request.method == "POST":
        return page.receive()
    if not page.may_send:
        return render(request, "portal/sign_in_first.html", {"topic": topic, "crumbs": page.crumbs})
    return page.show(page.blank_form())


class RequestPage:
    """One request for the form of one topic."""

    def __init__(self, request: HttpRequest, topic: Topic) -> None:
        self.request = request
        self.topic = topic
        self.draft = Draft.of(request)
        self.senders = list(senders())
        self.follows = self._followed_ticket()

    @property
    def may_send(self) -> bool:
        """Whether the topic is open to this person."""
        category = self.topic.category
        return category is None or may_choose_category(category, is_signed_in=self.draft.member is not None)

    @property
    def crumbs(self) -> list[dict[str, str]]:
        """The way here."""
        return [{"label": _("Contact us"), "url": reverse("contact")}, *self.topic.crumbs]

    def blank_form(self) -> SubmissionForm:
        """The form before anything is typed; a follow-up begins with the title of the earlier ticket."""
        chosen = next((sender.pk for sender in self.senders if sender.is_default), "")
        title = self.follows.subject if self.follows else ""
        return self._form(initial={"sender": chosen, "subject": title})

    def receive(self) -> HttpResponse:
        """Takes what was posted: files first, then the pressed button."""
        sent = ticket_sent_with(self.draft.key)
        form = self._form(self.request.POST)
        if {"upload", "remove"} & self.request.POST.keys():
            return self._keep_writing(form, is_sent=sent is not None)
        refusals = [] if sent else keep_uploads(self.request, self.draft)
        tell_refusals(form, refusals)
        self._ask_to_sign_in(form)
        if not form.is_valid():
            return self.show(form, status=422)
        if sent is None and self._looks_automatic():
            form.add_error(
                None, _("We couldn't tell whether a person sent this. Press “Send request” again.")
            )
            return self.show(form, status=422)
        if sent is None and not SUBMISSIONS.spend(self.request):
            return self._too_many(form)
        return self._send(form)

    def show(self, form: SubmissionForm, *, status: int = 200, sent: Ticket | None = None) -> HttpResponse:
        """The page with the form; `sent` is what an earlier sending of it became."""
        category = self.topic.category
        page: dict[str, Any] = {
            "form": form,
            "topic": self.topic,
            "crumbs": self.crumbs if self.topic.trail else [],
            "key": self.draft.key,
            "started": self._started(),
            "files": self.draft.rows(),
            "limits": limits_text(),
            "promise": preview_promise(category, priority=Priority.NORMAL, now=timezone.now()),
            "follows": self.follows,
            "sent": sent,
            "may_send": self.may_send,
        }
        return render(self.request, "portal/contact.html", page, status=status)

    def _keep_writing(self, form: SubmissionForm, *, is_sent: bool) -> HttpResponse:
        if is_sent:  # gone back to after sending: the files belong to a new request
            self.draft = self.draft.renewed()
        refusals = keep_uploads(self.request, self.draft)
        remove_upload(self.request, self.draft)
        form.errors.clear()
        tell_refusals(form, refusals)
        return self.show(form, status=422 if refusals else 200)

    def _ask_to_sign_in(self, form: SubmissionForm) -> None:
        if not self.may_send:
            form.add_error(None, _("Sign in to send a request on this topic."))

    def _looks_automatic(self) -> bool:
        if self.request.POST.get("website"):
            return True
        if SUBMISSIONS.spent(self.request) < TRAP_FROM * settings.RATE_LIMIT_SCALE:
            return False
        try:
            stamp.unsign(self.request.POST.get("started", ""), max_age=TRAP_SECONDS)
        except BadSignature:  # older than that, as it should be; or forged, which is as good as too fast
            return not self._is_stamped()
        return True

    def _started(self) -> str:
        return self.request.POST["started"] if self._is_stamped() else stamp.sign("request")

    def _is_stamped(self) -> bool:
        try:
            stamp.unsign(self.request.POST.get("started", ""))
        except BadSignature:
            return False
        return True

    def _too_many(self, form: SubmissionForm) -> HttpResponse:
        text = _("You've sent many requests in an hour. Add to an open one, or try again at %(time)s.")
        form.add_error(None, text % {"time": time_format(timezone.localtime(SUBMISSIONS.ends_at()), "H:i")})
        response = self.show(form, status=429)
        response.headers["Retry-After"] = str(SUBMISSIONS.seconds_left())
        return response

    def _send(self, form: SubmissionForm) -> HttpResponse:
        answers = form.cleaned_data
        try:
            ticket = submit_ticket(
                requester=self._requester(answers),
                is_proven=self.draft.member is not None,
                subject=answers["subject"],
                body=answers["body"],
                category=self.topic.category,
                submission_key=self.draft.key,
                priority=answers["impact"],
                sender=answers.get("sender"),
                locale=get_language() or "",
                follows=self.follows,
            )
        except AlreadySent as before:
            self.draft = self.draft.renewed()
            tell_refusals(form, keep_uploads(self.request, self.draft))
            return self.show(form, status=409, sent=before.ticket)
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal.message))
            return self.show(form, status=422)
        drop_leftovers(self.request, self.draft)
        return see_other(reverse("contact_sent", args=[ticket.submission_key]))

    def _requester(self, answers: dict[str, Any]) -> Member:
        if self.draft.member:
            return self.draft.member
        return find_or_add_guest(answers["email"], name=answers["name"], locale=get_language() or "")

    def _form(self, *args: Any, **options: Any) -> SubmissionForm:
        return SubmissionForm(*args, member=self.draft.member, senders=self.senders, **options)

    def _followed_ticket(self) -> Ticket | None:
        number = self.request.POST.get("follows") or self.request.GET.get("follows")
        if not number:
            return None
        member = self.draft.member
        tickets = own_tickets(member) if member else guest_tickets(self.request)
        try:
            return find_ticket(tickets, number, self.request.tenant.prefix)  # type: ignore[attr-defined]
        except Refused:
            return None
