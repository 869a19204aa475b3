"""An agent labels a ticket: its title, its tags, and the answers of its form as fields."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _

from accounts.factors import person_of
from helpdesk.errors import Refused
from helpdesk.typed_text import key_in
from tickets.actions.answers import change_answers
from tickets.actions.rename import rename
from tickets.actions.tags import add_tag, remove_tag
from tickets.admin.choice import Choice
from tickets.admin.forms import TagForm, TitleForm
from tickets.admin.pages import act_page
from tickets.admin.workspace import Writing
from tickets.models import CategoryPrompt, Tag, Ticket
from tickets.prompts import answers_of, box_name, boxes
from tickets.queries import prompts_of_ticket
from tickets.tags import tags_beginning

if TYPE_CHECKING:
    from tickets.admin.ticket import TicketAdmin

ANSWERS = "admin/tickets/ticket/answers.html"


def tag_names(request: HttpRequest) -> JsonResponse:
    """The tenant's tags that begin as `?q=` does, ten at most, for the box to offer."""
    return JsonResponse({"tags": [tag.name for tag in tags_beginning(request.GET.get("q", "")[:200])]})


def put_title(door: TicketAdmin, request: HttpRequest, ticket: Ticket) -> HttpResponse:
    """Gives the ticket the title that was typed; 422 with it when it can be none, 409 when somebody else changed it."""
    if request.method != "POST":
        return door.back(request, ticket)
    form = TitleForm(request.POST, auto_id="set_%s")
    if not form.is_valid():
        return door.workspace(request, ticket, Writing(title_form=form), status=422, errors=[form])
    subject = form.cleaned_data["subject"]
    return door.act(request, ticket, rename, Choice.of(request, "subject", subject), subject=subject)


def put_tag(door: TicketAdmin, request: HttpRequest, ticket: Ticket) -> HttpResponse:
    """Adds the tag that was typed; 422 with it when it can be none."""
    form = TagForm(request.POST, auto_id="set_%s")
    name = form.cleaned_data.get("tag", "") if form.is_valid() else ""
    if not form.errors:
        try:
            add_tag(ticket, name=name, actor=person_of(request))
        except Refused as refusal:
            form.add_error("tag", str(refusal))
    if form.errors:
        return door.workspace(request, ticket, Writing(tag_form=form), status=422, errors=[form])
    messages.success(request, _("Tag added: %(tag)s") % {"tag": name})
    return door.back(request, ticket)


def take_tag(door: TicketAdmin, request: HttpRequest, ticket: Ticket) -> HttpResponse:
    """Removes the tag whose button was pressed; one that is gone already is no mistake."""
    tag = Tag.objects.filter(pk=key_in(request.POST.get("tag", ""))).first()
    if tag:
        remove_tag(ticket, tag=tag, actor=person_of(request))
        messages.success(request, _("Tag removed: %(tag)s") % {"tag": tag.name})
    return door.back(request, ticket)


class AnswersForm(forms.Form):
    """The questions of the ticket's category with their answers; none of them has to be answered to save the others."""

    def __init__(self, *args: Any, ticket: Ticket, prompts: list[CategoryPrompt], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields = boxes(prompts)
        for prompt in prompts:
            field, kept = self.fields[box_name(prompt)], ticket.fields.get(prompt.key, "")
            field.required = False
            self.initial[box_name(prompt)] = kept
            if isinstance(field, forms.ChoiceField):
                choices = list(field.choices)  # type: ignore[arg-type]
                if kept and kept not in dict(choices):  # an answer from before the list was changed
                    field.choices = [*choices, (kept, kept)]


def answers_page(door: TicketAdmin, request: HttpRequest, ticket: Ticket) -> HttpResponse:
    """The fields of the ticket as a form. 422 with what was typed when something is wrong with it."""
    prompts = prompts_of_ticket(ticket)
    form = AnswersForm(request.POST or None, ticket=ticket, prompts=prompts)
    if request.method == "POST" and form.is_valid():
        kept = answers_of(prompts, form.cleaned_data)
        answers = {prompt.key: kept.get(prompt.key, "") for prompt in prompts}
        return door.act(request, ticket, change_answers, answers=answers)
    return act_page(
        door,
        request,
        ticket,
        title=_("Fields of %(number)s") % {"number": ticket.number},
        button=_("Save the fields"),
        form=form,
        template=ANSWERS,
        needed=[prompt.label for prompt in prompts if prompt.needed_to_solve],
    )
