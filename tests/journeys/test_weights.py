"""What a page weighs on the wire, headers included, from the running product into an empty cache (and a full one)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.live import Live

pytestmark = pytest.mark.xdist_group("live")
KB = 1000
SMALL = (".svg", ".png")  # a sprite of icons is smaller than a packet or two; pictures are compressed already
CUSTOMER, AGENT = "customer@acme.example", "agent@acme.example"


@dataclass(frozen=True)
class Budget:
    """The most that a kind of page may cost: kilobytes and requests, the first time it is opened."""

    kilobytes: int
    requests: int


HOME, PORTAL, DESK = Budget(40, 6), Budget(65, 7), Budget(95, 8)
# name → (address, or the links that lead to it from another; who; what it may cost)
PAGES: dict[str, tuple[tuple[str, ...], str, Budget]] = {
    "home": (("/",), "", HOME),
    "topics": (("/contact/",), "", PORTAL),
    "form": (("/contact/videos/upload-fails/",), "", PORTAL),
    "sign-in": (("/accounts/login/",), "", PORTAL),
    "support tickets": (("/tickets/",), CUSTOMER, PORTAL),
    "ticket": (("/tickets/", r"/tickets/[A-Z]+-\d+/"), CUSTOMER, PORTAL),
    "queue": (("/admin/tickets/ticket/",), AGENT, DESK),
    "dashboard": (("/admin/dashboard/",), "lead@acme.example", Budget(85, 7)),
    "workspace": (("/admin/tickets/ticket/", r"/admin/tickets/ticket/\d+/change/"), AGENT, DESK),
}


@dataclass
class Load:
    """What one opening of the page brought: (address, bytes on the wire) of all that came over the network."""

    page: str = ""
    came: list[tuple[str, int]] = field(default_factory=list)
    uncompressed: list[str] = field(default_factory=list)  # above a few packets it would show

    @property
    def total(self) -> int:
        return sum(size for _url, size in self.came)

    @property
    def beside_the_page(self) -> int:
        """Without the HTML itself, which may come after a picture that the browser asked for once the last page stood."""
        return sum(size for url, size in self.came if url != self.page)


class Scales:
    """Weighs every answer that comes to a page over the network; what the cache gives weighs nothing."""

    def __init__(self, page: Page) -> None:
        self.page, self.load, self.asked = page, Load(), dict[str, str]()
        wire = page.context.new_cdp_session(page)
        wire.send("Network.enable")
        wire.on("Network.requestWillBeSent", self._ask)
        wire.on("Network.requestServedFromCache", self._leave_out)
        wire.on("Network.responseReceived", self._look)
        wire.on("Network.loadingFinished", self._come)

    def weigh(self, address: str) -> Load:
        """Opens `address` and waits until nothing more comes."""
        self.load = Load()
        self.page.goto(address, wait_until="networkidle")
        self.load.page = self.page.url  # where it led, when it led on
        return self.load

    def _ask(self, event: dict[str, Any]) -> None:
        self.asked[event["requestId"]] = event["request"]["url"]

    def _leave_out(self, event: dict[str, Any]) -> None:
        self.asked.pop(event["requestId"], None)

    def _look(self, event: dict[str, Any]) -> None:
        names = {name.lower() for name in event["response"]["headers"]}
        if "content-encoding" not in names:
            self.load.uncompressed.append(event["response"]["url"])

    def _come(self, event: dict[str, Any]) -> None:
        url, size = self.asked.pop(event["requestId"], ""), int(event["encodedDataLength"])
        if url.startswith("http") and size:
            self.load.came.append((url, size))


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A browser that has seen nothing yet."""
    context = browser.new_context(locale="en-GB")
    yield context
    context.close()


@pytest.mark.parametrize("name", PAGES)
def test_page_keeps_its_budget_and_comes_again_as_html_only(
    live: Live, context: BrowserContext, name: str
) -> None:
    way, who, budget = PAGES[name]
    address = live.url("acme", found(live, context, way, who))
    scales = Scales(context.new_page())

    cold = scales.weigh(address)
    again = scales.weigh(address)

    assert cold.total <= budget.kilobytes * KB, cold.came
    assert len(cold.came) <= budget.requests, cold.came
    assert [url for url in cold.uncompressed if not url.endswith(SMALL) and not url.startswith("data:")] == []
    assert again.beside_the_page <= 2 * KB, again.came


def found(live: Live, context: BrowserContext, way: tuple[str, ...], who: str) -> str:
    """The path at the end of the way, and the context signed in."""
    person = live.signed_in(who) if who else live.browser("acme")
    context.add_cookies(
        [{"name": name, "value": value, "url": live.url("acme")} for name, value in person.cookies.items()]
    )
    path = way[0]
    for pattern in way[1:]:
        path = re.findall(f'href="({pattern})"', person.get(path).text)[0]
    return path
