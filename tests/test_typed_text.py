"""What people type stays as it is, but for what nobody can see."""

import pytest

from helpdesk.typed_text import clean_line, clean_text, is_invisible, without_overrides


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  Refund  for 1182 ", "Refund  for 1182"),
        ("tab\tstays", "tab\tstays"),
        ("two \r\n\n lines", "two lines"),
        ("nul\0byte", "nul byte"),
        ("\u200bRefund\ufeff", "Refund"),
        ("\u200b\u2060 \u3164", ""),
        ("👩‍👩‍👧 família", "👩‍👩‍👧 família"),
        ("استرداد", "استرداد"),
    ],
)
def test_clean_line_trims_and_drops_only_what_nobody_sees(typed: str, kept: str) -> None:
    assert clean_line(typed) == kept


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("\r\n \r\n  indented\r\n\r\nlast  \r\n\r\n", "  indented\n\nlast"),
        ("old\rmac", "old\nmac"),
        ("a\0b", "ab"),
        ("half \ud800 a pair", "half ? a pair"),
        (" \n\u200b\n", ""),
        ("\u202eevil", "\u202eevil"),
    ],
)
def test_clean_text_keeps_everything_inside(typed: str, kept: str) -> None:
    assert clean_text(typed) == kept


def test_without_overrides_shows_a_name_in_its_own_direction() -> None:
    assert without_overrides("photo\u202egnp.exe") == "photognp.exe"


def test_is_invisible_knows_the_fillers_that_unicode_calls_letters() -> None:
    assert is_invisible("\u115f\u2800\u3164")
    assert not is_invisible("\u202e.")
