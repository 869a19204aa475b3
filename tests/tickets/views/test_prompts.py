"""The questions of a category: asked on its form, checked, kept with the ticket, read by both sides."""

from typing import Any

import pytest
from django.template import Context
from django.test import Client
from django.utils.translation import override

from accounts.models import Member
from helpdesk.templatetags.fields import field_group
from tests.factories.cast import House, make_category
from tests.factories.tickets import make_ticket
from tests.pages import Page
from tests.queries import count_queries
from tests.test_steady_fields import AWKWARD
from tests.tickets.views.asking import ADDRESS, ask, go_on, send
from tickets.forms import SubmissionForm
from tickets.models import Category, CategoryPrompt, PromptTranslation, Ticket
from tickets.models.ticket import Priority
from tickets.prompts import box_name
from tickets.queries import prompts_of

Kind = CategoryPrompt.Kind


def make_prompt(
    category: Category, key: str, kind: str, *, words: dict[str, Any] | None = None, **facts: Any
) -> CategoryPrompt:
    """A question in English and Arabic."""
    prompt = CategoryPrompt.objects.create(category=category, key=key, kind=kind, **facts)
    wordings = words or {"en": {"label": key.title()}, "ar": {"label": f"سؤال {key}"}}
    for locale, wording in wordings.items():
        PromptTranslation.objects.create(prompt=prompt, locale=locale, **wording)
    return prompt


CHOICES = {
    "en": {"label": "Network", "choices": "Home\nOffice"},
    "ar": {"label": "الشبكة", "choices": "المنزل\nالعمل"},
}


@pytest.mark.parametrize(
    ("kind", "facts", "typed", "kept"),
    [
        (Kind.TEXT, {}, "  Error 51 ", "Error 51"),
        (Kind.LONG_TEXT, {}, "one\r\ntwo", "one\ntwo"),
        (Kind.STEPS, {}, "open it\r\n\r\n 2. press\t1.5 times \r\n3.\r\n", "1. open it\n2. press\t1.5 times"),
        (Kind.CHOICE, {"words": CHOICES}, "Office", "Office"),
        (Kind.DATE, {}, "2026-11-02", "2026-11-02"),
        (Kind.DATE, {}, "٢٠٢٦-١١-٠٢", "2026-11-02"),
        (Kind.NUMBER, {}, "1,182", "1182"),
        (Kind.NUMBER, {}, "١٬١٨٢٫٥", "1182.5"),
        (Kind.NUMBER, {}, "2,5", "2.5"),
        (Kind.NUMBER, {}, " -3 ", "-3"),
        (Kind.PATTERN, {"pattern": "AA-99999"}, "ab – ١٢ 345", "AB-12345"),
    ],
)
def test_answers_are_kept_in_one_writing(
    house: House, site: Client, kind: str, facts: dict[str, Any], typed: str, kept: str
) -> None:
    make_prompt(house.category, "thing", kind, **facts)

    answer = ask(site, ask_thing=typed)

    assert answer.status_code == 303
    assert Ticket.objects.get().fields == {"thing": kept}


@pytest.mark.parametrize(
    ("kind", "facts", "typed", "told"),
    [
        (Kind.TEXT, {"is_required": True}, " ", "Answer this: Thing"),
        (Kind.TEXT, {}, "x" * 201, "Use 200 characters or fewer. You have used 201."),
        (Kind.CHOICE, {"words": CHOICES}, "Moon", "Choose one from the list"),
        (Kind.DATE, {}, "31/31/2026", "Enter a day like 2026-11-22."),
        (Kind.DATE, {}, "0001-01-01", "Enter a day like 2026-11-22."),
        (Kind.NUMBER, {}, "many", "Enter a number like 1182."),
        (Kind.NUMBER, {}, "NaN", "Enter a number like 1182."),
        (Kind.NUMBER, {}, "1e999999", "Enter a number like 1182."),
        (Kind.NUMBER, {"minimum": 1}, "0", "Enter 1 or more."),
        (Kind.NUMBER, {"maximum": 10}, "11", "Enter 10 or less."),
        (Kind.PATTERN, {"pattern": "AA-99999"}, "A1", "Enter it like this: AB-12345."),
    ],
)
def test_bad_answers_are_explained_and_kept(
    house: House, site: Client, kind: str, facts: dict[str, Any], typed: str, told: str
) -> None:
    make_prompt(house.category, "thing", kind, **facts)

    page = Page(go_on(site, ask_thing=typed))

    assert page.status == 422
    assert page.text.count(told) == 2
    assert kind == Kind.CHOICE or page.form(ADDRESS).values["ask_thing"] == typed
    assert Ticket.objects.count() == 0


def test_below_a_category_its_questions_are_asked_too(house: House, site: Client) -> None:
    branch = make_category("card", house.team, parent=house.category, en="By card")
    make_prompt(house.category, "order", Kind.TEXT)
    make_prompt(house.category, "shared", Kind.TEXT)
    make_prompt(branch, "shared", Kind.LONG_TEXT, words={"en": {"label": "Asked lower"}})
    make_prompt(branch, "gone", Kind.TEXT, is_active=False)
    make_prompt(house.other_category, "foreign", Kind.TEXT)

    values = Page(site.get(f"{ADDRESS}card/")).form(f"{ADDRESS}card/").values

    assert [name for name in values if name.startswith("ask_")] == ["ask_order", "ask_shared"]
    assert "Asked lower" in Page(site.get(f"{ADDRESS}card/")).text


def test_each_side_reads_the_answers_in_its_own_language(
    house: House, site: Client, customer: Member, agent: Member
) -> None:
    make_prompt(house.category, "network", Kind.CHOICE, words=CHOICES)
    make_prompt(house.category, "since", Kind.DATE, words={"en": {"label": "Since when"}})
    ticket = make_ticket(
        house, customer, fields={"network": "Office", "since": "2026-11-02", "left_over": "x"}
    )
    site.force_login(customer)
    own = Page(site.get(f"/tickets/{ticket.number}/", headers={"accept-language": "en"}))
    own_arabic = Page(site.get(f"/tickets/{ticket.number}/", headers={"accept-language": "ar"}))
    site.force_login(agent)
    desk = Page(site.get(f"/admin/tickets/ticket/{ticket.pk}/change/", headers={"accept-language": "ar"}))

    assert all(part in own.text for part in ("Network", "Office", "Since when", "Nov. 2, 2026", "Left over"))
    assert all(part in own_arabic.text for part in ("الشبكة", "العمل"))
    assert all(part in desk.text for part in ("الشبكة", "العمل", "Since when"))


def test_choice_made_in_arabic_is_the_same_choice(house: House, site: Client) -> None:
    make_prompt(house.category, "network", Kind.CHOICE, words=CHOICES)

    page = site.get(ADDRESS, headers={"accept-language": "ar"}).content.decode()

    assert '<option value="Office">العمل</option>' in page


def test_summary_shows_questions_answered_or_not(house: House, site: Client) -> None:
    make_prompt(house.category, "since", Kind.DATE)
    make_prompt(house.category, "steps", Kind.LONG_TEXT)

    page = Page(site.get(go_on(site, ask_since="2026-11-02")["Location"]))

    assert "Since Nov. 2, 2026" in page.text
    assert "Steps Not provided" in page.text
    assert page.links["Since"].endswith("#id_ask_since")


def test_summary_puts_no_words_into_anybodys_mouth(house: House, site: Client) -> None:
    silent = go_on(site)
    said = Page(site.get(silent["Location"])).text
    sent = send(site, silent)
    told = Page(site.get(go_on(site, impact="2")["Location"])).text

    assert "How it affects you Not provided" in said
    assert sent.status_code == 303
    assert Ticket.objects.get().priority == Priority.NORMAL
    assert "How it affects you It slows me down" in told


def test_hint_and_example_are_text(house: House, site: Client) -> None:
    words = {"en": {"label": "<b>Bold</b>", "hint": "<i>hint</i>", "example": '"><script>'}}
    make_prompt(house.category, "thing", Kind.TEXT, words=words)

    page = site.get(ADDRESS).content.decode()

    assert "&lt;b&gt;Bold&lt;/b&gt;" in page
    assert "&lt;i&gt;hint&lt;/i&gt;" in page
    assert "<script>" not in page
    assert "<b>Bold" not in page


def test_questions_cost_no_statement(house: House, site: Client) -> None:
    before = count_queries(lambda: site.get(ADDRESS))
    for number in range(3):
        make_prompt(house.category, f"q{number}", Kind.CHOICE, words=CHOICES)

    assert count_queries(lambda: site.get(ADDRESS)) == before


def test_device_is_filled_in_can_be_changed_and_refused(house: House, site: Client) -> None:
    agent = (
        "Mozilla/5.0 (Linux; Android 16; Pixel 8) AppleWebKit/537.36 Chrome/142.0.0.0 Mobile Safari/537.36"
    )
    shown = Page(site.get(f"{ADDRESS}?app_version=34.2&page=Checkout", headers={"user-agent": agent}))
    values = shown.form(ADDRESS).values

    ask(site, **{name: values[name] for name in ("device", "os", "browser", "app_version", "page")})
    ask(site, device="My old tablet", os="")
    ask(site, device="Secret", no_device="on")

    told = [ticket.metadata for ticket in Ticket.objects.order_by("pk")]
    assert told[0]["device"] == "Pixel 8"
    assert (told[0]["app_version"], told[0]["page"]) == ("34.2", "Checkout")
    assert told[1]["device"] == "My old tablet"
    assert "os" not in told[1]
    assert told[2] == {}


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("ACME-1008", "Check the number: one digit looks wrong."),
        ("ACME-1010", "We can't find this number among your tickets."),
        ("ACME-9991", "Check the number: one digit looks wrong."),
        ("hello", "Enter a number like ACME-1007."),
    ],
)
def test_wrong_earlier_ticket_is_named(
    house: House, site: Client, customer: Member, guest: Member, typed: str, told: str
) -> None:
    make_ticket(house, customer)
    make_ticket(house, guest)  # ACME-1010: somebody else's
    site.force_login(customer)

    page = Page(go_on(site, cites=typed))

    assert page.status == 422
    assert told in page.text


def test_earlier_ticket_is_shown_to_both_sides(
    house: House, site: Client, customer: Member, agent: Member
) -> None:
    earlier = make_ticket(house, customer)
    site.force_login(customer)
    ask(site, cites=" acme 1007 ")
    ticket = Ticket.objects.exclude(pk=earlier.pk).get()

    own = Page(site.get(f"/tickets/{ticket.number}/"))
    site.force_login(agent)
    desk = Page(site.get(f"/admin/tickets/ticket/{ticket.pk}/change/"))

    assert ticket.metadata["cites"] == earlier.number
    assert own.links[earlier.number] == f"/tickets/{earlier.number}/"
    assert desk.links[earlier.number].startswith(f"/admin/tickets/ticket/{earlier.pk}/change/")


@pytest.mark.parametrize("typed", ["", AWKWARD, "Office"], ids=["empty", "awkward", "one of the list"])
def test_a_kept_question_looks_as_one_drawn_anew(house: House, typed: str) -> None:
    for kind in Kind:
        pattern = "AA-99999" if kind == Kind.PATTERN else ""
        make_prompt(house.category, f"of_{kind}", kind, words=CHOICES, pattern=pattern, is_required=True)
    prompts = prompts_of([house.category])
    names = [box_name(prompt) for prompt in prompts]

    def drawn() -> list[str]:
        form = SubmissionForm(member=None, senders=[], prompts=prompts, initial=dict.fromkeys(names, typed))
        return [field_group(Context({"field": form[name]})) for name in names]

    kept = drawn(), drawn()
    for prompt in prompts:
        vars(prompt).pop("_boxes")
    with override("ar"):
        arabic = drawn()
    anew = drawn()

    assert kept == (anew, anew)
    assert all("الشبكة" in field and "Network" not in field.partition("</label>")[0] for field in arabic)
    assert len(anew) == len(Kind)
