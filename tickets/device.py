"""What a browser says of the device it runs on, in words people know; shown to them, who may change or refuse it."""

import re
from collections.abc import Mapping

from helpdesk.typed_text import clean_line

AGENT_LIMIT = 600  # characters of a header that are looked at
VALUE_LIMIT = 80

_BROWSERS = (
    ("Edge", re.compile(r"\bEdg(?:e|A|iOS)?/(\d+)")),
    ("Opera", re.compile(r"\b(?:OPR|OPT|Opera)/(\d+)")),
    ("Samsung Internet", re.compile(r"\bSamsungBrowser/(\d+)")),
    ("Yandex Browser", re.compile(r"\bYaBrowser/(\d+)")),
    ("Firefox", re.compile(r"\b(?:Firefox|FxiOS)/(\d+)")),
    ("Chrome", re.compile(r"\b(?:Chrome|CriOS|HeadlessChrome)/(\d+)")),
    ("Safari", re.compile(r"\bVersion/(\d+(?:\.\d+)?)[^()]{0,40}\bSafari/")),
)
_ANDROID_MODEL = re.compile(r"\bAndroid [\d.]{1,12}; ([^;()]{2,60})")
_ANDROID = re.compile(r"\bAndroid (\d{1,3}(?:\.\d{1,3})?)")
_IOS = re.compile(r"\b(?:iPhone )?OS (\d{1,3})[_.](\d{1,3})")
_BRAND = re.compile(r'"([^"]{1,60})";\s{0,3}v="(\d{1,6})')
_NO_BRAND = re.compile(r"(?i)not.{0,3}a.{0,3}brand|chromium")
_REDUCED = "K"  # what Chrome writes for every model since version 110


def device_of(headers: Mapping[str, str]) -> dict[str, str]:
    """`device`, `os` and `browser` as far as `headers` (User-Agent and client hints, any case) tell; a missing key is unknown.

    Each value is one printable line of 80 characters at most. Whoever sends the headers chooses the words: show them as text.
    """
    known = {name.lower(): value[:AGENT_LIMIT] for name, value in headers.items()}
    agent = known.get("user-agent", "")
    found = {"device": _device(agent, known), "os": _system(agent, known), "browser": _browser(agent, known)}
    lines = {name: clean_line(value)[:VALUE_LIMIT] for name, value in found.items()}
    return {name: line for name, line in lines.items() if line}


def _device(agent: str, hints: Mapping[str, str]) -> str:
    model = _unquoted(hints.get("sec-ch-ua-model", ""))
    if model:
        return model
    for name in ("iPhone", "iPad", "iPod"):
        if name in agent:
            return name
    if "Android" in agent:
        return _android_device(agent)
    return _computer(agent, hints)


def _android_device(agent: str) -> str:
    found = _ANDROID_MODEL.search(agent)
    model = found[1].split(" Build/")[0].strip() if found else ""
    if model and model not in {_REDUCED, "Mobile", "Tablet"} and not model.startswith("rv:"):
        return model
    return "Android phone" if "Mobile" in agent else "Android tablet"


def _computer(agent: str, hints: Mapping[str, str]) -> str:
    if "CrOS" in agent:
        return "Chromebook"
    if "Macintosh" in agent:
        return "Mac"
    if "Windows NT" in agent or "X11; Linux" in agent:
        return "Computer"
    return "Phone" if hints.get("sec-ch-ua-mobile") == "?1" else ""


def _system(agent: str, hints: Mapping[str, str]) -> str:
    version = _unquoted(hints.get("sec-ch-ua-platform-version", "")).split(".")[0]
    if "iPhone" in agent or "iPad" in agent:
        found = _IOS.search(agent)
        return f"{'iPadOS' if 'iPad' in agent else 'iOS'} {found[1]}.{found[2]}" if found else "iOS"
    if "Android" in agent:
        named = _ANDROID.search(agent)
        reduced = f"; {_REDUCED})" in agent  # then the version is the same for everybody
        return (
            f"Android {version}"
            if version.isdecimal()
            else _android(named[1] if named and not reduced else "")
        )
    if "Windows NT" in agent:
        return _windows(agent, version)
    for mark, name in (("Macintosh", "macOS"), ("CrOS", "ChromeOS"), ("Linux", "Linux")):
        if mark in agent:
            return f"{name} {version}" if version.isdecimal() and name == "macOS" else name
    return _unquoted(hints.get("sec-ch-ua-platform", ""))


def _android(version: str) -> str:
    return f"Android {version}" if version else "Android"


def _windows(agent: str, version: str) -> str:
    """Windows 11 still calls itself NT 10.0; the hint tells them apart (13 and more is 11, by Microsoft's documentation)."""
    if version.isdecimal() and int(version) > 0:
        return "Windows 11" if int(version) >= 13 else "Windows 10"
    older = {"6.1": "Windows 7", "6.2": "Windows 8", "6.3": "Windows 8.1"}
    return next((name for number, name in older.items() if f"Windows NT {number}" in agent), "Windows")


def _browser(agent: str, hints: Mapping[str, str]) -> str:
    for name, pattern in _BROWSERS:
        found = pattern.search(agent)
        if found and name != "Chrome":
            return f"{name} {found[1]}"
        if found:
            return _brand(hints.get("sec-ch-ua", "")) or f"{name} {found[1]}"
    return _brand(hints.get("sec-ch-ua", ""))


def _brand(hint: str) -> str:
    """The product in a Sec-CH-UA header, such as Brave, which its User-Agent does not name."""
    brands = [(name, version) for name, version in _BRAND.findall(hint) if not _NO_BRAND.search(name)]
    return (
        f"{brands[0][0].removeprefix('Google ').removeprefix('Microsoft ')} {brands[0][1]}" if brands else ""
    )


def _unquoted(value: str) -> str:
    return value.strip().strip('"').strip()
