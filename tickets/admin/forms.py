"""The desk's forms: writing, and single acts on a ticket."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Member
from helpdesk.typed_text import LineField, key_in
from tickets.forms import FilesField, body_field, title_field
from tickets.models import Category
from tickets.models.ticket import Priority, Status
from tickets.placeholders import unfilled_names
from tickets.queries import prompt_keys

OPEN_ENDED = [(status.value, status.label) for status in Status if status not in {Status.NEW, Status.CLOSED}]


class WritingForm(forms.Form):
    """Text and files that become one message, once, whatever is pressed twice.

    `files_kept` are the files that wait under the form's key, as `partials/file_list.html` shows them.
    """

    files_kept: Sequence[dict[str, Any]] = ()
    body = body_field(_("Text"), "")
    files = FilesField()  # type: ignore[assignment]
    submission_key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["body"].required = False  # files alone are an answer too; the action decides
        self.fields["body"].widget.attrs |= {"rows": 6, "data-send": True}
        self.initial.setdefault("submission_key", uuid.uuid4())


class ReplyForm(WritingForm):
    """A public reply: also what its writer has seen (see `tickets.actions.reply.Seen`), the internal notes whose words they
    were asked about, and the status it leads to."""

    body = body_field(_("Your reply"), "")
    seen_message_id = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    seen_held = forms.CharField(widget=forms.HiddenInput, required=False, max_length=2000)
    seen_status = forms.CharField(widget=forms.HiddenInput, required=False, max_length=200)
    seen_notes = forms.CharField(widget=forms.HiddenInput, required=False, max_length=4000)
    hold = forms.BooleanField(
        widget=forms.HiddenInput, required=False
    )  # said by a page that can count the seconds
    status = forms.TypedChoiceField(
        choices=[
            (status.value, status.label)
            for status in (Status.PENDING, Status.OPEN, Status.ON_HOLD, Status.SOLVED)
        ],
        coerce=Status,
        empty_value=Status.PENDING,
        required=False,
        widget=forms.HiddenInput,
    )

    def clean_body(self) -> str:
        """The reply. A macro's placeholder that nothing was filled in for stops it."""
        body: str = self.cleaned_data["body"]
        left = unfilled_names(body, prompt_keys()) if "{" in body else []
        if left:
            raise forms.ValidationError(_("Fill in {%(name)s} or remove it.") % {"name": left[0]})
        return body

    def clean_seen_notes(self) -> set[int]:
        """The ids of those notes."""
        return {key_in(key) for key in self.cleaned_data["seen_notes"].split()}

    def clean_seen_held(self) -> list[str]:
        """The keys of the replies that were just leaving."""
        return [key for key in self.cleaned_data["seen_held"].split() if len(key) == 36]

    def clean_seen_status(self) -> list[str]:
        """The statuses that the ticket may have by now without surprising the writer."""
        return [status for status in self.cleaned_data["seen_status"].split() if status in Status.values]


class NoteForm(WritingForm):
    """An internal note."""

    body = body_field(_("Your note"), "")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["body"].help_text = _(
            "Write @ and a colleague’s name to tell them of the note by mail. They may see this ticket from then on."
        )


class StatusForm(forms.Form):
    """Another status. The one the ticket has is always among the choices, so that the box tells the truth."""

    status = forms.TypedChoiceField(label=_("Status"), coerce=Status)

    def __init__(self, *args: Any, current: str, **options: Any) -> None:
        super().__init__(*args, **options)
        own = [(current, Status(current).label)] if current not in dict(OPEN_ENDED) else []
        self.fields["status"].choices = [*own, *OPEN_ENDED]  # type: ignore[attr-defined]


class PriorityForm(forms.Form):
    """Another priority."""

    priority = forms.TypedChoiceField(
        label=_("Priority"),
        choices=list(reversed(Priority.choices)),
        coerce=lambda value: Priority(int(value)),
    )


class AssignForm(forms.Form):
    """Another assignee, or nobody."""

    assignee = forms.TypedChoiceField(label=_("Assignee"), required=False, empty_value=None)

    def __init__(self, *args: Any, people: Iterable[Member], **options: Any) -> None:
        super().__init__(*args, **options)
        by_key = {str(person.pk): person for person in people}
        field = self.fields["assignee"]
        field.choices = [("", _("Nobody")), *by_key.items()]  # type: ignore[attr-defined]
        field.coerce = by_key.get  # type: ignore[attr-defined]


class TagForm(forms.Form):
    """A tag by its name; its browser offers those there are (`data-names` says where they come from)."""

    tag = LineField(
        label=_("Add a tag"),
        widget=forms.TextInput(attrs={"dir": "auto", "autocomplete": "off", "list": "tag-names"}),
        required=False,  # the action says what is missing
        max_length=200,
    )


class TitleForm(forms.Form):
    """Another title."""

    subject = title_field()


class RouteForm(forms.Form):
    """Another category, with its team and tier."""

    category = forms.TypedChoiceField(
        label=_("Category"),
        help_text=_("The category decides the team and the tier."),
        error_messages={"required": _("Choose a category"), "invalid_choice": _("Choose one from the list")},
    )

    def __init__(self, *args: Any, categories: Iterable[Category], **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["category"]
        field.choices = [("", _("Choose…")), *category_lines(categories)]  # type: ignore[attr-defined]
        field.coerce = categories_by_key(categories).get  # type: ignore[attr-defined]


def category_lines(categories: Iterable[Category]) -> list[tuple[int, str]]:
    """The choices of a box of categories, as `active_categories` gives them: each with its team and tier."""
    return [(category.pk, _line(category, depth)) for category, depth in _tree(categories, 0)]


def categories_by_key(categories: Iterable[Category]) -> dict[str, Category]:
    """The same categories by the value that such a box sends."""
    return {str(category.pk): category for category, _depth in _tree(categories, 0)}


def _tree(categories: Iterable[Category], depth: int) -> Iterator[tuple[Category, int]]:
    """Categories as `active_categories` gives them, each before its branches, with its depth."""
    for category in categories:
        yield category, depth
        yield from _tree(category.branches, depth + 1)  # type: ignore[attr-defined]


def _line(category: Category, depth: int) -> str:
    return f"{'— ' * depth}{category.name} · {category.team.name} · {category.get_tier_display()}"
