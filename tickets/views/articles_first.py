"""Articles before the form, for topics that their tenant marks so: one page more, and one press to go on."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from helpcenter.incidents import banner_for
from helpdesk.typed_text import clean_line
from tickets.views.suggested import articles_for
from tickets.views.topics import Topic

GO_ON = "anyway"
PASSED_BY = {GO_ON, "article", "draft", "follows", "check"}  # whoever read one already, or is on the way


def articles_first(request: HttpRequest, topic: Topic) -> HttpResponse | None:
    """The page with the articles that fit the topic, and “No, continue”; None where the form is shown at once.

    That is so for every topic that is not marked, when no article fits, and for whoever comes from an article, goes on
    with a draft, follows up on a ticket or pressed “No, continue”.
    """
    category = topic.category
    if category is None or not category.articles_first or PASSED_BY & request.GET.keys():
        return None
    found = articles_for(request, topic, clean_line(request.GET.get("title", "")))
    if not found:
        return None
    carried = request.GET.copy()
    carried[GO_ON] = "1"
    page = {
        "topic": topic,
        "crumbs": [{"label": _("Contact us"), "url": reverse("contact")}, *topic.crumbs],
        "suggested": found,
        "go_on_url": f"{request.path}?{carried.urlencode()}",
        "incident": banner_for(request),
    }
    return render(request, "portal/articles_first.html", page)
