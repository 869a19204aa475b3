"""Mail that left, waits, was refused or is held back, for admins; what stands still can be tried again."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from accounts.sites import desk, moment
from helpdesk.counts import CappedPaginator
from helpdesk.errors import Refused
from helpdesk.outbox.again import send_again
from helpdesk.outbox.models import OutboxRow
from helpdesk.typed_text import key_in
from tickets.admin.outbox_words import TOPIC_WORDS, topic_words
from tickets.admin.setup import SetupAdmin


class TopicFilter(admin.SimpleListFilter):
    """The kinds of mail there are."""

    title = _("kind of email")
    parameter_name = "topic"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(topic, str(words)) for topic, words in TOPIC_WORDS.items()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[OutboxRow]) -> QuerySet[OutboxRow]:
        return queryset.filter(topic=self.value()) if self.value() else queryset


@admin.register(OutboxRow, site=desk)
class OutboxAdmin(SetupAdmin):
    """Read only. What a mail says and the links in it are nobody's business here: only where it went and how it fared."""

    created = moment("created_at", _("created"), ordering="id")
    next_try = moment("not_before", _("next try"))
    sent = moment("sent_at", _("sent"))
    list_display = ["created", "state", "to_address", "topic_told", "about_what", "attempts", "answer_text"]
    list_filter = ["state", TopicFilter]
    ordering = ["-id"]
    paginator = CappedPaginator
    actions = ["try_again"]
    fields = [
        "state",
        "answer_text",
        "to_address",
        "topic_told",
        "about_what",
        "sender_name",
        "sender_address",
        "message_id",
        "attempts",
        "created",
        "next_try",
        "sent",
    ]
    readonly_fields = ["topic_told", "about_what", "answer_text", "created", "next_try", "sent"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[OutboxRow]:
        return super().get_queryset(request).defer("context", "secrets")

    @admin.display(description=_("answer"))
    def answer_text(self, row: OutboxRow) -> str:
        """What the mail server said, or our own reason in the reader's language."""
        return gettext(row.answer) if row.answer else ""

    @admin.display(description=_("Kind of email"), ordering="topic")
    def topic_told(self, row: OutboxRow) -> str:
        """What the mail is."""
        return topic_words(row.topic)

    @admin.display(description=_("About ticket"))
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
