"""What tests of second steps need: an app that shows codes, and a tenant whose team needs a second step."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import time
from typing import Any

from allauth.mfa.models import Authenticator
from django.test import Client

from accounts.models import Member, TenantSettings
from accounts.ways import Ways, ways_of


def require_second_factor() -> None:
    """The current tenant asks its team for a second step from now on."""
    TenantSettings.objects.update(second_factor_required=True)


def app_code(secret: str, *, steps: int = 0) -> str:
    """What an authenticator app shows, `steps` of 30 seconds from now (RFC 6238)."""
    counter = int(time.time()) // 30 + steps
    digest = hmac.new(base64.b32decode(secret), counter.to_bytes(8, "big"), hashlib.sha1).digest()
    at = digest[-1] & 15
    return f"{(int.from_bytes(digest[at : at + 4], 'big') & 0x7FFFFFFF) % 10**6:06}"


def secret_on(answer: Any) -> str:
    """The key that the page of a new app shows."""
    found = re.search(r'data-copy="([A-Z2-7]+)"', answer.content.decode())
    assert found
    return found.group(1)


def set_up_app(browser: Client) -> str:
    """Sets an app up as the person who is signed in in this browser; its secret."""
    secret = secret_on(browser.get("/accounts/second-factor/app/"))
    answer = browser.post("/accounts/second-factor/app/", {"code": app_code(secret)})
    assert answer.status_code == 303
    return secret


def codes_on(answer: Any) -> list[str]:
    """The recovery codes that the page shows."""
    return re.findall(r"<code dir=\"ltr\">(\d{5} \d{5})</code>", answer.content.decode())


def ways(member: Member) -> Ways:
    """What the person has set up now."""
    return ways_of(member)


def stored_texts(member: Member) -> str:
    """Everything the database holds about the person's second steps."""
    return str(list(Authenticator.objects.filter(user=member).values_list("data", flat=True)))
