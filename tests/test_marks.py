"""Marks of the desk become a little HTML; all that is no mark, and every trick, stands there as text."""

import pytest

from helpdesk.marks import LONG, has_marks
from helpdesk.templatetags.parts import marked, paragraphs, said


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("It is **sent** and *late*", '<p dir="auto">It is <strong>sent</strong> and <em>late</em></p>\n'),
        (
            "Do:\n- one\n- two",
            '<p dir="auto">Do:</p>\n<ul>\n<li dir="auto">one</li>\n<li dir="auto">two</li>\n</ul>\n',
        ),
        ("3. third", '<ol start="3">\n<li dir="auto">third</li>\n</ol>\n'),
        ("> said\nso", '<blockquote>\n<p dir="auto">said<br>so</p>\n</blockquote>\n'),
        ("one `<b>` two", '<p dir="auto">one <code>&lt;b&gt;</code> two</p>\n'),
        (
            "[our page](https://acme.example/a_b) and https://acme.example/c_d_e.",
            (
                '<p dir="auto"><a href="https://acme.example/a_b" rel="nofollow noopener">our page</a> and '
                '<a href="https://acme.example/c_d_e" rel="nofollow noopener">https://acme.example/c_d_e</a>.</p>\n'
            ),
        ),
    ],
)
def test_marks_become_html(text: str, html: str) -> None:
    assert marked(text) == html


@pytest.mark.parametrize(
    "text",
    [
        "2 * 3 * 4 = 24",
        "snake_case_name",
        "# no heading",
        "ACME-1042 is closed.\nThank you",
        "-5 degrees",
    ],
)
def test_what_is_no_mark_stands_as_it_was_typed(text: str) -> None:
    assert marked(text).strip() == paragraphs(text)


@pytest.mark.parametrize(
    "text",
    [
        "**<script>alert(1)</script>**",
        "[x](javascript:alert(1)) *y*",
        "![x](https://elsewhere.example/seen.gif)",
        '[x](https://a.example/"onmouseover="alert(1)) *y*',
        "<img src=x onerror=alert(1)> *y*",
        "**a\u202eb**",
        "[x]: javascript:alert(1)\n\n[x] *y*",
    ],
)
def test_no_trick_gets_through(text: str) -> None:
    html = marked(text)

    for raw in ("<script", "<img", 'href="javascript', ' onmouseover="', "\u202e"):
        assert raw not in html


def test_a_text_without_marks_or_too_long_is_not_taken_apart() -> None:
    assert not has_marks("Your order 1182 is on its way.\n\nIt arrives on Friday.")
    assert not has_marks("**long** " * LONG)


def test_words_of_customers_are_never_read_for_marks() -> None:
    item = {"body": "It says **error**"}

    assert said(item) == '<p dir="auto">It says **error**</p>'
    assert said(item | {"is_marked": True}) == '<p dir="auto">It says <strong>error</strong></p>\n'
