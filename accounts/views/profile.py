"""The profile: what a person says about themselves, and how they sign in."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.actions.people import change_profile
from accounts.forms import ProfileForm
from accounts.models import Member
from accounts.ways import ways_of


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def profile(request: HttpRequest) -> HttpResponse:
    """Name, language and zone; what we know of the address and of the ways to sign in."""
    # A copy: a refused form must not show its values in the page's header as if they were stored.
    member: Member = Member.objects.get(email=request.user.email)  # type: ignore[union-attr]
    member.locale = member.locale or translation.get_language() or settings.LANGUAGE_CODE
    member.timezone = member.timezone or timezone.get_current_timezone_name()
    form = ProfileForm(request.POST if request.method == "POST" else None, instance=member)
    if request.method != "POST" or not form.is_valid():
        status = 422 if form.is_bound else 200
        context = {"form": form, "ways": ways_of(member)}
        return render(request, "accounts/profile.html", context, status=status)
    change_profile(member, **form.cleaned_data)
    with translation.override(member.locale):
        messages.success(request, _("Your profile is saved."))
    response = HttpResponseRedirect(reverse("profile"), status=303)
    # What is chosen here is newer than what the browser remembers.
    response.delete_cookie(settings.LANGUAGE_COOKIE_NAME, samesite="Lax")
    return response
