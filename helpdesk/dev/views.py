"""The pages of the demo's mail catcher: what the help desk has sent, to whom, word for word."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from helpdesk.dev.mailbox import CaughtMail, caught_mail, caught_mails

SHOWN = 200
# A mail is somebody else's page: no script, no address of its own, nothing loaded from anywhere.
MAIL_POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; frame-ancestors 'self'; sandbox"


@require_safe
@login_not_required
@never_cache
def mail_list(request: HttpRequest) -> HttpResponse:
    """The newest mails first."""
    return render(request, "dev/mail_list.html", {"mails": caught_mails(_folder(), limit=SHOWN)})


@require_safe
@login_not_required
@never_cache
def mail_json(request: HttpRequest) -> HttpResponse:
    """All mails for programs, newest first."""
    return JsonResponse([_as_json(mail) for mail in caught_mails(_folder())], safe=False)


@require_safe
@login_not_required
@never_cache
def mail_page(request: HttpRequest, name: str) -> HttpResponse:
    """One mail: its headers, text, html part and files."""
    return render(request, "dev/mail.html", {"mail": _mail(name)})


@require_safe
@login_not_required
@never_cache
@xframe_options_sameorigin
def mail_html(request: HttpRequest, name: str) -> HttpResponse:
    """The html part alone, as a page that can do nothing."""
    return HttpResponse(_mail(name).html, headers={"Content-Security-Policy": MAIL_POLICY})


@require_safe
@login_not_required
@never_cache
def mail_file(request: HttpRequest, name: str, number: int) -> HttpResponse:
    """One file of a mail, to be saved."""
    attachments = _mail(name).attachments
    if number >= len(attachments):
        raise Http404
    response = HttpResponse(attachments[number].content, content_type="application/octet-stream")
    response["Content-Disposition"] = "attachment"
    return response


def _folder() -> Path:
    if not settings.MAIL_CATCHER_DIR:
        raise Http404
    return Path(settings.MAIL_CATCHER_DIR)


def _mail(name: str) -> CaughtMail:
    mail = caught_mail(_folder(), name)
    if mail is None:
        raise Http404
    return mail


def _as_json(mail: CaughtMail) -> dict[str, Any]:
    files = [{"name": file.name, "type": file.type, "size": len(file.content)} for file in mail.attachments]
    return {
        "to": list(mail.recipients),
        "from": mail.sender,
        "subject": mail.subject,
        "date": mail.date,
        "headers": mail.headers,
        "text": mail.text,
        "html": mail.html,
        "attachments": files,
    }
