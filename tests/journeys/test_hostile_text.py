"""Hostile text in every box a guest can fill, looked at in a real browser by the agent and by a member: text, and only that."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from helpdesk.typed_text import clean_line, clean_text, without_overrides
from tests.corpora.folder import BODY_LIMIT, TITLE_LIMIT, corpus
from tests.http_browser import HttpBrowser
from tests.live import Live

pytestmark = [pytest.mark.xdist_group("live"), pytest.mark.timeout(1500)]
TOPIC = "/contact/videos/upload-fails/"
NAME_LIMIT = 120
# What must not stand inside the page's content, whatever was typed.
ACTIVE = """() => [...document.querySelectorAll('main *')].flatMap((node) => {
  if (node.matches('script[type=module][src^="/static/js/"]') && !node.textContent) return [];
  const told = [...node.attributes]
    .filter((it) => /^on/i.test(it.name) || (/^(href|src|action|formaction|xlink:href|srcdoc)$/i.test(it.name)
      && /^\\s*(javascript|data|vbscript):/i.test(it.value)) || it.name === 'style')
    .map((it) => `${node.tagName} ${it.name}=${it.value}`);
  return /^(script|iframe|object|embed|base|meta|link|math|video|audio|marquee)$/i.test(node.tagName)
    ? [...told, node.tagName] : told; })"""


def payloads() -> list[str]:
    """Markup attacks and awkward strings, in one list."""
    attacks = json.loads(corpus("xss", "payloads.json").read_text())
    strings = json.loads(corpus("strings", "strings.json").read_text())
    return [case["payload"] for case in attacks] + [case["string"] for case in strings]


@pytest.fixture
def agent(live: Live, browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(
        bypass_csp=True
    )  # the text alone must be harmless, without the policy's help
    session = live.signed_in("agent@acme.example").cookies["session"]
    context.add_cookies([{"name": "session", "value": session, "url": live.url("acme", "")}])
    yield context
    context.close()


@pytest.mark.parametrize(
    "step", [pytest.param(60, id="sample"), pytest.param(1, id="all", marks=pytest.mark.proof)]
)
def test_hostile_text_is_only_text(live: Live, agent: BrowserContext, step: int) -> None:
    page, alarms = watched(live, agent)
    member = live.signed_in("customer@acme.example")

    faults: dict[str, list[str]] = {}
    for index, payload in enumerate(payloads()[::step]):
        number = submit(live.browser("acme"), payload, email=f"hostile-{index}@hostile.example")
        own = submit(member, payload)
        page.goto(live.url("acme", f"/admin/tickets/ticket/?q={number}"))
        problems = [*page.evaluate(ACTIVE), *alarms, *unlike(page, payload)]
        as_member = member.get(f"/tickets/{own}/")
        page.set_content(as_member.text, wait_until="domcontentloaded")
        problems += [*page.evaluate(ACTIVE), *alarms, *unlike(page, payload)]
        alarms.clear()
        if problems:
            faults[payload] = problems
    page.goto(live.url("acme", "/admin/tickets/ticket/?q=hostile-0@hostile.example"))
    assert page.evaluate(ACTIVE) == []
    page.goto(live.url("acme", "/admin/tickets/ticket/?q=customer@acme.example"))

    assert page.evaluate(ACTIVE) == []
    assert alarms == []
    assert faults == {}


def submit(browser: HttpBrowser, payload: str, *, email: str = "") -> str:
    """Puts the text into every box, and a file under it; the number."""
    values = {"subject": f"t {payload}"[:TITLE_LIMIT], "body": f"t {payload}"[:BODY_LIMIT]}
    if email:
        values |= {"email": email, "name": payload[:NAME_LIMIT]}
    answer = browser.submit(browser.get(TOPIC), TOPIC, values, [("files", payload[:100] or "x", b"a file")])
    assert answer.status_code == 200, (payload, answer.page.text[:500])
    found = re.search(r"ACME-\d+", answer.page.text)
    assert found, payload
    return found[0]


def watched(live: Live, context: BrowserContext) -> tuple[Page, list[str]]:
    """A page, and a list that fills with dialogs, faults of scripts and requests to other hosts."""
    alarms: list[str] = []
    page = context.new_page()

    def dismiss(dialog) -> None:  # type: ignore[no-untyped-def]
        alarms.append(f"dialog {dialog.message}")
        dialog.dismiss()

    page.on("dialog", dismiss)
    page.on("pageerror", lambda error: alarms.append(f"script {error}"))
    own = (live.url("acme", ""), "about:", "data:text/html")
    page.on(
        "request", lambda sent: None if sent.url.startswith(own) else alarms.append(f"request {sent.url}")
    )
    return page, alarms


def unlike(page: Page, payload: str) -> list[str]:
    """How title and text on the page differ from what was typed; blanks do not count."""
    wanted = {
        "h1": clean_line(f"t {payload}"[:TITLE_LIMIT]),
        ".message-body": clean_text(f"t {payload}"[:BODY_LIMIT]),
    }
    seen = {where: page.locator(where).first.text_content() or "" for where in wanted}
    return [
        f"{where}: {seen[where]!r} is not {text!r}"
        for where, text in wanted.items()
        if squeezed(text) not in squeezed(seen[where])
    ]


def squeezed(text: str) -> str:
    """The text without blanks and without what turns directions, which the portal takes out."""
    return "".join(without_overrides(text).split())
