"""`/metrics`: figures for Prometheus, for the machine itself or whoever carries the token."""

import hmac
import ipaddress

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import connection
from django.http import Http404, HttpRequest, HttpResponse
from django_prometheus.exports import ExportToDjangoView

FORWARDED = ("X-Forwarded-For", "X-Forwarded-Host", "X-Real-Ip", "Forwarded", "Via")


@login_not_required
def metrics(request: HttpRequest) -> HttpResponse:
    """The figures of all web processes; 404 to everybody else."""
    if not (_carries_token(request) or _comes_from_this_machine(request)):
        raise Http404
    response: HttpResponse = ExportToDjangoView(request)
    response.write(outbox_figures())
    response.write(file_figures())
    response["Cache-Control"] = "no-store"
    return response


def outbox_figures() -> str:
    """How many mails stand in the outbox over all tenants, and how old the oldest is, as Prometheus reads it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT state, mails, oldest_seconds FROM door.outbox_backlog() ORDER BY state")
        rows = cursor.fetchall()
    return "".join(
        [
            "# HELP helpdesk_outbox_mails Mails that have not left, by state.\n# TYPE helpdesk_outbox_mails gauge\n",
            *(f'helpdesk_outbox_mails{{state="{state}"}} {mails}\n' for state, mails, _seconds in rows),
            "# HELP helpdesk_outbox_oldest_seconds Age of the oldest of them.\n",
            "# TYPE helpdesk_outbox_oldest_seconds gauge\n",
            *(
                f'helpdesk_outbox_oldest_seconds{{state="{state}"}} {seconds}\n'
                for state, _mails, seconds in rows
            ),
        ]
    )


def file_figures() -> str:
    """How many files wait for the scanner over all tenants, and for how long the oldest does."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT files, oldest_seconds FROM door.files_checking()")
        files, seconds = cursor.fetchone()
    return (
        "# HELP helpdesk_files_checking Files that nobody gets before the scanner has answered.\n"
        f"# TYPE helpdesk_files_checking gauge\nhelpdesk_files_checking {files}\n"
        "# HELP helpdesk_files_checking_oldest_seconds Age of the oldest of them.\n"
        f"# TYPE helpdesk_files_checking_oldest_seconds gauge\nhelpdesk_files_checking_oldest_seconds {seconds}\n"
    )


def _carries_token(request: HttpRequest) -> bool:
    kind, _space, token = request.headers.get("Authorization", "").partition(" ")
    wanted = settings.METRICS_TOKEN
    return bool(wanted) and kind == "Bearer" and hmac.compare_digest(token.encode(), wanted.encode())


def _comes_from_this_machine(request: HttpRequest) -> bool:
    if any(request.headers.get(name) for name in FORWARDED):  # a proxy beside us speaks for somebody else
        return False
    try:
        return ipaddress.ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        return False
