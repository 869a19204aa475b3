"""Words that a tenant wrote in several languages: which of them a page shows."""

from collections.abc import Iterable
from typing import Any, TypeVar

from django.conf import settings
from django.utils.translation import get_language

Wording = TypeVar("Wording", bound=Any)  # a translation with its `locale`


def wording_for_page(translations: Iterable[Wording]) -> Wording | None:
    """The one in the language of the page, with or without its region, else the first; None of none."""
    by_locale = {translation.locale: translation for translation in translations}
    language = get_language() or settings.LANGUAGE_CODE
    own = by_locale.get(language) or by_locale.get(language.partition("-")[0])
    return own or next(iter(by_locale.values()), None)
