"""The language in an address."""

from django.urls import register_converter

from helpdesk.locales import known_locale


class LocaleConverter:
    """`en`, `pt-BR`, `zh-Hans`, in any case; what is no language of ours is no match, so the page is a 404."""

    regex = "[A-Za-z]{2}(?:-[A-Za-z0-9]{2,8})?"

    def to_python(self, value: str) -> str:
        """The tag as it was asked for; the pages lead to its proper form. Raises ValueError."""
        if known_locale(value) is None:
            raise ValueError
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(LocaleConverter, "locale")
