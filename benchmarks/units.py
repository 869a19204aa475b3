"""What is measured: each unit is everything that a person waits for."""

import itertools
import re
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from benchmarks.client import Browser, fields
from benchmarks.files import File, picture, recording
from tickets.load.words import COMMON_WORD, RARE_WORD, SPREAD_WORD

PASSWORD = "demo-password"
HOST = "acme.localhost"
TEXT = "The picture stops after a minute and the sound goes on. " * 18  # one kilobyte
SUBMIT = "submit, guest"
SEARCH = "/tickets/?q=picture"
QUEUE = "/admin/tickets/ticket/"
DESK_READS = {  # pages of the desk's lists: the first one, a narrowed one, and what is searched for in them
    "desk: queue": QUEUE,
    "desk: queue, highest priority first": f"{QUEUE}?sort=priority",
    "desk: queue, high, newest first": f"{QUEUE}?priority=3&sort=newest",
    "desk: queue, unassigned": f"{QUEUE}?view=unassigned",
    "desk: queue, only new ones": f"{QUEUE}?status=new",
    "desk: queue, a language nobody writes": f"{QUEUE}?language=ar&sort=updated",
    "desk: queue, waiting for reply": f"{QUEUE}?view=waiting",
    "desk: search, common word": f"{QUEUE}?q={COMMON_WORD}",
    "desk: search, rare word": f"{QUEUE}?q={RARE_WORD}",
    "desk: search, a word thirty have": f"{QUEUE}?q={SPREAD_WORD}",
    "desk: search, a common word and that one": f"{QUEUE}?q={COMMON_WORD}+{SPREAD_WORD}",
}
FIND = "/en/search/?q=upload+stoped"  # with a typo, as people ask
SUGGEST = "/api/v1/articles/search/?q=my+upload+st&locale=en&limit=6"
DEMO_TICKETS = 180  # that the tenant has before any are added
MESSAGES = 20  # on the page of a ticket
PAGE, ROWS, STORE = "bare: a page", "bare: 25 rows", "bare: form and stored row"
Step = Callable[[Browser], None]


@dataclass(frozen=True)
class Unit:
    """A name, whose browser it takes (empty: a guest's), and what to do once."""

    name: str
    email: str
    do: Step
    beside: str  # the bare view it is told as a ratio to
    has_file: bool = False
    is_heavy: bool = False  # once a round, by one client: it fills the disk


class Product:
    """The addresses of one size of the tenant, found as a person finds them."""

    def __init__(self, browser: Callable[[str], Browser]) -> None:
        """`browser` opens that of a person by the address; without one, a guest's."""
        guest, agent, customer = (browser(email) for email in ("", AGENT, CUSTOMER))
        self.topic = _topic(guest)
        self.article = article_in(guest.get("/en/"))
        self.own, self.desk = _own_and_desk(customer, agent)
        talk(customer, self.own)
        queue = agent.get(QUEUE)
        self.turns = itertools.cycle(re.findall(r'href="(/admin/tickets/ticket/\d+/change/)', queue))
        for one in (guest, agent, customer):
            one.close()

    def units(self) -> list[Unit]:
        """Every unit of the product, the cheapest first."""
        return [
            Unit("home page, guest", "", lambda browser: _read(browser, "/en/"), PAGE),
            Unit("article, guest", "", lambda browser: _read(browser, self.article), PAGE),
            Unit("search of articles, guest", "", lambda browser: _read(browser, FIND), ROWS),
            Unit("suggested articles, guest", "", lambda browser: _read(browser, SUGGEST), ROWS),
            Unit(SUBMIT, "", self._submit, STORE),
            Unit(f"{SUBMIT}, 200 KB picture", "", self._submit_picture, STORE, has_file=True),
            Unit(
                f"{SUBMIT}, 25 MB recording", "", self._submit_recording, STORE, has_file=True, is_heavy=True
            ),
            Unit("customer's list", CUSTOMER, lambda browser: _read(browser, "/tickets/"), ROWS),
            Unit("customer's search", CUSTOMER, lambda browser: _read(browser, SEARCH), ROWS),
            Unit("customer's ticket page", CUSTOMER, lambda browser: _read(browser, self.own), ROWS),
            *(Unit(name, AGENT, partial(_read, path=path), ROWS) for name, path in DESK_READS.items()),
            Unit("desk: workspace", AGENT, lambda browser: _read(browser, self.desk), ROWS),
            Unit("desk: open and reply", AGENT, self._reply, STORE),
        ]

    def _submit_picture(self, browser: Browser) -> None:
        self._submit(browser, picture())

    def _submit_recording(self, browser: Browser) -> None:
        self._submit(browser, recording())

    def _submit(self, browser: Browser, file: File | None = None) -> None:
        """Four requests: the form, Continue, the summary, Send."""
        mark = uuid.uuid4().hex
        form = fields(browser.get(self.topic), self.topic)
        answers = {
            "subject": f"Picture stops {mark[:8]}",
            "body": TEXT,
            "email": f"{mark}@load.example",
            "name": "Ana",
        }
        summary = browser.post(self.topic, form | answers | {"impact": "2"}, file)
        browser.post(summary, fields(browser.get(summary), summary))

    def _reply(self, browser: Browser) -> None:
        """Each time to the next ticket of the queue's first page, so that none grows long."""
        address = next(self.turns)
        action = address.replace("/change/", "/reply/")
        form = fields(browser.get(address), action)
        browser.post(action, form | {"body": TEXT, "status": "open"})


def browser_of(port: int, email: str) -> Browser:
    """The browser of that person at the server of `port`, signed in; without an address, a guest's."""
    browser = Browser(HOST, port)
    return browser.sign_in(email, PASSWORD) if email else browser


AGENT, CUSTOMER = "agent@acme.example", "customer@acme.example"


def units_of_product(browser: Callable[[str], Browser]) -> list[Unit]:
    """Every unit of the product that `browser` leads to (see `Product`)."""
    return Product(browser).units()


def bare_units() -> list[Unit]:
    """The bare views, on their own server."""
    return [
        Unit(PAGE, "", lambda browser: _read(browser, "/"), PAGE),
        Unit(ROWS, "", lambda browser: _read(browser, "/rows/"), ROWS),
        Unit(STORE, "", _store, STORE),
    ]


def _own_and_desk(customer: Browser, agent: Browser) -> tuple[str, str]:
    """The addresses of one ticket for its customer and at the desk: the first of theirs that the agent's teams have."""
    for own in re.findall(r'href="(/tickets/[A-Z]+-\d+/)', customer.get("/tickets/")):
        found = agent.leads_to(f"{QUEUE}?q={own.split('/')[2]}")
        if found:
            return own, found.partition("?")[0]
    raise RuntimeError("No ticket of the customer lies with a team of the agent.")


def article_in(page: str) -> str:
    """The first article that a page leads to."""
    return re.findall(r'href="(/en/articles/[^"]+)"', page)[0]


def talk(customer: Browser, own: str) -> None:
    """Writes until so many messages stand on the page of the ticket."""
    page = customer.get(own)
    for _message in range(MESSAGES - page.count('<article class="message')):
        form = fields(customer.get(own), f"{own}reply/")
        customer.post(f"{own}reply/", form | {"body": TEXT})


def _store(browser: Browser) -> None:
    form = fields(browser.get("/store/"), "/store/")
    browser.post("/store/", form | {"subject": "Picture stops", "body": TEXT})


def _read(browser: Browser, path: str) -> None:
    browser.get(path)


def _topic(guest: Browser) -> str:
    """The first topic a guest can write under."""
    for path in re.findall(r'href="(/contact/[^"]+/)"', guest.get("/contact/")):
        if 'name="body"' in guest.get(path):
            return path
    raise RuntimeError("No topic is open to guests.")
