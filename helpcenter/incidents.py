"""What readers are told of incidents, in the nearest language that there is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core import signing
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import get_language

from accounts.memory import remembered
from helpcenter.models import Incident, IncidentFollower
from helpcenter.queries import help_settings, reading_order
from helpdesk.locales import direction_of

HIDDEN = "hidden_incident"  # the cookie of a browser whose reader put the banner away, until it is closed
_SALT = "helpcenter.incidents"


def banner_for(request: HttpRequest, locale: str = "") -> dict[str, Any] | None:
    """The newest incident that goes on, as `helpcenter/_incident.html` shows it; not one that was put away."""
    hidden = request.COOKIES.get(HIDDEN, "")
    going_on = [incident for incident in remembered(_going_on) if str(incident.pk) != hidden]
    if not going_on:
        return None
    incident = going_on[0]
    return {
        "pk": incident.pk,
        "url": reverse("incident", args=[incident.pk]),
        **told_in(incident.titles, locale),
    }


def told_in(words: Mapping[str, str], locale: str = "") -> dict[str, str]:
    """`{"text", "lang", "dir"}` in `locale` (the person's), else in what the tenant falls back to, else in any."""
    order = [*reading_order(locale or get_language() or "en", help_settings()), *words]
    found = next((one for one in order if words.get(one)), "")
    return {"text": words.get(found, ""), "lang": found, "dir": direction_of(found) if found else ""}


def token_of(follower: IncidentFollower) -> str:
    """What the links of a follower's mails carry: it confirms the address, and ends the mails."""
    return signing.dumps(follower.pk, salt=_SALT)


def follower_with(token: str) -> IncidentFollower | None:
    """Whose token it is, with the incident; nobody when it was made up, or is another tenant's."""
    try:
        pk = signing.loads(token, salt=_SALT)
    except signing.BadSignature:
        return None
    return IncidentFollower.objects.select_related("incident").filter(pk=pk).first()


def _going_on() -> list[Incident]:
    return list(Incident.objects.filter(ended_at=None))
