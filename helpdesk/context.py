"""What every page of the product knows."""

from typing import Any

from django.http import HttpRequest
from django.utils import translation

from helpdesk.templatetags.parts import THEMES


def page(request: HttpRequest) -> dict[str, Any]:
    """The tenant, the direction of writing and the person's theme; reads no database."""
    theme = request.COOKIES.get("theme", "")
    return {
        "tenant": getattr(request, "tenant", None),
        "direction": "rtl" if translation.get_language_bidi() else "ltr",
        "theme": theme if theme in THEMES else "",
    }
