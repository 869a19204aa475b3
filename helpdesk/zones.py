"""The names of the time zones of this machine, read once: finding them opens some six hundred files."""

import zoneinfo
from functools import cache


@cache
def zone_names() -> frozenset[str]:
    """Every IANA zone that can be computed with here, without the machine's own."""
    return frozenset(zoneinfo.available_timezones() - {"localtime"})
