"""What a mail can be about. A topic has three templates: `email/<topic>.subject.txt`, `.txt` and `.html`."""

from enum import Enum

TICKET_TOPICS = (
    "ticket_received",
    "ticket_received_unproven",
    "ticket_reply",
    "ticket_reply_unproven",
    "ticket_added",
    "ticket_waiting",
    "ticket_rating",
    "ticket_late",
    "ticket_handed",
    "ticket_escalated",
    "ticket_opened",
    "side_question",
    "ticket_stopped",
    "ticket_watched",
    "ticket_mentioned",
    "guest_link",
)
INCIDENT_TOPICS = ("incident_confirm", "incident_news", "incident_over")
DESK_TOPICS = ("desk_figures",)


class Kind(Enum):
    """Whose caps a mail falls under: the codes by which one signs in have their own, a little larger."""

    ACCOUNT = "account"
    TICKET = "ticket"


def kind_of(topic: str) -> Kind:
    """The kind of `topic`; raises ValueError for a word that is none. Those of accounts begin with `account_`.

    News of an incident, and what the desk asked for, fall under the caps of tickets.
    """
    if topic in {*TICKET_TOPICS, *INCIDENT_TOPICS, *DESK_TOPICS}:
        return Kind.TICKET
    if topic.startswith("account_") and topic.replace("_", "").isalnum():
        return Kind.ACCOUNT
    raise ValueError(f"There is no mail about {topic!r}.")
