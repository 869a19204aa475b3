"""How the portal answers: pages for one person only, and redirects after a post."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect

View = Callable[..., HttpResponseBase]


def personal(view: View) -> View:
    """Decorates a view whose answer is for one person: nobody, browser included, keeps a copy."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = view(request, *args, **kwargs)
        response.headers["Cache-Control"] = "private, no-store"
        return response

    return answer


def revisitable(view: View) -> View:
    """Decorates the view of a form that somebody may go back to: the browser keeps it, with its idempotency key."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = view(request, *args, **kwargs)
        response.headers["Cache-Control"] = "private, no-cache"
        return response

    return answer


def keeps_words(view: View) -> View:
    """Marks the view of a form for `helpdesk.errors_views.csrf_failure`: it shows again what a stale page posted.

    The view then runs with `request.is_stale` set; it may keep the words, and must not do what was asked.
    """
    view.keeps_words = True  # type: ignore[attr-defined]
    return view


def see_other(url: str) -> HttpResponseRedirect:
    """The answer to a post that did its work: another page, by GET."""
    return HttpResponseRedirect(url, status=303)
