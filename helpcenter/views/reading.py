"""What the reading pages share: the language of the address, copies that browsers may keep, and links for machines."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property, lru_cache, wraps
from pathlib import Path
from typing import Any

from django.conf import settings as site
from django.contrib.messages import get_messages
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified, HttpResponsePermanentRedirect
from django.utils import translation

from accounts.addresses import absolute_url
from helpcenter.incidents import HIDDEN, banner_for
from helpcenter.models import HelpSettings, Translation
from helpcenter.queries import Shelf, first_texts, help_settings, reading_order, shelves
from helpcenter.rules import reach_of
from helpdesk.locales import direction_of, known_locale, name_of

View = Callable[..., HttpResponse]


class Reader:
    """Who reads, in which language, and what of the help center they see."""

    def __init__(self, request: HttpRequest, locale: str, settings: HelpSettings) -> None:
        self.request = request
        self.locale = locale
        self.settings = settings
        self.reach = reach_of(request.user)
        self.order = reading_order(locale, settings)

    @property
    def interface(self) -> str:
        """The language around the texts: the address' own where the interface speaks it, else the person's."""
        offered = dict(site.LANGUAGES)
        base = self.locale.partition("-")[0]
        return base if base in offered else str(self.request.LANGUAGE_CODE)

    @cached_property
    def shelves(self) -> list[Shelf]:
        """The sections this reader sees."""
        return shelves(self.order, self.reach) if self.settings.version else []

    def opened_shelves(self) -> list[tuple[Shelf, list[Translation]]]:
        """Each section of the first level with the first few articles that stand in it."""
        roots = {shelf.section.pk: shelf for shelf in self.shelves}
        if not roots:
            return []
        found = first_texts(list(roots), self.order, self.reach)
        return [(shelf, found.get(pk, [])) for pk, shelf in roots.items()]

    def context(self, languages: dict[str, str] | None = None, *, base: str = "") -> dict[str, Any]:
        """What every reading page shows. `languages`: where this page stands in each language; `base`: an address
        below the language that stands in all of them."""
        places = languages or {locale: f"/{locale}/{base}" for locale in self.settings.languages}
        return {
            "reader": self,
            "incident": banner_for(self.request, self.locale),
            "help_locale": self.locale,
            "page_languages": [
                LanguageLink(locale, name_of(locale), direction_of(locale), url, locale == self.locale)
                for locale, url in places.items()
            ],
        }


@dataclass(frozen=True)
class LanguageLink:
    """One language of a page."""

    code: str
    name: str
    direction: str
    url: str
    is_current: bool


def in_language(view: View) -> View:
    """Decorates a page `view(reader, …)` whose address names the language; one in another form leads to the proper one."""

    @wraps(view)
    def answer(request: HttpRequest, locale: str, *args: Any, **kwargs: Any) -> HttpResponse:
        proper = known_locale(locale) or "en"
        if proper != locale and request.method in {"GET", "HEAD"}:
            rest = request.get_full_path().removeprefix(f"/{locale}")
            return HttpResponsePermanentRedirect(f"/{proper}{rest}")
        reader = Reader(request, proper, help_settings())
        with translation.override(reader.interface):
            response = view(reader, *args, **kwargs)
        response.headers.setdefault("Content-Language", proper)
        return response

    return answer


def kept(view: View) -> View:
    """Decorates a page `view(reader, …)` of published texts only: browsers keep it and ask whether it changed.

    The mark of a copy is made of the tenant, the help center's version, the person, how far they see, and what else shows of them.
    """

    @wraps(view)
    def answer(reader: Reader, *args: Any, **kwargs: Any) -> HttpResponse:
        mark = etag_of(reader)
        if mark and reader.request.headers.get("If-None-Match") == mark:
            response: HttpResponse = HttpResponseNotModified()
        else:
            response = view(reader, *args, **kwargs)
        response.headers["Cache-Control"] = "private, no-cache"
        if mark and response.status_code in {200, 304}:
            response.headers["ETag"] = etag_of(
                reader
            )  # with the form's key, which a first visit got just now
        return response

    return answer


def etag_of(reader: Reader) -> str:
    """The mark of this page as this person sees it now; empty while a message waits to be shown once."""
    request = reader.request
    if len(get_messages(request)):
        return ""
    person = (request.user.pk, getattr(request.user, "role", ""), reader.reach, request.LANGUAGE_CODE)
    cookies = [
        request.META.get("CSRF_COOKIE", ""),
        *(request.COOKIES.get(name, "") for name in ("theme", "voted", HIDDEN)),
    ]
    facts = (_look(), request.tenant.pk, reader.settings.version, request.get_full_path(), person, cookies)  # type: ignore[attr-defined]
    return f'W/"{hashlib.sha256(repr(facts).encode()).hexdigest()[:32]}"'


def alternates(places: dict[str, str], default: str) -> list[dict[str, str]]:
    """The `hreflang` links of a page: each language where it really stands, and where everybody else is led."""
    links = [{"code": locale, "url": absolute_url(url)} for locale, url in places.items()]
    if default in places:
        links.append({"code": "x-default", "url": absolute_url(places[default])})
    return links


def crumbs_of(reader: Reader, trail: Iterable[Shelf]) -> list[dict[str, str]]:
    """The way from the home page down to a section, as `partials/breadcrumb.html` shows it."""
    with translation.override(reader.interface):
        home = [{"label": translation.gettext("Help center"), "url": f"/{reader.locale}/"}]
    return [*home, *({"label": shelf.name, "url": section_url(reader.locale, shelf)} for shelf in trail)]


def section_url(locale: str, shelf: Shelf) -> str:
    """The address of a section."""
    return f"/{locale}/sections/{shelf.section.pk}/"


@lru_cache(maxsize=1)
def _look() -> str:
    """Changes with the pages themselves: the templates, and the names of style sheets and scripts."""
    folder = Path(site.BASE_DIR) / "templates"
    digest = hashlib.sha256()
    for part in ("base.html", "partials", "helpcenter", "portal"):
        for path in sorted((folder / part).rglob("*.html") if (folder / part).is_dir() else [folder / part]):
            digest.update(path.read_bytes())
    manifest = Path(site.STATIC_ROOT) / "staticfiles.json"
    if manifest.exists():
        digest.update(manifest.read_bytes())
    return digest.hexdigest()
