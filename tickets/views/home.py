"""The first page of a tenant: how can we help."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone, translation
from django.views.decorators.http import require_safe

from tickets.models.ticket import Priority
from tickets.queries import active_categories, own_tickets, portal_counts
from tickets.sla.policy import preview_promise
from tickets.views.answers import revisitable
from tickets.views.topics import topic_links
from tickets.views.uploads import member_of


@login_not_required
@require_safe
@revisitable
def home(request: HttpRequest, locale: str) -> HttpResponse:
    """In the language of its address: the topics, when a request would be answered, and a member's open tickets."""
    if locale not in dict(settings.LANGUAGES):
        raise Http404
    member = member_of(request)
    with translation.override(locale):
        page = {
            "topics": topic_links(active_categories(), is_signed_in=member is not None),
            "promise": preview_promise(None, priority=Priority.NORMAL, now=timezone.now()),
            "counts": portal_counts(own_tickets(member)) if member else None,
        }
        response = render(request, "portal/home.html", page)
    response.headers["Content-Language"] = locale
    return response
