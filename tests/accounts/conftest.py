"""What the tests of accounts share: whoever reads the mail that waits in the outbox."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from helpdesk.outbox.models import OutboxRow

PASSWORD = "demo-password"


def mails_to(email: str, topic: str = "") -> list[OutboxRow]:
    """What the current tenant wrote to `email`, oldest first."""
    rows = OutboxRow.objects.filter(to_address=email).order_by("pk")
    return list(rows.filter(topic=topic) if topic else rows)


def newest_code(email: str) -> str:
    """The code in the newest mail to `email`."""
    code: str = mails_to(email)[-1].secrets["code"]
    return code


def is_signed_in(browser: Client) -> bool:
    """Whether the profile opens."""
    return browser.get("/accounts/profile/").status_code == 200


def sign_in(browser: Client, email: str, password: str = PASSWORD, **more: str) -> Any:
    """Posts the sign-in form."""
    return browser.post("/accounts/login/", {"login": email, "password": password, **more})


@pytest.fixture
def fresh_browser() -> Callable[[str], Client]:
    """Another browser on a host."""
    return lambda host: Client(headers={"host": host})
