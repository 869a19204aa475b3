"""A page as a browser without script sees it: its forms with their values, its links and its text."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

VOID = {"input", "br", "meta", "link", "hr", "img"}
UNSEEN = {"script", "style", "template", "title"}


@dataclass
class WebForm:
    """One form: where it goes and what it would send when no button is named."""

    action: str
    values: dict[str, str] = field(default_factory=dict)
    buttons: list[tuple[str, str, str]] = field(default_factory=list)  # name, value, label


class Page(HTMLParser):
    """A parsed answer."""

    def __init__(self, response: Any) -> None:
        super().__init__(convert_charrefs=True)
        self.status = response.status_code
        self.title = ""
        self.forms: list[WebForm] = []
        self.links: dict[str, str] = {}
        self._pieces: list[str] = []
        self._open: list[tuple[str, dict[str, str | None]]] = []
        self._href = ""
        self._box: str | None = None
        self._presses: list[tuple[str, str]] = []
        self.feed(response.content.decode())

    @property
    def text(self) -> str:
        """Everything people read, with blanks run together."""
        return " ".join("".join(self._pieces).split())

    def form(self, action: str) -> WebForm:
        """The form that posts to `action`."""
        return next(form for form in self.forms if form.action == action)

    @property
    def _is_unseen(self) -> bool:
        return bool(UNSEEN & {tag for tag, _attrs in self._open})

    def values_of(self, name: str) -> list[str]:
        """What the buttons of this name would send, in order, inside a form or beside it."""
        return [value for named, value in self._presses if named == name]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        if tag == "form":
            self.forms.append(WebForm(found.get("action") or ""))
        elif tag == "a":
            self._href = found.get("href") or ""
        elif tag == "button" and not self._is_unseen:
            self._presses.append((found.get("name") or "", found.get("value") or ""))
        if tag == "button" and self.forms and not self._is_unseen:
            self.forms[-1].buttons.append((found.get("name") or "", found.get("value") or "", ""))
        if tag in {"input", "textarea", "select", "option"} and self.forms:
            self._take(tag, found)
        if tag not in VOID:
            self._open.append((tag, found))
        if tag in {"p", "li", "div", "br", "td", "th", "dt", "dd", "h1", "h2", "h3", "tr", "label", "legend"}:
            self._pieces.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in (name for name, _attrs in self._open):
            while self._open.pop()[0] != tag:
                pass
        if tag in {"textarea", "select"}:
            self._box = None

    def handle_data(self, data: str) -> None:
        inside = [tag for tag, _attrs in self._open]
        if "title" in inside:
            self.title += data.strip()
        if self._is_unseen:
            return
        if inside and inside[-1] == "textarea" and self._box and self.forms:
            # The first line break after the tag is not part of the value.
            self.forms[-1].values[self._box] += data.removeprefix("\n")
        if "a" in inside and data.strip():
            self.links[" ".join(data.split())] = self._href
        self._pieces.append(data)

    def _take(self, tag: str, found: dict[str, Any]) -> None:
        values, name = self.forms[-1].values, found.get("name") or ""
        if tag == "option":
            if "selected" in found and self._box:
                values[self._box] = found.get("value") or ""
        elif tag in {"textarea", "select"}:
            self._box = name
            values[name] = ""
        elif found.get("type") in {"radio", "checkbox"}:
            if "checked" in found:
                values[name] = found.get("value") or "on"
        elif found.get("type") not in {"file", "submit"} and name:
            values[name] = found.get("value") or ""
