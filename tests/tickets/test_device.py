"""A device is told as people know it, and hostile headers stay text."""

import time
import unicodedata

import pytest

from tickets.device import VALUE_LIMIT, device_of

CHROME = "(KHTML, like Gecko) Chrome/126.0.0.0"
BRANDS = '"Not/A)Brand";v="8", "Chromium";v="126", "Google Chrome";v="126"'


@pytest.mark.parametrize(
    ("agent", "hints", "told"),
    [
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1",
            {},
            {"device": "iPhone", "os": "iOS 17.5", "browser": "Safari 17.5"},
        ),
        (
            "Mozilla/5.0 (iPad; CPU OS 16_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/120.0 Mobile/15E148 Safari/604.1",
            {},
            {"device": "iPad", "os": "iPadOS 16.1", "browser": "Chrome 120"},
        ),
        (
            "Mozilla/5.0 (Linux; Android 14; Pixel 8 Build/UD1A) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/108.0.0.0 Mobile Safari/537.36",
            {},
            {"device": "Pixel 8", "os": "Android 14", "browser": "Chrome 108"},
        ),
        (
            f"Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 {CHROME} Mobile Safari/537.36",
            {},
            {"device": "Android phone", "os": "Android", "browser": "Chrome 126"},
        ),
        (
            f"Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 {CHROME} Mobile Safari/537.36",
            {"Sec-CH-UA-Model": '"Pixel 8"', "Sec-CH-UA-Platform-Version": '"16.0.0"', "Sec-CH-UA": BRANDS},
            {"device": "Pixel 8", "os": "Android 16", "browser": "Chrome 126"},
        ),
        (
            "Mozilla/5.0 (Linux; Android 13; SM-X700) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/25.0 Chrome/121.0.0.0 Safari/537.36",
            {},
            {"device": "SM-X700", "os": "Android 13", "browser": "Samsung Internet 25"},
        ),
        (
            "Mozilla/5.0 (Android 14; Mobile; rv:127.0) Gecko/127.0 Firefox/127.0",
            {},
            {"device": "Android phone", "os": "Android 14", "browser": "Firefox 127"},
        ),
        (
            f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 {CHROME} Safari/537.36 Edg/126.0.0.0",
            {"Sec-CH-UA-Platform-Version": '"15.0.0"'},
            {"device": "Computer", "os": "Windows 11", "browser": "Edge 126"},
        ),
        (
            "Mozilla/5.0 (Windows NT 6.1; Win64; x64; rv:115.0) Gecko/20100101 Firefox/115.0",
            {},
            {"device": "Computer", "os": "Windows 7", "browser": "Firefox 115"},
        ),
        (
            f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 {CHROME} Safari/537.36",
            {"sec-ch-ua": '"Brave";v="126", "Chromium";v="126"'},
            {"device": "Computer", "os": "Windows", "browser": "Brave 126"},
        ),
        (
            "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Safari/605.1.15",
            {},
            {"device": "Mac", "os": "macOS", "browser": "Safari 17.5"},
        ),
        (
            f"Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 {CHROME} Safari/537.36",
            {},
            {"device": "Computer", "os": "Linux", "browser": "Chrome 126"},
        ),
        ("curl/8.5.0", {}, {}),
        ("", {}, {}),
        ("", {"Sec-CH-UA-Platform": '"Haiku"', "Sec-CH-UA-Mobile": "?1"}, {"device": "Phone", "os": "Haiku"}),
    ],
)
def test_a_device_is_told_in_words_people_know(
    agent: str, hints: dict[str, str], told: dict[str, str]
) -> None:
    assert device_of({"User-Agent": agent, **hints}) == told


def test_no_header_tells_nothing() -> None:
    assert device_of({}) == {}


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>",
        "\0\r\nSet-Cookie: a=b",
        "\u202eevil",
        "x" * 100_000,
        "(" * 50_000,
        "Android 14; " * 9_000,
        "Version/1 " * 9_000,
        '"a";v="1' * 9_000,
        "\ud800\udfff",
        "%00{{7*7}}",
    ],
)
def test_hostile_headers_stay_short_lines_of_text(hostile: str) -> None:
    started = time.process_time()
    found = device_of(
        {
            "User-Agent": f"Mozilla/5.0 (Linux; Android 14; {hostile}) {hostile}",
            "Sec-CH-UA": f'"{hostile}";v="1"',
            "Sec-CH-UA-Model": f'"{hostile}"',
            "Sec-CH-UA-Platform": hostile,
            "Sec-CH-UA-Platform-Version": hostile,
        }
    )

    assert time.process_time() - started < 1
    assert set(found) <= {"device", "os", "browser"}
    assert all(0 < len(value) <= VALUE_LIMIT for value in found.values())
    assert not any(unicodedata.category(sign) == "Cc" for value in found.values() for sign in value)
