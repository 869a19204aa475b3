"""Experts outside, asked at the desk: the threads with them beside the ticket, and the form that writes to one."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.factors import person_of
from helpdesk.errors import Refused
from helpdesk.forms import show_refusal
from helpdesk.typed_text import key_in
from tickets.actions.side import ask_expert, keep_answer, write_to_expert
from tickets.admin.pages import act_page
from tickets.forms import body_field, email_field, name_field, title_field
from tickets.joined import files_of_threads, side_conversations_of
from tickets.models import Attachment, SideConversation, Ticket
from tickets.queries import ticket_messages
from tickets.sensitive import masked

if TYPE_CHECKING:
    from tickets.admin.ticket import TicketAdmin

TEMPLATE = "admin/tickets/ticket/side_conversations.html"


class SideForm(forms.Form):
    """Whom to ask, and what; to an expert asked before only the text and the files."""

    email = email_field(
        gettext_lazy("Email address of the expert"),
        gettext_lazy("Enter an email address"),
        autocomplete="off",
    )
    name = name_field(autocomplete="off")
    subject = title_field(
        gettext_lazy("Subject"),
        gettext_lazy("Enter a subject"),
        too_long=gettext_lazy(
            "Subject must be %(limit_value)d characters or fewer. You have used %(show_value)d."
        ),
    )
    body = body_field(gettext_lazy("What the expert reads"), gettext_lazy("Write what you want to know."))
    files = forms.TypedMultipleChoiceField(  # type: ignore[assignment]
        label=gettext_lazy("Files that go along"),
        widget=forms.CheckboxSelectMultiple,
        coerce=int,
        required=False,
    )
    submission_key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, files: list[Attachment], is_known: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["files"].choices = [(file.pk, file.name) for file in files]  # type: ignore[attr-defined]
        unneeded = ["email", "name", "subject"] if is_known else []
        if is_known:
            self.fields["body"].label = _("What the expert reads, or what they answered")
            self.fields["body"].error_messages["required"] = _("Write a question, or what they answered.")
        for name in [*unneeded, *([] if files else ["files"])]:
            del self.fields[name]
        self.initial.setdefault("submission_key", uuid.uuid4())


def side_view(door: TicketAdmin, request: HttpRequest, ticket: Ticket) -> HttpResponse:
    """The threads and the form; `thread` in the address goes on with one, `message` quotes what was said."""
    thread = _thread(request, ticket)
    files = list(files_of_threads(ticket).filter(state=Attachment.State.READY))
    initial = {"body": _quoted(request, ticket)}
    form = SideForm(request.POST or None, files=files, is_known=thread is not None, initial=initial)
    if request.method == "POST" and form.is_valid() and _send(form, request, ticket, thread):
        kept, sent = (
            _("Their answer is kept. Nothing was sent."),
            _("Sent to the expert. The customer sees nothing of it."),
        )
        messages.success(request, kept if _is_answer(request) else sent)
        return door.back(request, ticket)
    threads = list(side_conversations_of(ticket))
    return act_page(
        door,
        request,
        ticket,
        title=_title(thread, threads) % {"number": ticket.number},
        button=_("Send to the expert"),
        form=form,
        template=TEMPLATE,
        second={"name": "answered", "label": _("Keep as their answer")} if thread else None,
        thread=thread,
        threads=threads,
    )


def _is_answer(request: HttpRequest) -> bool:
    return "answered" in request.POST


def _title(thread: SideConversation | None, threads: list[SideConversation]) -> str:
    if thread:
        return _("Write to an expert about %(number)s")
    return _("Experts asked about %(number)s") if threads else _("Ask an expert about %(number)s")


def _thread(request: HttpRequest, ticket: Ticket) -> SideConversation | None:
    chosen = request.GET.get("thread", "")
    if not chosen:
        return None
    thread = side_conversations_of(ticket).filter(pk=key_in(chosen)).first()
    if thread is None:
        raise Http404
    return thread


def _quoted(request: HttpRequest, ticket: Ticket) -> str:
    """The text of the message that the address names, for the agent to shorten; secrets in it go to nobody outside."""
    message = ticket_messages(ticket).filter(pk=key_in(request.GET.get("message", ""))).first()
    return "\n".join(f"> {line}" for line in masked(message.body).splitlines()) if message else ""


def _send(form: SideForm, request: HttpRequest, ticket: Ticket, thread: SideConversation | None) -> bool:
    values = form.cleaned_data
    wishes = {
        "author": person_of(request),
        "body": values["body"],
        "file_ids": values.get("files", []),
        "submission_key": values["submission_key"],
    }
    try:
        if thread and _is_answer(request):
            keep_answer(
                thread,
                actor=wishes["author"],
                body=values["body"],
                submission_key=values["submission_key"],
            )
        elif thread:
            write_to_expert(thread, **wishes)
        else:
            to = {name: values[name] for name in ("email", "name", "subject")}
            ask_expert(ticket, **to, **wishes)
    except Refused as refusal:
        show_refusal(form, refusal)
        return False
    return True
