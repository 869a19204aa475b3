"""What each kind of outgoing mail is called in the setup."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

TOPIC_WORDS: dict[str, str | Promise] = {
    "ticket_received": _("Request received"),
    "ticket_received_unproven": _("Request received, to an unproven address"),
    "ticket_reply": _("Reply to a customer"),
    "ticket_reply_unproven": _("Reply to an unproven address"),
    "ticket_added": _("Somebody was added to a request"),
    "ticket_waiting": _("Reminder that an answer is awaited"),
    "ticket_rating": _("Question how the help was"),
    "ticket_late": _("A customer says it is late"),
    "ticket_handed": _("Ticket handed over"),
    "ticket_escalated": _("Promise nearly or already missed"),
    "ticket_opened": _("Request opened for a customer"),
    "side_question": _("Question to an outside expert"),
    "ticket_stopped": _("A reply was not sent"),
    "ticket_watched": _("News of a watched ticket"),
    "ticket_mentioned": _("Somebody was mentioned"),
    "guest_link": _("Link to a request"),
    "incident_confirm": _("Confirm following an incident"),
    "incident_news": _("News of an incident"),
    "incident_over": _("An incident is over"),
    "desk_figures": _("Figures of the desk"),
    "account_code": _("Sign-in code"),
    "account_request_code": _("Code to send a request"),
    "account_reset_code": _("Code for a new password"),
    "account_unknown": _("No account with this address"),
    "account_password_changed": _("Password changed"),
    "account_sign_in_changed": _("Ways of signing in changed"),
}


def topic_words(topic: str) -> str:
    """The topic as people call it; one of an earlier version of the product by its code."""
    return str(TOPIC_WORDS.get(topic, topic))
