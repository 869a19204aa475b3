"""What a stranger with a clock learns, and how cookies are bound to one host."""

from __future__ import annotations

import os
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
