"""What a stranger with a clock learns, and how cookies are bound to one host."""

from __future__ import annotations

import os
import re
import statistics
import subprocess
import sys
import time
from typing import Any

import pytest
from django.contrib.auth.hashers import make_password
from django.test import Client

from accounts.models import Member
from tests.factories.cast import House, make_guest, make_member
from tests.queries import counted_queries

ARGON2 = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
ROUNDS = 15


@pytest.mark.proof
def test_a_wrong_password_takes_the_same_time_for_members_guests_and_strangers(
    house: House, settings: Any
) -> None:
    settings.PASSWORD_HASHERS = ARGON2
    settings.ACCOUNT_RATE_LIMITS = {}
    settings.SIGN_IN_POSTS_PER_MINUTE = 10_000
    member = make_member("known@acme.example")
    Member.objects.filter(pk=member.pk).update(password=make_password("demo-password"))
    guest = make_guest("guest@acme.example", locale="en")
    took: dict[str, list[float]] = {member.email: [], guest.email: [], "nobody@acme.example": []}

    for _round in range(ROUNDS):
        for email, times in took.items():
            browser = Client(headers={"host": house.host})
            begun = time.process_time()
            browser.post("/accounts/login/", {"login": email, "password": "wrong-password"})
            times.append(time.process_time() - begun)

    medians = {email: statistics.median(times) for email, times in took.items()}
    assert max(medians.values()) - min(medians.values()) < 0.010, medians


def test_cookies_are_bound_to_one_host_where_the_address_is_https() -> None:
    script = (
        "from django.conf import settings as s;"
        "print(s.SESSION_COOKIE_NAME, s.CSRF_COOKIE_NAME, s.KNOWN_COOKIE_NAME,"
        " s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE, s.SESSION_COOKIE_DOMAIN, s.SESSION_COOKIE_PATH,"
        " s.SESSION_COOKIE_HTTPONLY, s.SESSION_COOKIE_SAMESITE)"
    )
    variables = {**os.environ, "PUBLIC_ORIGIN": "https://desk.example", "BASE_DOMAIN": "desk.example"}

    said = subprocess.run(
        [sys.executable, "-c", script], env=variables, capture_output=True, text=True, check=True
    ).stdout

    assert said == "__Host-session __Host-csrf __Host-known True True None / True Lax\n"


DOORS: dict[str, tuple[str, dict[str, str]]] = {
    "code": ("/accounts/login/code/", {}),
    "sign-in with a code": ("/accounts/login/", {"login": "", "by": "code", "password": ""}),
    "reset": ("/accounts/password/reset/", {}),
    "sign-up": ("/accounts/signup/", {"name": "Ana", "password1": "three old green boats"}),
}
# Each costs about a third of a millisecond; what a stranger may not see is ten (threat G11).
FEW = 3


@pytest.mark.parametrize("door", DOORS)
def test_a_mailed_code_answers_alike_and_works_alike_for_known_and_unknown_addresses(
    house: House, settings: Any, door: str
) -> None:
    settings.ACCOUNT_RATE_LIMITS = {}
    path, fields = DOORS[door]
    known, guest = make_member("known@acme.example").email, make_guest("guest@acme.example").email
    _ask_for_code(house, path, fields, "first@acme.example")  # fills what the process remembers

    told = {
        email: _ask_for_code(house, path, fields, email) for email in (known, guest, "nobody@acme.example")
    }

    answers = {email: answer for email, (answer, _cost) in told.items()}
    costs = {email: cost for email, (_answer, cost) in told.items()}
    assert answers[guest] == answers["nobody@acme.example"] == answers[known]
    assert max(costs.values()) - min(costs.values()) <= FEW, costs


def _ask_for_code(
    house: House, path: str, fields: dict[str, str], email: str
) -> tuple[tuple[int, str, str], int]:
    """Status, next address and page that a stranger sees, and how many statements it took until then."""
    browser = Client(headers={"host": house.host})
    browser.get(path)
    with counted_queries() as found:
        answer = browser.post(path, {**fields, "login" if "login" in fields else "email": email})
    page = browser.get(answer["Location"]).content.decode()
    text = re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", page).replace(email, "ADDRESS")
    return (answer.status_code, answer["Location"], text), len(found)
