"""What a text is found by: the same words whatever the case, the accents and the way of writing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpdesk.search.analysis import WORD_BYTES, WORDS_A_TEXT, may_be_prefix, stemmers_of, words_of


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Refund for order #1182!", ["refund", "for", "order", "1182"]),
        ("ÉTÉ Straße İstanbul Łódź", ["ete", "strasse", "istanbul", "lodz"]),
        ("ｆｕｌｌ　ｗｉｄｔｈ", ["full", "width"]),
        ("don't l’eau", ["dont", "leau"]),
        ("snake_case a_b", ["snake", "case", "a", "b"]),
        ("same Same SAME", ["same"]),
        ("إعادةُ المبلغ", ["اعاده", "المبلغ"]),
        ("مـــرحبا أهلاً", ["مرحبا", "اهلا"]),
        ("שָׁלוֹם", ["שלום"]),
        ("払い戻し", ["払い", "い戻", "戻し"]),
        ("金", ["金"]),
        ("คืนเงิน", ["คืน", "ืนเ", "นเง", "เงิ", "งิน"]),
        ("ABC払い12", ["abc", "払い", "12"]),
        ("हिन्दी", ["हिन्दी"]),
        ("Ещё один ключ, ΆΛΦΑ", ["еще", "один", "ключ", "αλφα"]),
        ("ひらがな が", ["ひら", "らが", "がな", "が"]),
        ("환불", ["환불"]),
        ("", []),
        ("!!! \0 \u200b — “”", []),
    ],
)
def test_words_of(text: str, words: list[str]) -> None:
    assert words_of(text) == words


@given(st.text())
def test_words_are_never_empty_long_or_syntax(text: str) -> None:
    words = words_of(text)

    assert all(0 < len(word.encode("utf-8")) <= WORD_BYTES for word in words)
    assert not any(sign in word for word in words for sign in "'\\&|!:*()<> \0")
    assert len(set(words)) == len(words)


def test_words_have_an_end() -> None:
    assert len(words_of(" ".join(map(str, range(WORDS_A_TEXT + 10))))) == WORDS_A_TEXT
    assert words_of("x" * 100_000) == ["x" * WORD_BYTES]


def test_same_spelling_of_one_word_is_one_word() -> None:
    assert words_of("caf\u00e9") == words_of("cafe\u0301") == words_of("CAFE")


def test_stemmers_follow_the_languages_of_the_people() -> None:
    assert stemmers_of(["de-AT", "xx", "ar"])[:2] == ["german_stem", "arabic_stem"]
    assert "english_stem" in stemmers_of([])


def test_short_words_are_taken_as_whole() -> None:
    assert [may_be_prefix(word) for word in ("re", "ref", "金")] == [False, True, True]
