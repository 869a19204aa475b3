"""Admins set up categories, hours and promises; nothing that clocks are pinned to ever changes."""

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from accounts.models import Member, Sender
from helpdesk.outbox.models import OutboxRow
from helpdesk.tenancy import tenant_scope
from tests.factories.cast import House, make_category, make_member
from tests.factories.tickets import make_ticket
from tests.pages import Page
from tests.queries import assert_same_queries, count_queries
from tickets.admin.hours import read_dates, read_exceptions, read_periods, read_yearly
from tickets.admin.outbox_words import TOPIC_WORDS
from tickets.models import Calendar, CalendarVersion, Category, Clock, Policy, PolicyTarget, PolicyVersion
from tickets.models.sla import ClockKind

CATEGORIES, CALENDARS, POLICIES = (f"/admin/tickets/{name}/" for name in ("category", "calendar", "policy"))
OUTBOX = "/admin/outbox/outboxrow/"


def fill(desk: Client, path: str, **wishes: Any) -> Any:
    """Sends the form of the page as it stands, with `wishes` filled in."""
    form = next(
        form
        for form in Page(desk.get(path)).forms
        if ("csrfmiddlewaretoken" in form.values and "name" in form.values) or "slug" in form.values
    )
    values = {name.replace("__", "-"): value for name, value in wishes.items()}
    return desk.post(path, {**form.values, **values})


# Hours as people write them


@pytest.mark.parametrize(
    ("text", "periods"),
    [
        ("09:00–17:00", [["09:00", "17:00"]]),
        ("9-12, 13.30 - 17", [["09:00", "12:00"], ["13:30", "17:00"]]),
        ("٠٩:٠٠–١٧:٠٠", [["09:00", "17:00"]]),
        ("13-17،9-12", [["09:00", "12:00"], ["13:00", "17:00"]]),
        ("22:00–06:00", [["22:00", "06:00"]]),
        ("00:00–24:00", [["00:00", "24:00"]]),
        ("  ", []),
    ],
)
def test_hours_are_read_as_written(text: str, periods: list[list[str]]) -> None:
    assert read_periods(text) == periods


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("nine to five", "“nine to five” is not a time span. Write it like 09:00–17:00."),
        ("09:00–25:00", "“09:00-25:00” is not a time span. Write it like 09:00–17:00."),
        ("09:60–10", "“09:60-10” is not a time span. Write it like 09:00–17:00."),
        ("09:00–09:00", "“09:00-09:00” opens and closes at the same time."),
        ("24:00–06:00", "“24:00-06:00” opens and closes at the same time."),
        ("09:00–17:00, 16:00–20:00", "These hours overlap: 09:00–17:00 and 16:00–20:00."),
        ("22:00–06:00, 23:00–23:30", "These hours overlap: 22:00–06:00 and 23:00–23:30."),
    ],
)
def test_hours_that_make_no_sense_are_named(text: str, told: str) -> None:
    with pytest.raises(ValidationError) as refused:
        read_periods(text)

    assert refused.value.messages == [told]


def test_days_are_read_a_line_each() -> None:
    assert read_yearly("12-25\n\n01-01, 02-29") == ["12-25", "01-01", "02-29"]
    assert read_dates("2026-05-01") == ["2026-05-01"]
    assert read_exceptions("2026-12-24 09:00–12:00\n2026-12-31") == {
        "2026-12-24": [["09:00", "12:00"]],
        "2026-12-31": [],
    }
    for reader, text in ((read_yearly, "25-12"), (read_yearly, "02-30"), (read_dates, "1 May")):
        with pytest.raises(ValidationError, match="is not a date"):
            reader(text)


# Calendars


def test_new_hours_are_a_new_version_and_running_clocks_keep_theirs(
    house: House, admins_desk: Client, customer: Member
) -> None:
    calendar = Calendar.objects.get()
    before = CalendarVersion.objects.get()
    ticket = make_ticket(house, customer)

    response = fill(
        admins_desk,
        f"{CALENDARS}{calendar.pk}/change/",
        fri="",
        sat="10–14",
        yearly="12-25",
        exceptions="2026-12-24 9-12",
    )

    versions = list(CalendarVersion.objects.order_by("version"))
    assert response.status_code == 302
    assert [version.version for version in versions] == [1, 2]
    assert versions[0].definition == before.definition
    assert versions[1].definition == {
        "timezone": "Europe/Berlin",
        "hours": {
            **{day: [["09:00", "17:00"]] for day in ("mon", "tue", "wed", "thu")},
            "sat": [["10:00", "14:00"]],
        },
        "holidays": {"yearly": ["12-25"], "dates": []},
        "exceptions": {"2026-12-24": [["09:00", "12:00"]]},
    }
    assert {clock.calendar_version for clock in Clock.objects.filter(ticket=ticket)} == {before}


def test_saving_the_same_hours_adds_no_version(house: House, admins_desk: Client) -> None:
    path = f"{CALENDARS}{Calendar.objects.get().pk}/change/"

    fill(admins_desk, path, mon="09:00–18:00")
    fill(admins_desk, path)
    fill(admins_desk, path, name="Main desk")

    assert CalendarVersion.objects.count() == 2
    assert Calendar.objects.get().name == "Main desk"


@pytest.mark.parametrize(
    ("wishes", "told"),
    [
        ({"mon": "9-12, 11-13"}, "These hours overlap: 09:00–12:00 and 11:00–13:00."),
        (dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), ""), "This calendar is never open."),
        ({"yearly": "31-12"}, "“31-12” is not a date."),
        ({"timezone": "Mars/Olympus"}, "Select a valid choice."),
        ({"name": ""}, "This field is required."),
    ],
)
def test_hours_that_cannot_be_are_named_and_change_nothing(
    house: House, admins_desk: Client, wishes: dict[str, str], told: str
) -> None:
    response = fill(admins_desk, f"{CALENDARS}{Calendar.objects.get().pk}/change/", **wishes)

    assert told in Page(response).text
    assert CalendarVersion.objects.count() == 1


def test_a_new_calendar_begins_with_the_tenants_zone(house: House, admins_desk: Client) -> None:
    response = fill(admins_desk, f"{CALENDARS}add/", name="Night", mon="22–06")

    version = CalendarVersion.objects.get(calendar__name="Night")
    assert response.status_code == 302
    assert (version.version, version.definition["timezone"]) == (1, "Europe/Berlin")
    assert version.definition["hours"] == {"mon": [["22:00", "06:00"]]}


def test_a_duplicate_name_is_an_error_of_the_form(house: House, admins_desk: Client) -> None:
    response = fill(admins_desk, f"{CALENDARS}add/", name="Desk", mon="9-17")

    assert "There is already a calendar with this name." in Page(response).text


# Promises


def test_new_targets_are_a_new_version_and_old_promises_stay(
    house: House, admins_desk: Client, customer: Member
) -> None:
    policy = Policy.objects.get()
    ticket = make_ticket(house, customer)

    response = fill(
        admins_desk,
        f"{POLICIES}{policy.pk}/change/",
        targets__0__hours="4",
        targets__1__hours="",
        targets__3__kind=ClockKind.FIRST_RESPONSE,
        targets__3__hours="0.5",
        targets__3__priority="4",
        targets__3__category=house.category.pk,
        targets__3__tier="2",
        targets__3__audience="Everybody",
    )

    newest = PolicyVersion.objects.order_by("-version").first()
    assert newest is not None
    targets = PolicyTarget.objects.filter(policy_version=newest).order_by("pk")
    assert response.status_code == 302
    assert newest.version == 2
    assert list(
        targets.values_list("kind", "business_seconds", "priority", "category", "tier", "audience")
    ) == [
        ("first_response", 4 * 3600, None, None, None, ""),
        ("resolution", 48 * 3600, None, None, None, ""),
        ("first_response", 1800, 4, house.category.pk, 2, "Everybody"),
    ]
    assert PolicyTarget.objects.filter(policy_version=house.policy_version).count() == 3
    assert {clock.policy_version for clock in Clock.objects.filter(ticket=ticket)} == {house.policy_version}


def test_saving_the_same_promises_adds_no_version(house: House, admins_desk: Client) -> None:
    path = f"{POLICIES}{Policy.objects.get().pk}/change/"

    fill(admins_desk, path)
    fill(admins_desk, path, name="Plain")

    assert (PolicyVersion.objects.count(), Policy.objects.get().name) == (1, "Plain")


@pytest.mark.parametrize(
    ("wishes", "told"),
    [
        ({"targets__2__hours": "4"}, "Goal to solve must be at least the first reply time (24 h)."),
        ({"targets__0__hours": "0"}, "Hours must be above 0."),
        ({"targets__0__hours": "soon"}, "Enter a number."),
        (
            {"targets__3__kind": "resolution", "targets__3__hours": "60"},
            "Another line says something about the same already.",
        ),
        (
            dict.fromkeys((f"targets__{row}__hours" for row in range(3)), ""),
            "Enter hours for at least one promise.",
        ),
        ({"targets__3__hours": "2", "targets__3__category": "999999"}, "Select a valid choice."),
    ],
)
def test_promises_that_cannot_be_are_named_and_change_nothing(
    house: House, admins_desk: Client, wishes: dict[str, str], told: str
) -> None:
    response = fill(admins_desk, f"{POLICIES}{Policy.objects.get().pk}/change/", **wishes)

    assert told in Page(response).text
    assert PolicyVersion.objects.count() == 1


def test_one_policy_is_always_the_default(house: House, admins_desk: Client) -> None:
    standard = Policy.objects.get()
    calendar = Calendar.objects.get()

    refused = admins_desk.post(
        f"{POLICIES}{standard.pk}/change/",
        {
            name: value
            for name, value in Page(admins_desk.get(f"{POLICIES}{standard.pk}/change/"))
            .forms[-1]
            .values.items()
            if name != "is_default"
        },
    )
    made = fill(
        admins_desk,
        f"{POLICIES}add/",
        name="Gold",
        is_default="on",
        calendar=calendar.pk,
        targets__0__hours="1",
    )

    assert "One promise must answer." in Page(refused).text
    assert made.status_code == 302
    assert list(Policy.objects.filter(is_default=True).values_list("name", flat=True)) == ["Gold"]


# Categories


def test_the_list_is_the_tree_in_its_order(house: House, admins_desk: Client) -> None:
    first = make_category("first", house.team, en="First")
    Category.objects.filter(pk=house.category.pk).update(position=2)
    Category.objects.filter(pk=house.other_category.pk).update(position=1)
    late = make_category("late", house.team, parent=house.other_category, en="Late")
    make_category("very", house.team, parent=late, en="Very late")
    make_category("early", house.team, parent=house.other_category, en="Early")

    names = [category.name for category in admins_desk.get(CATEGORIES).context["cl"].result_list]

    assert names == [first.name, "Upload fails", "Late", "Very late", "Early", "Refund late"]


def test_the_list_costs_the_same_with_more_categories(house: House, admins_desk: Client) -> None:
    make_category("one", house.team, parent=house.category, en="One", ar="واحد")
    before = count_queries(lambda: admins_desk.get(CATEGORIES))
    make_category("two", house.team, parent=house.category, en="Two", ar="اثنان")
    make_category("three", house.team, parent=house.other_category, en="Three", ar="ثلاثة")

    after = count_queries(lambda: admins_desk.get(CATEGORIES))

    assert_same_queries(before, after)


def test_a_category_is_added_with_its_names(house: House, admins_desk: Client) -> None:
    response = fill(
        admins_desk,
        f"{CATEGORIES}add/",
        parent=house.category.pk,
        slug="card",
        team=house.team.pk,
        tier="2",
        translations__0__locale="en",
        translations__0__name="Card declined",
        translations__1__locale="ar",
        translations__1__name="رفض البطاقة",
    )

    made = Category.objects.get(slug="card")
    assert response.status_code == 302
    assert (made.parent, made.team, made.tier) == (house.category, house.team, 2)
    assert list(made.translations.values_list("locale", "name")) == [
        ("en", "Card declined"),
        ("ar", "رفض البطاقة"),
    ]


def test_a_category_keeps_the_words_that_lead_to_it(house: House, admins_desk: Client) -> None:
    path = f"{CATEGORIES}{house.category.pk}/change/"

    response = fill(
        admins_desk,
        path,
        is_technical="on",
        articles_first="on",
        translations__0__synonyms="money back",
        translations__0__examples="Where is my money?",
        translations__0__asked_back="Order number: order",
    )

    words = house.category.translations.get(locale="en")
    house.category.refresh_from_db()
    assert response.status_code == 302
    assert house.category.is_technical
    assert house.category.articles_first
    assert (words.synonyms, words.examples, words.asked_back) == (
        "money back",
        "Where is my money?",
        "Order number: order",
    )


@pytest.mark.parametrize(
    ("wishes", "told"),
    [
        (
            {"translations__0__locale": "", "translations__0__name": ""},
            "Give the category a name in at least one language.",
        ),
        ({"slug": "refund-late"}, "There is already a category with this short name here."),
        ({"slug": "not a slug"}, "Enter a valid “slug”"),
        (
            {"translations__1__locale": "en", "translations__1__name": "Again"},
            "Please correct the duplicate",
        ),
        ({"team": ""}, "This field is required."),
    ],
)
def test_a_category_that_cannot_be_is_named(
    house: House, admins_desk: Client, wishes: dict[str, str], told: str
) -> None:
    values = {
        "slug": "card",
        "team": house.team.pk,
        "translations__0__locale": "en",
        "translations__0__name": "Card",
        **wishes,
    }

    response = fill(admins_desk, f"{CATEGORIES}add/", **values)

    assert told in Page(response).text
    assert Category.objects.count() == 2


def test_the_tree_stays_a_tree_of_three_levels(house: House, admins_desk: Client) -> None:
    top = house.category
    middle = make_category("middle", house.team, parent=top, en="Middle")
    leaf = make_category("leaf", house.team, parent=middle, en="Leaf")
    wrong = [
        (top, middle),
        (top, leaf),
        (top, top),
        (middle, leaf),
        (house.other_category, leaf),
        (top, house.other_category),
    ]

    for category, parent in wrong:
        response = fill(admins_desk, f"{CATEGORIES}{category.pk}/change/", parent=parent.pk)

        text = Page(response).text
        assert "Select a valid choice." in text or "Categories have three levels at most." in text
    assert Category.objects.get(pk=top.pk).parent is None
    assert fill(admins_desk, f"{CATEGORIES}{leaf.pk}/change/", parent=top.pk).status_code == 302


def test_rows_of_another_tenant_cannot_be_chosen(
    house: House, other_house: House, admins_desk: Client
) -> None:
    foreign = [other_house.category.pk, other_house.team.pk, other_house.calendar_version.calendar_id]
    category, policy = (
        f"{CATEGORIES}{house.category.pk}/change/",
        f"{POLICIES}{Policy.objects.get().pk}/change/",
    )

    answers = [
        fill(admins_desk, category, parent=foreign[0]),
        fill(admins_desk, category, team=foreign[1]),
        fill(admins_desk, policy, calendar=foreign[2]),
        fill(admins_desk, policy, targets__0__category=foreign[0]),
    ]

    assert [answer.status_code for answer in answers] == [200] * 4
    assert all("Select a valid choice." in Page(answer).text for answer in answers)
    for path in (category, policy, CATEGORIES, POLICIES, CALENDARS):
        assert "Globex" not in admins_desk.get(path).content.decode()


# The outbox


@pytest.fixture
def mail(house: House, customer: Member) -> OutboxRow:
    make_ticket(house, customer)
    return OutboxRow.objects.latest("pk")


def test_mail_that_stands_still_is_listed_and_tried_again(
    house: House, admins_desk: Client, mail: OutboxRow, customer: Member
) -> None:
    make_ticket(house, customer)
    waiting = OutboxRow.objects.latest("pk")
    OutboxRow.objects.filter(pk=mail.pk).update(state="failed", answer="550 No such user", attempts=4)

    page = Page(admins_desk.get(OUTBOX))
    response = admins_desk.post(
        OUTBOX, {"action": "try_again", "_selected_action": [mail.pk, waiting.pk]}, follow=True
    )

    mail.refresh_from_db()
    assert "550 No such user" in page.text
    assert (mail.state, mail.attempts, mail.answer) == ("waiting", 0, "")
    assert "1 email will be tried again." in Page(response).text


def test_mails_are_listed_in_peoples_words_and_found_by_their_kind(
    house: House, admins_desk: Client, mail: OutboxRow
) -> None:
    OutboxRow.objects.filter(pk=mail.pk).update(created_at=dt.datetime(2025, 3, 4, 5, 6, tzinfo=dt.UTC))

    listed = admins_desk.get(OUTBOX).content.decode()
    found = [
        admins_desk.get(f"{OUTBOX}?topic={topic}").context["cl"].result_count
        for topic in (mail.topic, "guest_link")
    ]

    assert f">{TOPIC_WORDS[mail.topic]}</td>" in listed
    assert f">{mail.topic}<" not in listed
    assert "Tue 4 Mar 2025, " in listed
    assert found == [1, 0]


def test_every_kind_of_mail_has_its_words() -> None:
    kinds = {path.name.removesuffix(".subject.txt") for path in Path("templates/email").glob("*.subject.txt")}

    assert kinds == set(TOPIC_WORDS)


def test_what_a_mail_says_and_its_links_are_not_shown(admins_desk: Client, mail: OutboxRow) -> None:
    link = mail.secrets["link"]

    for path in (OUTBOX, f"{OUTBOX}{mail.pk}/change/"):
        page = admins_desk.get(path).content.decode()

        assert mail.to_address in page
        assert link not in page
        assert "The refund is still not here." not in page


@pytest.mark.parametrize(
    "lookup",
    [
        "secrets__icontains=x",
        "secrets__link__startswith=h",
        "context__icontains=x",
        "to_address__startswith=a",
    ],
)
def test_nobody_guesses_at_a_mail_through_the_address(
    admins_desk: Client, mail: OutboxRow, lookup: str
) -> None:
    assert admins_desk.get(f"{OUTBOX}?{lookup}").status_code == 400


def test_mail_is_neither_written_nor_deleted_here(admins_desk: Client, mail: OutboxRow) -> None:
    paths = [f"{OUTBOX}add/", f"{OUTBOX}{mail.pk}/delete/"]

    assert [admins_desk.get(path).status_code for path in paths] == [403, 403]
    assert admins_desk.post(f"{OUTBOX}{mail.pk}/change/", {"state": "sent"}).status_code == 403
    assert admins_desk.post(
        OUTBOX, {"action": "delete_selected", "_selected_action": [mail.pk], "post": "yes"}
    ).status_code in {200, 302}
    assert OutboxRow.objects.filter(pk=mail.pk, state="waiting").exists()


# Whom the role keeps out


@pytest.mark.parametrize(
    "model", ["tickets/category", "tickets/calendar", "tickets/policy", "outbox/outboxrow"]
)
@pytest.mark.parametrize("page", ["", "add/", "1/change/", "1/history/", "1/delete/"])
def test_agents_and_leads_are_told_who_can(
    agents_desk: Client, leads_desk: Client, admin: Member, model: str, page: str
) -> None:
    for desk in (agents_desk, leads_desk):
        for response in (desk.get(f"/admin/{model}/{page}"), desk.post(f"/admin/{model}/{page}", {})):
            assert response.status_code == 403
            assert "Only admins can change these settings. Ask Admin." in Page(response).text


def test_settings_are_linked_for_admins_only(agents_desk: Client, admins_desk: Client) -> None:
    queue = "/admin/tickets/ticket/"

    agents, admins = Page(agents_desk.get(queue)).links, Page(admins_desk.get(queue)).links

    assert {CATEGORIES, CALENDARS, POLICIES, OUTBOX} & set(agents.values()) == set()
    assert {CATEGORIES, CALENDARS, POLICIES, OUTBOX} <= set(admins.values())


def test_a_change_of_setup_stands_in_its_history(
    house: House, admins_desk: Client, other_house: House
) -> None:
    hostile = "Night\r\n<b>x</b>"
    with tenant_scope(other_house.tenant.pk):
        make_member("admin@globex.example", role=Member.Role.ADMIN)
    calendar = Calendar.objects.get()

    fill(admins_desk, f"{CALENDARS}{calendar.pk}/change/", name=hostile)

    page = admins_desk.get(f"{CALENDARS}{calendar.pk}/history/").content.decode()
    assert "Name Desk → Night" in page
    assert "<b>x</b>" not in page


def test_senders_are_offered_as_audiences(house: House, admins_desk: Client) -> None:
    Sender.objects.create(audience="Partners", from_name="P", from_address="p@acme.example")

    page = admins_desk.get(f"{POLICIES}{Policy.objects.get().pk}/change/").content.decode()

    assert '<option value="Partners">Partners</option>' in page


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("tickets/macro", "A macro is a reply with what goes with it"),
        ("tickets/tag", "A tag marks tickets of any category"),
        ("tickets/blockedsender", "What comes from a blocked address or domain goes to spam."),
        ("tickets/categoryprompt", "A question asks for what the team always needs"),
        ("accounts/auditentry", "Each change of the setup stands here"),
    ],
)
def test_an_empty_list_says_what_belongs_there(admins_desk: Client, name: str, told: str) -> None:
    assert told in Page(admins_desk.get(f"/admin/{name}/")).text


def test_a_search_without_hits_is_no_first_use(admins_desk: Client) -> None:
    text = Page(admins_desk.get("/admin/tickets/macro/?q=xyzzy")).text

    assert "Nothing matches. Remove a filter or try other words." in text
    assert "A macro is a reply" not in text
