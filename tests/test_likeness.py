"""Words that mean the same are found alike, whatever the keyboard did to them."""

import time

import pytest

from helpdesk.likeness import folded, is_one_letter_off, likeness, words_of


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("CAFÉ", "cafe"),
        ("Straße", "strasse"),
        ("Łódź", "lodz"),
        ("أحمد", "احمد"),
        ("إلى", "الي"),
        ("مُدَّة", "مده"),
        ("مـــدة", "مده"),
        ("رؤية", "رويه"),
        ("کتاب", "كتاب"),
        ("١١٨٢", "1182"),
        ("ﬁle", "file"),
        ("हिन्दी", "हिन्दी"),
    ],
)
def test_text_is_folded(typed: str, meant: str) -> None:
    assert folded(typed) == meant


def test_words_are_found_without_signs_and_articles() -> None:
    assert words_of("Can't upload: “file_1.mp4”!") == ["can", "t", "upload", "file", "1", "mp4"]
    assert words_of("الفيديو والرفع للحساب بالبطاقة") == ["فيديو", "رفع", "حساب", "بطاقه"]


@pytest.mark.parametrize(
    ("word", "other", "is_off"),
    [
        ("gmial", "gmail", True),
        ("gmal", "gmail", True),
        ("gmaill", "gmail", True),
        ("gnail", "gmail", True),
        ("gmail", "gmail", False),
        ("gmlia", "gmail", False),
        ("gml", "gmail", False),
        ("ab", "ba", True),
        ("", "a", True),
        ("", "", False),
        ("abc", "cba", False),
        ("abcd", "bacx", False),
    ],
)
def test_one_letter_off(word: str, other: str, is_off: bool) -> None:
    assert is_one_letter_off(word, other) is is_off
    assert is_one_letter_off(other, word) is is_off


def test_likeness_ranks_equal_endings_and_typos() -> None:
    pairs = [("upload", "upload"), ("uploads", "upload"), ("uplaod", "upload"), ("card", "cart"), ("a", "ab")]

    assert [likeness(word, other) for word, other in pairs] == [1.0, 0.8, 0.6, 0.0, 0.0]


def test_a_pasted_megabyte_is_folded_quickly() -> None:
    text = "é\u0301" * 500_000

    started = time.process_time()
    folded(text)

    assert time.process_time() - started < 5
