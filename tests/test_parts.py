"""The tags of the templates: times, people's text, form controls and the error summary."""

from __future__ import annotations

import datetime as dt
import re
from html import unescape
from typing import Any

import pytest
import time_machine
from django import forms
from django.http import HttpRequest
from django.template import Context, Template
from django.template.loader import render_to_string
from django.test import Client
from django.utils import timezone, translation
from django.utils.html import escape
from django.utils.timesince import timesince

from helpdesk.errors import Refused
from helpdesk.forms import show_refusal
from helpdesk.templatetags.parts import (
    DURATIONS,
    _relative,
    error_links,
    initials,
    paragraphs,
    when,
)

NOW = dt.datetime(2026, 11, 22, 12, 0, tzinfo=dt.UTC)


class RequestForm(forms.Form):
    subject = forms.CharField(label="Title", max_length=120, help_text="One line.")
    impact = forms.ChoiceField(
        label="Impact", choices=[("a", "All"), ("b", "Some")], widget=forms.RadioSelect
    )
    phone = forms.CharField(label="Phone", required=False)
    copy = forms.BooleanField(label="Send me a copy", required=False)


def shown(template: str, **values: Any) -> str:
    return Template(template).render(Context(values))


@time_machine.travel(NOW, tick=False)
@pytest.mark.parametrize(
    ("moment", "words"),
    [
        (
            NOW + dt.timedelta(days=2, hours=2),
            'Tue 24 Nov, 17:00 <span class="relative">(in 2\xa0days)</span>',
        ),
        (
            NOW - dt.timedelta(minutes=20),
            'Sun 22 Nov, 14:40 <span class="relative">(20\xa0minutes ago)</span>',
        ),
        (NOW - dt.timedelta(seconds=20), 'Sun 22 Nov, 14:59 <span class="relative">(just now)</span>'),
        (NOW + dt.timedelta(days=60), 'Thu 21 Jan 2027, 15:00 <span class="relative">(in 1\xa0month)</span>'),
    ],
)
def test_a_time_is_told_in_the_readers_zone_first_then_its_distance(moment: dt.datetime, words: str) -> None:
    with timezone.override("Asia/Riyadh"):
        told = when(moment)

    assert words in told
    assert told.startswith("<time datetime=")


@pytest.mark.parametrize("language", ["en", "ar"])
def test_how_far_off_is_told_as_django_tells_it(language: str) -> None:
    lengths = [60, 61, 3_599, 3_600, 86_399, 86_400, 172_799, 604_799, 604_800, 28 * 86_400 - 1, 28 * 86_400]
    for now in (NOW, dt.datetime(2027, 3, 1, 0, 30, tzinfo=dt.UTC)):
        moments = [now + sign * dt.timedelta(seconds=length) for length in lengths for sign in (1, -1)]
        with time_machine.travel(now, tick=False), translation.override(language):
            told = [_relative(moment) for moment in moments]
            units = [
                timesince(min(moment, now), max(moment, now), depth=1, time_strings=DURATIONS)
                for moment in moments
            ]

        assert [words.replace(unit, "…") for words, unit in zip(told, units, strict=True)] == (
            ["in …", "… ago"] if language == "en" else [told[0].replace(units[0], "…"), "قبل …"]
        ) * len(lengths)


@time_machine.travel(NOW, tick=False)
def test_a_time_speaks_the_language_of_the_reader() -> None:
    with translation.override("ar"), timezone.override("Asia/Riyadh"):
        told = when(NOW, "text")

    assert "نوفمبر" in told
    assert "15:00" in told


def test_no_time_is_an_empty_text() -> None:
    assert when(None) == ""


def test_peoples_text_is_escaped_and_keeps_its_paragraphs_and_lines() -> None:
    told = paragraphs("<b>Hello</b>\r\nAna\n\nsee https://example.org/?a=1&b=2\n\n\n")

    assert told == (
        '<p dir="auto">&lt;b&gt;Hello&lt;/b&gt;<br>Ana</p>\n<p dir="auto">see '
        '<a href="https://example.org/?a=1&amp;b=2" rel="nofollow">https://example.org/?a=1&amp;b=2</a></p>'
    )


@pytest.mark.parametrize(
    ("name", "letters"),
    [("Ana Sousa", "AS"), ("ana@example.org", "AO"), ("منى عادل", "مع"), ("", "?"), ("B", "B"), ("  ", "?")],
)
def test_an_avatar_shows_the_first_letters(name: str, letters: str) -> None:
    assert initials(name) == letters


def test_a_control_leaves_refusing_to_the_server() -> None:
    told = shown("{% control form.subject %}", form=RequestForm())

    assert " required" not in told
    assert "maxlength" not in told
    assert 'data-counter="120"' in told
    assert 'class="input"' in told
    assert 'aria-describedby="id_subject_helptext"' in told


def test_a_wrong_field_names_its_error_to_screen_readers_and_keeps_what_was_typed() -> None:
    form = RequestForm({"subject": "x" * 121})

    told = render_to_string("partials/field.html", {"field": form["subject"]})

    assert 'aria-invalid="true"' in told
    assert 'aria-describedby="id_subject_helptext id_subject_error"' in told
    assert 'id="id_subject_error"' in told
    assert "x" * 121 in told


def test_optional_fields_say_so_and_required_ones_carry_no_star() -> None:
    told = render_to_string("partials/form.html", {"form": RequestForm()})

    assert told.count("(optional)") == 1
    assert "*" not in told


def test_the_summary_links_each_error_to_its_first_control() -> None:
    form = RequestForm({"phone": "1"})
    form.add_error(None, "Choose another time.")

    assert error_links(form, "", None) == [
        ("", "Choose another time."),
        ("id_subject", "This field is required."),
        ("id_impact_0", "This field is required."),
    ]


def test_a_form_draws_itself_with_our_parts() -> None:
    told = str(RequestForm())

    assert told.count('class="field"') == 4
    assert '<fieldset class="field">' in told


def test_the_page_for_our_faults_asks_nobody() -> None:
    told = render_to_string("500.html", {"reference": "7F3K"})

    assert "7F3K" in told
    assert '<main id="main"' in told


def test_the_page_for_our_faults_asks_no_database(django_assert_num_queries: Any, db: None) -> None:
    request = HttpRequest()

    with django_assert_num_queries(0):
        told = render_to_string("500.html", {"reference": "7F3K"}, request=request)

    assert "7F3K" in told


def test_the_theme_is_kept_in_a_cookie_and_leads_back(site: Client) -> None:
    answer = site.post("/theme/", {"theme": "dark", "next": "/contact/"})

    assert (answer.status_code, answer["Location"]) == (303, "/contact/")
    assert answer.cookies["theme"].value == "dark"
    assert 'data-theme="dark"' in site.get("/styleguide/").content.decode()


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", ""])
def test_the_theme_never_leads_to_another_site(site: Client, target: str) -> None:
    answer = site.post("/theme/", {"theme": "dark", "next": target})

    assert answer["Location"] == "/"


def test_an_unknown_theme_follows_the_system(site: Client) -> None:
    site.post("/theme/", {"theme": "dark"})

    answer = site.post("/theme/", {"theme": "<script>"})

    assert answer.cookies["theme"].value == ""
    assert "data-theme" not in site.get("/styleguide/").content.decode()


@pytest.mark.parametrize(
    ("text", "link"),
    [
        ("see (https://example.org/a).", "https://example.org/a"),
        ("https://example.org/wiki/Damm_(code), twice", "https://example.org/wiki/Damm_(code)"),
        ("«https://example.org/?q=1&b=[2]»!", "https://example.org/?q=1&b=[2]"),
        ("HTTPS://EXAMPLE.ORG", "HTTPS://EXAMPLE.ORG"),
    ],
)
def test_peoples_links_lose_no_character_of_the_text(text: str, link: str) -> None:
    told = paragraphs(text)

    assert f'<a href="{escape(link)}" rel="nofollow">{escape(link)}</a>' in told
    assert unescape(re.sub("<[^>]*>", "", told)) == text


@pytest.mark.parametrize(
    "text", ["javascript:alert(1)", "data:text/html,x", "mailto:a@example.org", "www.example.org"]
)
def test_only_web_addresses_become_links(text: str) -> None:
    assert "<a " not in paragraphs(text)


def test_peoples_text_is_not_turned_round() -> None:
    assert paragraphs("pay \u202e0001 now") == '<p dir="auto">pay 0001 now</p>'


def test_a_long_run_of_brackets_ends_soon() -> None:
    assert paragraphs("https://x/" + ")" * 20_000).endswith("</p>")


@pytest.mark.parametrize(("named", "shown_at"), [("phone", "phone"), ("body", "__all__"), (None, "__all__")])
def test_a_refusal_stands_at_its_box_or_above_all_of_them(named: str | None, shown_at: str) -> None:
    form = RequestForm({"subject": "Printer", "impact": "a"})

    show_refusal(form, Refused("Not today.", named))

    assert form.errors == {shown_at: ["Not today."]}
