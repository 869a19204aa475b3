"""What a page may load is told with each answer, and an answer may bring a stricter word of its own."""

from django.test import Client

from helpdesk.settings import CONTENT_SECURITY_POLICY
from tests.factories.cast import House

HEADER = "Content-Security-Policy"


def told(site: Client, path: str) -> set[str]:
    """The directives, in any order."""
    return set(site.get(path)[HEADER].split("; "))


def test_every_page_says_what_it_may_load(house: House, site: Client) -> None:
    wanted = {
        f"{name} {' '.join(sources)}" for name, sources in CONTENT_SECURITY_POLICY["DIRECTIVES"].items()
    }

    assert [told(site, path) for path in ("/en/", "/accounts/login/", "/nowhere/")] == [wanted] * 3
    assert {"default-src 'self'", "frame-ancestors 'none'", "form-action 'self'"} <= wanted


def test_a_changed_policy_is_told_at_once(house: House, site: Client, settings: object) -> None:
    told(site, "/en/")
    settings.CONTENT_SECURITY_POLICY = {"DIRECTIVES": {"default-src": ["'none'"]}}  # type: ignore[attr-defined]

    assert told(site, "/en/") == {"default-src 'none'"}
