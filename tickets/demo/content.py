"""What the demo says: read from `content/<slug>.json`, written for it."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "content"
SLUGS = ("acme", "globex")


@dataclass(frozen=True)
class Turn:
    """One contribution to a thread: `side` is customer, desk or note; `files` are names of pictures and logs."""

    side: str
    text: str
    files: tuple[str, ...] = ()


@dataclass(frozen=True)
class Thread:
    """A talk that happens, with other names and numbers, to several customers."""

    category: str
    subject: str
    priority: int
    turns: tuple[Turn, ...]


@dataclass(frozen=True)
class Content:
    """Everything one demo tenant is made of; see the files for the shape of each part."""

    tenant: dict[str, Any]
    senders: list[dict[str, Any]]
    teams: list[dict[str, str]]
    staff: list[dict[str, Any]]
    customers: list[dict[str, str]]
    calendar: dict[str, Any]
    categories: list[dict[str, Any]]
    fillings: dict[str, list[str]]
    threads: list[Thread]
    lately: list[Thread]  # what people write about since a few days only
    words: dict[str, dict[str, dict[str, list[str]]]]  # of a category, by its path, then by language
    technical: list[str]  # paths of categories
    prompts: dict[str, list[dict[str, Any]]]  # what a category asks, by its path
    tags: dict[str, list[str]]  # what the desk puts on tickets of a category, by its path
    answers: dict[str, list[dict[str, str]]]  # what customers answered there
    ratings: dict[str, list[str]]  # what customers say with each score; some say nothing


def read_content(slug: str) -> Content:
    """The content of one demo tenant. Raises KeyError or TypeError where a file lacks a part."""
    raw = json.loads((FOLDER / f"{slug}.json").read_text(encoding="utf-8"))
    threads, lately = (list(map(_thread, raw.pop(part))) for part in ("threads", "lately"))
    words = json.loads((FOLDER / f"{slug}.words.json").read_text(encoding="utf-8"))
    prompts = json.loads((FOLDER / f"{slug}.prompts.json").read_text(encoding="utf-8"))
    labels = json.loads((FOLDER / f"{slug}.labels.json").read_text(encoding="utf-8"))
    return Content(threads=threads, lately=lately, **raw, **words, prompts=prompts, **labels)


def _thread(raw: dict[str, Any]) -> Thread:
    turns = (Turn(turn["side"], turn["text"], tuple(turn.get("files", ()))) for turn in raw["turns"])
    return Thread(raw["category"], raw["subject"], raw.get("priority", 2), tuple(turns))
