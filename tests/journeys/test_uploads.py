"""Files in a real browser against the running product: up while one writes, over broken lines, and without script."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from typing import Any

import pytest
from playwright.sync_api import Browser, CDPSession, FilePayload, Page, Route, expect

from tests.journeys.conftest import WIDE, Variant, Visitor, pass_time_until, variants
from tests.live import Live

pytestmark = pytest.mark.xdist_group("live")

Arrive = Callable[..., Visitor]
FORM = "/contact/videos/upload-fails/"
MEGABYTE = 2**20
LISTEN = """() => { window.said = []; window.percents = [];
  for (const id of ["say", "alert"]) new MutationObserver(() => {
    const text = document.getElementById(id).textContent; if (text) said.push(text);
  }).observe(document.getElementById(id), { childList: true });
  setInterval(() => { const bar = document.querySelector("progress:not([hidden])"); if (bar) percents.push(bar.value); }, 20); }"""
GIVE = """([how, files]) => {
  const carried = new DataTransfer();
  for (const file of files) carried.items.add(new File([file.text], file.name, { type: file.type }));
  const about = { bubbles: true, cancelable: true };
  const target = document.querySelector("[name=subject]");
  if (how === "paste") return target.dispatchEvent(new ClipboardEvent("paste", { ...about, clipboardData: carried }));
  for (const kind of ["dragenter", "dragover", "drop"]) {
    if (kind === "drop") window.framed = !document.querySelector("[data-part=frame]").hidden;
    document.querySelector("h1").dispatchEvent(new DragEvent(kind, { ...about, dataTransfer: carried }));
  } }"""


@pytest.fixture
def arrive(browser: Browser, live: Live) -> Iterator[Arrive]:
    """Opens the form of a request in a new browser, and listens to what is said."""
    opened = []

    def go(variant: Variant = WIDE, **options: Any) -> Visitor:
        context = browser.new_context(
            viewport={"width": variant.width, "height": 900}, color_scheme=variant.theme, **options
        )
        opened.append(context)
        visitor = Visitor(context, context.new_page(), live.url("acme", ""))
        visitor.page.on("pageerror", lambda error: visitor.complaints.append(str(error)))
        visitor.open(FORM)
        if options.get("java_script_enabled", True):
            visitor.page.evaluate(LISTEN)
        return visitor

    yield go
    for context in opened:
        context.close()


def test_chosen_dropped_and_pasted_files_arrive_with_the_request(arrive: Arrive, live: Live) -> None:
    page = arrive().page

    choose(page, some("chosen.bin", 3 * MEGABYTE))
    give(page, "drop", {"name": "سجل.txt", "type": "text/plain", "text": "line"})
    give(page, "paste", {"name": "image.png", "type": "image/png", "text": "not really"})
    expect(ready(page)).to_have_count(3)
    shown = names(page)
    page.fill("[name=subject]", "Three files")
    send(page)

    screenshot = re.fullmatch(r"screenshot-\d{4}-\d\d-\d\d-\d{4}\.png", shown[2])
    assert screenshot is not None
    assert shown[:2] == ["chosen.bin", "سجل.txt"]
    assert sorted(kept(live, "Three files")) == sorted(shown)
    assert kept(live, "Three files")["chosen.bin"] == digest("chosen.bin", 3 * MEGABYTE)


def test_a_drop_anywhere_is_framed_and_nothing_is_lost_before_the_script_came(arrive: Arrive) -> None:
    page = arrive().page

    give(page, "drop", {"name": "first.txt", "type": "text/plain", "text": "before the script came"})
    expect(ready(page)).to_have_count(1)
    give(page, "drop", {"name": "second.txt", "type": "text/plain", "text": "line"})

    expect(ready(page)).to_have_count(2)
    assert page.evaluate("framed") is True
    expect(page.locator("[data-part=frame]")).to_be_hidden()


def test_cancelling_one_leaves_the_others_and_moves_the_focus_on(arrive: Arrive, live: Live) -> None:
    page = arrive().page
    line = slow(page, 300_000)

    choose(page, some("first.bin", 4 * MEGABYTE), some("second.txt", 2000))
    page.get_by_role("button", name="Cancel first.bin").click()

    expect(page.locator(".file")).to_have_count(1)
    assert "second.txt" in page.evaluate("document.activeElement.textContent")
    slow(page, 0, line)
    expect(ready(page)).to_have_count(1)
    page.get_by_role("button", name="Remove second.txt").press("Enter")
    expect(page.locator(".file")).to_have_count(0)
    assert page.evaluate("document.activeElement.type") == "file"
    wait_until(page, "said.at(-1) === 'Removed: second.txt.'")


def test_a_fault_of_the_server_is_tried_again_by_itself_and_then_by_hand(arrive: Arrive) -> None:
    page = arrive().page
    page.clock.install()  # its waits between two tries are passed over
    faults = Faults(page, times=2)

    choose(page, some("late.bin", 5000))
    pass_time_until(ready(page))
    faults.times = 100
    choose(page, some("later.bin", 5000))
    pass_time_until(
        page.locator(".file-failed", has_text="“later.bin” wasn’t uploaded: the connection broke.")
    )
    faults.times = 0
    page.get_by_role("button", name="Try again later.bin").click()

    expect(ready(page)).to_have_count(2)


def test_a_file_that_found_no_way_goes_with_the_form(arrive: Arrive, live: Live) -> None:
    page = arrive().page
    page.route("**/uploads/", lambda route: route.fulfill(status=429, json={"detail": "Too many."}))

    choose(page, some("by-the-form.txt", 5000))
    expect(page.locator(".file-failed")).to_be_visible()
    page.fill("[name=subject]", "No way but the form")
    send(page)

    assert list(kept(live, "No way but the form")) == ["by-the-form.txt"]


def test_offline_in_the_middle_waits_and_goes_on_where_it_stopped(arrive: Arrive, live: Live) -> None:
    visitor = arrive()
    page = visitor.page
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.method))
    line = slow(page, 2_000_000)

    choose(page, some("long.bin", 7 * MEGABYTE))
    wait_until(page, "percents.some((percent) => percent > 40)")
    visitor.context.set_offline(True)
    expect(page.locator(".file", has_text="Waiting for connection")).to_be_visible()
    asked.clear()
    visitor.context.set_offline(False)
    slow(page, 0, line)
    expect(ready(page)).to_have_count(1, timeout=15_000)
    page.fill("[name=subject]", "Came back")
    send(page)

    percents = page.evaluate("window.percents ?? []")
    assert "HEAD" in asked
    assert asked.count("PATCH") <= 3
    assert percents == sorted(percents)
    assert kept(live, "Came back") == {"long.bin": digest("long.bin", 7 * MEGABYTE)}


def test_an_upload_of_a_page_that_was_left_goes_on_when_the_file_is_chosen_again(
    arrive: Arrive, live: Live, tmp_path: Path
) -> None:
    visitor = arrive()
    page = visitor.page
    page.on("dialog", lambda dialog: dialog.accept())
    [file] = on_disk(tmp_path, some("left.bin", 7 * MEGABYTE))
    line = slow(page, 2_000_000)
    choose(page, file)
    wait_until(page, "percents.some((percent) => percent > 60)")
    visitor.open("/contact/")
    slow(page, 0, line)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.method))

    visitor.open(FORM)
    expect(page.locator(".file")).to_contain_text("Stopped at")
    found = visitor.axe()
    choose(page, file)
    expect(ready(page)).to_have_count(1)
    expect(page.locator(".file")).to_have_count(1)
    page.fill("[name=subject]", "Left and back")
    send(page)

    assert found == []
    assert "HEAD" in asked
    assert asked.count("PATCH") <= 3
    assert kept(live, "Left and back") == {"left.bin": digest("left.bin", 7 * MEGABYTE)}


def test_progress_only_grows_and_is_told_at_the_start_half_way_and_the_end(arrive: Arrive) -> None:
    page = arrive().page
    slow(page, 3_000_000)

    choose(page, some("clip.bin", 5 * MEGABYTE))
    expect(ready(page)).to_have_count(1, timeout=15_000)
    page.wait_for_timeout(100)

    percents = page.evaluate("percents")
    assert percents == sorted(percents)
    assert len(set(percents)) > 4
    assert page.evaluate("said") == [
        "Upload started: clip.bin.",
        "Half of the upload is done.",
        "Uploaded: clip.bin.",
    ]


def test_what_is_refused_says_why_and_the_others_go_on(arrive: Arrive, tmp_path: Path) -> None:
    page = arrive().page

    files = [some("empty.txt", 0), bomb("bomb.gz"), some("large.bin", 26 * MEGABYTE), some("fine.txt", 10)]

    choose(page, *on_disk(tmp_path, *files))

    expect(ready(page)).to_have_count(1, timeout=15_000)
    expect(page.locator(".file-failed")).to_have_count(3, timeout=15_000)
    expect(page.locator(".file-reason:visible")).to_have_text(
        [
            "“empty.txt” is empty. Choose another file.",
            "“bomb.gz” unpacks to far more than its size. Send the files in it one by one.",
            "“large.bin” is larger than 25.0\xa0MB. Choose a smaller file.",
        ]
    )
    expect(page.get_by_role("button", name="Try again")).to_have_count(0)
    assert page.evaluate("said.length") <= 4


def test_the_eleventh_file_is_told_the_limit(arrive: Arrive) -> None:
    page = arrive().page

    choose(page, *(some(f"{number}.txt", 10) for number in range(11)))

    expect(ready(page)).to_have_count(10, timeout=20_000)
    expect(page.locator(".file-failed")).to_contain_text(
        "You can attach up to 10 files. Remove one to add another."
    )
    expect(page.locator(".file-failed .file-name")).to_have_text("10.txt")


def test_a_request_that_is_sent_too_early_waits_for_its_files(arrive: Arrive, live: Live) -> None:
    page = arrive().page
    line = slow(page, 300_000)
    choose(page, some("slow.bin", 3 * MEGABYTE))
    page.fill("[name=subject]", "Sent too early")
    fill_in(page)

    page.locator("form.form .button-primary").click()
    expect(page.locator("[data-part=hold]")).to_contain_text("Your files are still uploading.")
    expect(page.locator("[data-part=hold]")).to_be_visible()
    slow(page, 0, line)

    finish(page)
    assert list(kept(live, "Sent too early")) == ["slow.bin"]


def test_without_script_files_are_kept_over_an_error_and_can_be_removed(arrive: Arrive, live: Live) -> None:
    page = arrive(java_script_enabled=False).page

    choose(page, some("one.txt", 100), some("two.txt", 100))
    page.get_by_role("button", name="Upload files").click()
    expect(page.locator(".file .tag-ok")).to_have_count(2)
    page.get_by_role("button", name="Remove one.txt").click()
    choose(page, some("three.txt", 100))
    page.locator("form.form .button-primary").click()
    expect(page.get_by_role("heading", name="There is a problem")).to_be_visible()
    page.fill("[name=subject]", "Without script")
    send(page)

    assert sorted(kept(live, "Without script")) == ["three.txt", "two.txt"]


def test_when_the_script_does_not_come_the_file_box_sends(arrive: Arrive, live: Live) -> None:
    visitor = arrive()
    visitor.context.route("**/uploader*.js", lambda route: route.abort())
    page = visitor.open(FORM)

    choose(page, some("plain.txt", 100))
    page.fill("[name=subject]", "No uploader")
    send(page)

    assert list(kept(live, "No uploader")) == ["plain.txt"]


def test_files_are_chosen_and_removed_with_the_keyboard_alone(arrive: Arrive) -> None:
    page = arrive().page
    # The browser is told in time that it will be asked for files.
    page.on("filechooser", lambda _chooser: None)
    page.focus("[name=subject]")

    press_until(page, "document.activeElement.type === 'file'")
    with page.expect_file_chooser() as chooser:
        page.keyboard.press("Enter")
    chooser.value.set_files([some("a.txt", 10), some("b.txt", 10)])
    expect(ready(page)).to_have_count(2)
    press_until(page, "document.activeElement.name === 'remove'")
    page.keyboard.press("Enter")

    expect(page.locator(".file")).to_have_count(1)
    assert page.evaluate("document.activeElement.textContent.trim()") == "Remove b.txt"


@pytest.mark.parametrize("variant", variants())
def test_every_state_is_accessible_and_fits(arrive: Arrive, variant: Variant) -> None:
    visitor = arrive(variant, locale="ar" if variant.direction == "rtl" else "en")
    page = visitor.page
    line = slow(page, 0)

    choose(page, some("a-long-name-without-any-blank-in-it-of-a-recording.bin", 10), some("empty.txt", 0))
    expect(ready(page)).to_have_count(1)
    slow(page, 100_000, line)
    choose(page, *(some(f"{number}.bin", MEGABYTE) for number in range(4)))
    wait_until(page, "document.querySelectorAll('progress:not([hidden])').length === 4")

    assert page.locator("html").get_attribute("dir") == variant.direction
    assert visitor.axe() == []
    assert visitor.small_targets() == []
    assert visitor.sideways_scroll() == 0
    assert visitor.complaints == []


@pytest.mark.proof
def test_the_largest_file_comes_through_on_a_slow_line(arrive: Arrive, live: Live, tmp_path: Path) -> None:
    page = arrive().page
    slow(page, 1_000_000)

    choose(page, *on_disk(tmp_path, some("largest.bin", 25 * MEGABYTE)))
    expect(ready(page)).to_have_count(1, timeout=90_000)
    percents, said = page.evaluate("[percents, said]")
    page.fill("[name=subject]", "The largest")
    send(page)

    assert percents == sorted(percents)
    assert len(set(percents)) > 50
    assert len(said) <= 4
    assert kept(live, "The largest") == {"largest.bin": digest("largest.bin", 25 * MEGABYTE)}


class Faults:
    """Answers the next `times` pieces with a fault of the server."""

    def __init__(self, page: Page, *, times: int) -> None:
        self.times = times
        page.route("**/uploads/*/", self.answer)

    def answer(self, route: Route) -> None:
        if route.request.method != "PATCH" or self.times <= 0:
            return route.fallback()
        self.times -= 1
        return route.fulfill(status=503)


def some(name: str, size: int) -> FilePayload:
    """A file of `size` bytes that no reader takes for anything; the same for the same name."""
    return {"name": name, "mimeType": "", "buffer": Random(name).randbytes(size)}


def digest(name: str, size: int) -> str:
    return hashlib.sha256(some(name, size)["buffer"]).hexdigest()


def bomb(name: str) -> FilePayload:
    """A gzip file that says of itself that four gigabytes come out of it."""
    return {"name": name, "mimeType": "application/gzip", "buffer": b"\x1f\x8b" + bytes(200) + b"\xff" * 4}


def choose(page: Page, *files: FilePayload | Path) -> None:
    page.set_input_files("[name=files]", list(files))  # type: ignore[arg-type]  # all of one kind


def on_disk(folder: Path, *files: FilePayload) -> list[Path]:
    """The same in a folder: large ones take long through Playwright's own pipe."""
    for file in files:
        (folder / file["name"]).write_bytes(file["buffer"])
    return [folder / file["name"] for file in files]


def give(page: Page, how: str, *files: dict[str, str]) -> None:
    page.evaluate(GIVE, [how, list(files)])


def ready(page: Page) -> Any:
    return page.locator(".file .tag-ok:visible")


def names(page: Page) -> list[str]:
    return page.locator(".file-name").all_inner_texts()


def slow(page: Page, bytes_per_second: int, line: CDPSession | None = None) -> CDPSession:
    """A line that sends so much; 0 lifts it. Conditions belong to the session that set them."""
    line = line or page.context.new_cdp_session(page)
    speed = bytes_per_second or -1
    line.send(
        "Network.emulateNetworkConditions",
        {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": speed},
    )
    return line


def wait_until(page: Page, holds: str) -> None:
    """Waits until `holds`; the page's policy lets Playwright's own waiting evaluate nothing."""
    for _try in range(300):
        if page.evaluate(holds):
            return
        page.wait_for_timeout(50)
    raise AssertionError(f"It never came to {holds}")


def press_until(page: Page, holds: str) -> None:
    for _key in range(30):
        page.keyboard.press("Tab")
        if page.evaluate(holds):
            return
    raise AssertionError(f"Tab never led to {holds}")


def fill_in(page: Page) -> None:
    page.fill("[name=body]", "See the files.")
    page.fill("[name=email]", "ana@elsewhere.example")


def send(page: Page) -> None:
    fill_in(page)
    page.locator("form.form .button-primary").click()
    finish(page)


def finish(page: Page) -> None:
    page.wait_for_url(re.compile(r"/contact/(sent|check)/"))
    if "/check/" in page.url:
        page.locator("form.form .button-primary").click()
    page.wait_for_url("**/contact/sent/**")


def kept(live: Live, subject: str) -> dict[str, str]:
    """The files of the ticket with that subject, and what their content adds up to."""
    question = """SELECT file.name, file.sha256 FROM tickets_attachment file
        JOIN tickets_message message ON message.id = file.message_id
        WHERE message.ticket_id = (SELECT max(id) FROM tickets_ticket WHERE subject = %s)"""
    return dict(live.rows(question, [subject], tenant="acme"))
