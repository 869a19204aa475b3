"""What can be done to many tickets: the choices of the bar below the queue, and what some of them ask beside."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Member, Team
from helpdesk.errors import Refused
from helpdesk.typed_text import LineField
from tickets.actions.tags import tag_name
from tickets.admin.bulk_asks import AskForm, Press
from tickets.admin.bulk_merge import merge_form
from tickets.admin.forms import OPEN_ENDED, RouteForm
from tickets.admin.macro_use import macros_shown
from tickets.models import BulkRun, Macro
from tickets.models.ticket import Priority
from tickets.queries import active_categories, macros_for

Act = BulkRun.Act


@dataclass(frozen=True)
class Wanted:
    """What a choice of the bar comes to: an act with all it needs, or one whose `form` asks for the rest first."""

    act: str
    wishes: dict[str, Any] = field(default_factory=dict)
    form: AskForm | None = None


class AssignManyForm(AskForm):
    """Whom to give the tickets to."""

    first = "assignee"
    assignee = forms.TypedChoiceField(
        label=gettext_lazy("Assignee"),
        help_text=gettext_lazy("A ticket of a team that this person is not in is skipped."),
        error_messages={
            "required": gettext_lazy("Choose a person"),
            "invalid_choice": gettext_lazy("Choose one from the list"),
        },
        coerce=int,
    )

    def __init__(self, *args: Any, people: Iterable[Member], **options: Any) -> None:
        super().__init__(*args, **options)
        named = [(person.pk, str(person)) for person in people]
        self.fields["assignee"].choices = [("", gettext_lazy("Choose…")), *named]  # type: ignore[attr-defined]

    def wishes(self) -> dict[str, Any]:
        return {"assignee": self.cleaned_data["assignee"]}


class RouteManyForm(RouteForm, AskForm):
    """The category to move the tickets to."""

    first = "category"

    def wishes(self) -> dict[str, Any]:
        return {"category": self.cleaned_data["category"].pk}


class TagManyForm(AskForm):
    """The tags to put on and to take off."""

    first = "add"
    add = LineField(label=gettext_lazy("Tags to add"), required=False, max_length=400)
    remove = LineField(
        label=gettext_lazy("Tags to take off"),
        required=False,
        max_length=400,
        help_text=gettext_lazy("Separate tags with commas."),
    )

    def clean_add(self) -> list[str]:
        """The names, each one that a tag may have."""
        return tag_names(self.cleaned_data["add"])

    def clean_remove(self) -> list[str]:
        """The names, each one that a tag may have."""
        return tag_names(self.cleaned_data["remove"])

    def clean(self) -> dict[str, Any]:
        """At least one of them."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if not self.errors and not cleaned["add"] and not cleaned["remove"]:
            self.add_error("add", _("Enter a tag"))
        return cleaned

    def wishes(self) -> dict[str, Any]:
        return {"add": self.cleaned_data["add"], "remove": self.cleaned_data["remove"]}


class MacroManyForm(AskForm):
    """The macro to use on the tickets."""

    first = "macro"
    macro = forms.TypedChoiceField(
        label=gettext_lazy("Macro"),
        help_text=gettext_lazy(
            "Its reply is sent as it is, in each customer's language. This cannot be undone."
        ),
        error_messages={
            "required": gettext_lazy("Choose a macro"),
            "invalid_choice": gettext_lazy("Choose one from the list"),
        },
        coerce=int,
    )

    def __init__(
        self, *args: Any, macros: Iterable[Macro], finds: dict[str, Any] | None, **options: Any
    ) -> None:
        super().__init__(*args, **options)
        self.finds = finds
        named = [(macro.pk, str(macro)) for macro in macros]
        self.fields["macro"].choices = [("", gettext_lazy("Choose…")), *named]  # type: ignore[attr-defined]

    def wishes(self) -> dict[str, Any]:
        return {"macro": self.cleaned_data["macro"]}


def choices() -> list[tuple[str, list[tuple[str, str]]]]:
    """The bar's list, in groups of value and words."""
    statuses = [(f"{Act.STATUS}:{value}", str(label)) for value, label in OPEN_ENDED]
    priorities = [(f"{Act.PRIORITY}:{value}", str(label)) for value, label in reversed(Priority.choices)]
    people = [
        (f"{Act.ASSIGN}:me", _("To me")),
        (f"{Act.ASSIGN}:nobody", _("To nobody")),
        (str(Act.ASSIGN), _("To somebody else…")),
    ]
    return [
        (_("Assign"), people),
        (_("Set the status"), statuses),
        (_("Set the priority"), priorities),
        (
            _("More"),
            [
                *((str(act), label) for act, (label, _form) in ASKING.items() if act != Act.ASSIGN),
                (f"{Act.SPAM}:on", _("Mark as spam")),
                (f"{Act.SPAM}:off", _("Not spam")),
            ],
        ),
    ]


def wanted(choice: str, press: Press) -> Wanted | None:
    """What `choice` of the bar comes to; None when it is not in the list.

    Raises Refused when the act cannot be done to these tickets at all.
    """
    act = choice.partition(":")[0]
    plain: dict[str, dict[str, Any]] = {
        f"{Act.ASSIGN}:me": {"assignee": press.member.pk},
        f"{Act.ASSIGN}:nobody": {"assignee": None},
        **{f"{Act.STATUS}:{status}": {"status": status} for status, _label in OPEN_ENDED},
        **{f"{Act.PRIORITY}:{level}": {"priority": level} for level in Priority.values},
        f"{Act.SPAM}:on": {"is_spam": True},
        f"{Act.SPAM}:off": {"is_spam": False},
    }
    if choice in plain:
        return Wanted(act, plain[choice])
    if choice in ASKING:
        return Wanted(act, form=ASKING[choice][1](press))
    return None


def _people(member: Member, teams: list[Team]) -> list[Member]:
    """The active people of the teams that the member sees, and the admins."""
    staff = Q(role=Member.Role.ADMIN) | Q(
        memberships__team__in=teams, role__in=[Member.Role.AGENT, Member.Role.LEAD]
    )
    return list(Member.objects.filter(staff, is_active=True).distinct().order_by("name", "email"))


def _assign_form(press: Press) -> AskForm:
    return AssignManyForm(press.data, people=_people(press.member, press.teams), auto_id="bulk_%s")


def _route_form(press: Press) -> AskForm:
    return RouteManyForm(press.data, categories=active_categories(), auto_id="bulk_%s")


def tag_names(text: str) -> list[str]:
    """The tags of a list with commas. Raises ValidationError for a name that no tag may have."""
    try:
        return [tag_name(name) for name in text.split(",") if name.strip()]
    except Refused as refusal:
        raise forms.ValidationError(str(refusal)) from refusal


def _tag_form(press: Press) -> AskForm:
    return TagManyForm(press.data, auto_id="bulk_%s")


def _macro_form(press: Press) -> AskForm:
    shown = macros_shown(press.member, press.words)
    offered = shown["macros"] if press.data is None else macros_for(press.member)
    return MacroManyForm(press.data, macros=offered, finds=shown["finds"], auto_id="bulk_%s")


ASKING: dict[str, tuple[Any, Callable[[Press], AskForm]]] = {
    Act.ASSIGN: (gettext_lazy("Assign…"), _assign_form),
    Act.ROUTE: (gettext_lazy("Move to another category or team…"), _route_form),
    Act.TAG: (gettext_lazy("Add or remove tags…"), _tag_form),
    Act.MACRO: (gettext_lazy("Use a macro…"), _macro_form),
    Act.MERGE: (gettext_lazy("Join into one ticket…"), merge_form),
}
