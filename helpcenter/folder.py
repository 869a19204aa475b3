"""The published articles as a folder of Markdown that any static site, or a reader, can use as it is."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path

from django.utils.text import slugify

from helpcenter.exporting import PICTURE_ID, LostPicture
from helpcenter.models import Picture, Translation
from helpcenter.named import name_of_article
from helpcenter.queries import Shelf, help_settings, published_texts, reading_order, shelves
from helpcenter.rules import Reach
from helpdesk.locales import name_of
from helpdesk.store import read

_LINK = re.compile(r"\[((?:[^\[\]\\]|\\.)*)\]\(article:(\d+)(#[^)\s]*)?\)")
_PICTURE = re.compile(r"(!\[(?:[^\[\]\\]|\\.)*\])\(picture:(\d+)\)")
_SPECIAL = re.compile(r"([\\`*_\[\]<>#|])")


@dataclass(frozen=True)
class Written:
    """How many texts went out, and what of them could not."""

    texts: int
    lost: list[LostPicture]


def write_folder(folder: Path, *, reach: Reach) -> Written:
    """Writes `<locale>/<section>/<id>-<title>.md` for every published text, with an `index.md` in each language, and
    `pictures/<id>.<kind>` for what they show. `folder` is new or empty. Raises FileExistsError when it is not, OSError
    when it cannot be written, StoreAway.
    """
    if folder.exists() and any(folder.iterdir()):
        raise FileExistsError(f"{folder} is not empty")
    settings = help_settings()
    texts = list(published_texts(reach).order_by("article__position", "article_id"))
    by_place = {(text.article_id, text.locale): text for text in texts}
    places: dict[int, Path] = {}
    for locale in sorted({text.locale for text in texts}):
        order = reading_order(locale, settings)
        roots = shelves(order, reach)
        own = [text for text in texts if text.locale == locale]
        places |= _places(own, roots, Path(locale))
        _write(folder / locale / "index.md", _index(own, roots, locale, places))
    pictures = _store_pictures(folder, texts)
    for text in texts:
        _write(folder / places[text.pk], _page(text, by_place, places, pictures, settings.default_locale))
    if texts:
        _write(folder / "index.md", _languages(texts))
    return Written(len(texts), _lost(texts, pictures))


def _places(texts: list[Translation], roots: list[Shelf], start: Path) -> dict[int, Path]:
    """Where the text of each id goes."""
    names = {}
    for shelf in _all(roots):
        name = slugify(shelf.name, allow_unicode=True)[:60].strip("-") or "section"
        names[shelf.section.pk] = f"{name}-{shelf.section.pk}"
    return {
        text.pk: start / names[text.article.section_id] / f"{text.article_id}-{text.slug}.md"
        for text in texts
    }


def _all(shelves_found: list[Shelf]) -> list[Shelf]:
    return [one for shelf in shelves_found for one in (shelf, *_all(shelf.below))]


def _index(texts: list[Translation], roots: list[Shelf], locale: str, places: dict[int, Path]) -> str:
    lines = [f"# {name_of(locale)}"]
    for shelf in _all(roots):
        here = [text for text in texts if text.article.section_id == shelf.section.pk]
        if here:
            links = [f"- [{_plain(text.title)}]({_from(places[text.pk], Path(locale))})" for text in here]
            lines += ["", f"## {_plain(shelf.name)}", "", *links]
    return "\n".join(lines)


def _languages(texts: list[Translation]) -> str:
    locales = dict.fromkeys(text.locale for text in texts)
    return "\n".join(f"- [{name_of(locale)}]({locale}/index.md)" for locale in locales)


def _store_pictures(folder: Path, texts: list[Translation]) -> dict[int, Path]:
    """Where the picture of each id went."""
    shown = Picture.objects.filter(texts__in=[text.pk for text in texts]).distinct()
    places = {}
    for picture in shown:
        place = Path("pictures") / f"{picture.pk}.{picture.media_type.removeprefix('image/')}"
        try:
            content = b"".join(read(str(picture.content.name)))
        except FileNotFoundError:
            continue
        (folder / place).parent.mkdir(parents=True, exist_ok=True)
        (folder / place).write_bytes(content)
        places[picture.pk] = place
    return places


def _lost(texts: list[Translation], places: dict[int, Path]) -> list[LostPicture]:
    """The pictures that a text shows and that lie nowhere in the folder."""
    shown: dict[int, list[str]] = {}
    for text in texts:
        for key in dict.fromkeys(map(int, PICTURE_ID.findall(text.body))):
            if key not in places:
                shown.setdefault(key, []).append(f"{name_of_article(text.article)} ({text.locale})")
    names = dict(Picture.objects.filter(pk__in=shown).values_list("pk", "name")) if shown else {}
    return [LostPicture(key, names.get(key, ""), shown_by) for key, shown_by in shown.items()]


def _page(
    text: Translation,
    by_place: dict[tuple[int, str], Translation],
    places: dict[int, Path],
    pictures: dict[int, Path],
    default: str,
) -> str:
    """Title, summary and text; links between articles lead to the file in the same language, else in
    another; one that leads to nothing here becomes plain text."""
    here = places[text.pk].parent

    def lead(link: re.Match[str]) -> str:
        article = int(link[2])
        found = next(
            (by_place[article, locale] for locale in (text.locale, default) if (article, locale) in by_place),
            next((one for (pk, _locale), one in by_place.items() if pk == article), None),
        )
        return f"[{link[1]}]({_from(places[found.pk], here)}{link[3] or ''})" if found else link[1]

    def show(picture: re.Match[str]) -> str:
        place = pictures.get(int(picture[2]))
        return f"{picture[1]}({_from(place, here)})" if place else picture[0]

    quoted = [f"> {text.summary}", ""] if text.summary else []
    body = _PICTURE.sub(show, _LINK.sub(lead, text.body))
    return "\n".join([f"# {_plain(text.title)}", "", *quoted, body])


def _from(place: Path, here: Path) -> str:
    return Path(os.path.relpath(place, here)).as_posix()


def _plain(line: str) -> str:
    """A line in which nothing is markup."""
    return _SPECIAL.sub(r"\\\1", line)


def _write(path: Path, content: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content.rstrip() + "\n", encoding="utf-8")
