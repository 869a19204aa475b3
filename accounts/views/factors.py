"""Setting up, listing and removing second steps."""

from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import generate_totp_secret
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.actions.factors import add_app, remove_factor, renew_recovery_codes
from accounts.factor_forms import AppForm
from accounts.factors import forget_factors, has_shown_factor, lacks_factor, note_factor, person_of
from accounts.fresh import fresh_sign_in_required, next_of, onward
from accounts.queries import factors_of
from accounts.ways import ways_of
from helpdesk.errors import Refused

APP_KEY = "new_app"  # the secret of an app that is being set up, encrypted, in the session
AFTER_KEY = "after_set_up"  # where somebody goes on who was asked to set a second step up


@require_safe
def set_up(request: HttpRequest) -> HttpResponse:
    """Where people of the team are led who need a second step: they show theirs, or set one up."""
    target = next_of(request, reverse("profile"))
    ways = ways_of(person_of(request))
    if ways.has_factor and not has_shown_factor(request):
        return redirect(onward("confirm_person", target))
    request.session[AFTER_KEY] = target
    context = {"ways": ways, "is_needed": lacks_factor(request), "target": target}
    return TemplateResponse(request, "accounts/second_factor.html", context)


@require_http_methods(["GET", "POST"])
@fresh_sign_in_required
def app_add(request: HttpRequest) -> HttpResponse:
    """The secret as a picture and as text, until the app shows a code that fits it."""
    member, secret = person_of(request), _pending_secret(request)
    form = AppForm(member, secret, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            app = add_app(member, secret=secret)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            del request.session[APP_KEY]
            return added(request, app)
    adapter = get_adapter()
    # A drawing of ours around a text of ours; it holds no script and no style.
    picture = mark_safe(adapter.build_totp_svg(adapter.build_totp_url(member, secret)).partition("?>")[2])  # noqa: S308
    grouped = " ".join(secret[at : at + 4] for at in range(0, len(secret), 4))
    context = {"form": form, "secret": secret, "grouped": grouped, "picture": picture}
    return TemplateResponse(request, "accounts/app_add.html", context)


@require_http_methods(["GET", "POST"])
@fresh_sign_in_required
def app_remove(request: HttpRequest) -> HttpResponse:
    """Asks once, then removes the authenticator app."""
    app = factors_of(request.user).filter(type=Authenticator.Type.TOTP).first()
    if app is None:
        raise Http404
    return remove(request, app)


@require_http_methods(["GET", "POST"])
@fresh_sign_in_required
def recovery_codes(request: HttpRequest) -> HttpResponse:
    """The codes, shown once; after that how many are left, and new ones on demand."""
    if request.method == "POST":
        try:
            renew_recovery_codes(person_of(request))
        except Refused as refused:
            messages.error(request, str(refused))
            return HttpResponseRedirect(reverse("profile"), status=303)
        return HttpResponseRedirect(reverse("recovery_codes"), status=303)
    kept = Authenticator.objects.filter(
        user=person_of(request), type=Authenticator.Type.RECOVERY_CODES
    ).first()
    if kept is None:
        return redirect("profile")
    wrapped = kept.wrap()
    codes = [] if wrapped.did_view else [f"{code[:5]} {code[5:]}" for code in wrapped.get_unused_codes()]
    wrapped.mark_as_viewed()
    context = {
        "codes": codes,
        "ways": ways_of(person_of(request)),
        "target": request.session.get(AFTER_KEY, ""),
    }
    return TemplateResponse(request, "accounts/recovery_codes.html", context)


def added(request: HttpRequest, factor: Authenticator) -> HttpResponse:
    """Goes on after a new factor: the session counts as having shown it, and codes nobody saw yet are shown."""
    note_factor(request, factor)
    if factor.type == Authenticator.Type.TOTP:
        messages.success(request, _("Your authenticator app is set up."))
    else:
        messages.success(request, _("Your passkey is set up."))
    kept = Authenticator.objects.filter(user=factor.user, type=Authenticator.Type.RECOVERY_CODES).first()
    if kept and not kept.wrap().did_view:
        return HttpResponseRedirect(reverse("recovery_codes"), status=303)
    return HttpResponseRedirect(request.session.pop(AFTER_KEY, "") or reverse("profile"), status=303)


def remove(request: HttpRequest, factor: Authenticator) -> HttpResponse:
    """Asks once, then removes the factor; what is refused is said on the profile."""
    if request.method != "POST":
        return TemplateResponse(
            request, "accounts/factor_remove.html", {"factor": factor, "ways": ways_of(factor.user)}
        )
    try:
        remove_factor(factor, keep_session=request.session.session_key or "")
    except Refused as refused:
        messages.error(request, str(refused))
        return HttpResponseRedirect(reverse("profile"), status=303)
    if not factors_of(request.user).exists():
        forget_factors(request)
    messages.success(request, _("It is removed."))
    return HttpResponseRedirect(reverse("profile"), status=303)


def _pending_secret(request: HttpRequest) -> str:
    adapter = get_adapter()
    if APP_KEY not in request.session:
        request.session[APP_KEY] = adapter.encrypt(generate_totp_secret())
    secret: str = adapter.decrypt(request.session[APP_KEY])
    return secret
