"""Showing who one is: the second step of a sign-in, and once more before something of weight."""

import json
from typing import Any

from allauth.account.internal.decorators import login_stage_required
from allauth.account.internal.flows.logout import logout
from allauth.core import ratelimit
from allauth.mfa.base.internal.flows import post_authentication
from allauth.mfa.models import Authenticator
from allauth.mfa.stages import AuthenticateStage
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.forms import Form
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import ngettext
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts import passkeys
from accounts.factor_forms import FactorCodeForm, PasskeyForm, PasswordAgainForm, limited
from accounts.factors import note_factor, note_password, person_of
from accounts.fresh import next_of, onward
from accounts.models import Member
from accounts.notify import SignInChange, tell_sign_in_changed
from accounts.ways import Ways, ways_of
from helpdesk.errors import Refused


@login_stage_required(stage=AuthenticateStage.key, redirect_urlname="account_login")
@require_http_methods(["GET", "POST"])
def second_step(request: HttpRequest) -> HttpResponse:
    """The second step of a sign-in, after a password or a mailed code was right."""
    stage = request._login_stage  # type: ignore[attr-defined]
    member, ways = stage.login.user, ways_of(stage.login.user)
    form, factor = _show_factor(request, member)
    if factor is None:
        return TemplateResponse(request, "accounts/second_step.html", _page(request, member, ways, form))
    post_authentication(request, factor)
    _tell_of_code(request, factor)
    response: HttpResponse = stage.exit()
    return response


@sensitive_post_parameters("password", "code")
@require_http_methods(["GET", "POST"])
def confirm_person(request: HttpRequest) -> HttpResponse:
    """Asks who is signed in for a factor, or where they have none for the password, and goes on to `next`."""
    member, target = person_of(request), next_of(request, reverse("profile"))
    ways = ways_of(member)
    if request.method == "POST":
        too_many: HttpResponse | None = ratelimit.consume_or_429(
            request, action="reauthenticate", user=member
        )
        if too_many:
            return too_many
        if "again" in request.POST:
            return _sign_in_again(request, target)
    if ways.has_factor:
        form, factor = _show_factor(request, member)
        if factor:
            note_factor(request, factor)
            _tell_of_code(request, factor)
            return HttpResponseRedirect(target, status=303)
    else:
        form = PasswordAgainForm(member, request.POST if request.method == "POST" else None)
        if member.has_usable_password() and form.is_valid():
            note_password(request)
            return HttpResponseRedirect(target, status=303)
    context = _page(request, member, ways, form) | {"target": target}
    return TemplateResponse(request, "accounts/confirm_person.html", context)


def _show_factor(request: HttpRequest, member: Member) -> tuple[Form, Authenticator | None]:
    """The form to show, and the factor that was right, if one was: a code, or a passkey."""
    if request.method != "POST":
        return FactorCodeForm(user=member), None
    if "credential" not in request.POST:
        codes = FactorCodeForm(user=member, data=request.POST)
        return codes, codes.authenticator if codes.is_valid() else None
    form = PasskeyForm(request.POST)
    if form.is_valid():
        try:
            forget_tries = limited(member)
            passkey = passkeys.shown(request, form.cleaned_data["credential"], member)
            forget_tries()
        except Refused as refused:
            form.add_error(None, str(refused))
        except ValidationError as error:
            form.add_error(None, error)
        else:
            return form, passkey
    return form, None


def _page(request: HttpRequest, member: Member, ways: Ways, form: Form) -> dict[str, Any]:
    options = json.dumps(passkeys.ask_to_show(request, member)) if ways.passkeys else ""
    codes = form if "code" in form.fields else FactorCodeForm(user=member)
    return {"form": form, "codes": codes, "ways": ways, "options": options, "email": member.email}


def _tell_of_code(request: HttpRequest, factor: Authenticator) -> None:
    """A used recovery code may be a stranger's doing, and there are only so many."""
    if factor.type != Authenticator.Type.RECOVERY_CODES:
        return
    tell_sign_in_changed(factor.user, SignInChange.CODE_USED)
    left = ways_of(factor.user).codes_left or 0
    text = ngettext(
        "You used a recovery code. %(left)d is left.", "You used a recovery code. %(left)d are left.", left
    )
    messages.warning(request, text % {"left": left})


def _sign_in_again(request: HttpRequest, target: str) -> HttpResponse:
    """For somebody without password and factor: a new sign-in, by a mailed code, is what they can show."""
    logout(request)
    return HttpResponseRedirect(onward("account_login", target), status=303)
