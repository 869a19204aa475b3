"""What goes with a request beside words and files: the device it is about, and an earlier ticket that it names."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from helpdesk.locales import name_of

# In the order of the form; what else a program sent is shown under its own name.
WORDS = {
    "device": _("Device"),
    "os": _("System"),
    "browser": _("Browser"),
    "app_version": _("App version"),
    "page": pgettext_lazy("where in the app the problem is", "Page"),
    "locale": _("Language"),
}
BOXES = ("device", "os", "browser", "app_version", "page")
CITES = "cites"  # the number of an earlier ticket of the same person


def shown_metadata(metadata: Mapping[str, Any]) -> list[dict[str, str]]:
    """Each fact as `{key, value}` for people; the cited ticket is shown elsewhere, as a link."""
    rest = [name for name in metadata if name not in WORDS and name != CITES]
    named = [name for name in WORDS if metadata.get(name)]
    return [
        {"key": str(WORDS.get(name, name)), "value": _value(name, metadata[name])} for name in named + rest
    ]


def _value(name: str, value: Any) -> str:
    return name_of(str(value)) if name == "locale" else str(value)
