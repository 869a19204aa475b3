"""Links as evidence: only addresses on the web, shown as they are."""

import pytest
from django.forms import ValidationError

from helpdesk.web_links import LinksField


@pytest.mark.parametrize(
    ("typed", "links"),
    [
        ("", []),
        (" \n ", []),
        ("https://example.com/a?b=c#d", ["https://example.com/a?b=c#d"]),
        ("http://example.com", ["http://example.com"]),
        ("example.com/video", ["https://example.com/video"]),
        (
            "https://a.example\nhttps://b.example  https://a.example",
            ["https://a.example", "https://b.example"],
        ),
        ("https://مثال.example/صفحة", ["https://مثال.example/صفحة"]),
        ("https://[2001:db8::1]:8443/x", ["https://[2001:db8::1]:8443/x"]),
        ("https://192.0.2.7/x", ["https://192.0.2.7/x"]),
    ],
)
def test_addresses_on_the_web_are_taken(typed: str, links: list[str]) -> None:
    assert LinksField().clean(typed) == links


@pytest.mark.parametrize(
    "typed",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)//example.com",
        "data:text/html,<script>alert(1)</script>",
        "vbscript:x",
        "file:///etc/passwd",
        "ftp://example.com/x",
        "mailto:ana@example.com",
        "https://",
        "https:///path",
        "//",
        "word",
        "https://ana:secret@example.com/",
        "https://example.com@evil.example/",
        "https://exa\u202emple.com/",
        "https://[::1",
        "https://example.com:99999/",
        "https://example.com:x/",
        "\x01https://example.com",
    ],
)
def test_anything_else_is_named(typed: str) -> None:
    with pytest.raises(ValidationError) as refusal:
        LinksField().clean(typed)

    assert "is not an address on the web" in refusal.value.messages[0]


def test_there_may_be_five() -> None:
    with pytest.raises(ValidationError, match=r"up to 5 links\. You gave 6"):
        LinksField().clean(" ".join(f"{letter}.example" for letter in "abcdef"))


def test_a_very_long_one_is_cut_in_what_is_said() -> None:
    with pytest.raises(ValidationError) as refusal:
        LinksField().clean("https://example.com/" + "x" * 3000)

    assert len(refusal.value.messages[0]) < 120


def test_what_was_kept_comes_back_as_lines() -> None:
    assert (
        LinksField().prepare_value(["https://a.example", "https://b.example"])
        == "https://a.example\nhttps://b.example"
    )
