"""What helps to write: links that are found, and questions whose answers open."""

from __future__ import annotations

from django.test import Client

from accounts.models import Member
from helpcenter.checks import faults_of
from helpcenter.markdown import clean, render
from helpcenter.models import Visibility
from helpcenter.rules import EVERYBODY
from tests.helpcenter.conftest import Write
from tests.helpcenter.test_desk import LIST
from tests.pages import Page

LINKS = f"{LIST}links/?locale=en&q=refund"


def test_an_article_to_link_to_is_found_with_and_without_script(
    write: Write, site: Client, agent: Member
) -> None:
    public = write("Refund [late]")
    write("Refunds among us", visibility=Visibility.INTERNAL)
    site.force_login(agent)

    page = Page(site.get(LINKS)).text
    told = site.get(LINKS, headers={"x-sent-by": "page"}).json()

    markdown = f"[Refund \\[late\\]](article:{public.article_id})"
    assert markdown in page
    assert {result["title"]: result["note"] for result in told["results"]} == {
        "Refund [late]": "",
        "Refunds among us": "The team only",
    }
    assert markdown in {result["markdown"] for result in told["results"]}


def test_nothing_found_is_said(write: Write, site: Client, agent: Member) -> None:
    write("Refund")
    site.force_login(agent)

    page = Page(site.get(f"{LIST}links/?q=xyzzy")).text
    told = site.get(f"{LIST}links/?q=xyzzy", headers={"x-sent-by": "page"}).json()

    assert "Nothing matches “xyzzy”." in page
    assert told == {"told": "Nothing matches “xyzzy”.", "results": []}


def test_a_question_opens_its_answer_under_a_heading_of_its_own() -> None:
    body = "## Money\n\n??? How long does *it* take?\n    Five days.\n\n    - or six\n\n??? And then?\n    Write.\n\nEnd."

    rendered = render(body)

    assert rendered.html == (
        '<h2 id="s-money">Money</h2>\n'
        '<details>\n<summary>\n<h3 id="s-how-long-does-it-take">How long does <em>it</em> take?</h3>\n</summary>\n'
        "<p>Five days.</p>\n<ul>\n<li>or six</li>\n</ul>\n</details>\n"
        '<details>\n<summary>\n<h3 id="s-and-then">And then?</h3>\n</summary>\n<p>Write.</p>\n</details>\n'
        "<p>End.</p>\n"
    )
    assert [heading["level"] for heading in rendered.headings] == [2, 3, 3]
    assert "How long does it take?\nFive days.\nor six\nAnd then?" in rendered.text
    assert clean(rendered.html) == rendered.html


def test_a_question_lets_no_script_through_and_keeps_the_rest_a_text() -> None:
    html = render(
        "??? <img src=x onerror=y>\n    <script>z</script>\n\n    ??? Inside?\n        Yes.\n\n???no"
    ).html

    assert "<img" not in html
    assert "<script" not in html
    assert html.count("<details>") == html.count("</details>") == 2
    assert "<p>???no</p>" in html


def test_questions_without_headings_stand_right_below_the_title() -> None:
    assert [heading["level"] for heading in render("??? A?\n    B.\n\n??? C?\n    D.").headings] == [2, 2]


def test_a_question_without_an_answer_stops_publishing() -> None:
    faults = faults_of("First.\n\n??? How long?\nNot indented.", readers=EVERYBODY)

    assert [str(fault) for fault in faults] == [
        "Line 3: This question has no answer: indent it below by four blanks."
    ]
