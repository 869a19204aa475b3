"""What the script that sends a form is told instead of being led on."""

import pytest
from django.test import Client

from tests.factories.cast import House

SENT = {"X-Sent-By": "page"}


@pytest.fixture
def site(house: House) -> Client:
    return Client(headers={"host": house.host})


@pytest.mark.parametrize(
    ("method", "headers", "status"),
    [("post", SENT, 201), ("post", {}, 303), ("post", {"X-Sent-By": "other"}, 303), ("get", SENT, 302)],
)
def test_only_a_post_that_a_page_sends_is_told_where_to_go(
    site: Client, method: str, headers: dict[str, str], status: int
) -> None:
    answer = getattr(site, method)("/tickets/ACME-1/reply/", headers=headers)

    assert answer.status_code == status
    assert answer.headers["Location"].startswith("/accounts/login/?next=")


def test_a_page_that_answers_itself_is_left_alone(site: Client) -> None:
    answer = site.post("/t/lost/", headers=SENT)

    assert answer.status_code == 422
    assert "Location" not in answer.headers
