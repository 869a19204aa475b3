"""Addresses on the web that people give as evidence: checked, shown as links, never fetched by us."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.utils.translation import gettext_lazy as _

from helpdesk.typed_text import clean_text, is_invisible

LINKS_LIMIT = 5
LENGTH_LIMIT = 2000


class LinksField(forms.CharField):
    """A box for web addresses, one a line; its value is a list of them. Empty, it is an empty list."""

    widget = forms.Textarea

    def __init__(self, **options: Any) -> None:
        words = {
            "label": _("Links"),
            "help_text": _(
                "Addresses of pages, pictures or recordings that show the problem, one a line. We show them as they are and never open them by ourselves."
            ),
            "required": False,
        }
        box = forms.Textarea(attrs={"rows": 2, "dir": "ltr", "inputmode": "url", "spellcheck": "false"})
        super().__init__(strip=False, **{**words, "widget": box, **options})

    def prepare_value(self, value: Any) -> Any:
        """A list, as `clean` gives it, as lines."""
        return "\n".join(value) if isinstance(value, list) else value

    def clean(self, value: Any) -> Any:
        """The addresses in `value`, each once. Raises ValidationError naming the first that is none."""
        lines = clean_text(super().clean(value) or "").split()
        links = list(dict.fromkeys(_web_address(line) for line in lines))
        if len(links) > LINKS_LIMIT:
            raise forms.ValidationError(
                _("Give up to %(limit)d links. You gave %(count)d."),
                params={"limit": LINKS_LIMIT, "count": len(links)},
            )
        return links


def _web_address(text: str) -> str:
    """`text` as an absolute address; one without a scheme, as people copy them, is taken for https."""
    shown = text[:60] + ("…" if len(text) > 60 else "")
    if len(text) > LENGTH_LIMIT:
        raise forms.ValidationError(
            _("“%(link)s” is longer than %(limit)d characters."),
            params={"link": shown, "limit": LENGTH_LIMIT},
        )
    address = text if ":" in text.partition("/")[0] else f"https://{text}"
    try:
        parts = urlsplit(address)
        host, _port = parts.hostname or "", parts.port
    except ValueError:
        host, parts = "", urlsplit("")
    is_plain = parts.scheme in {"http", "https"} and not parts.username and "@" not in parts.netloc
    has_name = ("." in host.strip(".") or host.startswith("[") or ":" in host) and not host.startswith(".")
    if not (is_plain and has_name) or any(is_invisible(sign) for sign in text):
        raise forms.ValidationError(
            _("“%(link)s” is not an address on the web. It must look like https://example.com/page."),
            params={"link": shown},
        )
    return address
