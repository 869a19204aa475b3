"""A form whose post could not be taken, because the session had ended or its token was too old: nothing of it is lost.

The words are kept in the browser's session, which is one tenant's, until the person has signed in; then the page
`interrupted` shows them, with one button that sends them to where they were going. Forms that create something carry a
key of their own, so sending twice creates once. Files, passwords and codes are not kept. Somebody else who signs
in on the same browser sees nothing of it: a signed cookie says who was signed in here last.
"""

import re
import time
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from allauth.account.adapter import get_adapter
from allauth.core.internal.httpkit import get_client_ip
from django.conf import settings
from django.contrib import messages
from django.core.signing import BadSignature, Signer
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.fresh import onward
from accounts.models import Member
from helpdesk.limits import count
from helpdesk.sending import is_sent_by_page

KEY = "interrupted"
KEPT_SECONDS = 24 * 3600
CHARACTERS, FIELDS = 64_000, 200
POSTS, POSTS_SECONDS = 30, 600  # kept for one network address: strangers must not fill the table of sessions
KNOWN_SECONDS = 30 * 24 * 3600
SECRET = re.compile(r"\A(?:csrfmiddlewaretoken|code|credential|.*password.*)\Z", re.IGNORECASE)
signer = Signer(salt="accounts.interrupted")


@dataclass(frozen=True)
class Kept:
    """What was posted to `path` from the page `page`."""

    path: str
    page: str
    fields: list[tuple[str, str]]
    had_files: bool


def ask_to_sign_in(request: HttpRequest, target: str = "account_login") -> HttpResponseRedirect:
    """Leads to the sign-in (or another page of accounts) and on; a post is kept meanwhile, and the person is told."""
    if request.method != "POST" or not _is_navigation(request):
        if _session_ended(request) and _is_navigation(request):
            messages.info(request, _("Your session ended. Sign in to go on."))
        return HttpResponseRedirect(onward(target, request.get_full_path()))
    kept = read(request)
    if kept and _may_keep(request):
        owner = request.user.pk or _last_person(request)
        request.session[KEY] = {**kept.__dict__, "owner": owner, "at": time.time()}
        text = _("Your session ended. Sign in to go on; what you wrote is kept.")
        if request.user.is_authenticated:
            text = _("First this. What you wrote is kept.")
        elif not (owner or _session_ended(request)):
            text = _("Sign in to go on; what you wrote is kept.")
        messages.info(request, text)
        return HttpResponseRedirect(onward(target, reverse("interrupted")), status=303)
    messages.info(request, _("Your session ended before this was sent. Sign in, then do it again."))
    return HttpResponseRedirect(onward(target, page_of(request)), status=303)


def read(request: HttpRequest) -> Kept | None:
    """What the request posted, without secrets; None when there is too much of it, or nothing that may be kept.

    Pages of accounts are left out, but for the profile: what they take is short and mostly secret.
    """
    path = request.get_full_path()
    is_secret = path.startswith("/accounts/") and request.path != reverse("profile")
    if is_secret:
        return None
    fields = [
        (name, value.replace("\r\n", "\n"))
        for name, values in request.POST.lists()
        if not SECRET.match(name)
        for value in values
        if isinstance(value, str)
    ]
    length = sum(len(name) + len(value) for name, value in fields)
    if length > CHARACTERS or len(fields) > FIELDS:
        return None
    return Kept(path, page_of(request), fields, bool(request.FILES))


def kept_for(request: HttpRequest) -> Kept | None:
    """What this browser's session keeps for the person who is signed in; what is too old or another's is dropped."""
    stored: dict[str, Any] | None = request.session.get(KEY)
    if stored is None:
        return None
    if time.time() - stored["at"] > KEPT_SECONDS or stored["owner"] not in {None, request.user.pk}:
        forget(request)
        return None
    fields = [(name, value) for name, value in stored["fields"]]
    return Kept(stored["path"], stored["page"], fields, stored["had_files"])


def forget(request: HttpRequest, *, sent_to: str = "") -> None:
    """Drops what is kept; with `sent_to` only what goes to this path, because it was just sent there."""
    stored = request.session.get(KEY) if KEY in request.session else None
    if stored and (not sent_to or urlsplit(stored["path"]).path == sent_to):
        del request.session[KEY]


def is_from_here(request: HttpRequest) -> bool:
    """Whether a page of this very host sent the request; another site's words are never offered for sending."""
    site = request.headers.get("Sec-Fetch-Site")
    if site:
        return site == "same-origin"
    sender = urlsplit(request.headers.get("Origin") or request.headers.get("Referer") or "")
    return sender.netloc == request.get_host()


def page_of(request: HttpRequest) -> str:
    """The path of the page that the form stood on, as far as the browser says; else the first page."""
    referer = urlsplit(request.headers.get("Referer", ""))
    page = referer.path + (f"?{referer.query}" if referer.query else "")
    return page if referer.netloc == request.get_host() and get_adapter().is_safe_url(page) else "/"


def remember_person(response: HttpResponse, member: Member) -> None:
    """Notes in the browser who signed in, so that what they write when the session has ended is shown to them only."""
    response.set_cookie(
        settings.KNOWN_COOKIE_NAME,
        signer.sign(f"{member.tenant_id}-{member.pk}"),
        max_age=KNOWN_SECONDS,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def _last_person(request: HttpRequest) -> int | None:
    try:
        tenant_id, _dash, pk = signer.unsign(request.COOKIES.get(settings.KNOWN_COOKIE_NAME, "")).partition(
            "-"
        )
    except BadSignature:
        return None
    return int(pk) if tenant_id == str(request.tenant.pk) else None  # type: ignore[attr-defined]


def _is_navigation(request: HttpRequest) -> bool:
    """Whether a page is asked for, or a form sent; what else scripts and pictures ask for needs no words."""
    return request.headers.get("Sec-Fetch-Mode", "navigate") == "navigate" or is_sent_by_page(request)


def _session_ended(request: HttpRequest) -> bool:
    """Whether the browser sent the cookie of a session that is no more; needs the session to have been asked for."""
    return settings.SESSION_COOKIE_NAME in request.COOKIES and request.session.session_key is None


def _may_keep(request: HttpRequest) -> bool:
    return count(f"interrupted:{get_client_ip(request)}", seconds=POSTS_SECONDS) <= POSTS
