"""A person's own keys: shown, kept and refused without script; what the desk's script reads."""

import json

import pytest
from django.test import Client

from accounts.actions.keys import choose_keys
from accounts.keymap import changeable_keys, keys_of_page, own_keys
from accounts.models import Member
from helpdesk.errors import Refused
from tests.factories.cast import House
from tests.pages import Page

KEYS = "/admin/accounts/member/keys/"


@pytest.fixture
def desk(house: House, agent: Member) -> Client:
    client = Client(headers={"host": house.host})
    client.force_login(agent)
    return client


def name_of(shipped: str) -> str:
    return f"key_{[key.shipped for key in changeable_keys()].index(shipped)}"


def test_the_page_shows_the_keys_and_keeps_own_ones(desk: Client, agent: Member) -> None:
    form = Page(desk.get(KEYS)).forms[-1]

    kept = desk.post(KEYS, {**form.values, name_of("a"): " W ", name_of("t"): "g t"}, follow=True)

    agent.refresh_from_db()
    assert form.values["is_on"] == "on"
    assert form.values[name_of("g q")] == "g q"
    assert kept.redirect_chain == [(KEYS, 303)]
    assert own_keys(agent) == {"a": "w", "t": "g t"}
    assert json.loads(keys_of_page(agent)) == {"a": "w", "t": "g t"}
    assert 'data-keys="{&quot;a&quot;: &quot;w&quot;' in kept.content.decode()


def test_keys_can_be_off_and_put_back(desk: Client, agent: Member) -> None:
    values = {name: value for name, value in Page(desk.get(KEYS)).forms[-1].values.items() if name != "is_on"}

    off = desk.post(KEYS, {**values, name_of("a"): "w"}, follow=True)
    agent.refresh_from_db()
    was = keys_of_page(agent)
    desk.post(KEYS, {"reset": "1"})

    agent.refresh_from_db()
    assert was == "off"
    assert 'data-keys="off"' in off.content.decode()
    assert "Single keys are off for you." in Page(off).text
    assert (own_keys(agent), keys_of_page(agent)) == ({}, "off")


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("s", "“s” stands for something else already."),
        ("g", "“g” stands for something else already."),
        ("ab", "Enter one key like a, or two like g q."),
        ("ctrl a", "Enter one key like a, or two like g q."),
    ],
)
def test_a_key_that_can_be_none_comes_back_as_typed(
    desk: Client, agent: Member, typed: str, told: str
) -> None:
    values = Page(desk.get(KEYS)).forms[-1].values

    answer = desk.post(KEYS, {**values, name_of("a"): typed})

    agent.refresh_from_db()
    assert answer.status_code == 422
    assert told in Page(answer).text
    assert Page(answer).forms[-1].values[name_of("a")] == typed
    assert agent.desk_keys == {}


def test_two_keys_may_change_places(agent: Member) -> None:
    choose_keys(agent, is_on=True, keys={"a": "s", "s": "a"})

    assert own_keys(agent) == {"a": "s", "s": "a"}
    with pytest.raises(Refused, match="stands for something else"):
        choose_keys(agent, is_on=True, keys={"a": "s"})


def test_the_sheet_is_the_list_alone_with_own_keys(desk: Client, agent: Member) -> None:
    choose_keys(agent, is_on=True, keys={"a": "w"})

    sheet = desk.get(f"{KEYS}?sheet=1").content.decode()

    assert "<html" not in sheet
    assert '<dt>Assign to me</dt><dd dir="ltr"><kbd>w</kbd>' in sheet


def test_customers_have_no_keys(house: House, customer: Member) -> None:
    client = Client(headers={"host": house.host})
    client.force_login(customer)

    assert client.get(KEYS).status_code == 403
