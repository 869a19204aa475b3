"""The small language of patterns: what fits, how it is written, and that no pattern is slow."""

import time

import pytest

from tickets.patterns import BadPattern, read_pattern


@pytest.mark.parametrize(
    ("pattern", "typed", "written"),
    [
        ("AA-99999", "ab 12345", "AB-12345"),
        ("AA-99999", "AB–12345", "AB-12345"),
        ("AA-99999", "ab١٢٣٤٥", "AB-12345"),
        ("AA-99999", " a.b/1 2 3-4 5 ", "AB-12345"),
        ("AA-99999", "AB1234", None),
        ("AA-99999", "AB123456", None),
        ("AA-99999", "A112345", None),
        ("AA-99999", "AB12345€", None),
        ('"ORD"-999', "ord 123", "ORD-123"),
        ('"ORD"-999', "OBD-123", None),
        ("999(999)", "123456", "123456"),
        ("999(999)", "123", "123"),
        ("999(999)", "1234", None),
        ("99(A)(-99)", "12-34", "12-34"),
        ("99(A)(-99)", "12b34", "12B-34"),
        ("(A)A9", "b1", "B1"),
        ("**", "ñ7", "Ñ7"),
        ("99", "", None),
        ("AAA", "ﬁx", "FIX"),
    ],
)
def test_codes_are_written_in_the_pattern_s_way(pattern: str, typed: str, written: str | None) -> None:
    assert read_pattern(pattern).match(typed) == written


@pytest.mark.parametrize(
    ("pattern", "fault"),
    [
        ("", "length"),
        ("9" * 41, "length"),
        ("ORD-99", "sign"),
        ("99+", "sign"),
        ("(a+)+$", "sign"),
        ('"ORD-99', "quotes"),
        ('"Ü"99', "sign"),
        ("(99", "brackets"),
        ("99)", "brackets"),
        ("((9))9", "brackets"),
        ("9(9)(9)(9)(9)", "brackets"),
        ("(99)", "empty"),
        ("---", "empty"),
        ('"ORD"', "empty"),
    ],
)
def test_bad_patterns_are_named(pattern: str, fault: str) -> None:
    with pytest.raises(BadPattern, match=f"^{fault}$"):
        read_pattern(pattern)


@pytest.mark.parametrize("pattern", ["AA-99999", '"ORD"-999(99)', "**/**", "9A*9A*"])
def test_example_fits(pattern: str) -> None:
    read = read_pattern(pattern)

    assert read.match(read.example()) == read.example()


def test_worst_pattern_is_quick_on_the_worst_text() -> None:
    pattern = read_pattern("(*********)(*********)(*********)*")
    begun = time.perf_counter()

    answers = [pattern.match("A" * length) for length in (*range(60), 100_000)]

    assert time.perf_counter() - begun < 0.5
    assert sum(answer is not None for answer in answers) == 4
