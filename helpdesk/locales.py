"""The languages that people's texts may stand in (BCP 47), beyond those of the interface: names, direction, kinship."""

from __future__ import annotations

from django.utils.translation import get_language_info

NAMES = {
    "en": "English", "ar": "العربية", "de": "Deutsch", "fr": "Français", "es": "Español", "pt": "Português",
    "pt-BR": "Português (Brasil)", "it": "Italiano", "nl": "Nederlands", "ru": "Русский", "uk": "Українська",
    "pl": "Polski", "cs": "Čeština", "sk": "Slovenčina", "hu": "Magyar", "ro": "Română", "bg": "Български",
    "el": "Ελληνικά", "tr": "Türkçe", "sv": "Svenska", "da": "Dansk", "nb": "Norsk bokmål", "fi": "Suomi",
    "et": "Eesti", "lv": "Latviešu", "lt": "Lietuvių", "sl": "Slovenščina", "hr": "Hrvatski", "sr": "Српски",
    "ca": "Català", "he": "עברית", "fa": "فارسی", "ur": "اردو", "hi": "हिन्दी", "bn": "বাংলা", "ta": "தமிழ்",
    "id": "Bahasa Indonesia", "ms": "Bahasa Melayu", "vi": "Tiếng Việt", "th": "ไทย", "ja": "日本語", "ko": "한국어",
    "zh-Hans": "简体中文", "zh-Hant": "繁體中文",
}  # fmt: skip
RIGHT_TO_LEFT = frozenset({"ar", "he", "fa", "ur"})
# What browsers and people call a language that we keep under another name.
_ALIASES = {
    "zh": "zh-Hans", "zh-cn": "zh-Hans", "zh-sg": "zh-Hans", "zh-my": "zh-Hans",
    "zh-tw": "zh-Hant", "zh-hk": "zh-Hant", "zh-mo": "zh-Hant",
    "no": "nb", "nn": "nb", "iw": "he", "in": "id",
}  # fmt: skip
_BY_LOWER_CASE = {code.lower(): code for code in NAMES}
_DJANGO = {
    "zh-Hans": "zh-hans",
    "zh-Hant": "zh-hant",
    "pt-BR": "pt-br",
}  # as Django's list of languages calls them
CHOICES = list(NAMES.items())


def known_locale(tag: str) -> str | None:
    """The code we keep for a language tag, whatever its case (`PT-br` → `pt-BR`, `zh-TW` → `zh-Hant`); None if none."""
    lower = tag.strip().replace("_", "-").lower()
    while lower:
        found = _BY_LOWER_CASE.get(lower) or _ALIASES.get(lower)
        if found:
            return found
        lower = lower.rpartition("-")[0]
    return None


def name_of(locale: str) -> str:
    """The language's own name for itself."""
    return NAMES.get(locale, locale)


def told_name_of(locale: str) -> str:
    """The language's name in the language of the page ("Arabic", « arabe »)."""
    try:
        return str(get_language_info(_DJANGO.get(locale, locale.lower()))["name_translated"])
    except KeyError:
        return name_of(locale)


def direction_of(locale: str) -> str:
    """`rtl` or `ltr`."""
    return "rtl" if locale.split("-", maxsplit=1)[0] in RIGHT_TO_LEFT else "ltr"


def kin_of(locale: str) -> list[str]:
    """Languages whose readers also read this one, nearest first: `pt-BR` → `pt`. Never one Chinese script for the other."""
    base = locale.split("-", maxsplit=1)[0]
    return [code for code in NAMES if code != locale and code.split("-")[0] == base and base != "zh"]
