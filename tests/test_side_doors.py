"""The side doors of Django's admin, at every model that the desk registers: a new one without a case fails.

What names a thing in its address (change, history, delete, acts) is walked by tests/test_strangers.py. Here are the doors
that name none: lists with what their addresses may carry, completion, redirects, and actions posted by hand.
"""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db.models import Model
from django.test import Client
from django.urls import reverse

from accounts.models import Member
from accounts.sites import DeskModelAdmin, desk
from helpdesk.tenancy import tenant_scope
from tests.factories.cast import House, make_member
from tests.strangers import CANARY, KEPT, Things, furnish, state_of
from tests.test_strangers import body_of, browser_of, signed_in

QUEUE = "tickets_ticket"
# Lists that lead straight to their one row.
SINGLE = {"accounts_tenantsettings", "helpcenter_helpsettings"}
# What only leads may read beside admins.
LEADS = {"accounts_auditentry", "tickets_blockedsender", "tickets_routingline"}
# What everybody who works here has a part of.
WORKERS = {QUEUE, "tickets_macro", "helpcenter_translation"}
SEARCH = CANARY[1:-1]  # finds what holds the canary, and is no canary where the page repeats it


@pytest.fixture
def things(house: House) -> Things:
    return furnish(house)


@pytest.fixture
def foreign_admin(things: Things, other_house: House) -> Client:
    """An admin of another tenant, at home."""
    with tenant_scope(other_house.tenant.pk):
        stranger = make_member("stranger@globex.example", role=Member.Role.ADMIN)
    return _quiet(browser_of(other_house, stranger)())


@pytest.fixture
def own_admin(house: House, admin: Member) -> Client:
    return _quiet(signed_in(house.host, house.tenant.pk, admin)())


def _quiet(browser: Client) -> Client:
    browser.raise_request_exception = False
    return browser


def name_of(model: type[Model]) -> str:
    return f"{model._meta.app_label}_{model._meta.model_name}"


def lists() -> dict[str, tuple[type[Model], str]]:
    """The address of each registered model's list."""
    return {
        name_of(model): (model, reverse(f"admin:{name_of(model)}_changelist")) for model in desk._registry
    }


def test_every_registered_page_is_one_of_the_desks_and_has_its_stranger() -> None:
    assert set(lists()) == {*KEPT, QUEUE}, "Give each new page of the desk a thing in tests/strangers.py."
    assert [admin for admin in desk._registry.values() if not isinstance(admin, DeskModelAdmin)] == []
    scripts = [
        admin for admin in desk._registry.values() if admin.autocomplete_fields or str(admin.media).strip()
    ]
    assert scripts == [], (
        "Pop-ups and completion of the stock admin need its scripts, which the desk leaves out."
    )


def test_a_list_tells_a_foreign_admin_nothing_whatever_its_address_carries(
    things: Things, foreign_admin: Client
) -> None:
    carried = [
        "",
        f"?q={SEARCH}",
        "?o=1.-2.999.x",
        "?all=",
        "?p=99999",
        "?e=1",
        "?_popup=1",
    ]

    seen = {
        f"{name} {query}": foreign_admin.get(f"{path}{query}")
        for name, (_model, path) in lists().items()
        for query in carried
    }

    assert [name for name, answer in seen.items() if CANARY in body_of(answer)] == []
    assert {answer.status_code for answer in seen.values()} <= {200, 302, 303}


def test_no_column_is_guessed_at_through_the_address(things: Things, own_admin: Client) -> None:
    guessed = {}
    for name, (model, path) in lists().items():
        page = desk._registry[model]
        for field in model._meta.get_fields():
            hops = [
                "__startswith",
                "__tenant__slug__startswith",
                "__password__startswith",
                "__email__contains",
            ]
            for lookup in (f"{field.name}{hop}" for hop in hops):
                assert not page.lookup_allowed(lookup, "a", None)  # type: ignore[arg-type]
        for lookup in ("tenant__slug__startswith", "team__members__password__startswith", "id__gt"):
            guessed[f"{name} {lookup}"] = own_admin.get(f"{path}?{lookup}=a").status_code

    lenient = {name for name, status in guessed.items() if status != 400}
    assert {name.split(" ")[0] for name in lenient} <= SINGLE


def test_no_field_is_named_for_a_pop_up(things: Things, own_admin: Client) -> None:
    answers = {}
    for name, (model, path) in lists().items():
        if name in SINGLE | {QUEUE}:
            continue
        for field in model._meta.concrete_fields:
            if not field.primary_key:
                answers[f"{name} {field.name}"] = own_admin.get(f"{path}?_popup=1&_to_field={field.name}")

    assert {name: answer.status_code for name, answer in answers.items() if answer.status_code != 400} == {}
    assert [name for name, answer in answers.items() if CANARY in body_of(answer)] == []


@pytest.mark.parametrize("who", ["foreign", "own"])
def test_nothing_is_completed_for_anybody(
    things: Things, foreign_admin: Client, own_admin: Client, who: str
) -> None:
    browser = {"foreign": foreign_admin, "own": own_admin}[who]

    answers = {
        f"{name_of(model)} {field.name}": browser.get(
            reverse("admin:autocomplete"),
            {
                "app_label": model._meta.app_label,
                "model_name": str(model._meta.model_name),
                "field_name": field.name,
                "term": SEARCH,
            },
        )
        for model in desk._registry
        for field in model._meta.get_fields()
        if field.is_relation
    }

    assert {name: answer.status_code for name, answer in answers.items() if answer.status_code != 404} == {}
    assert [name for name, answer in answers.items() if CANARY in body_of(answer)] == []


def test_an_action_posted_by_hand_changes_nothing_of_another_tenant(
    things: Things, foreign_admin: Client
) -> None:
    before = state_of(things.house.tenant.pk)

    for name, (model, path) in lists().items():
        chosen = things.kept.get(name, things.ticket.pk)
        for action in ("delete_selected", *dict(_actions_of(model))):
            given = {"action": action, "_selected_action": [chosen], "post": "yes", "select_across": "1"}
            answer = foreign_admin.post(path, given)
            assert CANARY not in body_of(answer), name
        answer = foreign_admin.post(path, {"form-TOTAL_FORMS": "1", "form-INITIAL_FORMS": "1", "_save": "x"})
        assert CANARY not in body_of(answer), name

    assert state_of(things.house.tenant.pk) == before


def _actions_of(model: type[Model]) -> list[tuple[str, Any]]:
    return [(name, None) for name in (desk._registry[model].actions or []) if isinstance(name, str)]


def test_redirects_indexes_and_words_tell_nothing(things: Things, foreign_admin: Client) -> None:
    kinds = ContentType.objects.get_for_models(*desk._registry)
    paths = [
        f"/admin/r/{kind.pk}/{things.kept.get(name_of(model), things.ticket.pk)}/"
        for model, kind in kinds.items()
    ]
    paths += [f"/admin/{app}/" for app in {model._meta.app_label for model in desk._registry}]
    paths += ["/admin/", "/admin/jsi18n/", "/admin/nothing/", "/admin/tickets/nothing/1/change/"]

    answers = {path: foreign_admin.get(path) for path in paths}

    assert [path for path, answer in answers.items() if CANARY in body_of(answer)] == []
    assert {answer.status_code for path, answer in answers.items() if "/r/" in path} == {404}


@pytest.mark.parametrize("role", [Member.Role.AGENT, Member.Role.LEAD])
def test_settings_stay_closed_to_those_who_work_here(things: Things, house: House, role: str) -> None:
    worker = make_member("worker@acme.example", role=role, team=house.team)
    browser = _quiet(signed_in(house.host, house.tenant.pk, worker)())
    open_to = WORKERS | (LEADS if role == Member.Role.LEAD else set())

    answers = {
        f"{name} {method}": getattr(browser, method)(path, data)
        for name, (_model, path) in lists().items()
        if name not in open_to
        for method, data in (("get", {"q": SEARCH}), ("post", {"action": "delete_selected", "post": "yes"}))
    }

    assert {name: answer.status_code for name, answer in answers.items() if answer.status_code != 403} == {}
