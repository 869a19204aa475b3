"""The two admin sites: the desk on a tenant's host, and the operators' on the bare domain."""

from collections.abc import Callable
from functools import update_wrapper
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.contrib.auth import REDIRECT_FIELD_NAME, logout
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.decorators import method_decorator
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache

from accounts.actions.audit import record_change
from accounts.at_desk import note_at_desk
from accounts.audit import audit_line, changes_of, entries_of, entry_shown
from accounts.factors import lacks_factor, person_of
from accounts.fresh import onward
from accounts.keymap import keys_of_page
from accounts.models import AuditEntry, Member
from accounts.queries import active_holders
from accounts.rules import may_use_desk, may_use_platform
from helpdesk.forms import NATIVE_WIDGETS
from helpdesk.templatetags.parts import when
from helpdesk.tenancy import TenantModelForm

HISTORY_PAGE = 50
NAMED = 3  # admins to ask, where somebody may not do what they came for


class OneDoorSite(admin.AdminSite):
    """An admin site without sign-in pages of its own: there is one door, /accounts/, with its limits and factors."""

    enable_nav_sidebar = False
    site_url = "/"

    @method_decorator(never_cache)
    @login_not_required
    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Sends strangers to our sign-in and back; tells people of the tenant who may not enter why."""
        home = reverse("admin:index")
        if self.has_permission(request):
            return redirect(home)
        if lacks_factor(request):
            return redirect(onward("second_factor", home))
        if request.user.is_authenticated:
            self.refuse(request)
        return redirect_to_login(request.GET.get(REDIRECT_FIELD_NAME) or home, reverse("account_login"))

    def admin_view(self, view: Callable[..., Any], cacheable: bool = False) -> Any:
        """As Django's, but who is signed in and may not enter gets the reason at once, whatever the address."""

        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            if request.user.is_authenticated and not self.has_permission(request):
                self.refuse(request)
            self.came_in(request)
            return inner(request, *args, **kwargs)

        inner = super().admin_view(view, cacheable)
        return update_wrapper(guarded, inner)

    def came_in(self, request: HttpRequest) -> None:
        """Somebody asks for a page of the site, or one that is open for its news."""

    def autocomplete_view(self, request: HttpRequest) -> HttpResponse:
        """No page of ours uses it, and it would complete any person's name for whoever may see one of their rows."""
        raise Http404

    def logout(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        if request.method == "POST":
            logout(request)
        return redirect("/")

    def password_change(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        return redirect("account_change_password")

    def refuse(self, request: HttpRequest) -> None:
        """Raises PermissionDenied with the reason, in the person's words."""
        if lacks_factor(request):
            raise PermissionDenied(gettext("First set up the second step that your team asks for."))
        raise PermissionDenied(
            gettext(
                "This part is for the team of %(tenant)s. If you belong to it, ask an admin there to let you in."
            )
            % {"tenant": request.tenant.name}  # type: ignore[attr-defined]
        )


class DeskSite(OneDoorSite):
    """Where agents, leads and admins of one tenant work."""

    site_header = _("Desk")
    site_title = _("Desk")
    index_title = _("Settings")

    def __init__(self, name: str = "admin") -> None:
        super().__init__(name)
        # What higher floors show beside every page of the desk: each adds to the context of the page.
        self.panels: list[Callable[[HttpRequest], dict[str, Any]]] = []
        # Pages of higher floors that belong to no model: address, view, name.
        self.pages: list[tuple[str, Callable[..., Any], str]] = []

    def get_urls(self) -> list[Any]:
        pages = [path(route, self.admin_view(view), name=name) for route, view, name in self.pages]
        return [*pages, *super().get_urls()]

    def has_permission(self, request: HttpRequest) -> bool:
        return may_use_desk(request.user) and not lacks_factor(request)

    def came_in(self, request: HttpRequest) -> None:
        if isinstance(request.user, Member):
            note_at_desk(request.user)

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        context = super().each_context(request)
        if context["has_permission"]:
            context["desk_keys"] = keys_of_page(person_of(request))
            for panel in self.panels:
                context |= panel(request)
        return context

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """The desk begins with the queue."""
        return redirect("admin:tickets_ticket_changelist")


class PlatformSite(OneDoorSite):
    """Where operators keep the list of tenants; none of a tenant's own rows can be reached from here."""

    site_header = _("Platform")
    site_title = _("Platform")
    index_title = _("Tenants and operators")

    def has_permission(self, request: HttpRequest) -> bool:
        return may_use_platform(request.user) and not lacks_factor(request)


desk = DeskSite(name="admin")
platform = PlatformSite(name="admin")


def moment(field: str, label: Any, *, ordering: str = "") -> Callable[[Any, Model], SafeString | str]:
    """A column of a list under `label`: the exact time in `field`, sorted by `ordering`, else by the field."""

    @admin.display(description=label, ordering=ordering or field)
    def shown(_door: Any, row: Model) -> SafeString | str:
        return when(getattr(row, field), "absolute")

    return shown


class DeskModelAdmin(admin.ModelAdmin):
    """Base of every page of the desk: a foreign id is a 404, a duplicate an error of the form.

    Whom the role keeps out is told who can do it, whatever the address.
    """

    form = TenantModelForm
    formfield_overrides = NATIVE_WIDGETS
    show_full_result_count = False
    list_per_page = 50
    first_use: Any = ""  # what an empty list says: what belongs here, why, and an example

    @property
    def media(self) -> forms.Media:
        """No script of the stock admin: our templates and desk.js replace it."""
        return forms.Media()

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest | None = None) -> bool:
        """Only what the page offers as a filter: nobody guesses at a column's content through the address."""
        return any(lookup in _lookups_of(entry) for entry in self.list_filter)

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        self._refuse_others(request)
        return super().changelist_view(request, extra_context)

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        self._refuse_others(request)
        return super().changeform_view(request, object_id, form_url, extra_context)

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Who changed what about this thing, from the audit log."""
        self._refuse_others(request)
        thing = self.get_object(request, unquote(object_id))
        if thing is None:
            raise Http404
        page = Paginator(entries_of(thing), HISTORY_PAGE).get_page(request.GET.get("p"))
        context = {
            **self.admin_site.each_context(request),
            "title": gettext("History: %(name)s") % {"name": thing},
            "object": thing,
            "opts": self.opts,
            "entries": [entry_shown(entry) for entry in page],
            "page": page,
        }
        return TemplateResponse(request, "admin/object_history.html", context)

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        self._refuse_others(request)
        return super().delete_view(request, object_id, extra_context)

    def construct_change_message(
        self, request: HttpRequest, form: forms.BaseForm, formsets: Any, add: bool = False
    ) -> Any:
        """What the form changed, for the audit log: `log_addition` and `log_change` get it as their message."""
        return changes_of(form, formsets or ())

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        return record_change(obj, AuditEntry.Act.ADDED, actor=_actor_of(request), changes=message)

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        if not message:
            return None
        return record_change(obj, AuditEntry.Act.CHANGED, actor=_actor_of(request), changes=message)

    def log_deletions(self, request: HttpRequest, queryset: Any) -> Any:
        actor = _actor_of(request)
        return [record_change(thing, AuditEntry.Act.DELETED, actor=actor) for thing in queryset]

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **options: Any
    ) -> Any:
        thing = context.get("original")
        context["audit"] = audit_line(thing) if thing and not context.get("is_popup") else None
        return super().render_change_form(request, context, *args, **options)

    def _get_obj_does_not_exist_redirect(
        self, request: HttpRequest, opts: Any, object_id: str
    ) -> HttpResponse:
        raise Http404

    def _refuse_others(self, request: HttpRequest) -> None:
        if self.has_view_or_change_permission(request):
            return
        admins = active_holders(Member.Role.ADMIN).order_by("name", "email")[:NAMED]
        names = ", ".join(str(admin) for admin in admins)
        raise PermissionDenied(
            gettext("Only admins can change these settings. Ask %(names)s.") % {"names": names}
            if names
            else gettext("Only admins can change these settings.")
        )


class SetupAdmin(DeskModelAdmin):
    """A settings page for admins."""

    actions: list[str] | None = None

    def formfield_for_dbfield(
        self, db_field: Any, request: HttpRequest, **options: Any
    ) -> forms.Field | None:
        """No pop-up windows beside a choice: they need the stock scripts, and lead away from what was typed."""
        field: forms.Field | None = super().formfield_for_dbfield(db_field, request, **options)
        if field and isinstance(field.widget, RelatedFieldWidgetWrapper):
            field.widget = field.widget.widget
        return field


def _actor_of(request: HttpRequest) -> Member | None:
    return request.user if isinstance(request.user, Member) else None


def _lookups_of(entry: Any) -> set[str]:
    """What one entry of `list_filter` puts into the address."""
    field = entry[0] if isinstance(entry, list | tuple) else entry
    if not isinstance(field, str):
        return {str(field.parameter_name)}
    return {f"{field}{ending}" for ending in ("__exact", "__isnull", "__id__exact", "__gte", "__lt")}
