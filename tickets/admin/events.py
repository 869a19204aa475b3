"""What happened to a ticket, told to the desk in whole sentences."""

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Team
from helpdesk.locales import told_name_of
from helpdesk.templatetags.parts import when
from tickets.models import Clock, TicketEvent
from tickets.models.event import Verb
from tickets.models.rating import Ease, Score
from tickets.models.sla import ClockKind
from tickets.models.ticket import Priority, Status, Tier
from tickets.sensitive import masked

# What the conversation leaves to the history: the message itself stands there, or it is about no talk.
SPOKEN = frozenset({Verb.SUBMITTED, Verb.REPLIED, Verb.NOTED, Verb.TIME_SPENT})
ICONS = {
    Verb.STATUS_CHANGED: "flag",
    Verb.PRIORITY_CHANGED: "flag",
    Verb.ASSIGNED: "user",
    Verb.ROUTED: "arrow",
    Verb.REOPENED: "undo",
    Verb.PROMISE_BREACHED: "alert",
    Verb.LINK_OPENED: "link",
    Verb.EDITED: "edit",
    Verb.PARTICIPANT_ADDED: "user",
    Verb.PARTICIPANT_REMOVED: "user",
    Verb.SAID_LATE: "alert",
    Verb.REMINDED: "mail",
    Verb.TAGGED: "tag",
    Verb.UNTAGGED: "tag",
    Verb.ANSWER_CHANGED: "edit",
    Verb.MARKED_SPAM: "trash",
    Verb.UNMARKED_SPAM: "undo",
    Verb.MERGED: "arrow",
    Verb.UNMERGED: "undo",
    Verb.SPLIT: "arrow",
    Verb.ASKED_EXPERT: "mail",
    Verb.EXPERT_ANSWERED: "mail",
    Verb.SUBMITTED: "ticket",
    Verb.REPLIED: "reply",
    Verb.NOTED: "lock",
    Verb.MACRO_USED: "settings",
    Verb.LINKED: "link",
    Verb.UNLINKED: "link",
    Verb.TIME_SPENT: "clock",
    Verb.RATED: "star",
    Verb.REPROMISED: "clock",
    Verb.HANDED_OVER: "arrow",
    Verb.HANDED_BACK: "undo",
    Verb.ESCALATED: "alert",
    Verb.ANSWERED_AT_ONCE: "mail",
    Verb.EASE_TOLD: "star",
    Verb.REPLY_JUDGED: "star",
    Verb.RENAMED: "edit",
}

_PLAIN = {
    Verb.SUBMITTED: gettext_lazy("%(who)s sent the request"),
    Verb.REPLIED: gettext_lazy("%(who)s replied"),
    Verb.NOTED: gettext_lazy("%(who)s added an internal note"),
    Verb.MACRO_USED: gettext_lazy("%(who)s used the macro %(target)s"),
    Verb.LINKED: gettext_lazy("%(who)s linked this ticket with another one"),
    Verb.UNLINKED: gettext_lazy("%(who)s removed a link to another ticket"),
    Verb.TIME_SPENT: gettext_lazy("%(who)s set the time spent, in minutes: %(source)s → %(target)s"),
    Verb.LINK_OPENED: gettext_lazy("%(who)s opened the private link, so the address is proven"),
    Verb.EDITED: gettext_lazy("%(who)s edited a message"),
    Verb.PARTICIPANT_ADDED: gettext_lazy("%(who)s added somebody to the ticket"),
    Verb.PARTICIPANT_REMOVED: gettext_lazy("%(who)s removed somebody from the ticket"),
    Verb.SAID_LATE: gettext_lazy("%(who)s says that this is late"),
    Verb.REMINDED: gettext_lazy("The customer was reminded that we wait for an answer"),
    Verb.MARKED_SPAM: gettext_lazy("%(who)s marked this as spam"),
    Verb.UNMARKED_SPAM: gettext_lazy("%(who)s took the spam mark off"),
    Verb.UNMERGED: gettext_lazy("%(who)s took %(source)s and %(target)s apart again"),
    Verb.SPLIT: gettext_lazy("%(who)s made %(target)s out of a part of %(source)s"),
    Verb.ASKED_EXPERT: gettext_lazy("%(who)s asked an expert outside: %(target)s"),
    Verb.EXPERT_ANSWERED: gettext_lazy("%(who)s kept what an expert outside answered: %(target)s"),
}


def event_text(event: TicketEvent) -> str:
    """One sentence: who did what, from where to where."""
    who, changes = actor_name(event), event.changes
    if event.verb in {Verb.STATUS_CHANGED, Verb.REOPENED}:
        before, after = _labels(changes.get("status"), Status)
        if event.verb == Verb.REOPENED:
            return _("%(who)s reopened the ticket: %(before)s → %(after)s") % _facts(who, before, after)
        return _("%(who)s changed the status: %(before)s → %(after)s") % _facts(who, before, after)
    if event.verb == Verb.PRIORITY_CHANGED:
        before, after = _labels(changes.get("priority"), Priority)
        return _("%(who)s changed the priority: %(before)s → %(after)s") % _facts(who, before, after)
    if event.verb in _TELLERS:
        return _TELLERS[Verb(event.verb)](who, changes)
    if event.verb in _PLAIN:
        source, target = next((pair for pair in changes.values() if len(pair) == 2), ("–", "–"))
        return str(_PLAIN[Verb(event.verb)]) % {
            "who": who,
            "source": "–" if source is None else source,
            "target": "–" if target is None else target,
        }
    return _("%(who)s: %(what)s") % {"who": who, "what": event.get_verb_display()}


def reason_of(event: TicketEvent) -> str:
    """Why the system did it, where a rule of the tenant made it; empty for people."""
    if "rule" in event.changes and event.verb == Verb.ASSIGNED:
        assigning, team, language, *is_here = event.changes["rule"]  # older events tell no more
        told = _why_given(assigning, team, language)
        return " ".join([told, _("They were at the desk.")] if any(is_here) else [told])
    if "rule" in event.changes:
        kind, percent = event.changes["rule"]
        told = _("Rule: %(percent)d %% of the time for “%(clock)s” was used.")
        return told % {"percent": percent, "clock": ClockKind(kind).label}
    if event.actor_id or event.verb not in {Verb.STATUS_CHANGED, Verb.REMINDED}:
        return ""
    if event.verb == Verb.REMINDED:
        return _("Rule: the customer is reminded once while the ticket waits for them.")
    return {
        Status.SOLVED.value: _("Rule: without an answer of the customer it counts as solved."),
        Status.CLOSED.value: _("Rule: a solved ticket closes when nothing more comes."),
    }.get((event.changes.get("status") or [""])[-1], "")


def _why_given(assigning: str, team: str, language: str) -> str:
    """Why the team's rule chose that person."""
    facts = {"team": team, "language": told_name_of(language)}
    if assigning == Team.Assigning.LEAST_BUSY:
        if language:
            return _("Rule: least busy in %(team)s who reads %(language)s.") % facts
        return _("Rule: least busy in %(team)s.") % facts
    if language:
        return _("Rule: next in turn in %(team)s who reads %(language)s.") % facts
    return _("Rule: next in turn in %(team)s.") % facts


def actor_name(event: TicketEvent) -> str:
    """Who did it, in a name or a word."""
    if event.actor_kind == TicketEvent.Actor.RULE:
        return _("A rule")
    return str(event.actor) if event.actor else _("The system")


def _facts(who: str, before: str, after: str) -> dict[str, str]:
    return {"who": who, "before": before, "after": after}


def _assigned(who: str, changes: dict[str, Any]) -> str:
    before, after = changes.get("assignee") or (None, None)
    if after is None:
        return _("%(who)s took the ticket from %(before)s") % {
            "who": who,
            "before": before[1] if before else "–",
        }
    if before is None:
        return _("%(who)s assigned the ticket to %(after)s") % {"who": who, "after": after[1]}
    return _("%(who)s passed the ticket from %(before)s to %(after)s") % _facts(who, before[1], after[1])


def _routed(who: str, changes: dict[str, Any]) -> str:
    teams, tiers = changes.get("team") or ["–", "–"], changes.get("tier") or [1, 1]
    before, after = (f"{team} · {Tier(tier).label}" for team, tier in zip(teams, tiers, strict=True))
    return _("%(who)s moved the ticket: %(before)s → %(after)s") % _facts(who, before, after)


def _handed_over(who: str, changes: dict[str, Any]) -> str:
    before, after = (str(Tier(tier).label) for tier in changes["tier"])
    return _("%(who)s handed the ticket over: %(before)s → %(after)s") % _facts(who, before, after)


def _handed_back(who: str, changes: dict[str, Any]) -> str:
    before, after = (str(Tier(tier).label) for tier in changes["tier"])
    return _("%(who)s handed the ticket back: %(before)s → %(after)s") % _facts(who, before, after)


def _escalated(_who: str, changes: dict[str, Any]) -> str:
    return _("A rule told %(names)s that the time runs out") % {"names": changes["told"][1] or "–"}


def _answered_at_once(_who: str, changes: dict[str, Any]) -> str:
    titles = [f"“{title}”" for _pk, title, _locale in changes["articles"][1]]
    return _("The customer got the automatic answer: “%(words)s” %(articles)s") % {
        "words": changes["first_answer"][1],
        "articles": ", ".join(titles),
    }


def _tagged(who: str, changes: dict[str, Any]) -> str:
    before, after = changes.get("tag") or (None, None)
    if after:
        return _("%(who)s added the tag %(tag)s") % {"who": who, "tag": after}
    return _("%(who)s removed the tag %(tag)s") % {"who": who, "tag": before or "–"}


def _answered(who: str, changes: dict[str, Any]) -> str:
    told = [
        _("%(field)s %(before)s → %(after)s")
        % {
            "field": key.replace("_", " "),
            "before": masked(str(before)) or "–",
            "after": masked(str(after)) or "–",
        }
        for key, (before, after) in changes.items()
    ]
    return _("%(who)s changed the fields: %(changes)s") % {"who": who, "changes": "; ".join(told)}


def _merged(who: str, changes: dict[str, Any]) -> str:
    source, target = changes["merged"]
    facts = {"who": who, "source": source, "target": target}
    if "told" not in changes:
        return _("%(who)s joined %(source)s into %(target)s") % facts
    facts["text"] = masked(changes["told"][0])
    return _("%(who)s joined %(source)s into %(target)s and told the customer: “%(text)s”") % facts


def _renamed(who: str, changes: dict[str, Any]) -> str:
    before, after = (masked(title) for title in changes["subject"])
    return _("%(who)s changed the title: “%(before)s” → “%(after)s”") % _facts(who, before, after)


def _missed(_who: str, changes: dict[str, Any]) -> str:
    kind = (changes.get("clock") or [""])[0]
    label = str(ClockKind(kind).label) if kind in ClockKind.values else ""
    return _("Promise missed: %(clock)s") % {"clock": label}


def _rated(who: str, changes: dict[str, Any]) -> str:
    before, after = _labels(changes.get("rating"), Score)
    if before == "–":
        return _("%(who)s rated the help: %(after)s") % {"who": who, "after": after}
    return _("%(who)s changed the rating: %(before)s → %(after)s") % _facts(who, before, after)


def _eased(who: str, changes: dict[str, Any]) -> str:
    _before, after = _labels(changes.get("ease"), Ease)
    return _("%(who)s said of sending the request: %(after)s") % {"who": who, "after": after}


def _judged(who: str, changes: dict[str, Any]) -> str:
    if (changes.get("helpful") or [None, False])[1]:
        return _("%(who)s found a reply helpful") % {"who": who}
    return _("%(who)s found a reply not helpful") % {"who": who}


def _repromised(who: str, changes: dict[str, Any]) -> str:
    told = [
        _("%(promise)s %(before)s → %(after)s")
        % {"promise": ClockKind(kind).label, "before": _deadline(before), "after": _deadline(after)}
        for kind, (before, after) in changes.items()
        if kind in ClockKind.values
    ]
    return _("%(who)s promised anew: %(changes)s") % {"who": who, "changes": "; ".join(told)}


def _deadline(moment: str | None) -> str:
    return str(when(dt.datetime.fromisoformat(moment), "text")) if moment else str(Clock.State.PAUSED.label)


def _labels(
    change: Sequence[Any] | None, labels: type[Status] | type[Priority] | type[Score] | type[Ease]
) -> tuple[str, str]:
    before, after = (
        str(labels(value).label) if value in labels.values else "–" for value in change or ("", "")
    )
    return before, after


_TELLERS: dict[Verb, Callable[[str, dict[str, Any]], str]] = {
    Verb.ASSIGNED: _assigned,
    Verb.ROUTED: _routed,
    Verb.PROMISE_BREACHED: _missed,
    Verb.MERGED: _merged,
    Verb.TAGGED: _tagged,
    Verb.UNTAGGED: _tagged,
    Verb.ANSWER_CHANGED: _answered,
    Verb.RATED: _rated,
    Verb.EASE_TOLD: _eased,
    Verb.REPLY_JUDGED: _judged,
    Verb.REPROMISED: _repromised,
    Verb.HANDED_OVER: _handed_over,
    Verb.HANDED_BACK: _handed_back,
    Verb.ESCALATED: _escalated,
    Verb.ANSWERED_AT_ONCE: _answered_at_once,
    Verb.RENAMED: _renamed,
}
