"""The site map of the bare domain: operators, figures, and the demo's list and mail catcher."""

from django.urls import include, path

from accounts.platform import home
from accounts.sites import platform
from helpdesk.metrics import metrics
from helpdesk.preferences import set_language, set_theme

handler400 = "helpdesk.errors_views.bad_request"
handler403 = "helpdesk.errors_views.permission_denied"
handler404 = "helpdesk.errors_views.page_not_found"
handler429 = "helpdesk.errors_views.too_many_requests"  # allauth asks for it
handler500 = "helpdesk.errors_views.server_error"

urlpatterns = [
    path("", home, name="platform_home"),
    path("admin/", platform.urls),
    path("accounts/", include("accounts.urls")),
    path("metrics", metrics, name="metrics"),
    path("language/", set_language, name="set_language"),
    path("theme/", set_theme, name="set_theme"),
    path("mail/", include("helpdesk.dev.urls")),
]
