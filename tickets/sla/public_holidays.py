"""Public holidays by country, from the `holidays` package: a suggestion that an admin looks at, never a promise."""

import datetime as dt
from functools import cache

COUNTRY_LETTERS = 2  # of a country's code; the package also knows markets, by four


@cache
def countries() -> tuple[str, ...]:
    """Every country that is known, by its ISO 3166 code."""
    from holidays import list_supported_countries  # a tenth of a second that one page of the desk needs

    return tuple(
        code for code in list_supported_countries(include_aliases=False) if len(code) == COUNTRY_LETTERS
    )


def regions(country: str) -> dict[str, str]:
    """The regions of the country with days off of their own: their codes and, where known, their names."""
    from holidays import country_holidays  # see `countries`

    known = country_holidays(country)
    names = {code: name for name, code in known.subdivisions_aliases.items()}
    return {code: names.get(code, code) for code in known.subdivisions}


def public_holidays(
    country: str, *, region: str = "", years: range, language: str
) -> list[tuple[dt.date, str]]:
    """The days off in the country, or in one of its regions, by date, each with its name.

    Names are in `language` (`en`, `ar`, …) where the package has it, else in English or the country's own. Dates that
    follow the moon are estimates, and say so in their name. `country` is one of `countries`, `region` empty or one of its `regions`.
    """
    from holidays import country_holidays  # see `countries`

    spoken = country_holidays(country).supported_languages
    wanted = [name for short in (language, "en") for name in spoken if name.split("_")[0] == short]
    found = country_holidays(
        country, subdiv=region or None, years=years, language=wanted[0] if wanted else None
    )
    return sorted((day, name) for day, name in found.items() if day.year in years)
