"""What a process remembers of a tenant's setup holds until the setup changes, and not a moment longer."""

from collections.abc import Callable

import pytest
from django.db import transaction
from django.test import Client

from accounts.memory import one_reading, remembered
from accounts.models import Member, Sender, SetupStamp, Team, TenantSettings
from accounts.queries import pending_days, senders
from helpdesk.tenancy import tenant_scope
from tests.factories.cast import House, make_category
from tests.factories.tickets import make_ticket
from tests.pages import Page
from tests.queries import counted_queries
from tickets.actions.promises import Target, change_hours, change_promises
from tickets.models import Category, CategoryTranslation
from tickets.models.sla import ClockKind
from tickets.queries import active_categories
from tickets.sla.policy import promises_for

Change = Callable[[House], object]
CHANGES: dict[str, Change] = {
    "a row more": lambda house: Team.objects.create(name="New", slug="new"),
    "many rows more": lambda house: Sender.objects.bulk_create(
        [Sender(audience=name, from_name=name, from_address=f"{name}@acme.example") for name in ("a", "b")]
    ),
    "a row saved": lambda house: house.category.save(),
    "rows updated": lambda house: TenantSettings.objects.update(pending_solved_days=3),
    "a row less": lambda house: CategoryTranslation.objects.filter(locale="ar").delete(),
    "a new version": lambda house: change_hours(
        house.calendar_version.calendar, definition={"timezone": "UTC", "hours": {}}
    ),
}


def read_names() -> list[str]:
    return sorted(Team.objects.values_list("slug", flat=True))


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_every_change_of_the_setup_renews_the_stamp(house: House, other_house: House, change: Change) -> None:
    before = SetupStamp.objects.get().stamp

    change(house)

    assert SetupStamp.objects.get().stamp != before


def test_what_is_no_setup_leaves_the_stamp(house: House, other_house: House, customer: Member) -> None:
    before = SetupStamp.objects.get().stamp

    make_ticket(house, customer)
    with tenant_scope(other_house.tenant.pk):
        Team.objects.create(name="Theirs", slug="theirs")

    assert SetupStamp.objects.get().stamp == before


def test_remembered_costs_the_stamp_only_until_a_change(house: House) -> None:
    remembered(read_names)

    with counted_queries() as again:
        kept = remembered(read_names)
    Team.objects.create(name="New", slug="new")
    changed = remembered(read_names)

    assert len(again) == 1
    assert (kept, changed) == (["payments", "videos"], ["new", "payments", "videos"])


def test_each_tenant_has_its_own(house: House, other_house: House) -> None:
    mine = senders()

    with tenant_scope(other_house.tenant.pk):
        theirs = senders()

    assert [sender.from_address for sender in mine] == ["support@acme.example"]
    assert [sender.from_address for sender in theirs] == ["support@globex.example"]


def test_what_was_rolled_back_is_remembered_by_nobody(house: House) -> None:
    with pytest.raises(RuntimeError), transaction.atomic():
        Team.objects.create(name="Never", slug="never")
        assert "never" in remembered(read_names)
        raise RuntimeError
    Team.objects.create(name="Ever", slug="ever")

    assert remembered(read_names) == ["ever", "payments", "videos"]


def test_one_reading_asks_once_for_all(house: House) -> None:
    senders(), active_categories(), pending_days()

    with counted_queries() as statements, one_reading():
        senders(), active_categories(), pending_days()

    assert len(statements) == 1


def test_published_promise_counts_for_the_next_request(house: House) -> None:
    before = promises_for(None, priority=2, tier=1, now=house.tenant.created_at)
    policy = house.policy_version.policy

    change_promises(
        policy,
        calendar=house.calendar_version.calendar,
        targets=[Target(kind="first_response", business_seconds=3600)],
    )
    after = promises_for(None, priority=2, tier=1, now=house.tenant.created_at)

    first = ClockKind.FIRST_RESPONSE
    assert (before[first].seconds, after[first].seconds) == (24 * 3600, 3600)
    assert after[first].policy_version_id > before[first].policy_version_id


def test_page_shows_a_category_as_soon_as_it_is_there(house: House, site: Client) -> None:
    before = Page(site.get("/contact/")).text
    make_category("cameras", house.team, en="Cameras")

    after = Page(site.get("/contact/")).text
    Category.objects.filter(slug="cameras").update(is_active=False)

    assert "Cameras" not in before
    assert "Cameras" in after
    assert "Cameras" not in Page(site.get("/contact/")).text
