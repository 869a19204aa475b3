"""An incident's page: what is known, and how to hear more of it by mail."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings as site
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts.models import Member
from helpcenter.actions.incidents import confirm_follower, follow_incident, stop_following
from helpcenter.incidents import HIDDEN, follower_with, told_in
from helpcenter.models import Incident, IncidentFollower
from helpcenter.views.limits import within_limit
from helpdesk.errors import Refused
from helpdesk.forms import show_refusal
from helpdesk.locales import known_locale
from helpdesk.mail_address import ADDRESS_LIMIT, EmailAddressField
from helpdesk.templatetags.parts import when

FOLLOWS_PER_HOUR = 20  # of one network address at one tenant


class FollowForm(forms.Form):
    """Where news of an incident should go."""

    email = EmailAddressField(
        label=gettext_lazy("Your email address"),
        max_length=ADDRESS_LIMIT,
        error_messages={
            "required": gettext_lazy("Enter your email address"),
            "invalid": gettext_lazy("Enter an email address in the form name@example.org"),
        },
        widget=forms.EmailInput(attrs={"autocomplete": "email", "dir": "ltr"}),
    )


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def incident(request: HttpRequest, pk: int) -> HttpResponse:
    """What is known of the incident, the newest first; posted, the address that wants to hear more."""
    shown = get_object_or_404(Incident.objects.prefetch_related("news"), pk=pk)
    if request.method != "POST":
        return _page(request, shown, FollowForm(initial={"email": _own_address(request)}))
    form = FollowForm(request.POST)
    if not form.is_valid():
        return _page(request, shown, form, status=422)
    if not within_limit(request, "follows", an_hour=FOLLOWS_PER_HOUR):
        form.add_error(None, _("Too many tries. Wait a while, then try again."))
        return _page(request, shown, form, status=429)
    return _follow(request, shown, form)


def _follow(request: HttpRequest, shown: Incident, form: FollowForm) -> HttpResponse:
    email = form.cleaned_data["email"]
    is_proven = email == _own_address(request)
    locale = known_locale(get_language() or "") or "en"
    try:
        follow_incident(shown, email=email, locale=locale, is_proven=is_proven, now=timezone.now())
    except Refused as refusal:
        show_refusal(form, refusal)
        return _page(request, shown, form, status=422)
    if is_proven:
        told_now = _("You follow this. We write to %(email)s when there is news.")
    else:
        told_now = _("We sent a link to %(email)s. Open it to confirm that the address is yours.")
    messages.success(request, told_now % {"email": email})
    return _back_to(shown)


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def incident_confirm(request: HttpRequest, token: str) -> HttpResponse:
    """The link of the first mail: a button, because programs that read mail follow links by themselves."""
    follower = _follower(token)
    if request.method == "POST":
        confirm_follower(follower, now=timezone.now())
        messages.success(request, _("You follow this. We write to you when there is news."))
        return _back_to(follower.incident)
    return _ask(request, follower, _("Hear how it goes on"), _("Follow by email"))


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def incident_stop(request: HttpRequest, token: str) -> HttpResponse:
    """The link below every mail: a button that ends them."""
    follower = _follower(token)
    if request.method == "POST":
        stop_following(follower)
        messages.success(request, _("You get no more mails about this."))
        return _back_to(follower.incident)
    return _ask(request, follower, _("No more mails about it?"), _("End these mails"))


@login_not_required
@require_POST
def incident_hide(request: HttpRequest, pk: int) -> HttpResponse:
    """Puts the banner away until this browser is closed, and goes back to `next`."""
    target = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure()):
        target = "/"
    response = HttpResponseRedirect(target, status=303)
    response.set_cookie(HIDDEN, str(pk), secure=site.SESSION_COOKIE_SECURE, httponly=True, samesite="Lax")
    return response


def _page(request: HttpRequest, shown: Incident, form: FollowForm, *, status: int = 200) -> HttpResponse:
    page: dict[str, Any] = {
        "shown": shown,
        "title": told_in(shown.titles),
        "since": when(shown.started_at, "absolute"),
        "until": when(shown.ended_at, "absolute") if shown.ended_at else "",
        "news": [{**told_in(news.words), "at": when(news.told_at, "absolute")} for news in shown.news.all()],
        "form": None if shown.ended_at else form,
    }
    return render(request, "helpcenter/incident.html", page, status=status)


def _ask(request: HttpRequest, follower: IncidentFollower, heading: str, button: str) -> HttpResponse:
    page = {
        "heading": heading,
        "button": button,
        "title": told_in(follower.incident.titles),
        "url": reverse("incident", args=[follower.incident_id]),
    }
    return render(request, "helpcenter/incident_answer.html", page)


def _follower(token: str) -> IncidentFollower:
    found = follower_with(token)
    if found is None:
        raise Http404
    return found


def _own_address(request: HttpRequest) -> str:
    """The address of who is signed in, when it is known to be theirs."""
    person = request.user
    return person.email.lower() if isinstance(person, Member) and person.email_proven_at else ""


def _back_to(shown: Incident) -> HttpResponse:
    return HttpResponseRedirect(reverse("incident", args=[shown.pk]), status=303)
