"""The portal's forms: what a person sends with a request, a reply, or when a private link is lost."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Member, Sender
from helpdesk.errors import Refused
from helpdesk.mail_address import EmailAddressField
from helpdesk.typed_text import LineField, TextField
from helpdesk.web_links import LinksField
from tickets.metadata import BOXES, CITES, WORDS
from tickets.models import CategoryPrompt, Message, Rating, Ticket
from tickets.models.rating import Score
from tickets.models.ticket import Priority
from tickets.prompts import TOO_LONG, answers_of, box_name, kept_boxes

TITLE_LIMIT = Ticket._meta.get_field("subject").max_length
NAME_LIMIT = Member._meta.get_field("name").max_length
DEVICE_LIMIT = 200
TITLE, TITLE_MISSING = _("Title"), _("Enter a title")
TITLE_TOO_LONG = _("Title must be %(limit_value)d characters or fewer. You have used %(show_value)d.")
ANSWER_MISSING = _("Choose one from the list")
IMPACTS = [
    (Priority.LOW, _("It's a question or an idea")),
    (Priority.NORMAL, _("It slows me down")),
    (Priority.HIGH, _("I can't do something important")),
    (Priority.URGENT, _("Everything stopped, for many people")),
]


class FilesInput(forms.ClearableFileInput):
    """The browser's own file chooser, for many files at once."""

    template_name = "django/forms/widgets/file.html"
    allow_multiple_selected = True


class FilesField(forms.Field):
    """Where files are chosen; the view keeps them before the form is looked at, and reports each refusal here."""

    widget = FilesInput

    def __init__(self) -> None:
        super().__init__(label=_("Files"), required=False)


def body_field(label: Any, missing: Any = "", *, rows: int = 8) -> TextField:
    """The box for what happened, or for an answer; `missing` is what an empty one is told, where it may not be."""
    return TextField(
        label=label,
        max_length=Message.BODY_LIMIT,
        required=bool(missing),
        error_messages={
            "required": missing,
            "max_length": _(
                "This text must be 20,000 characters or fewer. You have used %(show_value)d."
                " Attach long logs as a file."
            ),
        },
        widget=forms.Textarea(attrs={"rows": rows, "dir": "auto"}),
    )


def email_field(
    label: Any, missing: Any, *, told: Any = "", autocomplete: str = "email"
) -> EmailAddressField:
    """The box for an email address; `missing` is what an empty one is told, `told` the hint under the label."""
    return EmailAddressField(
        label=label,
        max_length=254,
        help_text=told,
        error_messages={
            "required": missing,
            "invalid": _("Enter an email address in the form name@example.org"),
            "max_length": _("Email address must be %(limit_value)d characters or fewer."),
        },
        widget=forms.EmailInput(attrs={"dir": "ltr", "autocomplete": autocomplete}),
    )


def title_field(
    label: Any = TITLE,
    missing: Any = TITLE_MISSING,
    *,
    too_long: Any = TITLE_TOO_LONG,
    told: Any = "",
) -> LineField:
    """The box for what a ticket or a thread is called; `missing` and `too_long` are what an empty and a long one are told."""
    return LineField(
        label=label,
        max_length=TITLE_LIMIT,
        help_text=told,
        error_messages={"required": missing, "max_length": too_long},
        widget=forms.TextInput(attrs={"dir": "auto", "autocomplete": "off"}),
    )


def name_field(*, told: Any = "", autocomplete: str = "name") -> LineField:
    """The box for a person's name; it may stay empty."""
    return LineField(
        label=_("Name"),
        max_length=NAME_LIMIT,
        required=False,
        help_text=told,
        error_messages={
            "max_length": _("Name must be %(limit_value)d characters or fewer. You have used %(show_value)d.")
        },
        widget=forms.TextInput(attrs={"dir": "auto", "autocomplete": autocomplete}),
    )


def _device_box(name: str) -> LineField:
    return LineField(
        label=WORDS[name],
        max_length=DEVICE_LIMIT,
        required=False,
        error_messages={"max_length": TOO_LONG},
        widget=forms.TextInput(attrs={"dir": "auto", "autocomplete": "off"}),
    )


class SubmissionForm(forms.Form):
    """A new request. Guests also say who they are; whom it is for is asked where the tenant has several senders."""

    steady = frozenset(
        ("subject", "body", "impact", "files", "links", "cites", *BOXES, "no_device", "email", "name")
    )
    subject = title_field(told=_("A few words that say what it is about."))
    body = body_field(_("What happened?"), _("Tell us what happened"))
    impact = forms.TypedChoiceField(
        label=_("How does it affect you?"),
        choices=IMPACTS,
        coerce=lambda value: Priority(int(value)),
        empty_value=None,  # no words of theirs: the priority is normal then
        required=False,
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": ANSWER_MISSING},
    )
    sender = forms.TypedChoiceField(
        label=_("Which of these fits you?"),
        help_text=_("It decides who writes back to you."),
        error_messages={"required": ANSWER_MISSING, "invalid_choice": ANSWER_MISSING},
    )
    files = FilesField()  # type: ignore[assignment]  # a field is taken out of the class, `files` stays
    links = LinksField()
    cites = LineField(
        label=_("Number of an earlier ticket"),
        max_length=60,
        required=False,
        help_text=_("If this is about the same matter."),
        error_messages={"max_length": _("A ticket number is much shorter than this.")},
        widget=forms.TextInput(attrs={"dir": "ltr", "autocomplete": "off", "class": "input-short"}),
    )
    device, os, browser, app_version, page = (_device_box(name) for name in BOXES)
    no_device = forms.BooleanField(label=_("Don't send this"), required=False)
    email = email_field(
        _("Email address"), _("Enter your email address"), told=_("We write back to this address.")
    )
    name = name_field()

    def __init__(
        self,
        *args: Any,
        member: Member | None,
        senders: Sequence[Sender],
        prompts: Sequence[CategoryPrompt] = (),
        cited: Callable[[str], str] = str,
        **options: Any,
    ) -> None:
        """`cited` gives the number of the person's own ticket that a text names, or raises Refused."""
        super().__init__(*args, **options)
        self.prompts, self.cited = prompts, cited
        self.fields |= kept_boxes(prompts)
        for name in _left_out(member, senders):
            del self.fields[name]
        if "sender" in self.fields:
            self._offer(senders)

    @classmethod
    def names(
        cls, *, member: Member | None, senders: Sequence[Sender], prompts: Sequence[CategoryPrompt]
    ) -> list[str]:
        """What the boxes of such a form are called, without making it."""
        left_out = _left_out(member, senders)
        own = [name for name in cls.base_fields if name not in left_out]
        return [*own, *map(box_name, prompts)]

    def clean_cites(self) -> str:
        """The number in its one written form."""
        typed = self.cleaned_data["cites"]
        try:
            return self.cited(typed) if typed else ""
        except Refused as refusal:
            raise forms.ValidationError(str(refusal.message)) from None

    @property
    def asked(self) -> list[forms.BoundField]:
        """The boxes of the category's own questions."""
        return [self[box_name(prompt)] for prompt in self.prompts]

    @property
    def added(self) -> list[forms.BoundField]:
        """The boxes that we filled in for the person."""
        return [self[name] for name in BOXES]

    @property
    def added_line(self) -> str:
        """What they hold, on one line; empty when nothing is known or it is not to be sent."""
        if self["no_device"].value():
            return ""
        return " · ".join(str(box.value()) for box in self.added if box.value())

    def is_typed(self, name: str) -> bool:
        """Whether the box takes words of the person's own, not one of several choices."""
        return name in self.fields and not isinstance(self.fields[name], forms.ChoiceField)

    def ready(self) -> dict[str, Any]:
        """The checked answers as JSON can hold them, for `RequestDraft.ready`."""
        answers = self.cleaned_data
        sender = answers.get("sender")
        return {
            "subject": answers["subject"],
            "body": answers["body"],
            "impact": answers["impact"] and int(answers["impact"]),
            "priority": int(answers["impact"] or Priority.NORMAL),
            "sender": sender.pk if sender else None,
            "email": answers.get("email", ""),
            "name": answers.get("name", ""),
            "links": answers["links"],
            "fields": answers_of(self.prompts, answers),
            "metadata": self._metadata(),
        }

    def _metadata(self) -> dict[str, str]:
        answers = self.cleaned_data
        told = {} if answers["no_device"] else {name: answers[name] for name in BOXES}
        return {name: text for name, text in (told | {CITES: answers["cites"]}).items() if text}

    def _offer(self, senders: Sequence[Sender]) -> None:
        field = self.fields["sender"]
        by_id = {str(sender.pk): sender for sender in senders}
        field.choices = [("", _("Choose…")), *((key, sender.audience) for key, sender in by_id.items())]  # type: ignore[attr-defined]
        field.coerce = by_id.get  # type: ignore[attr-defined]


def _left_out(member: Member | None, senders: Sequence[Sender]) -> set[str]:
    """The boxes that a request does without: who somebody signed in is; whom it is for, where there is no choice."""
    return ({"email", "name"} if member else set()) | ({"sender"} if len(senders) < 2 else set())


class ReplyForm(forms.Form):
    """What a customer adds to a ticket: words, files or both."""

    steady = frozenset(("body", "files"))
    body = body_field(_("Your reply"))
    files = FilesField()  # type: ignore[assignment]  # a field is taken out of the class, `files` stays


class ReopenForm(forms.Form):
    """Opens a solved ticket again; the person may say why."""

    steady = frozenset(("body",))
    body = body_field(_("What's still wrong?"), rows=3)


class RatingForm(forms.Form):
    """What the customer thought of the help."""

    score = forms.TypedChoiceField(
        label=_("How was the help you got?"),
        choices=[(score.value, score.label) for score in reversed(Score)],
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose how it was"),
            "invalid_choice": ANSWER_MISSING,
        },
    )
    comment = TextField(
        label=_("What should we know?"),
        max_length=Rating.COMMENT_LIMIT,
        required=False,
        error_messages={
            "max_length": _(
                "This text must be %(limit_value)d characters or fewer. You have used %(show_value)d."
            )
        },
        widget=forms.Textarea(attrs={"rows": 2, "dir": "auto"}),
    )


class CodeForm(forms.Form):
    """The code from a mail; read as forgivingly as it is typed."""

    code = LineField(
        label=_("Code"),
        max_length=60,
        help_text=_("Six digits. It works for 10 minutes."),
        error_messages={
            "required": _("Enter the code from the email"),
            "max_length": _("The code has six digits."),
        },
        widget=forms.TextInput(attrs={"dir": "ltr", "inputmode": "numeric", "autocomplete": "one-time-code"}),
    )


class EditForm(forms.Form):
    """Changes an own message."""

    body = body_field(_("Your message"))


class ParticipantForm(forms.Form):
    """Lets somebody else take part in a ticket."""

    steady = frozenset(("email",))
    email = email_field(
        _("Email address of the person"),
        _("Enter an email address"),
        told=_("They get a link by email, and can read and answer everything here."),
        autocomplete="off",
    )


class LostLinkForm(forms.Form):
    """Asks for a new private link."""

    number = LineField(
        label=_("Ticket number"),
        max_length=60,
        help_text=_("It stands in the title of our emails."),
        error_messages={
            "required": _("Enter the ticket number"),
            "max_length": _("A ticket number is much shorter than this."),
        },
        widget=forms.TextInput(attrs={"dir": "ltr", "autocomplete": "off", "class": "input-short"}),
    )
    email = email_field(
        _("Email address"),
        _("Enter your email address"),
        told=_("The address you used when you wrote to us."),
    )
