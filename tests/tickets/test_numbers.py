"""Ticket numbers: Damm's digit and what people may type."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpdesk.errors import Refused
from tests.factories.cast import House
from tickets.numbers import check_digit, parse_number, take_number

DIGITS = st.text("0123456789", min_size=3, max_size=9)


def test_check_digit_is_the_one_of_the_source() -> None:
    assert check_digit("572") == "4"


@given(DIGITS, st.integers(0, 9), st.data())
def test_check_digit_shows_every_wrong_digit(digits: str, other: int, data: st.DataObject) -> None:
    number = digits + check_digit(digits)
    position = data.draw(st.integers(0, len(number) - 1))
    wrong = number[:position] + str(other) + number[position + 1 :]

    assert (check_digit(wrong) == "0") == (wrong == number)


@given(DIGITS, st.data())
def test_check_digit_shows_every_swap_of_neighbours(digits: str, data: st.DataObject) -> None:
    number = digits + check_digit(digits)
    position = data.draw(st.integers(0, len(number) - 2))
    swapped = number[:position] + number[position + 1] + number[position] + number[position + 2 :]

    assert (check_digit(swapped) == "0") == (swapped == number)


@pytest.mark.parametrize(
    "typed",
    [
        "ACME-5724",
        "acme-5724",
        " acme 5724 ",
        "ACME5724",
        "5724",
        "#5724",
        "ACME–5724",
        "٥٧٢٤",
        "[ACME-5724]",
        "a c m e 5 7 2 4",
    ],
)
def test_number_is_forgiven_its_form(typed: str) -> None:
    assert parse_number(typed, "ACME") == "ACME-5724"


def test_number_with_another_prefix_keeps_it() -> None:
    assert parse_number("old-5724", "ACME") == "OLD-5724"


@pytest.mark.parametrize("typed", ["ACME-5725", "7524", "acme 5274"])
def test_number_with_a_typo_is_named(typed: str) -> None:
    with pytest.raises(Refused, match="Check the number: one digit looks wrong"):
        parse_number(typed, "ACME")


@pytest.mark.parametrize("typed", ["", "refund", "12", "ACME-", "1 OR 1=1", "\x00", "x" * 5000])
def test_text_that_is_no_number_is_refused_with_an_example(typed: str) -> None:
    with pytest.raises(Refused, match="Enter a number like ACME-1007"):
        parse_number(typed, "ACME")


def test_numbers_of_a_tenant_follow_each_other(house: House) -> None:
    numbers = [take_number("ACME") for _time in range(3)]

    assert numbers == [f"ACME-{counter}{check_digit(counter)}" for counter in ("100", "101", "102")]
