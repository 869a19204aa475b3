"""What somebody wrote when their session had ended, shown again with one button that sends it."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.interrupted import Kept, ask_to_sign_in, is_from_here, kept_for, read
from helpdesk.problems import is_for_api, problem

# Fields that hold people's words, as the product's forms call them; others are shown when they are long.
LABELS = {
    "subject": _("Title"),
    "body": _("Your message"),
    "description": _("Your message"),
    "name": _("Name"),
    "email": _("Email address"),
}
LONG = 40
LONG_LINE = 120


@dataclass(frozen=True)
class Shown:
    """One field as the page shows it: `label` is empty for what is sent along unseen."""

    name: str
    value: str
    label: str
    is_long: bool


@never_cache
@require_safe
def interrupted(request: HttpRequest) -> HttpResponse:
    """The words that this browser's session keeps for who is signed in."""
    kept = kept_for(request)
    if kept is None:
        return redirect("profile")
    return render(request, "accounts/interrupted.html", page(kept))


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form came without its token: usually the page was old, or cookies are off. Its words are shown again.

    A view that is marked with `keeps_words` shows its own form with them, and does nothing else; for all others we do.
    What another site sent is only refused: a person must not be led to press the button for it. Programs are told in JSON.
    """
    if is_for_api(request):
        return _told_program(request)
    found = request.resolver_match
    if found and getattr(found.func, "keeps_words", False) and is_from_here(request):
        request.is_stale = True  # type: ignore[attr-defined]
        response: HttpResponse = found.func(request, *found.args, **found.kwargs)
        return response
    kept = read(request) if is_from_here(request) else None
    if kept is None:
        return render(request, "403.html", {"csrf": True}, status=403)
    if not request.user.is_authenticated and _needs_sign_in(request):
        return ask_to_sign_in(request)
    return render(request, "accounts/interrupted.html", page(kept) | {"was_old": True}, status=403)


def _told_program(request: HttpRequest) -> HttpResponse:
    if not request.user.is_authenticated:
        return problem(401, "Sign in first.", headers={"WWW-Authenticate": "Session"})
    return problem(
        403, "Send the value of the csrf cookie in the header X-CSRFToken, from a page of this host."
    )


def page(kept: Kept) -> dict[str, object]:
    """What the template shows."""
    fields = [_shown(name, value) for name, value in kept.fields]
    return {"kept": kept, "fields": fields, "has_words": any(field.label for field in fields)}


def _shown(name: str, value: str) -> Shown:
    is_long = "\n" in value or len(value) > LONG_LINE
    known = LABELS.get(name, "")
    label = known or (_("What you wrote") if is_long or (len(value) > LONG and " " in value) else "")
    return Shown(name, value, str(label), is_long or name in {"body", "description"})


def _needs_sign_in(request: HttpRequest) -> bool:
    found = request.resolver_match
    return bool(found and getattr(found.func, "login_required", True))
