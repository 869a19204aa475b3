"""Setup of the questions: plain forms, and nothing that the request form could not use."""

from typing import Any

import pytest
from django.test import Client

from accounts.models import Member
from tests.factories.cast import House
from tests.pages import Page
from tickets.models import CategoryPrompt, PromptTranslation

ADD = "/admin/tickets/categoryprompt/add/"


def post(site: Client, house: House, **answers: Any) -> Any:
    """Fills in the form of a new question in one language."""
    values = {
        "category": house.category.pk,
        "key": "order_number",
        "kind": "text",
        "position": "0",
        "is_active": "on",
        "translations-TOTAL_FORMS": "1",
        "translations-INITIAL_FORMS": "0",
        "translations-0-locale": "en",
        "translations-0-label": "Order number",
    }
    return site.post(ADD, values | answers)


def test_admin_adds_a_question(house: House, site: Client, admin: Member) -> None:
    site.force_login(admin)

    answer = post(site, house, kind="pattern", pattern="AA-99999", **{"translations-0-example": "ab 12345"})

    prompt = CategoryPrompt.objects.get()
    assert answer.status_code == 302
    assert (prompt.key, prompt.pattern, prompt.label) == ("order_number", "AA-99999", "Order number")
    assert "Order number" in Page(site.get("/admin/tickets/categoryprompt/")).text


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"key": "Order Number"}, "Use small letters, digits and underscores, a letter first."),
        ({"kind": "pattern", "pattern": ""}, "Enter a pattern of up to 40 signs"),
        ({"kind": "pattern", "pattern": "(a+)+$"}, "Use 9, A, * and separators"),
        ({"kind": "pattern", "pattern": "(99"}, "Close each bracket"),
        (
            {"kind": "pattern", "pattern": "AA-99", "translations-0-example": "12"},
            "This example does not fit the pattern.",
        ),
        ({"kind": "number", "minimum": "5", "maximum": "4"}, "The largest number must be at least"),
        ({"kind": "choice", "translations-0-choices": "One\nOne"}, "at least two different choices"),
        ({"translations-0-locale": "", "translations-0-label": ""}, "in at least one language"),
    ],
)
def test_what_the_form_could_not_use_is_refused(
    house: House, site: Client, admin: Member, wrong: dict[str, str], told: str
) -> None:
    site.force_login(admin)

    answer = post(site, house, **wrong)

    assert told in Page(answer).text
    assert CategoryPrompt.objects.count() == 0


def test_the_same_short_name_twice_is_an_error_of_the_form(house: House, site: Client, admin: Member) -> None:
    site.force_login(admin)
    post(site, house)

    answer = post(site, house)

    assert answer.status_code in {200, 422}
    assert "question with this short name already" in Page(answer).text


def test_choices_of_two_languages_must_match(house: House, site: Client, admin: Member) -> None:
    site.force_login(admin)
    second = {
        "translations-TOTAL_FORMS": "2",
        "translations-0-choices": "One\nTwo",
        "translations-1-locale": "ar",
        "translations-1-label": "سؤال",
        "translations-1-choices": "واحد",
    }

    answer = post(site, house, kind="choice", **second)

    assert "at least two different choices" in Page(answer).text
    assert PromptTranslation.objects.count() == 0


def test_agents_are_told_who_can_change_it(house: House, site: Client, agent: Member, admin: Member) -> None:
    site.force_login(agent)

    answer = site.get(ADD)

    assert answer.status_code == 403
    assert "Only admins can change these settings." in Page(answer).text
