"""What a writer is told about a request before it is sent. None of it stands in their way."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from helpdesk.mail_address import likely_meant
from helpdesk.outbox.moments import day_in_words
from tickets.completeness import MORE_DETAIL, asked_of, is_short, missing_details
from tickets.metadata import BOXES
from tickets.models import Category, CategoryPrompt, CategoryTranslation, Message, Ticket
from tickets.models.ticket import CUSTOMER_STATUS, Status
from tickets.prompts import box_name
from tickets.queries import asked_lately, prompts_by_key, topics_with_words
from tickets.sensitive import Kind, find_sensitive
from tickets.sight import own_tickets
from tickets.topic_search import suggest_topics
from tickets.views.guest_session import SESSION_KEY as OPENED_LINKS
from tickets.views.guest_session import guest_tickets
from tickets.views.request_fixes import kept_by, texts_of
from tickets.views.topics import OTHER
from tickets.views.uploads import member_of

SECRETS = {
    Kind.CARD: gettext_lazy("This looks like a card number. Remove it before sending."),
    Kind.PASSWORD: gettext_lazy("This looks like a password. Remove it before sending."),
    Kind.KEY: gettext_lazy("This looks like a secret key. Remove it before sending."),
    Kind.IBAN: gettext_lazy("This looks like a bank account number. Remove it before sending."),
}
HIDE, KEEP = gettext_lazy("Hide it"), gettext_lazy("Keep")


@dataclass(frozen=True)
class Button:
    """A press that changes the request: posted as `fix`, see `request_fixes`."""

    label: Any
    value: str


@dataclass(frozen=True)
class Notice:
    """One note to the writer: `kind` is info, warn or ok; it may lead somewhere (`url`, `action`) or offer buttons."""

    text: Any
    kind: str = "info"
    url: str = ""
    action: str = ""
    items: tuple[str, ...] = ()
    buttons: tuple[Button, ...] = ()


@dataclass(frozen=True)
class Written:
    """A request as far as it is written; on the summary `form_url` leads back to the form, on the form it is empty."""

    request: HttpRequest
    category: Category | None
    answers: Mapping[str, str]
    has_files: bool = False
    form_url: str = ""
    stopped: tuple[str, ...] = ()  # names of files that have not arrived whole

    @property
    def is_review(self) -> bool:
        """Whether the writer sees it for the last time before it is sent."""
        return bool(self.form_url)


def notices_of(written: Written) -> list[Notice]:
    """What the writer should know, most urgent first."""
    kept = kept_by(written.answers)
    found = [*_secrets(written, kept), *_mistyped_address(written, kept)]
    if written.is_review:
        return [*found, *_stopped(written), *_topics(written, kept), *_missing(written)]
    return [*found, *_too_long(written), *_asked_before(written, kept)]


def _secrets(written: Written, kept: frozenset[str]) -> Iterator[Notice]:
    found = {span.kind for text in texts_of(written.answers).values() for span in find_sensitive(text)}
    for kind in Kind:
        if kind in found and kind not in kept:
            yield Notice(
                SECRETS[kind], "warn", buttons=(Button(HIDE, f"hide:{kind}"), Button(KEEP, f"keep:{kind}"))
            )


def _mistyped_address(written: Written, kept: frozenset[str]) -> Iterator[Notice]:
    meant = "" if member_of(written.request) else likely_meant(written.answers.get("email", "").strip())
    if meant and "email" not in kept:
        buttons = (Button(_("Use it"), "use:email"), Button(_("Keep mine"), "keep:email"))
        yield Notice(_("Did you mean %(address)s?") % {"address": meant}, "warn", buttons=buttons)


def _stopped(written: Written) -> Iterator[Notice]:
    for name in written.stopped:
        text = _("“%(name)s” did not arrive whole, so it is not sent with the rest.") % {"name": name}
        yield Notice(text, "warn", url=f"{written.form_url}#id_files", action=_("Choose it again"))


def _too_long(written: Written) -> Iterator[Notice]:
    if len(written.answers.get("body", "")) > Message.BODY_LIMIT:
        text = _("Long texts and logs are easier to read as a file. We can attach this text for you.")
        yield Notice(text, buttons=(Button(_("Do it for me"), "file:body"),))


def _asked_before(written: Written, kept: frozenset[str]) -> Iterator[Notice]:
    answers = written.answers
    if (
        "duplicate" in kept
        or answers.get("body")
        or answers.get("follows")
        or "follows" in written.request.GET
    ):
        return
    before = _open_ticket_like_this(written)
    if before is None:
        return
    facts = {
        "day": day_in_words(before.created_at),
        "number": before.number,
        "status": CUSTOMER_STATUS[Status(before.status)],
    }
    yield Notice(
        _("You asked about this on %(day)s: %(number)s, %(status)s.") % facts,
        url=_url_of(written.request, before),
        action=_("Add to %(number)s") % facts,
        buttons=(Button(_("It's something else"), "keep:duplicate"),),
    )


def _open_ticket_like_this(written: Written) -> Ticket | None:
    member = member_of(written.request)
    if member is None and not written.request.session.get(OPENED_LINKS):
        return None
    tickets = own_tickets(member) if member else guest_tickets(written.request)
    return asked_lately(tickets, written.category, timezone.now())


def _url_of(request: HttpRequest, ticket: Ticket) -> str:
    if member_of(request):
        return reverse("ticket", args=[ticket.number])
    return reverse("guest_ticket", args=[ticket.submission_key])


def _topics(written: Written, kept: frozenset[str]) -> Iterator[Notice]:
    """For what was written under "Something else": the topics that it may be about."""
    if "topic" in kept or not (written.category is None or written.category.slug == OTHER):
        return
    words = f"{written.answers.get('subject', '')} {written.answers.get('body', '')}"
    found = [one for one in suggest_topics(topics_with_words(), words) if one.category.slug != OTHER]
    if found:
        names = [(" › ".join(category.name for category in one.trail), one.category.pk) for one in found]
        buttons = [Button(name, f"topic:{pk}") for name, pk in names]
        text = _("Is it about one of these? Then it reaches the right people at once.")
        yield Notice(text, buttons=(*buttons, Button(_("None of them"), "keep:topic")))


def _missing(written: Written) -> Iterator[Notice]:
    told = [written.answers.get(name, "") for name in BOXES]
    text = " \n".join([*texts_of(written.answers).values(), *told])
    wording, is_technical = _words_of(written.category)
    missing = missing_details(
        text,
        asked=asked_of(wording.asked_back) if wording else (),
        is_technical=is_technical,
        has_files=written.has_files or bool(written.answers.get("links")),
        knows_version=any(written.answers.get(name) for name in ("app_version", "browser")),
        has_steps=_has_steps(written.answers),
    )
    url, action = f"{written.form_url}#id_body", _("Add details")
    if missing:
        yield Notice(_("You could add:"), items=tuple(missing), url=url, action=action)
    elif is_short(written.answers.get("body", "")):
        yield Notice(MORE_DETAIL, url=url, action=action)


def _has_steps(answers: Mapping[str, str]) -> bool:
    """Whether a question for steps, one after another, was answered."""
    asked = [prompt for prompt in prompts_by_key().values() if prompt.kind == CategoryPrompt.Kind.STEPS]
    return any(answers.get(box_name(prompt)) for prompt in asked)


def _words_of(category: Category | None) -> tuple[CategoryTranslation | None, bool]:
    """The words of the category in the language of the page, and whether it is technical; `category` may lack them."""
    level = topics_with_words() if category else []
    while level:
        for one in level:
            if category and one.pk == category.pk:
                return one.wording, one.is_technical
        level = [branch for one in level for branch in one.branches]  # type: ignore[attr-defined]
    return None, False
