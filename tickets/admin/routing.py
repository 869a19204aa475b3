"""Setup of routing: lines that send requests to a team, the table of what applies, and what went wrong."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.memory import remembered
from accounts.queries import senders
from accounts.sites import SetupAdmin, desk
from helpdesk.locales import told_name_of
from helpdesk.tenancy import TenantModelForm
from helpdesk.typed_text import key_in
from tickets.admin.categories import ParentField, in_tree_order
from tickets.admin.misrouted import misrouted_view
from tickets.admin.route_table import table_of
from tickets.admin.target_words import category_names
from tickets.models import Category, RoutingLine
from tickets.routing import routing_lines

EVERY = ("", gettext_lazy("every"))


class RoutingLineForm(TenantModelForm):
    """What a request is, and the team that gets it."""

    category = ParentField(
        label=gettext_lazy("Category"),
        queryset=Category.objects.none(),
        required=False,
        empty_label=gettext_lazy("every"),
        help_text=gettext_lazy("A line for a category covers those below it."),
    )
    locale = forms.ChoiceField(
        label=gettext_lazy("Language"), choices=[EVERY, *settings.LANGUAGES], required=False
    )
    audience = forms.ChoiceField(label=gettext_lazy("Audience"), required=False)

    class Meta:
        model = RoutingLine
        fields = ["category", "locale", "audience", "team"]

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if "category" in self.fields:
            self.fields["category"].queryset = in_tree_order(Category.objects.all())  # type: ignore[attr-defined]
        if "audience" in self.fields:
            named = dict.fromkeys([*(one.audience for one in senders()), self.instance.audience])
            choices = [EVERY, *((audience, audience) for audience in named if audience)]
            self.fields["audience"].choices = choices  # type: ignore[attr-defined]


@admin.register(RoutingLine, site=desk)
class RoutingLineAdmin(SetupAdmin):
    """Lines of routing: they come before the team of a category. Admins write them, leads read them."""

    form = RoutingLineForm
    change_list_template = "admin/tickets/routingline/change_list.html"
    list_display = ["told_category", "told_language", "told_audience", "team"]
    list_display_links = ["told_category"]
    ordering = ["id"]
    fieldsets = [
        (
            None,
            {
                "fields": ["category", "locale", "audience", "team"],
                "description": gettext_lazy(
                    "New requests that fit go to this team. The line that names most of a request wins; where no"
                    " line fits, the team of the category gets it."
                ),
            },
        )
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[RoutingLine]:
        lines = super().get_queryset(request).select_related("team", "category")
        return lines.prefetch_related("category__translations")

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.misrouted_view)
        return [path("misrouted/", view, name="tickets_routingline_misrouted"), *super().get_urls()]

    def misrouted_view(self, request: HttpRequest) -> HttpResponse:
        """How many requests of each category went on to another one, or another team."""
        self._refuse_others(request)
        return misrouted_view(self, request)

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """What a suggestion brings along."""
        return {name: key_in(request.GET.get(name, "")) for name in ("category", "team")}

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        applies = table_of(remembered(routing_lines), category_names())
        return super().changelist_view(request, (extra_context or {}) | {"applies": applies})

    @admin.display(description=gettext_lazy("Category"))
    def told_category(self, line: RoutingLine) -> str:
        """Its name, or that it is every one."""
        return line.category.name if line.category else _("every")

    @admin.display(description=gettext_lazy("Language"))
    def told_language(self, line: RoutingLine) -> str:
        """Its name in the language of the page."""
        return told_name_of(line.locale) if line.locale else _("every")

    @admin.display(description=gettext_lazy("Audience"))
    def told_audience(self, line: RoutingLine) -> str:
        """Its name, or that it is every one."""
        return line.audience or _("every")
