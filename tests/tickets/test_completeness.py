"""People are told what agents would have to ask them: only what is missing, and three things at most."""

import time

import pytest

from tickets.completeness import (
    EXACT_ERROR,
    STEPS,
    VERSION,
    asked_of,
    is_short,
    missing_details,
)

ORDER = "Order number: #1234, 12345\nBank: bank, card\nرقم الطلب: طلب ١٢٣٤"


@pytest.mark.parametrize(
    ("lines", "labels"),
    [
        ("", []),
        ("\n \n", []),
        ("Order number: 1234\n\nYour bank", ["Order number", "Your bank"]),
        (": nothing", []),
        ("رقم الطلب: طلب، ١٢٣٤", ["رقم الطلب"]),
        ("订单号：1234", ["订单号"]),
        ("x\n" * 100, ["x"] * 30),
    ],
)
def test_a_line_is_one_thing_to_ask(lines: str, labels: list[str]) -> None:
    assert [asked.label for asked in asked_of(lines)] == labels


@pytest.mark.parametrize(
    ("text", "missing"),
    [
        ("My refund is late", ["Order number", "Bank", "رقم الطلب"]),
        ("Order #1182, paid by card", ["رقم الطلب"]),
        ("Order 118223 from my banking app", ["رقم الطلب"]),
        ("order 1182 at the riverbank", ["Order number", "Bank", "رقم الطلب"]),
        ("طَلَب ١١٨٢ و Bank #1182", []),
        ("طلب 1182, CARD, #99", ["Order number"]),
    ],
)
def test_only_what_is_missing_is_named(text: str, missing: list[str]) -> None:
    assert missing_details(text, asked=asked_of(ORDER)) == missing


def test_without_signs_the_label_itself_is_the_sign() -> None:
    asked = asked_of("Your plan")

    assert missing_details("Your plan is Pro", asked=asked) == []
    assert missing_details("I am on Pro", asked=asked) == ["Your plan"]


def test_three_things_are_named_at_most_and_the_tenants_first() -> None:
    asked = asked_of("One: 1\nTwo: 22")

    assert missing_details("It fails", asked=asked, is_technical=True) == ["One", "Two", EXACT_ERROR]


@pytest.mark.parametrize(
    ("text", "missing"),
    [
        ("It does not work", [EXACT_ERROR, STEPS, VERSION]),
        ("It says “Something went wrong”", [STEPS, VERSION]),
        ("Error: upload aborted", [STEPS, VERSION]),
        ("error 503 all day", [STEPS, VERSION]),
        ("ERR_CONNECTION_2 in the log", [STEPS, VERSION]),
        ("When I press Save nothing happens", [EXACT_ERROR, VERSION]),
        ("1. Open Orders\n2. Press Refund\n", [EXACT_ERROR, VERSION]),
        ("- open\n- press\n- wait", [EXACT_ERROR, VERSION]),
        ("Since app 34.2", [EXACT_ERROR, STEPS]),
        ("Chrome 126 only", [EXACT_ERROR, STEPS]),
        ("عندما أضغط حفظ تظهر رسالة «حدث خطأ ما» في الإصدار ٣٤", []),
        ("I don't know what's wrong, it isn't working", [EXACT_ERROR, STEPS, VERSION]),
    ],
)
def test_technical_topics_ask_for_error_steps_and_version(text: str, missing: list[object]) -> None:
    assert missing_details(text, is_technical=True) == [str(one) for one in missing]
    assert missing_details(text) == []


def test_a_picture_stands_for_the_error_and_the_device_for_the_version() -> None:
    missing = missing_details("It fails", is_technical=True, has_files=True, knows_version=True)

    assert missing == [str(STEPS)]


@pytest.mark.parametrize(("text", "short"), [("", True), ("Hi!", True), (" " * 50, True), ("x" * 20, False)])
def test_short_descriptions(text: str, short: bool) -> None:
    assert is_short(text) is short


@pytest.mark.parametrize(
    "piece", ["a", "1. x\n", "- a\n", "\n", " ", "'", '"', "“", "`", "first ", "then", "e_", "error", "error:", "#", "1", "a-"]
)  # fmt: skip
def test_hostile_text_takes_no_longer_than_ordinary_text(piece: str) -> None:
    text = (piece * 20_000)[:20_000]
    asked = asked_of("a" * 60 + "\n" + "1-" * 30 + "\nOrder: " + "1" * 59)

    started = time.process_time()
    missing_details(text, asked=asked, is_technical=True)

    assert (
        time.process_time() - started < 2
    )  # a tenth of it on an idle machine; minutes if it grew with the square
