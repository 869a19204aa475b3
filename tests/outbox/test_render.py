"""What people read in the mails about their requests."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import timezone, translation

from accounts.models import Tenant
from helpdesk.outbox.message import message_of
from helpdesk.outbox.models import OutboxRow
from helpdesk.outbox.render import HTML_LIMIT, render
from helpdesk.outbox.topics import TICKET_TOPICS, kind_of
from tests.outbox.conftest import Enqueue, a_mail

FOLDER = Path(settings.BASE_DIR) / "templates" / "email"


def topics_with_templates() -> list[str]:
    return sorted(path.name.removesuffix(".subject.txt") for path in FOLDER.glob("*.subject.txt"))


def seen(html: str) -> str:
    """The words of an HTML mail, blanks joined."""
    words: list[str] = []
    reader = HTMLParser()
    reader.handle_data = words.append  # type: ignore[method-assign,assignment]
    reader.feed(html.partition("</head>")[2])
    return " ".join(" ".join(words).split())


@pytest.mark.parametrize("topic", sorted({*topics_with_templates(), *TICKET_TOPICS}))
def test_every_topic_has_its_three_templates(topic: str) -> None:
    assert kind_of(topic)
    assert [
        ending for ending in (".subject.txt", ".txt", ".html") if not (FOLDER / f"{topic}{ending}").is_file()
    ] == []


def test_confirmation_says_all_its_facts_in_the_readers_zone(enqueue: Enqueue) -> None:
    row = enqueue()

    rendered = render(row)

    assert rendered.subject == "[ACM-1004] We received your request: Refund for order 1182"
    assert rendered.text == (
        "Your request is with our Payments team.\n\n"
        "Number: ACM-1004\n"
        "First reply: by Tue 24 Nov, 17:00 (24 desk hours)\n"
        "Goal to solve: by Sun 29 Nov, 17:00 (48 desk hours)\n\n"
        "Times are in the time zone Europe/Berlin.\n\n"
        "You wrote:\n\nHello\n\nI paid twice.\n\n"
        "1 file came with it.\n\n"
        "See it or add details:\nhttp://acme.localhost:8000/t/a-secret-link/\n\n"
        "Add these times to my calendar:\nhttp://acme.localhost:8000/t/a-secret-link/?calendar\n\n"
        "--\nAcme\nYou get this mail because you wrote to Acme, or have an account there.\n"
    )


@pytest.mark.parametrize("topic", TICKET_TOPICS)
def test_both_parts_tell_the_same(enqueue: Enqueue, topic: str) -> None:
    context = a_mail()["context"] | {"author_name": "Lina", "status": "pending", "reply_by": "2026-12-04"}
    rendered = render(enqueue(topic=topic, context=context))

    lines = [line.lstrip("- ") for line in rendered.text.splitlines() if line.strip("-")]
    html = re.sub(r"\s+", "", seen(rendered.html)) + rendered.html

    missing = [
        line for line in lines if re.sub(r"\s+", "", line.replace(":", "")) not in html.replace(":", "")
    ]
    assert missing == ["http://acme.localhost:8000/t/a-secret-link/"][: len(missing)]
    leads_there = 'href="http://acme.localhost:8000/t/a-secret-link/"' in rendered.html
    assert leads_there == (topic != "side_question")  # who is asked for advice gets no way to the ticket


@pytest.mark.parametrize("topic", ["ticket_received_unproven", "ticket_reply_unproven", "guest_link"])
def test_unproven_address_reads_nothing_that_was_typed(enqueue: Enqueue, topic: str) -> None:
    row = enqueue(topic=topic, to_name="Buy at evil.example", proven=False)

    rendered = render(row)

    whole = (rendered.subject + rendered.text + rendered.html + message_of(row, rendered).decode()).lower()
    assert [word for word in ("refund", "paid twice", "receipt", "evil") if word in whole] == []
    assert "ACM-1004" in rendered.subject


def test_reply_shows_who_wrote_what_and_what_comes_next(enqueue: Enqueue) -> None:
    context = a_mail()["context"] | {
        "author_name": "Lina",
        "status": "pending",
        "reply_by": "2026-12-04T10:00:00Z",
        "body": "Dear Ann,\n\n\n\n  1. look at <b>this</b>\n  2. & that\n\nLina",
    }

    rendered = render(enqueue(topic="ticket_reply", context=context))

    assert rendered.subject == "Re: [ACM-1004] Refund for order 1182"
    assert re.match(r"Lina \(Payments\) wrote on \w{3} \d{1,2} \w{3}, \d\d:\d\d:\n\n", rendered.text)
    assert f"\n\n{context['body']}\n\n" in rendered.text
    assert "&lt;b&gt;this&lt;/b&gt;" in rendered.html
    assert "Status: Waiting for you. Reply by Fri 4 Dec or we'll mark it solved." in rendered.text


def test_arabic_mail_is_written_from_right_to_left(enqueue: Enqueue) -> None:
    row = enqueue(locale="ar-EG", timezone="Asia/Riyadh")

    with translation.override("en"), timezone.override("America/Chicago"):
        rendered = render(row)

    assert rendered.locale == "ar"
    assert '<html lang="ar" dir="rtl">' in rendered.html
    assert "<bdi>ACM-1004</bdi>" in rendered.html
    assert "24 نوفمبر" in rendered.text
    assert "19:00" in rendered.text  # 16:00 UTC in Riyadh


@pytest.mark.parametrize(("locale", "zone"), [("xx", "Mars/Olympus"), ("", "")])
def test_unknown_language_and_zone_are_no_reason_to_lose_a_mail(
    enqueue: Enqueue, locale: str, zone: str
) -> None:
    rendered = render(enqueue(locale=locale, timezone=zone))

    assert rendered.locale == "en"
    assert "Tue 24 Nov, 16:00" in rendered.text


@pytest.mark.parametrize("body", ["word " * 6000, "ق" * 20_000, "<&>\n" * 5000, "https://a.example/ " * 2000])
def test_long_message_is_whole_in_the_text_and_cut_in_the_html(enqueue: Enqueue, body: str) -> None:
    rendered = render(enqueue(topic="ticket_reply", context=a_mail()["context"] | {"body": body}))

    assert body.strip() in rendered.text
    assert len(rendered.html.encode()) <= HTML_LIMIT
    assert "Its end stands in the conversation." in rendered.html
    assert 'href="http://acme.localhost:8000/t/a-secret-link/"' in rendered.html


def test_directions_and_control_characters_do_no_harm(enqueue: Enqueue) -> None:
    context = a_mail()["context"] | {
        "subject": "gpj\u202egnp.exe \u2066x\x07\n Bcc: eve@evil.example",
        "body": "a\u202eb\0c\x1bd\r\ne\tf\ud800",
    }

    rendered = render(enqueue(context=context))

    assert rendered.subject.endswith("request: gpjgnp.exe x Bcc: eve@evil.example")
    assert "\n\nabcd\ne\tf?\n\n" in rendered.text
    assert not re.search("[\u202a-\u202e\0\x1b]", rendered.html)


def test_missing_tenant_name_is_the_senders(acme: Tenant, enqueue: Enqueue) -> None:
    row: OutboxRow = enqueue(context={"number": "ACM-1004"}, secrets={})

    assert "\n--\nAcme Support\n" in render(row).text
