"""The style guide: every part of the pages with honest samples, for people to look at and for axe to judge."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.utils import timezone
from django.utils.functional import lazy

from helpdesk.templatetags.parts import THEMES

CHOICES = [("blocked", "I can’t work at all"), ("slow", "It slows me down"), ("question", "It’s a question")]


class SampleForm(forms.Form):
    """One field of every shape, as the submission page uses them."""

    subject = forms.CharField(
        label="Title", max_length=120, help_text="One line, such as “Refund for order 1182”."
    )
    description = forms.CharField(
        label="What happened?",
        widget=forms.Textarea,
        help_text="Tell us what you did, what you expected and what you saw.",
    )
    email = forms.EmailField(label="Email", help_text="We send the answer here.")
    name = forms.CharField(label="Name", required=False)
    impact = forms.ChoiceField(label="How does it affect you?", choices=CHOICES, widget=forms.RadioSelect)
    topics = forms.MultipleChoiceField(
        label="What is it about?",
        required=False,
        choices=[("pay", "Payments"), ("video", "Videos and uploads")],
        widget=forms.CheckboxSelectMultiple,
    )
    region = forms.ChoiceField(
        label="Region", choices=[("eu", "Europe"), ("me", "Middle East"), ("us", "Americas")]
    )
    since = forms.SplitDateTimeField(label="Since when?", required=False)
    copy_me = forms.BooleanField(label="Send me a copy", required=False, help_text="To the address above.")


class FileForm(forms.Form):
    """The file box alone, for the uploader."""

    pictures = forms.FileField(label="Files", required=False, widget=forms.FileInput())


class WriteForm(forms.Form):
    """The box of the composer."""

    body = forms.CharField(label="Message", widget=forms.Textarea)


@login_not_required
def styleguide(request: HttpRequest) -> HttpResponse:
    """Show every part; `?dir=rtl` and `?theme=dark` force a direction and a theme for looking and testing."""
    direction, theme = request.GET.get("dir"), request.GET.get("theme")
    forced = {
        "page_dir": direction if direction in ("ltr", "rtl") else "",
        "page_theme": theme if theme in THEMES else None,
    }
    return render(request, "styleguide.html", forced | _samples(timezone.now()))


def _samples(now: datetime) -> dict[str, Any]:
    wrong = SampleForm({"wrong-subject": "x" * 121, "wrong-email": "ana@"}, prefix="wrong")
    return {
        "colours": ["surface", "surface-2", "brand", "ok", "warn", "danger", "info", "note"],
        "icons": ICONS,
        "sample": SampleForm(),
        "wrong": wrong,
        "upload": FileForm()["pictures"],
        "files": FILES,
        "later": now + timedelta(days=2, hours=3),
        "soon": now + timedelta(minutes=12),
        "late": now - timedelta(minutes=20),
        "moment": now - timedelta(hours=5),
        "rows": SUMMARY,
        "lines": [
            {"key": "First reply", "value": "by Tue 24 Nov, 17:00"},
            {"key": "Goal to solve", "value": "by Sun 29 Nov, 17:00"},
        ],
        "tickets": TICKETS,
        "queue": QUEUE,
        "timeline": _timeline(now),
        "nodes": NODES,
        "crumbs": [
            {"label": "Help center", "url": "#"},
            {"label": "Payments", "url": "#"},
            {"label": "Refund is late"},
        ],
        "tabs": [
            {"label": "Conversation", "url": "#", "current": True},
            {"label": "History", "url": "#", "count": 12},
        ],
        "chips": [{"label": "Status: Open", "url": "#"}, {"label": "Team: Payments", "url": "#"}],
        "links": [
            {"label": "Open", "url": "#", "count": 3, "current": True},
            {"label": "Waiting for you", "url": "#", "count": 1},
            {"label": "Solved", "url": "#", "count": 12},
        ],
        "reply_form": WriteForm(prefix="reply"),
        "note_form": WriteForm(prefix="note"),
        "other_reply": WriteForm(prefix="other-reply"),
        "other_note": WriteForm(prefix="other-note"),
        "portal_form": WriteForm(prefix="portal"),
        "reply_buttons": [
            {"label": "Send to Ana"},
            {"name": "then", "value": "solve", "label": "Send and solve"},
        ],
        "note_buttons": [{"label": "Add internal note"}],
        "portal_buttons": [{"label": "Send reply"}],
    }


ICONS = [
    "home",
    "chat",
    "ticket",
    "inbox",
    "user",
    "users",
    "search",
    "plus",
    "check",
    "x",
    "alert",
    "info",
    "lock",
    "clock",
    "pause",
    "flag",
    "paperclip",
    "file",
    "image",
    "download",
    "send",
    "reply",
    "note",
    "arrow",
    "back",
    "chevron",
    "menu",
    "sun",
    "moon",
    "system",
    "globe",
    "settings",
    "logout",
    "mail",
    "phone",
    "edit",
    "trash",
    "link",
    "copy",
    "filter",
    "sort",
    "eye",
    "star",
    "tag",
    "team",
    "book",
    "bell",
    "dots",
    "external",
    "print",
    "undo",
    "desk",
]

SAMPLE_PICTURE = lazy(static, str)("img/favicon.svg")  # the hashed name is known once the server runs
FILES: list[dict[str, Any]] = [
    {"name": "screen.png", "size": 327_680, "type": "image/png", "url": "#screen", "state": "ready"},
    {"name": "سجل.txt", "size": 12_288, "type": "text/plain", "state": "checking", "remove_url": "#files"},
    {"name": "clip.mp4", "size": 8_912_896, "type": "video/mp4", "state": "uploading", "percent": 83},
    {"name": "more.pdf", "size": 90_112, "type": "application/pdf", "state": "waiting", "percent": 0},
    {"name": "long.webm", "size": 19_088_743, "type": "video/webm", "state": "offline", "percent": 41},
    {
        "name": "late.zip",
        "size": 2_097_152,
        "type": "application/zip",
        "state": "failed",
        "error": "“late.zip” wasn’t uploaded: the connection broke. Try again.",
        "may_retry": True,
        "remove_url": "#files",
    },
    {
        "name": "a-very-long-name-of-a-recording-that-somebody-made-on-a-telephone-2026-11-22.mov",
        "size": 90_112_000,
        "type": "video/quicktime",
        "state": "failed",
        "error": "“a-very-long-name-of-a-recording-that-somebody-made-on-a-telephone-2026-11-22.mov” is larger"
        " than 25.0 MB. Choose a smaller file.",
        "remove_url": "#files",
    },
    {
        "name": "view.png",
        "size": 201_000,
        "type": "image/png",
        "url": "#view",
        "thumbnail": SAMPLE_PICTURE,
        "state": "ready",
        "remove_url": "#files",
    },
]
ATTACHED: list[dict[str, Any]] = [
    {"name": "view.png", "size": 201_000, "type": "image/png", "url": "#view", "thumbnail": SAMPLE_PICTURE},
    {"name": "receipt.pdf", "size": 12_288, "type": "application/pdf", "url": "#receipt"},
    {"name": "سجل.txt", "size": 12_288, "type": "text/plain", "state": "checking"},
]

SUMMARY = [
    {"key": "Topic", "value": "Payments › Refund is late", "url": "#", "action": "Change"},
    {"key": "Title", "value": "Refund for order 1182", "url": "#", "action": "Change"},
    {
        "key": "What happened",
        "value": "Since Monday the refund is missing.\nThe bank sees nothing.",
        "url": "#",
        "action": "Change",
    },
    {"key": "Error", "missing": "Not provided", "url": "#", "action": "Change"},
]

TICKETS = [
    {
        "number": "ABC-1039-4",
        "subject": "Card declined at the last step",
        "status": "waiting_for_you",
        "label": "Waiting for you",
        "new": True,
        "updated": "2 minutes ago",
    },
    {
        "number": "ABC-1042-7",
        "subject": "لم يصل المبلغ المسترد بعد",
        "status": "in_progress",
        "label": "In progress",
        "new": False,
        "updated": "Yesterday",
    },
    {
        "number": "ABC-1001-2",
        "subject": "Upload fails at 99 %",
        "status": "solved",
        "label": "Solved",
        "new": False,
        "updated": "3 Nov",
    },
]

QUEUE = [
    {
        "number": "ABC-1042-7",
        "subject": "Refund for order 1182",
        "last": "still not here, and the bank sees nothing either",
        "who": "Ana Sousa",
        "clock": "late",
        "words": "late 20 min",
        "status": "open",
        "label": "Open",
        "level": "high",
        "priority": "High",
        "tier": "L2",
        "owner": "",
        "late": True,
        "unread": True,
    },
    {
        "number": "ABC-1041-9",
        "subject": "Card declined",
        "last": "it says error 51",
        "who": "Bola Okoye",
        "clock": "running",
        "words": "1 h 12 min",
        "status": "new",
        "label": "New",
        "level": "normal",
        "priority": "Normal",
        "tier": "L1",
        "owner": "Sam Ortiz",
    },
    {
        "number": "ABC-1032-1",
        "subject": "Upload fails at 99 %",
        "last": "you: could you send the file’s name?",
        "who": "Kenji Mori",
        "clock": "paused",
        "words": "paused: waiting for the customer",
        "status": "pending",
        "label": "Pending",
        "level": "normal",
        "priority": "Normal",
        "tier": "L1",
        "owner": "Lina Diaz",
    },
    {
        "number": "ABC-1030-5",
        "subject": "كيف أغيّر لغة الحساب؟",
        "last": "شكراً، تم الحل",
        "who": "منى عادل",
        "clock": "met",
        "words": "met",
        "status": "solved",
        "label": "Solved",
        "level": "low",
        "priority": "Low",
        "tier": "L1",
        "owner": "Lina Diaz",
    },
]

NODES = [
    {"name": "Account and profile", "hint": "Sign-in, password, language", "url": "#"},
    {
        "name": "Payments and rewards",
        "hint": "Refunds, cards, invoices",
        "open": True,
        "children": [{"name": "Refund is late", "url": "#"}, {"name": "Card declined", "url": "#"}],
    },
    {"name": "Partner console", "hint": "For approved partners", "url": "#", "locked": True},
]


def _timeline(now: datetime) -> list[dict[str, Any]]:
    start = now - timedelta(days=1, hours=2)
    return [
        {"kind": "day", "text": "Friday 20 November"},
        {
            "kind": "message",
            "id": 1,
            "author": "Ana Sousa",
            "own": True,
            "at": start,
            "channel": "web form",
            "body": "Hello,\nthe refund for order 1182 is still not here.\n\nانتظرت أسبوعاً كاملاً. See https://example.org/orders/1182",
            "files": ATTACHED,
        },
        {"kind": "event", "text": "We received your request.", "at": start, "icon": "mail"},
        {
            "kind": "message",
            "id": 2,
            "author": "Sam Ortiz",
            "internal": True,
            "at": start + timedelta(hours=1),
            "body": "Checked with the bank: the transfer was sent on Monday.",
        },
        {
            "kind": "event",
            "text": "Sam Ortiz moved the ticket from Billing to Payments.",
            "at": start + timedelta(hours=1),
            "icon": "team",
        },
        {
            "kind": "message",
            "id": 3,
            "author": "Lina Diaz",
            "team": "Payments",
            "at": start + timedelta(hours=2),
            "delivered": "delivered",
            "body": "Hello Ana,\nyour bank needs two more working days. You should see the money by Wednesday.",
        },
    ]
