"""Mail that left, waits, was refused or is held back, for admins; what stands still can be tried again."""

from __future__ import annotations

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from accounts.sites import desk
from helpdesk.counts import CappedPaginator
from helpdesk.errors import Refused
from helpdesk.outbox.again import send_again
from helpdesk.outbox.models import OutboxRow
from helpdesk.typed_text import key_in
from tickets.admin.setup import SetupAdmin


@admin.register(OutboxRow, site=desk)
class OutboxAdmin(SetupAdmin):
    """Read only. What a mail says and the links in it are nobody's business here: only where it went and how it fared."""

    list_display = ["created_at", "state", "to_address", "topic", "about_what", "attempts", "answer_text"]
    list_filter = ["state", "topic"]
    ordering = ["-id"]
    paginator = CappedPaginator
    actions = ["try_again"]
    fields = [
        "state",
        "answer_text",
        "to_address",
        "topic",
        "about_what",
        "sender_name",
        "sender_address",
        "message_id",
        "attempts",
        "created_at",
        "not_before",
        "sent_at",
    ]
    readonly_fields = ["about_what", "answer_text"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[OutboxRow]:
        return super().get_queryset(request).defer("context", "secrets")

    @admin.display(description=_("answer"))
    def answer_text(self, row: OutboxRow) -> str:
        """What the mail server said, or our own reason in the reader's language."""
        return gettext(row.answer) if row.answer else ""

    @admin.display(description=_("About"))
    def about_what(self, row: OutboxRow) -> SafeString | str:
        """A link to the ticket that the mail speaks of."""
        kind, _colon, key = row.about.partition(":")
        ticket_id = key_in(key)
        if kind != "ticket" or not ticket_id:
            return row.about or "–"
        url = reverse("admin:tickets_ticket_change", args=[ticket_id])
        return format_html('<a href="{}">{}</a>', url, _("Ticket"))

    @admin.action(description=_("Try again"))
    def try_again(self, request: HttpRequest, rows: QuerySet[OutboxRow]) -> None:
        """Queues the chosen refused and held mails anew; the others are passed over."""
        tried = 0
        for row in rows:
            try:
                send_again(row)
            except Refused:
                continue
            tried += 1
        told = ngettext(
            "%(count)d email will be tried again.", "%(count)d emails will be tried again.", tried
        )
        messages.success(request, told % {"count": tried})
