"""The first page of a tenant: how can we help."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.addresses import absolute_url
from accounts.queries import audience_offered, closed_contact
from helpcenter.queries import popular_texts
from helpcenter.views.articles import links_to
from helpcenter.views.reading import Reader, alternates, in_language, section_url
from tickets.models.ticket import Priority
from tickets.queries import active_categories, portal_counts
from tickets.sight import own_tickets
from tickets.sla.policy import preview_promise
from tickets.views.answers import revisitable
from tickets.views.topics import topic_links
from tickets.views.uploads import member_of


@login_not_required
@require_safe
@revisitable
@in_language
def home(reader: Reader) -> HttpResponse:
    """In the language of its address: search and sections, when a request would be answered, a member's open tickets.

    While there is no article yet, the topics of requests stand where the sections will.
    """
    member = member_of(reader.request)
    shelves = [
        {"shelf": shelf, "url": section_url(reader.locale, shelf), "texts": links_to(texts, reader.locale)}
        for shelf, texts in reader.opened_shelves()
    ]
    popular = popular_texts(reader.order, reader.reach) if shelves else []
    places = {locale: f"/{locale}/" for locale in reader.settings.languages}
    now = timezone.now()
    page = {
        "shelves": shelves,
        "popular": links_to(popular, reader.locale),
        "topics": [] if shelves else topic_links(active_categories(), is_signed_in=member is not None),
        "promise": preview_promise(
            None, priority=Priority.NORMAL, audience=audience_offered(member), now=now
        ),
        "closed": closed_contact(now=now),
        "counts": portal_counts(own_tickets(member)) if member else None,
        "canonical": absolute_url(f"/{reader.locale}/"),
        "alternates": alternates(places, reader.settings.default_locale),
    }
    return render(reader.request, "portal/home.html", reader.context() | page)
