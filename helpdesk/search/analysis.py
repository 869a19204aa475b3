"""A text as the words it is found by: folded, so that case, accents and ways of writing do not matter. Pure.

The same function reads what is stored and what is asked. Stems are added by the database (see `helpdesk.search.sql`).
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator

WORD_BYTES = 60  # of UTF-8; longer ones are cut, at both ends of the search alike
WORDS_A_TEXT = 3000  # different ones; a pasted log has more
WORDS_A_QUERY = 12
PREFIX_LENGTH = 3  # from so many letters on a word also finds longer ones that begin with it

# Letters and digits; of India's scripts and Thai and its neighbours also the marks, which `\w` leaves out.
_LETTER = "(?:[^\\W_]|[\u0900-\u0963\u0970-\u0dff\u0e31-\u0e4e\u0eb1-\u0ece\u1000-\u109f\u17b4-\u17d3])"
_TOKEN = re.compile(f"{_LETTER}+(?:['’ʼ]{_LETTER}+)*")
_UNBROKEN = re.compile(
    "[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\U00020000-\U0003134f]+|[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff]+"
)
_ACCENTED = ("LATIN", "GREEK")
_VOWELLED = ("ARABIC", "HEBREW")
_LETTERS = str.maketrans(
    {
        **dict.fromkeys("أإآٱ", "ا"),
        **dict.fromkeys("ىیې", "ي"),
        **dict.fromkeys("ةہ", "ه"),
        "ک": "ك",
        "ؤ": "و",
        "ئ": "ي",
        "ـ": None,
        "ё": "е",
        "ı": "i",
        "ł": "l",
        "đ": "d",
        "ø": "o",
        "æ": "ae",
        "œ": "oe",
        "ß": "ss",
        "þ": "th",
        "ð": "d",
        **{sign: str(int(sign)) for sign in map(chr, range(0x660, 0xFF1A)) if sign.isdecimal()},
    }
)
_APOSTROPHES = str.maketrans(dict.fromkeys("'’ʼ"))
# PostgreSQL's own Snowball dictionaries, by language.
_STEMMERS = {
    "ar": "arabic_stem",
    "ca": "catalan_stem",
    "da": "danish_stem",
    "de": "german_stem",
    "el": "greek_stem",
    "en": "english_stem",
    "es": "spanish_stem",
    "eu": "basque_stem",
    "fi": "finnish_stem",
    "fr": "french_stem",
    "ga": "irish_stem",
    "hi": "hindi_stem",
    "hu": "hungarian_stem",
    "hy": "armenian_stem",
    "id": "indonesian_stem",
    "it": "italian_stem",
    "lt": "lithuanian_stem",
    "ne": "nepali_stem",
    "nl": "dutch_stem",
    "nb": "norwegian_stem",
    "no": "norwegian_stem",
    "pt": "portuguese_stem",
    "ro": "romanian_stem",
    "ru": "russian_stem",
    "sr": "serbian_stem",
    "sv": "swedish_stem",
    "ta": "tamil_stem",
    "tr": "turkish_stem",
    "yi": "yiddish_stem",
}
_ALWAYS = (
    "english_stem",
    "arabic_stem",
    "russian_stem",
)  # one for each script that people mix into their own


def words_of(text: str, *, limit: int = WORDS_A_TEXT) -> list[str]:
    """The different words of `text`, in its order, `limit` of them at most; none is empty or longer than WORD_BYTES.

    Scripts without blanks between words are cut into pairs of letters (Chinese, Japanese, Korean) or threes (Thai and
    its neighbours), as search engines do.
    """
    found: dict[str, None] = {}
    seen: set[str] = set()
    for match in _TOKEN.finditer(fold(text)):
        token = match[0]
        if token in seen:  # most words of a text come again
            continue
        seen.add(token)
        for word in _pieces(token.translate(_APOSTROPHES)):
            found[word] = None
            if len(found) >= limit:
                return list(found)
    return list(found)


def fold(text: str) -> str:
    """`text` without differences of case, width, digits of a script, and of accents and vowel signs where they are
    spelling aids only.
    """
    text = unicodedata.normalize("NFKC", text.replace("İ", "i")).casefold()
    if text.isascii():
        return text
    return unicodedata.normalize(
        "NFC", "".join(_without_marks(unicodedata.normalize("NFD", text)))
    ).translate(_LETTERS)


def stemmers_of(locales: Iterable[str]) -> list[str]:
    """The stemming dictionaries for people who read and write these languages, and for what they mix in."""
    own = (_STEMMERS.get(locale.partition("-")[0].lower()) for locale in locales)
    return list(dict.fromkeys([*(name for name in own if name), *_ALWAYS]))


def may_be_prefix(word: str) -> bool:
    """Whether whoever typed `word` perhaps has not finished it: short ones would find half of everything."""
    return len(word) >= PREFIX_LENGTH or _UNBROKEN.fullmatch(word) is not None


def unbroken_runs(folded: str) -> Iterator[re.Match[str]]:
    """The stretches of a folded text that a script without blanks between words makes up."""
    return _UNBROKEN.finditer(folded)


def _without_marks(text: str) -> Iterator[str]:
    """Drops the marks that readers of a script leave out; those of Russian, Thai, Hindi or Japanese make the word."""
    base = ""
    for sign in text:
        if unicodedata.category(sign) != "Mn":
            base = unicodedata.name(sign, "")
        elif base.startswith(_ACCENTED) or unicodedata.name(sign, "").startswith(_VOWELLED):
            continue
        yield sign


def _pieces(token: str) -> Iterator[str]:
    rest = 0
    for run in _UNBROKEN.finditer(token):
        yield from _word(token[rest : run.start()])
        size = 3 if run[0] < "\u2000" else 2
        yield from (run[0][start : start + size] for start in range(max(1, len(run[0]) - size + 1)))
        rest = run.end()
    yield from _word(token[rest:])


def _word(text: str) -> Iterator[str]:
    cut = text.encode("utf-8", "ignore")[:WORD_BYTES].decode("utf-8", "ignore")
    if cut:
        yield cut
