"""The profile, and the link with which an invited person comes in."""

from allauth.account.internal.flows.login import perform_password_login
from allauth.account.models import Login
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from accounts.actions.invitations import accept_invitation, find_invitation, usable_invitations
from accounts.actions.people import change_profile
from accounts.forms import FirstPasswordForm, ProfileForm
from accounts.models import Invitation, Member

INVITATION_KEY = "invitation"


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def profile(request: HttpRequest) -> HttpResponse:
    """Name, language and zone; what we know of the address and the password."""
    # A copy: a refused form must not show its values in the page's header as if they were stored.
    member: Member = Member.objects.get(email=request.user.email)  # type: ignore[union-attr]
    member.locale = member.locale or translation.get_language() or settings.LANGUAGE_CODE
    member.timezone = member.timezone or timezone.get_current_timezone_name()
    form = ProfileForm(request.POST if request.method == "POST" else None, instance=member)
    if request.method != "POST" or not form.is_valid():
        status = 422 if form.is_bound else 200
        return render(request, "accounts/profile.html", {"form": form}, status=status)
    change_profile(member, **form.cleaned_data)
    with translation.override(member.locale):
        messages.success(request, _("Your profile is saved."))
    response = HttpResponseRedirect(reverse("profile"), status=303)
    # What is chosen here is newer than what the browser remembers.
    response.delete_cookie(settings.LANGUAGE_COOKIE_NAME, samesite="Lax")
    return response


@login_not_required
@never_cache
@require_safe
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Takes the token out of the address, so that it stands in no history, log or Referer of what follows."""
    found = find_invitation(token)
    if found is None:
        return _gone(request)
    request.session[INVITATION_KEY] = found.pk
    return redirect("invitation_accept")


@login_not_required
@never_cache
@sensitive_post_parameters("password1")
@require_http_methods(["GET", "HEAD", "POST"])
def accept(request: HttpRequest) -> HttpResponse:
    """The invited person chooses a password, which uses the link up, and is signed in."""
    found = usable_invitations().filter(pk=request.session.get(INVITATION_KEY, 0)).first()
    if found is None:
        return _gone(request)
    form = FirstPasswordForm(found.member, request.POST if request.method == "POST" else None)
    if request.method != "POST" or not form.is_valid():
        context = {"form": form, "email": found.member.email}
        return render(request, "accounts/invitation.html", context, status=422 if form.is_bound else 200)
    if not accept_invitation(found, password=form.cleaned_data["password1"]):
        return _gone(request)
    del request.session[INVITATION_KEY]
    return _sign_in(request, found)


def _sign_in(request: HttpRequest, found: Invitation) -> HttpResponse:
    member = found.member
    response = perform_password_login(
        request, {"email": member.email}, Login(user=member, email=member.email)
    )
    response.status_code = 303
    return response


def _gone(request: HttpRequest) -> HttpResponse:
    return render(request, "accounts/invitation_gone.html", status=410)
