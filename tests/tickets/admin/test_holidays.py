"""Holidays of a country, looked at and added to a calendar, and their names beside the dates."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.test import Client

from accounts.models import AuditEntry
from tests.factories.cast import House
from tests.pages import Page
from tests.tickets.admin.test_setup import CALENDARS, fill
from tickets.actions.promises import add_holidays
from tickets.admin.hours import day_name, read_named_dates, read_named_yearly
from tickets.models import Calendar, CalendarVersion
from tickets.sla.business_time import BusinessCalendar
from tickets.sla.public_holidays import countries, public_holidays, regions

GERMANY = {"country": "DE", "year": 2026, "years": 1}


@pytest.fixture(autouse=True)
def in_2026() -> Iterator[None]:
    """The years on offer are those around now."""
    with time_machine.travel("2026-11-22T12:00:00Z"):
        yield


def path_of(**facts: Any) -> str:
    query = urlencode({**GERMANY, **facts})
    return f"{CALENDARS}{Calendar.objects.get().pk}/holidays/?{query}"


def newest() -> CalendarVersion:
    return CalendarVersion.objects.order_by("-version")[0]


def test_a_countrys_holidays_are_shown_and_those_left_ticked_are_added(
    house: House, admins_desk: Client
) -> None:
    shown = admins_desk.get(path_of())
    days = [day["key"] for day in shown.context["days"]]
    before = newest().definition

    added = admins_desk.post(path_of(), {"day": [*days[:2], "1999-01-01", "nonsense"]}, follow=True)

    holidays = newest().definition["holidays"]
    assert days[:2] == ["2026-01-01", "2026-04-03"]
    assert "Fri 3 Apr 2026 · Good Friday" in Page(shown).text
    assert newest().version == 2
    assert newest().definition == {**before, "holidays": holidays}
    assert holidays == {
        "yearly": [],
        "dates": ["2026-01-01", "2026-04-03"],
        "names": {"2026-01-01": "New Year's Day", "2026-04-03": "Good Friday"},
    }
    assert "2 holidays added." in Page(added).text
    assert AuditEntry.objects.filter(changes__icontains="Good Friday").count() == 1


def test_what_is_there_already_stays_as_it_is(house: House, admins_desk: Client) -> None:
    fill(
        admins_desk,
        f"{CALENDARS}{Calendar.objects.get().pk}/change/",
        yearly="12-25 Our feast",
        dates="2026-04-03 Closed for good",
    )

    shown = admins_desk.get(path_of())
    admins_desk.post(path_of(), {"day": ["2026-04-03", "2026-05-01"]})

    holidays = newest().definition["holidays"]
    assert [day["key"] for day in shown.context["days"] if day["is_there"]] == ["2026-04-03", "2026-12-25"]
    assert holidays["dates"] == ["2026-04-03", "2026-05-01"]
    assert holidays["names"]["2026-04-03"] == "Closed for good"
    assert holidays["yearly"] == ["12-25"]


def test_imported_holidays_are_edited_in_the_form(house: House, admins_desk: Client) -> None:
    path = f"{CALENDARS}{Calendar.objects.get().pk}/change/"
    add_holidays(Calendar.objects.get(), days={"2026-05-01": "Labour Day", "2026-10-03": "Unity"})

    page = Page(admins_desk.get(path))
    form = next(form for form in page.forms if "dates" in form.values)
    fill(admins_desk, path, dates="2026-05-01 Day of work", exceptions="2026-12-24 09:00–12:00")

    assert form.values["dates"].strip() == "2026-05-01 Labour Day\n2026-10-03 Unity"
    assert newest().definition["holidays"] == {
        "yearly": [],
        "dates": ["2026-05-01"],
        "names": {"2026-05-01": "Day of work"},
    }
    assert BusinessCalendar.from_dict(newest().definition).exceptions


def test_a_region_has_its_own(admins_desk: Client, house: House) -> None:
    page = Page(admins_desk.get(path_of(region="BE")))

    assert "Women's Day" in page.text
    assert "Women's Day" not in Page(admins_desk.get(path_of())).text


@pytest.mark.parametrize(
    ("wishes", "told"),
    [
        ({"country": ""}, "Choose a country"),
        ({"country": "XX"}, "Select a valid choice."),
        ({"country": "de'--"}, "Select a valid choice."),
        ({"region": "Atlantis"}, "Select a valid choice."),
        ({"year": "9999"}, "Select a valid choice."),
        ({"years": "500"}, "Select a valid choice."),
    ],
)
def test_a_choice_that_is_none_is_named(
    house: House, admins_desk: Client, wishes: dict[str, str], told: str
) -> None:
    response = admins_desk.get(path_of(**wishes))

    assert response.status_code == 422
    assert told in Page(response).text
    assert admins_desk.post(path_of(**wishes), {"day": "2026-01-01"}).status_code == 422
    assert CalendarVersion.objects.count() == 1


def test_nothing_ticked_adds_no_version(house: House, admins_desk: Client) -> None:
    response = admins_desk.post(path_of(), {}, follow=True)

    assert "0 holidays added." in Page(response).text
    assert CalendarVersion.objects.count() == 1


def test_only_who_may_set_up_adds_holidays(house: House, agents_desk: Client, leads_desk: Client) -> None:
    answers = [desk.post(path_of(), {"day": "2026-01-01"}).status_code for desk in (agents_desk, leads_desk)]

    assert answers == [403, 403]
    assert CalendarVersion.objects.count() == 1


def test_names_are_in_the_language_of_the_tenant_where_there_are_any() -> None:
    arabic = public_holidays("SA", years=range(2026, 2027), language="ar")
    english = public_holidays("SA", years=range(2026, 2027), language="en")
    neither = public_holidays("DE", years=range(2026, 2027), language="ar")

    assert any("الوطني" in name for _day, name in arabic)
    assert any("National Day" in name for _day, name in english)
    assert neither[0][1] == "New Year's Day"


def test_every_country_and_region_answers() -> None:
    known = {country: regions(country) for country in countries()}

    assert {"DE", "SA", "EG", "US", "GB"} <= known.keys()
    assert known["US"]["NY"] == "New York"
    assert [
        day.isoformat() for day, _name in public_holidays("DE", years=range(2026, 2027), language="en")
    ] == [
        "2026-01-01",
        "2026-04-03",
        "2026-04-06",
        "2026-05-01",
        "2026-05-14",
        "2026-05-25",
        "2026-10-03",
        "2026-12-25",
        "2026-12-26",
    ]


# Names behind days


def test_a_line_may_name_its_day() -> None:
    assert read_named_dates("2026-05-01 Labour Day\n2026-10-03, ٢٠٢٦-١٢-٢٤ ليلة الميلاد") == {
        "2026-05-01": "Labour Day",
        "2026-10-03": "",
        "2026-12-24": "ليلة الميلاد",
    }
    assert read_named_yearly("12-25 Christmas, first day\r\n01-01") == {
        "12-25": "Christmas first day",
        "01-01": "",
    }
    with pytest.raises(ValidationError, match="“Labour” is not a date"):
        read_named_dates("Labour Day 2026-05-01")


def test_a_name_fits_into_its_line() -> None:
    assert day_name("Saint Peter, and; Paul\n\u202eback") == "Saint Peter and Paul back"
    assert len(day_name("x" * 200)) == 80
