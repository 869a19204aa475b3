"""Presence tells who is in a ticket now, to this tenant only, and forgets by itself."""

import pytest
from django.conf import settings
from django.core.cache import cache, caches
from django.test.utils import override_settings

from accounts.models import Member
from helpdesk.tenancy import tenant_scope
from tests.factories.cast import House
from tests.queries import counted_queries
from tickets import presence
from tickets.presence import Doing, Presence, leave, note, who

TICKET, OTHER = 4711, 4712


@pytest.fixture(autouse=True)
def nobody_is_there() -> None:
    cache.clear()


def test_those_who_write_stand_first_and_the_reader_is_left_out(
    house: House, agent: Member, lead: Member, admin: Member
) -> None:
    note(TICKET, agent, Doing.VIEWING)
    note(TICKET, lead, Doing.REPLYING)
    note(TICKET, admin, Doing.VIEWING)

    with counted_queries() as statements:
        found = who([TICKET, OTHER], besides=agent)

    assert found == {
        TICKET: [
            Presence(lead.pk, lead.get_short_name(), Doing.REPLYING),
            Presence(admin.pk, admin.get_short_name(), Doing.VIEWING),
        ]
    }
    assert statements == []


def test_the_last_word_counts_until_somebody_leaves(house: House, agent: Member, admin: Member) -> None:
    note(TICKET, agent, Doing.VIEWING)
    note(TICKET, agent, Doing.REPLYING)
    note(TICKET, admin, Doing.VIEWING)

    assert [one.doing for one in who([TICKET])[TICKET]] == [Doing.REPLYING, Doing.VIEWING]
    leave(TICKET, agent)
    assert [one.member_id for one in who([TICKET])[TICKET]] == [admin.pk]


def test_who_says_nothing_any_more_is_gone(
    house: House, agent: Member, admin: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    note(TICKET, agent, Doing.VIEWING)
    monkeypatch.setattr(presence, "SECONDS", 0)
    note(OTHER, admin, Doing.VIEWING)

    assert list(who([TICKET, OTHER])) == [TICKET]
    assert 0 < cache.client().ttl(cache.make_key(f"presence:{TICKET}")) <= 30  # type: ignore[attr-defined]


def test_another_tenant_is_told_nothing(house: House, other_house: House, agent: Member) -> None:
    note(TICKET, agent, Doing.VIEWING)

    with tenant_scope(other_house.tenant.pk):
        assert who([TICKET]) == {}
    assert list(who([TICKET])) == [TICKET]


def test_without_valkey_nobody_is_seen_and_nothing_breaks(house: House, agent: Member) -> None:
    away = {"default": {**settings.CACHES["default"], "LOCATION": "unix:///nowhere/valkey.sock"}}

    with override_settings(CACHES=away):
        note(TICKET, agent, Doing.VIEWING)
        leave(TICKET, agent)
        assert who([TICKET]) == {}

    assert caches["default"] is not None
