"""Setup of tags: their names, and two that mean the same made one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.factors import person_of
from accounts.sites import desk
from helpdesk.counts import capped_counts, count_text
from helpdesk.errors import Refused
from helpdesk.tenancy import TenantModelForm
from helpdesk.typed_text import LineField
from tickets.actions.tags import folded, merge_tags, rename_tag, tag_name
from tickets.admin.setup import SetupAdmin
from tickets.models import Tag, TicketTag
from tickets.tags import tag_called


class NameForm(TenantModelForm):
    """A tag by its name; two that differ in case or accents only are the same."""

    class Meta:
        model = Tag
        fields = ["name"]

    def clean_name(self) -> str:
        try:
            name = tag_name(self.cleaned_data["name"])
        except Refused as refused:
            raise forms.ValidationError(str(refused)) from None
        others = Tag.objects.filter(folded=folded(name)).exclude(pk=self.instance.pk)
        if others.exists():
            raise forms.ValidationError(_("There is a tag with this name already. Merge the two instead."))
        return name


class MergeForm(forms.Form):
    """The tag that takes the place of `tag`, by its name."""

    into = LineField(
        label=gettext_lazy("Merge into"),
        help_text=gettext_lazy("The name of the tag that stays."),
        widget=forms.TextInput(attrs={"dir": "auto", "autocomplete": "off", "list": "tag-names"}),
        error_messages={"required": gettext_lazy("Enter a tag")},
    )

    def __init__(self, *args: Any, tag: Tag, **options: Any) -> None:
        super().__init__(*args, **options)
        self.tag = tag

    def clean_into(self) -> Tag:
        name: str = self.cleaned_data["into"]
        into = tag_called(name)
        if into is None:
            raise forms.ValidationError(_("There is no tag called “%(name)s”.") % {"name": name})
        if into.pk == self.tag.pk:
            raise forms.ValidationError(_("Choose another tag to merge into."))
        return into


class TagList(ChangeList):
    """A page of tags, each with how many tickets have it: one statement for all of them."""

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        tags = list(self.result_list)
        for tag, count in zip(tags, _uses(tags), strict=True):
            tag.used = count
        self.result_list = tags


@admin.register(Tag, site=desk)
class TagAdmin(SetupAdmin):
    """The tenant's tags. Agents make them while they work; here they get better names and become fewer."""

    first_use = gettext_lazy(
        "A tag marks tickets of any category, such as “bank” or “bug”. "
        "Agents put it on a ticket; here it is renamed and merged."
    )
    form = NameForm
    list_display = ["name", "used_on"]
    list_per_page = 50
    search_fields = ["name"]
    readonly_fields = ["used_on"]
    change_form_template = "admin/tickets/tag/change_form.html"

    def get_fields(self, request: HttpRequest, obj: Tag | None = None) -> Any:
        return ["name", "used_on"] if obj else ["name"]

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.merge_view)
        return [path("<int:tag_id>/merge/", view, name="tickets_tag_merge"), *super().get_urls()]

    def get_changelist(self, request: HttpRequest, **options: Any) -> type[ChangeList]:
        return TagList

    @admin.display(description=gettext_lazy("Used on"))
    def used_on(self, tag: Tag) -> str:
        """On how many tickets it is."""
        return _told(tag.used if hasattr(tag, "used") else _uses([tag])[0])

    def save_model(self, request: HttpRequest, obj: Tag, form: Any, change: bool) -> None:
        if change:
            rename_tag(obj, name=obj.name)
        else:
            obj.folded = folded(obj.name)
            super().save_model(request, obj, form, change)

    def merge_view(self, request: HttpRequest, tag_id: int) -> HttpResponse:
        """Asks which tag takes the place of this one, and tells on how many tickets it did."""
        if not self.has_change_permission(request):
            self._refuse_others(request)
            raise PermissionDenied
        tag = get_object_or_404(Tag, pk=tag_id)
        form = MergeForm(request.POST or None, tag=tag)
        if request.method == "POST" and form.is_valid():
            return self._merge(request, tag, cast(Tag, form.cleaned_data["into"]))
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Merge the tag %(tag)s") % {"tag": tag},
            "tag": tag,
            "used_on": self.used_on(tag),
            "form": form,
            "names_url": reverse("admin:tickets_ticket_tags"),
        }
        status = 422 if form.errors else 200
        return TemplateResponse(request, "admin/tickets/tag/merge.html", context, status=status)

    def _merge(self, request: HttpRequest, tag: Tag, into: Tag) -> HttpResponse:
        name = tag.name
        count = merge_tags(tag, into=into, actor=person_of(request))
        facts = {"tag": name, "into": into.name, "tickets": _told(count)}
        messages.success(request, _("Merged %(tag)s into %(into)s: %(tickets)s.") % facts)
        return HttpResponseRedirect(reverse("admin:tickets_tag_change", args=[into.pk]), status=303)


def _uses(tags: Sequence[Tag]) -> list[int]:
    return capped_counts([TicketTag.objects.filter(tag=tag) for tag in tags])


def _told(count: int) -> str:
    return ngettext("%(count)s ticket", "%(count)s tickets", count) % {"count": count_text(count)}
