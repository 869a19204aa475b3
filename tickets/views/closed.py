"""While a tenant takes no new requests: the day it ends, why, and what helps meanwhile. Nothing typed is lost by it."""

import datetime as dt

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import TenantSettings
from accounts.queries import closed_contact
from helpcenter.incidents import banner_for
from helpdesk.templatetags.parts import when
from tickets.views.request_checks import Wait


def closed_page(request: HttpRequest) -> HttpResponse | None:
    """The page that stands where the form would; None while requests are taken."""
    closed = closed_contact(now=timezone.now())
    if closed is None:
        return None
    page = {"closed": closed, "incident": banner_for(request)}
    return render(request, "portal/closed.html", page)


def closed_words() -> str:
    """What somebody reads who was writing already; empty while requests are taken."""
    closed = closed_contact(now=timezone.now())
    return _words(closed) if closed else ""


def reason_closed() -> Wait | None:
    """Why a request that is complete is not sent now; None while requests are taken."""
    now = timezone.now()
    closed = closed_contact(now=now)
    return Wait(_words(closed), status=503, seconds=_seconds(closed, now)) if closed else None


def _words(closed: TenantSettings) -> str:
    words = _("We take no new requests until %(time)s. Your text is kept. %(reason)s")
    return words % {"time": when(closed.closed_until, "text"), "reason": closed.closed_reason}


def _seconds(closed: TenantSettings, now: dt.datetime) -> int:
    assert closed.closed_until is not None  # or it would be open
    return max(1, round((closed.closed_until - now).total_seconds()))
