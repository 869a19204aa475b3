"""A real browser for the journeys: one Chromium a session, a new context a test, axe at hand."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import product
from typing import Any, Literal
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.db import connection
from playwright.sync_api import Browser, BrowserContext, Locator, Page, sync_playwright
from pytest_django.live_server_helper import LiveServer

from accounts.addresses import forget_tenants
from accounts.hosts import forget_hosts
from helpdesk.dev.boot import browser_program
from helpdesk.dev.processes import wait_until
from helpdesk.dev.throwaway import quick_folder
from tests.factories.cast import House, make_house

CHROMIUM = os.environ.get("CHROMIUM") or browser_program()
FLAGS = [
    "--no-sandbox",
    # There is no graphics card: drawing as if there were one costs a fifth of what the journeys take.
    *("--disable-gpu", "--disable-gpu-compositing", "--disable-gpu-rasterization"),
    "--disable-software-rasterizer",
    # Pages live for seconds: what the compiler would win by looking at a script for long is thrown away with them.
    "--js-flags=--no-opt",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
AXE = Axe()
AXE_MARKED = Axe(
    f"{AXE.axe_script};axe.configure({{rules: [{{id: 'color-contrast', selector: '[data-measured]'}}]}})"
)
LOOKS: set[str] = set()  # whose contrast was measured in this run

Theme = Literal["light", "dark"]
Direction = Literal["ltr", "rtl"]


@dataclass(frozen=True)
class Variant:
    """One cell of the matrix that every page is looked at in."""

    width: int
    theme: Theme
    direction: Direction

    def __str__(self) -> str:
        return f"{self.width}-{self.theme}-{self.direction}"


WIDE, NARROW = SHORT = Variant(1280, "light", "ltr"), Variant(320, "dark", "rtl")
THEMES: tuple[Theme, ...] = ("light", "dark")
DIRECTIONS: tuple[Direction, ...] = ("ltr", "rtl")
MATRIX = [Variant(*cell) for cell in product((1280, 320), THEMES, DIRECTIONS)]


def variants() -> list[Any]:
    """The matrix for `parametrize`: two opposite corners always, the rest as proof."""
    marks = {variant: () if variant in SHORT else (pytest.mark.proof,) for variant in MATRIX}
    return [pytest.param(variant, id=str(variant), marks=mark) for variant, mark in marks.items()]


@dataclass
class Visitor:
    """One person's browser: opens pages and keeps what the console complained about."""

    context: BrowserContext
    page: Page
    origin: str
    complaints: list[str] = field(default_factory=list)
    measures_all: bool = False

    def open(self, path: str) -> Page:
        """Goes to `path` of the site, waits until it stands still, and hands the page over."""
        self.page.goto(self.origin + path, wait_until="load")
        return self.page

    def settled(self) -> Page:
        """The page once it is loaded: a click may have led to one that is still empty."""
        self.page.wait_for_load_state("load")
        return self.page

    def axe(self) -> list[str]:
        """What axe finds on the page as it stands, one line a violation and element.

        Contrast is half of the work, and it follows from the colours, what they stand on and the size of the text: each
        combination is measured where this run meets it first; a visitor who `measures_all`, wherever it stands.
        """
        # Telling all that is right takes longest, then reading the style sheets (for how long sounds play: there are none)
        # and finding a selector for each element. What stands in frames is a mail, closed to every script.
        options = {
            "runOnly": RULES, "resultTypes": ["violations"], "iframes": False, "preload": False, "selectors": False
        }  # fmt: skip
        page = self.settled()
        if not self.measures_all:
            LOOKS.update(page.evaluate(MARK_NEW_LOOKS, list(LOOKS)))
        axe = AXE if self.measures_all else AXE_MARKED
        found = axe.run(page, options=options).response["violations"]
        return [f"{item['id']}: {node['html'][:200]}" for item in found for node in item["nodes"]]

    def sideways_scroll(self) -> int:
        """By how many CSS pixels the page is wider than the window."""
        width: int = self.settled().evaluate("document.documentElement.scrollWidth - window.innerWidth")
        return max(0, width)

    def small_targets(self) -> list[str]:
        """Links, buttons and fields outside running text that are smaller than 24 by 24 CSS pixels, and text in a box so
        narrow that its letters stand one below the other.
        """
        found: list[str] = self.settled().evaluate(SMALL_TARGETS)
        return found


# Marks the first text of each look that is not known yet, and returns the new looks. What axe may pass over (hidden, cut
# off, switched off, without a letter) stands for nothing else and is marked always. What floats is a look of its own.
MARK_NEW_LOOKS = """(known) => {
  const looks = new Set(known), found = [], grounds = new Map();
  const ground = (item) => {
    if (!item) return '';
    if (!grounds.has(item)) {
      const { backgroundColor, backgroundImage, opacity, position, filter } = getComputedStyle(item);
      const floats = ['absolute', 'fixed', 'sticky'].includes(position) ? item.className : '';
      const own = [backgroundColor, backgroundImage, opacity, filter, floats].join('|');
      const plain = own === 'rgba(0, 0, 0, 0)|none|1|none|';
      grounds.set(item, ground(item.parentElement) + (plain ? '' : `/${own}`));
    }
    return grounds.get(item);
  };
  const stands = (item) => {
    const box = item.getBoundingClientRect();
    return box.width > 1 && box.height > 1 && item.checkVisibility({ visibilityProperty: true, opacityProperty: true })
      && !item.closest(':disabled, [aria-disabled=true]') && !item.closest('label')?.control?.disabled
      && /[\\p{L}\\p{N}]{2}/u.test(item.textContent);
  };
  for (const item of document.body.querySelectorAll('*')) {
    const hasText = [...item.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
    if (!hasText && !item.matches('input, select, textarea')) continue;
    const { color, fontSize, fontWeight, textShadow } = getComputedStyle(item);
    const look = [color, fontSize, fontWeight, textShadow, ground(item)].join(';');
    if (hasText && stands(item)) {
      if (looks.has(look)) continue;
      looks.add(look);
      found.push(look);
    }
    item.dataset.measured = '';
  }
  return found;
}"""
SMALL_TARGETS = """() => [...document.querySelectorAll('a, button, input:not([type=hidden]), select, summary')]
  .filter((item) => item.checkVisibility()) // what is folded away has no size that says anything
  .filter((item) => !item.closest('p, dd, .article-body :is(li, td), .mail-text, .visually-hidden, .skip-link'))
  .filter((item) => { const box = (item.closest('label') ?? item).getBoundingClientRect();
    return box.width > 1 && box.height > 1 && (box.width < 24 || box.height < 24); })
  .concat([...document.querySelectorAll('td, dd, dt, li, p, bdi, time')].filter((item) => {
    const box = item.getBoundingClientRect();
    return box.width > 1 && box.width < 24 && box.height > 60 && item.textContent.trim().length > 3; }))
  .map((item) => item.outerHTML.slice(0, 120))"""


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for all journeys of this process."""
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"  # Playwright keeps an event loop in the thread of the tests
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=CHROMIUM,
            args=FLAGS,
            # Playwright spares small containers; where there is room, what its processes share need not be a file.
            ignore_default_args=["--disable-dev-shm-usage"] if quick_folder() else None,
        )
        yield chromium
        chromium.close()


@pytest.fixture
def live_house(transactional_db: None) -> Iterator[House]:
    """A tenant that other connections see too; its rows are flushed after the test."""
    house = make_house("acme")
    forget_hosts()
    forget_tenants()
    yield house
    # A page that was left may still be saving: flushing under it would end in a deadlock.
    assert wait_until(_nobody_asks_the_database, seconds=20)


def _nobody_asks_the_database() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
            " AND pid <> pg_backend_pid() AND state <> 'idle' AND usename = current_user"
        )
        return bool(cursor.fetchone()[0] == 0)


@pytest.fixture
def live_site(live_house: House, live_server: LiveServer) -> str:
    """The origin of that tenant on a server in a thread of this process."""
    return f"http://{live_house.host}:{urlsplit(live_server.url).port}"


@pytest.fixture
def visit(browser: Browser, live_site: str) -> Iterator[Any]:
    """Makes visitors of the site: `visit(variant)` or `visit(java_script_enabled=False)`."""
    contexts: list[BrowserContext] = []

    def arrive(variant: Variant = WIDE, **options: Any) -> Visitor:
        context = browser.new_context(
            viewport={"width": variant.width, "height": 900}, color_scheme=variant.theme, **options
        )
        contexts.append(context)
        visitor = Visitor(context, context.new_page(), live_site, measures_all=variant not in SHORT)
        visitor.page.on("console", lambda said: _keep(visitor, said.type, said.text))
        visitor.page.on("pageerror", lambda error: visitor.complaints.append(str(error)))
        return visitor

    yield arrive
    for context in contexts:
        context.close()


def _keep(visitor: Visitor, kind: str, text: str) -> None:
    if kind in {"error", "warning"}:
        visitor.complaints.append(text)


def pass_time_until(place: Locator) -> None:
    """Lets seconds pass on a page with a clock of its own until `place` is to be seen."""
    for _turn in range(200):
        if place.is_visible():
            return
        place.page.clock.run_for(500)
        place.page.wait_for_timeout(50)
    raise AssertionError(f"It never came to {place}")
