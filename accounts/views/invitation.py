"""The link with which an invited person comes in."""

from allauth.account.internal.flows.login import perform_password_login
from allauth.account.models import Login
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from accounts.actions.invitations import accept_invitation, find_invitation, usable_invitations
from accounts.forms import FirstPasswordForm
from accounts.models import Invitation

INVITATION_KEY = "invitation"


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
