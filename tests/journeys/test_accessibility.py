"""Every page of the running product, looked at as everybody meets it: axe, sideways scroll, headings, console.

All of it in all variants is a proof. In every run stands what the journeys of portal, accounts and desk leave out:
people, settings and tenants being kept, the mail catcher, and the Arabic tenant's pages full of the demo's data.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.http_browser import HttpBrowser
from tests.journeys.conftest import MATRIX, SHORT, Variant, Visitor, variants
from tests.journeys.main_job import action_of, ask, link_in
from tests.live import Live

pytestmark = [pytest.mark.xdist_group("live"), pytest.mark.timeout(900)]
LANGUAGES = {"ltr": "en", "rtl": "ar"}
SETUP = (
    "accounts/member",
    "accounts/team",
    "accounts/sender",
    "accounts/tenantsettings",
    "helpcenter/helpsettings",
    "helpcenter/incident",
    "helpcenter/section",
    "helpcenter/synonyms",
    "helpcenter/translation",
    "tickets/calendar",
    "tickets/category",
    "tickets/policy",
    "outbox/outboxrow",
)
KEPT_HERE = ("accounts/member", "accounts/tenantsettings")


@dataclass(frozen=True)
class Look:
    """A page as it stands after `then` was done on it."""

    path: str
    then: Callable[[Page], None] | None = None
    note: str = ""
    always: bool = False

    @property
    def name(self) -> str:
        """For the report."""
        return f"{self.path} {self.note}".strip()


def press(selector: str) -> Callable[[Page], None]:
    """Presses a button and waits until the page, or its successor, says what is wrong."""

    def act(page: Page) -> None:
        page.locator(selector).first.click()
        page.locator(".error-summary, .errornote").first.wait_for()

    return act


SEND = press("main form .form-actions button")
ENTRANCE = [
    Look("/"),
    Look("/contact/"),
    Look("/contact/videos/", always=True),
    Look("/contact/videos/upload-fails/"),
    Look("/contact/videos/upload-fails/", SEND, "sent empty"),
    Look("/contact/payouts/payout-late/", None, "needs an account"),
    Look("/suggested-articles/solved/"),
    Look("/t/lost/"),
    Look("/t/lost/", SEND, "sent empty"),
    Look("/t/no-such-link/"),
    Look("/no-such-page/", always=True),
    Look("/accounts/login/"),
    Look("/accounts/login/", SEND, "sent empty"),
    Look("/accounts/login/code/"),
    Look("/accounts/login/code/", SEND, "sent empty"),
    Look("/accounts/signup/"),
    Look("/accounts/signup/", SEND, "sent empty"),
    Look("/accounts/password/reset/"),
    Look("/accounts/password/reset/", SEND, "sent empty"),
    Look("/accounts/inactive/"),
    Look("/accounts/invitation/gone/"),
    Look("/styleguide/"),
]


def entrance(live: Live) -> list[Look]:
    """What somebody without an account meets, one request of theirs included."""
    asked = ask(live)
    reading = help_center(live)
    return [*ENTRANCE, *reading, Look(asked.sent.path), Look(link_in(live.mail(asked.email)))]


def help_center(live: Live) -> list[Look]:
    """A section, an article, a search that finds and one that does not, and what was told of an incident that is over."""
    links = live.browser("acme").get("/en/").page.links.values()
    kinds = (r"/en/sections/\d+/", r"/en/articles/\d+-[^/]+/")
    found = [next(url for url in links if re.fullmatch(kind, url)) for kind in kinds]
    searches = ["/en/search/?q=upload", "/en/search/?q=nothing-has-this-word"]
    return [*map(Look, [*found, *searches]), Look(incident_of(live, "acme"), always=True)]


def incident_of(live: Live, slug: str) -> str:
    """The address of the demo's incident."""
    (pk,) = live.rows("SELECT min(id) FROM helpcenter_incident", tenant=slug)[0]
    assert pk
    return f"/incidents/{pk}/"


def lengthen(live: Live) -> None:
    """Gives what people named themselves in the demo the lengths they can have: no blank to break at, or one letter."""
    for subject, place in (("W" * 120, 0), ("t", 1)):
        live.rows(
            "UPDATE tickets_ticket SET subject = %s WHERE id = (SELECT t.id FROM tickets_ticket t"
            " JOIN tickets_participant p ON p.ticket_id = t.id JOIN accounts_member m ON m.id = p.member_id"
            " WHERE m.email = 'customer@acme.example' AND t.status <> 'pending' ORDER BY t.updated_at DESC LIMIT 1 OFFSET %s)"
            " RETURNING id",
            [subject, place],
            tenant="acme",
        )
    asked = ask(live)
    live.rows(
        "UPDATE accounts_member SET name = %s, email = %s WHERE email = %s RETURNING id",
        ["W" * 120, asked.email.replace("@", f"{'w' * 50}@{'e' * 60}."), asked.email],
        tenant="acme",
    )


def portal(live: Live) -> list[Look]:
    """What a signed-in customer meets: a ticket in every status, and what goes wrong."""
    lengthen(live)
    return [
        Look("/"),
        Look("/tickets/"),
        Look("/tickets/?show=waiting"),
        Look("/tickets/?show=solved"),
        *(Look(f"/tickets/{number}/", None, status) for status, number in numbers_by_status(live).items()),
        Look(f"/tickets/{numbers_by_status(live)['open']}/", SEND, "replied nothing"),
        Look("/tickets/ACME-1000/", None, "a wrong digit"),
        Look("/contact/payouts/payout-late/"),
        Look("/accounts/profile/"),
        Look("/accounts/confirm/"),
        Look("/accounts/second-factor/"),
        Look("/accounts/second-factor/app/"),
        Look("/accounts/second-factor/app/", SEND, "sent empty"),
        Look("/accounts/passkeys/add/"),
        Look("/accounts/password/change/"),
        Look("/accounts/password/change/", SEND, "sent empty"),
        Look("/admin/", None, "refused"),
    ]


def desk(live: Live) -> list[Look]:
    """What an admin of the tenant meets in the desk: queue, workspaces, every page of the setup."""
    lengthen(live)
    admin = live.signed_in("admin@acme.example")
    tickets = ids_by_status(live)
    looks = [
        Look("/admin/tickets/ticket/"),
        Look("/admin/tickets/ticket/?view=mine"),
        Look("/admin/tickets/ticket/?status=solved"),
        Look("/admin/tickets/ticket/?q=payout"),
        Look("/admin/tickets/ticket/?q=nothing-has-this-word"),
        Look("/admin/tickets/ticket/?q=ACME-1000", None, "a wrong digit"),
        *(Look(f"/admin/tickets/ticket/{pk}/change/", None, status) for status, pk in tickets.items()),
        Look(f"/admin/tickets/ticket/{tickets['open']}/change/?mode=internal"),
        Look(
            f"/admin/tickets/ticket/{tickets['open']}/change/",
            press(".composer-public button.button-primary"),
            "empty",
        ),
        Look(f"/admin/tickets/ticket/{tickets['open']}/route/"),
        Look(f"/admin/tickets/ticket/{tickets['open']}/articles/"),
        Look(f"/admin/tickets/ticket/{tickets['open']}/articles/?find=upload"),
        Look("/admin/dashboard/", always=True),
        Look("/admin/dashboard/people/"),
        Look("/admin/helpcenter/translation/todo/"),
        Look("/admin/helpcenter/translation/links/?q=upload&locale=en", always=True),
        Look("/admin/helpcenter/translation/links/?q=nothing-has-this-word"),
        Look("/admin/accounts/"),
        Look("/admin/nothing-here/"),
    ]
    for model in SETUP:
        looks += pages_of_model(admin, f"/admin/{model}/", always=model in KEPT_HERE)
    return looks


def platform(live: Live) -> list[Look]:
    """What an operator meets on the bare domain, the mail catcher included."""
    operator = live.signed_in("operator@platform.example")
    live.mail(ask(live).email)
    caught = operator.get("/mail/").page.links.values()
    mail = next(url for url in caught if re.fullmatch(r"/mail/[^/]+/", url))
    looks = [Look(path, always=True) for path in ("/", "/mail/", mail, "/admin/")]
    looks += [Look("/accounts/profile/"), Look("/no-such-page/")]
    looks += pages_of_model(operator, "/admin/accounts/tenant/", always=True)
    looks += pages_of_model(operator, "/admin/accounts/member/", always=False)
    return looks


PERSONS: dict[str, tuple[str, str, Callable[[Live], list[Look]]]] = {
    "visitor": ("acme", "", entrance),
    "customer": ("acme", "customer@acme.example", portal),
    "admin": ("acme", "admin@acme.example", desk),
    "operator": ("", "operator@platform.example", platform),
    "agent of globex": ("globex", "agent@globex.example", lambda live: []),
}


@pytest.mark.parametrize("variant", SHORT, ids=str)
@pytest.mark.parametrize("person", ["visitor", "admin", "operator"])
def test_pages_of_the_demo_are_accessible_and_fit(
    live: Live, browser: Browser, person: str, variant: Variant
) -> None:
    _slug, _email, pages = PERSONS[person]
    looks = [look for look in pages(live) if look.always]

    assert problems_of(live, browser, person, variant, looks) == {}
    assert looks


@pytest.mark.proof
@pytest.mark.parametrize("variant", MATRIX, ids=str)
@pytest.mark.parametrize("person", ["visitor", "customer", "admin", "operator"])
def test_every_page_is_accessible_and_fits(
    live: Live, browser: Browser, person: str, variant: Variant
) -> None:
    _slug, _email, pages = PERSONS[person]
    looks = pages(live)

    assert problems_of(live, browser, person, variant, looks) == {}
    assert len(looks) > 8


def problems_of(
    live: Live, browser: Browser, person: str, variant: Variant, looks: list[Look]
) -> dict[str, list[str]]:
    """What is wrong with which page."""
    slug, email, _pages = PERSONS[person]
    context = context_of(live, browser, slug, email, variant)
    visitor = Visitor(context, context.new_page(), live.url(slug, ""), measures_all=variant not in SHORT)
    watch(visitor)
    found = {look.name: problems for look in looks if (problems := look_at(visitor, look))}
    context.close()
    return found


@pytest.mark.parametrize("variant", variants())
def test_the_arabic_tenant_is_accessible_and_fits(live: Live, browser: Browser, variant: Variant) -> None:
    pk = live.rows(
        "SELECT max(t.id) FROM tickets_ticket t JOIN accounts_teammembership USING (team_id)"
        " JOIN accounts_member m ON m.id = member_id WHERE m.email = %s AND t.status = 'open'",
        ["agent@globex.example"],
        tenant="globex",
    )[0][0]
    paths = [
        "/",
        incident_of(live, "globex"),
        "/contact/orders/pickup/",
        "/admin/",
        f"/admin/tickets/ticket/{pk}/change/",
    ]

    assert problems_of(live, browser, "agent of globex", variant, [Look(path) for path in paths]) == {}


def look_at(visitor: Visitor, look: Look) -> list[str]:
    """What is wrong with one page."""
    visitor.complaints.clear()
    page = visitor.open(look.path)
    if look.then:
        look.then(page)
    problems = visitor.axe()
    if scroll := visitor.sideways_scroll():
        problems.append(f"scrolls sideways by {scroll} pixels")
    for tag in ("h1", "main"):
        if (count := page.locator(tag).count()) != 1:
            problems.append(f"{count} of <{tag}>")
    problems += [f"small target: {item}" for item in visitor.small_targets()]
    # The browser notes each page that is not 200 in the console.
    return problems + [
        said for said in visitor.complaints if "server responded with a status of 4" not in said
    ]


def context_of(live: Live, browser: Browser, slug: str, email: str, variant: Variant) -> BrowserContext:
    """A browser of the person in the variant's size, colours and direction."""
    context = browser.new_context(
        viewport={"width": variant.width, "height": 900}, color_scheme=variant.theme, reduced_motion="reduce"
    )
    cookies = {"language": LANGUAGES[variant.direction]}
    if email:
        cookies["session"] = live.signed_in(email).cookies["session"]
    origin = live.url(slug, "")
    context.add_cookies([{"name": name, "value": value, "url": origin} for name, value in cookies.items()])
    return context


def watch(visitor: Visitor) -> None:
    """Keeps what the console says."""
    visitor.page.on(
        "console",
        lambda said: visitor.complaints.append(said.text) if said.type in {"error", "warning"} else None,
    )
    visitor.page.on("pageerror", lambda error: visitor.complaints.append(str(error)))


def pages_of_model(browser: HttpBrowser, path: str, *, always: bool) -> Iterator[Look]:
    """The list of a model of the admin, its empty form, the form with its errors, one thing and its history."""
    listed = browser.get(path)
    if listed.status_code != 200:
        return
    yield Look(path, always=always)
    if browser.get(f"{path}add/").status_code == 200:
        yield Look(f"{path}add/")
        yield Look(f"{path}add/", press("[name=_save]"), "saved empty", always=always)
    things = [url for url in listed.page.links.values() if re.fullmatch(rf"{path}\d+/change/(\?.*)?", url)]
    own = [] if things or "/change/" not in listed.path else [listed.path]
    for url in [*things, *own][:1]:
        yield Look(url, always=always)
        yield Look(url.partition("change/")[0] + "history/")


def ids_by_status(live: Live) -> dict[str, int]:
    """A ticket of the demo in each status."""
    return dict(live.rows("SELECT status, min(id) FROM tickets_ticket GROUP BY status", tenant="acme"))


def numbers_by_status(live: Live) -> dict[str, str]:
    """The customer's tickets, one in each status they have; a new one that is open."""
    member, agent = live.signed_in("customer@acme.example"), live.signed_in("agent@acme.example")
    topic = "/contact/videos/upload-fails/"
    sent = member.submit(member.get(topic), topic, {"subject": "A page to look at", "body": "It stops."})
    assert sent.path.startswith("/contact/sent/"), sent.page.text
    number = re.search(r"ACME-\d+", sent.page.text)
    assert number
    shown = agent.get(f"/admin/tickets/ticket/?q={number[0]}")
    agent.send(
        shown, action_of(shown, "reply"), {"body": "Which app?\n\nhttps://example.org/", "status": "open"}
    )
    question = (
        "SELECT t.status, min(t.number) FROM tickets_ticket t JOIN tickets_participant p ON p.ticket_id = t.id"
        " JOIN accounts_member m ON m.id = p.member_id WHERE m.email = 'customer@acme.example' GROUP BY t.status"
    )
    return dict(live.rows(question, tenant="acme")) | {"open": number[0]}
