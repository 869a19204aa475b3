"""What a form changed, in words for the audit log, and the log's entries as pages show them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from typing import Any

from django import forms
from django.db.models import Model, QuerySet
from django.forms import BaseForm
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from accounts.actions.audit import Change
from accounts.models import AuditEntry, Member, TeamMembership
from accounts.rules import Role

SECRETS = ("password", "secret", "token", "private")
TOLD = 3  # changes in one line


def changes_of(form: BaseForm, formsets: Iterable[Any] = ()) -> list[Change]:
    """What a saved form and its inline formsets changed. A form may tell more by a method `more_changes`."""
    more = getattr(form, "more_changes", None)
    changes = [*_of_form(form), *(more() if more else ())]
    for formset in formsets:
        changes += _of_formset(formset)
    return changes


def _of_form(form: BaseForm, about: str = "") -> Iterator[Change]:
    for name in form.changed_data:
        field = form.fields[name]
        label = str(field.label or capfirst(name.replace("_", " ")))
        label = f"{about} · {label}" if about else label
        if _is_secret(name, field):
            yield label, None, None
            continue
        before = _told(field, form.get_initial_for_field(field, name))
        after = _told(field, form.cleaned_data.get(name))
        if before != after:
            yield label, before, after


def _of_formset(formset: Any) -> Iterator[Change]:
    kind = str(capfirst(formset.model._meta.verbose_name))
    deleted = formset.deleted_forms if formset.can_delete else []
    for form in formset.forms:
        if form in deleted:
            yield kind, str(form.instance), ""
        elif form.has_changed() and form in formset.extra_forms:
            yield kind, "", str(form.instance)
        elif form.has_changed():
            yield from _of_form(form, f"{kind} {form.instance}")


def _is_secret(name: str, field: forms.Field) -> bool:
    return isinstance(field.widget, forms.PasswordInput) or any(word in name for word in SECRETS)


def _told(field: forms.Field, value: Any) -> str:
    """The value of a field as the form shows it."""
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(field, forms.ModelChoiceField):
        things = value if isinstance(value, list | tuple | QuerySet) else [value]
        return ", ".join(_thing_told(field, thing) for thing in things)
    if isinstance(value, list | tuple | set):
        return ", ".join(_choice_told(field, one) for one in value)
    return _choice_told(field, value)


def _thing_told(field: forms.ModelChoiceField, thing: Any) -> str:
    if isinstance(thing, Model):
        return str(field.label_from_instance(thing))
    found = field.queryset.filter(pk=thing).first() if field.queryset is not None else None
    return str(field.label_from_instance(found)) if found else str(thing)


def _choice_told(field: forms.Field, value: Any) -> str:
    choices: Any = field.choices if isinstance(field, forms.ChoiceField) else ()
    for key, label in choices:
        group = label if isinstance(label, list | tuple) else [(key, label)]
        for own, told in group:
            if str(own) == str(value):
                return str(told)
    return value.isoformat() if isinstance(value, dt.date) else str(value)


def entries_of(thing: Model) -> QuerySet[AuditEntry]:
    """What was changed about one thing, the newest first."""
    entries = AuditEntry.objects.filter(kind=thing._meta.label_lower, object_id=str(thing.pk))
    return entries.select_related("actor").order_by("-id")


def entries_visible_to(member: Member) -> QuerySet[AuditEntry]:
    """What the member may read of the log: an admin all of it, a lead what belongs to own teams."""
    entries = AuditEntry.objects.select_related("actor").order_by("-id")
    if member.role in {Role.ADMIN, Role.OPERATOR}:
        return entries
    if member.role != Role.LEAD:
        return entries.none()
    return entries.filter(team__in=TeamMembership.objects.filter(member=member).values("team"))


def changes_told(entry: AuditEntry, *, limit: int | None = None) -> str:
    """What changed in one line: `Name Standard → Gold; …`, `limit` changes at most."""
    told = changes_listed(entry)[:limit]
    more = len(entry.changes) - len(told)
    return "; ".join(told) + (f" (+{more})" if more else "")


def changes_listed(entry: AuditEntry) -> list[str]:
    """What changed, a text each: `Name Standard → Gold`."""
    return [_change_told(*change) for change in entry.changes]


def entry_shown(entry: AuditEntry, *, limit: int | None = None) -> dict[str, Any]:
    """One entry as a template shows it."""
    return {
        "at": entry.at,
        "who": actor_told(entry),
        "act": entry.get_act_display(),
        "changes": changes_told(entry, limit=limit),
        "listed": changes_listed(entry),
    }


def audit_line(thing: Model) -> dict[str, Any] | None:
    """The last change of a thing, for the line on its form; None when nobody changed it yet."""
    entry = entries_of(thing).first()
    return entry_shown(entry, limit=TOLD) if entry else None


def actor_told(entry: AuditEntry) -> str:
    """Who did it."""
    return str(entry.actor) if entry.actor else _("The system")


def _change_told(label: str, before: str | None, after: str | None) -> str:
    if before is None and after is None:
        return _("%(field)s changed (not shown)") % {"field": label}
    facts = {"field": label, "before": before or "–", "after": after or "–"}
    return _("%(field)s %(before)s → %(after)s") % facts
