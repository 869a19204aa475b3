"""Many guests submit at once, and try again until they are answered, while somebody kills parts of the product."""

from __future__ import annotations

import contextlib
import http.client
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from threading import Lock

from tests.http_browser import Answer, HttpBrowser, Upload
from tests.live import Live

TOPIC = "/contact/videos/upload-fails/"
ADDRESS = "storm.example"
PATIENCE_SECONDS = 120.0


@dataclass
class Submission:
    """One guest's request and the answers it got."""

    index: int
    with_file: bool
    twice: bool
    key: str = ""
    answers: list[str] = field(default_factory=list)  # the address of each confirmation
    tries: int = 0

    @property
    def email(self) -> str:
        """Everybody has an address of their own."""
        return f"guest-{self.index}@{ADDRESS}"

    @property
    def files(self) -> list[Upload]:
        """Every fifth brings one."""
        content = f"Log of guest {self.index}\n".encode() * 200
        return [("files", f"log-{self.index}.txt", content)] if self.with_file else []


@dataclass
class Killer:
    """Does the next harm after every so many answers."""

    harms: Sequence[Callable[[], None]]
    every: int
    answered: int = 0
    done: list[str] = field(default_factory=list)
    lock: Lock = field(default_factory=Lock)

    def count(self) -> None:
        """One more was answered."""
        with self.lock:
            self.answered += 1
            if self.answered % self.every == 0 and self.answered // self.every <= len(self.harms):
                harm = self.harms[self.answered // self.every - 1]
                harm()
                self.done.append(getattr(harm, "__name__", "harm"))


def make_submissions(count: int) -> list[Submission]:
    """Every fifth with a file, every twentieth sent twice on purpose."""
    return [Submission(i, with_file=i % 5 == 0, twice=i % 20 == 10) for i in range(count)]


def harms_of(live: Live, rounds: int) -> list[Callable[[], None]]:
    """kill -9 of worker, web, broker and database in turn; the broker comes back empty."""

    def kill_worker() -> None:
        live.kill("worker")

    def kill_web() -> None:
        live.kill("web")

    def kill_database() -> None:
        live.kill("PostgreSQL")

    return [kill_worker, kill_web, live.kill_and_empty_valkey, kill_database] * rounds


def send_all(live: Live, submissions: Sequence[Submission], killer: Killer, *, writers: int = 8) -> None:
    """Sends them all, `writers` at a time; returns when each was answered."""
    with ThreadPoolExecutor(writers) as pool:
        for done in pool.map(lambda submission: send(live, submission, killer), submissions):
            assert done


def send_until_cut(live: Live, numbers: Iterator[int], answered: list[str]) -> None:
    """One impatient guest after the other, until nobody answers; the keys of what was go into `answered`."""
    with contextlib.suppress(OSError, http.client.HTTPException):
        while True:
            submission = Submission(next(numbers), with_file=True, twice=False)
            browser = live.browser("acme", timeout=20)
            shown = browser.get(TOPIC)
            if shown.status_code >= 500:  # the database was first
                return
            values = shown.page.form(TOPIC).values
            values |= {"subject": "Power cut", "body": "It went dark.", "email": submission.email}
            post(browser, values, submission.files)
            answered.append(values["key"])


def send(live: Live, submission: Submission, killer: Killer) -> bool:
    """One guest opens the form and sends it until it is answered; some press twice."""
    browser = live.browser("acme", timeout=20)
    shown = persist(submission, lambda: browser.get(TOPIC))
    values = shown.page.form(TOPIC).values
    submission.key = values["key"]
    values |= {
        "subject": f"Storm {submission.index}",
        "body": f"Upload {submission.index} stops.",
        "email": submission.email,
    }
    for _press in range(1 + submission.twice):
        answer = persist(submission, lambda: post(browser, values, submission.files))
        submission.answers.append(answer.headers["Location"])
    killer.count()
    return True


def post(browser: HttpBrowser, values: dict[str, str], files: Sequence[Upload]) -> Answer:
    """The form and its summary, sent once; anything but the way to the confirmation is a failure."""
    checked = browser.post(TOPIC, values, files, follow=False)
    summary = checked.headers["Location"] or ""
    if checked.status_code != 303:
        raise ConnectionError(f"{checked.status_code}: {checked.text[:300]}")
    if "/contact/sent/" in summary:  # in a try that was never answered
        return checked
    shown = browser.get(summary, follow=False)
    if shown.status_code == 303:
        return shown
    if shown.status_code != 200:
        raise ConnectionError(f"{shown.status_code}: {shown.text[:300]}")
    answer = browser.send(shown, summary, {}, follow=False)
    if answer.status_code != 303:
        raise ConnectionError(f"{answer.status_code}: {answer.text[:300]}")
    return answer


def persist(submission: Submission, attempt: Callable[[], Answer]) -> Answer:
    """Tries until it works, as a patient person does."""
    end = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            submission.tries += 1
            answer = attempt()
            if answer.status_code < 500:
                return answer
        except (OSError, http.client.HTTPException):
            if time.monotonic() > end:
                raise
        time.sleep(0.4)


def key_of(address: str) -> uuid.UUID:
    """The form's key in the address of its confirmation."""
    return uuid.UUID(address.rstrip("/").rpartition("/")[2])
