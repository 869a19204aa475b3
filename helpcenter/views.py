"""Pages of the help center."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_safe


@login_not_required
@require_safe
def root(request: HttpRequest) -> HttpResponse:
    """Sends the person to the home page in their language."""
    return HttpResponseRedirect(f"/{request.LANGUAGE_CODE}/")
