"""Passkeys: adding, naming and removing them, and signing in with one."""

import json

from allauth.account.internal.flows.login import perform_login
from allauth.account.models import Login
from allauth.core import ratelimit
from allauth.mfa.base.internal.flows import post_authentication
from allauth.mfa.models import Authenticator
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import passkeys
from accounts.actions.factors import add_passkey, rename_passkey
from accounts.factor_forms import NewPasskeyForm, PasskeyForm, PasskeyNameForm
from accounts.factors import person_of
from accounts.forms import forget_sign_up
from accounts.fresh import fresh_sign_in_required, next_of, onward
from accounts.queries import passkeys_of
from accounts.views.factors import added, remove
from helpdesk.errors import Refused


@login_not_required
@require_safe
def sign_in_options(request: HttpRequest) -> HttpResponse:
    """What the browser needs to ask its person for a passkey of this host; passkey.js fetches it when pressed."""
    limited: HttpResponse | None = ratelimit.consume_or_429(request, action="login")
    return limited or JsonResponse(passkeys.ask_to_show(request))


@login_not_required
@require_POST
def sign_in(request: HttpRequest) -> HttpResponse:
    """Signs in whose passkey was shown; it counts as both steps, because it asked for a finger, face or PIN."""
    limited: HttpResponse | None = ratelimit.consume_or_429(request, action="login")
    if limited:
        return limited
    target = next_of(request, "")
    form = PasskeyForm(request.POST)
    if request.user.is_authenticated:
        return redirect(target or "profile")
    try:
        if not form.is_valid():
            raise Refused(passkeys.FAILED)
        passkey = passkeys.shown(request, form.cleaned_data["credential"])
    except Refused as refused:
        messages.error(request, str(refused))
        return HttpResponseRedirect(onward("account_login", target), status=303)
    forget_sign_up(request)
    post_authentication(request, passkey, passwordless=True)
    response: HttpResponse = perform_login(request, Login(user=passkey.user, redirect_url=target or None))
    return response


@require_http_methods(["GET", "POST"])
@fresh_sign_in_required
def add(request: HttpRequest) -> HttpResponse:
    """Asks the browser for a new passkey and keeps it under a name."""
    form = NewPasskeyForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        credential = form.cleaned_data["credential"]
        try:
            passkeys.check_added(request, credential)
            name = form.cleaned_data["name"] or _("Passkey %(number)d") % {
                "number": passkeys_of(request.user).count() + 1
            }
            passkey = add_passkey(person_of(request), name=name, credential=credential)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            return added(request, passkey)
    options = json.dumps(passkeys.ask_to_add(request, person_of(request)))
    return TemplateResponse(request, "accounts/passkey_add.html", {"form": form, "options": options})


@require_http_methods(["GET", "POST"])
def rename(request: HttpRequest, pk: int) -> HttpResponse:
    """Another name for a passkey."""
    return fresh_sign_in_required(_rename)(request, _passkey(request, pk))


@require_http_methods(["GET", "POST"])
def remove_one(request: HttpRequest, pk: int) -> HttpResponse:
    """Asks once, then removes the passkey."""
    return fresh_sign_in_required(remove)(request, _passkey(request, pk))


def _passkey(request: HttpRequest, pk: int) -> Authenticator:
    """The passkey of who is signed in; 404 for any other, before anything is asked."""
    return get_object_or_404(passkeys_of(request.user).select_related("user"), pk=pk)


def _rename(request: HttpRequest, passkey: Authenticator) -> HttpResponse:
    form = PasskeyNameForm(
        request.POST if request.method == "POST" else None, initial={"name": passkey.data["name"]}
    )
    if request.method == "POST" and form.is_valid():
        rename_passkey(passkey, name=form.cleaned_data["name"])
        messages.success(request, _("The name is saved."))
        return HttpResponseRedirect(reverse("profile"), status=303)
    return TemplateResponse(request, "accounts/passkey_rename.html", {"form": form, "passkey": passkey})
