"""The site map of a tenant's host."""

from django.urls import include, path

from accounts.sites import desk
from helpdesk.preferences import set_language, set_theme
from helpdesk.styleguide import styleguide

handler400 = "helpdesk.errors_views.bad_request"
handler403 = "helpdesk.errors_views.permission_denied"
handler404 = "helpdesk.errors_views.page_not_found"
handler429 = "helpdesk.errors_views.too_many_requests"  # allauth asks for it
handler500 = "helpdesk.errors_views.server_error"

urlpatterns = [
    path("", include("helpcenter.urls")),
    path("", include("tickets.urls")),
    path("accounts/", include("accounts.urls")),
    path("admin/", desk.urls),
    path("language/", set_language, name="set_language"),
    path("theme/", set_theme, name="set_theme"),
    path("styleguide/", styleguide, name="styleguide"),
]
