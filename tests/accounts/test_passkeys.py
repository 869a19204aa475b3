"""Passkeys at the server: whose they are, for which host and purpose, and what forged answers get."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from accounts.models import Member
from helpdesk.tenancy import tenant_scope
from tests.accounts.authenticator import Passkey
from tests.accounts.conftest import is_signed_in, mails_to, sign_in
from tests.accounts.factors import codes_on, ways
from tests.factories.cast import House, make_member

ADD = "/accounts/passkeys/add/"
SIGN_IN = "/accounts/passkeys/sign-in/"
STEP = "/accounts/second-step/"


@pytest.fixture(autouse=True)
def empty_cache(house: House) -> Iterator[None]:
    """Counts of other tests are forgotten."""
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def passkey() -> Passkey:
    """A key on a device that has been nowhere yet."""
    return Passkey("http://acme.localhost", "acme.localhost")


def options_on(answer: Any) -> dict[str, Any]:
    """What the page would hand to the browser."""
    found = re.search(r'data-options="([^"]+)"', answer.content.decode())
    assert found
    options: dict[str, Any] = json.loads(html.unescape(found.group(1)))
    return options


def add(browser: Client, passkey: Passkey, name: str = "Laptop") -> Any:
    credential = passkey.create(options_on(browser.get(ADD)))
    return browser.post(ADD, {"name": name, "credential": credential})


def show(browser: Client, passkey: Passkey, **more: str) -> Any:
    options = browser.get("/accounts/passkeys/options/").json()
    return browser.post(SIGN_IN, {"credential": passkey.get(options), **more})


@pytest.fixture
def owner(site: Client, customer: Member, passkey: Passkey) -> Member:
    """A person with that passkey, signed out again."""
    sign_in(site, customer.email)
    add(site, passkey)
    site.post("/accounts/logout/")
    return customer


def test_a_passkey_is_added_with_recovery_codes_and_a_mail(
    site: Client, customer: Member, passkey: Passkey
) -> None:
    sign_in(site, customer.email)

    answer = add(site, passkey, "  Blue \u200bkey ")

    assert (answer.status_code, answer["Location"]) == (303, "/accounts/second-factor/codes/")
    assert len(codes_on(site.get(answer["Location"]))) == 10
    assert [kept.name for kept in ways(customer).passkeys] == ["Blue \u200bkey"]
    assert mails_to(customer.email)[-1].context["change"] == "passkey_added"


def test_a_passkey_signs_in_alone_and_next_survives(site: Client, owner: Member, passkey: Passkey) -> None:
    answer = show(site, passkey, next="/contact/")

    assert (answer.status_code, answer["Location"]) == (303, "/contact/")
    assert is_signed_in(site)
    assert ways(owner).passkeys[0].used_at


def test_a_passkey_is_a_second_step_too(site: Client, owner: Member, passkey: Passkey) -> None:
    assert sign_in(site, owner.email)["Location"] == STEP

    site.post(STEP, {"credential": passkey.get(options_on(site.get(STEP)))})

    assert is_signed_in(site)


def test_a_passkey_makes_a_sign_in_fresh(site: Client, owner: Member, passkey: Passkey) -> None:
    site.force_login(owner)

    options = options_on(site.get("/accounts/confirm/"))
    answer = site.post("/accounts/confirm/", {"credential": passkey.get(options), "next": ADD})

    assert answer["Location"] == ADD
    assert site.get(ADD).status_code == 200


@pytest.mark.parametrize(
    "forged",
    [
        {"origin": "http://globex.localhost"},
        {
            "origin": "http://evil.acme.localhost"
        },  # a name below the host may use its passkeys, say browsers; we do not
        {"origin": "https://acme.localhost"},
        {"party": "localhost"},
        {"is_verified": False},
        {"key_id": b"another-key-id-1"},
        {"owner": "MQ"},
        {"owner": "____"},
        {"owner": "enp6enp6enp6enp6enp6enp6"},
    ],
)
def test_a_forged_answer_signs_nobody_in(
    site: Client, owner: Member, passkey: Passkey, forged: dict[str, Any]
) -> None:
    answer = show(site, replace(passkey, **forged), next="/contact/")

    assert answer["Location"] == "/accounts/login/?next=/contact/"
    assert "passkey didn" in site.get(answer["Location"]).content.decode()
    assert not is_signed_in(site)


def test_a_wrong_signature_signs_nobody_in(site: Client, owner: Member, passkey: Passkey) -> None:
    other = Passkey(passkey.origin, passkey.party, key_id=passkey.key_id, owner=passkey.owner)

    show(site, other)

    assert not is_signed_in(site)


def test_an_answer_works_once(site: Client, owner: Member, passkey: Passkey) -> None:
    answer = passkey.get(site.get("/accounts/passkeys/options/").json())
    site.post(SIGN_IN, {"credential": answer})
    site.post("/accounts/logout/")

    site.post(SIGN_IN, {"credential": answer})

    assert not is_signed_in(site)


def test_an_answer_to_another_question_signs_nobody_in(site: Client, owner: Member, passkey: Passkey) -> None:
    """The second step does not ask for finger or PIN, so its answer must not pass for a sign-in."""
    sign_in(site, owner.email)
    answer = passkey.get(options_on(site.get(STEP)))

    site.post(SIGN_IN, {"credential": answer})

    assert not is_signed_in(site)


@pytest.mark.parametrize(
    "credential",
    ["", "{", "[]", "null", "1", '""', "{}", '{"id": 1}', '{"id": "AA", "rawId": "AA", "type": "public-key", "response": {}}',
     '{"id": "AA", "rawId": "AA", "response": []}', '{"rawId": null}', '{"rawId": "!", "response": {"clientDataJSON": "e30"}}',
     '{"id":"AA","rawId":"AA","type":"x","response":{"clientDataJSON":"e30","attestationObject":"oA","authenticatorData":"AA","signature":"AA"}}',
     '{"id":"AA","rawId":"AA","response":{"clientDataJSON":"bnVsbA","attestationObject":"_w","authenticatorData":"","signature":""}}',
     '{"a": ' * 4000 + "1" + "}" * 4000, "x" * 20_000],
    ids=lambda text: text[:20],
)  # fmt: skip
def test_nonsense_is_no_fault_of_ours(site: Client, owner: Member, passkey: Passkey, credential: str) -> None:
    site.get("/accounts/passkeys/options/")
    answers = [site.post(SIGN_IN, {"credential": credential}).status_code]
    sign_in(site, owner.email)
    site.get(STEP)
    answers.append(site.post(STEP, {"credential": credential}).status_code)
    site.post(STEP, {"credential": passkey.get(options_on(site.get(STEP)))})
    site.get(ADD)
    answers.append(site.post(ADD, {"credential": credential}).status_code)

    assert answers == [303, 422, 422]
    assert len(ways(owner).passkeys) == 1


def test_a_passkey_of_one_tenant_is_unknown_in_another(
    owner: Member, passkey: Passkey, other_house: House
) -> None:
    there = Client(headers={"host": other_house.host})
    with tenant_scope(other_house.tenant.pk):
        make_member(owner.email)
        taken_along = replace(passkey, origin="http://globex.localhost", party="globex.localhost")

        show(there, taken_along)

        assert not is_signed_in(there)


def test_whose_account_is_closed_stays_out(site: Client, owner: Member, passkey: Passkey) -> None:
    Member.objects.filter(pk=owner.pk).update(is_active=False)

    answer = show(site, passkey)

    assert answer["Location"] == "/accounts/inactive/"
    assert not is_signed_in(site)


def test_a_passkey_is_renamed_and_removed_by_its_owner_only(
    site: Client, owner: Member, passkey: Passkey, admin: Member, house: House
) -> None:
    pk = ways(owner).passkeys[0].pk
    stranger = Client(headers={"host": house.host})
    sign_in(stranger, admin.email)
    show(site, passkey)

    theirs = [stranger.post(f"/accounts/passkeys/{pk}/{end}", {"name": "Mine"}) for end in ("", "remove/")]
    empty = site.post(f"/accounts/passkeys/{pk}/", {"name": " \u200b"})
    site.post(f"/accounts/passkeys/{pk}/", {"name": "Old laptop"})
    named = ways(owner).passkeys[0].name
    site.post(f"/accounts/passkeys/{pk}/remove/")

    assert [answer.status_code for answer in theirs] == [404, 404]
    assert (empty.status_code, named) == (422, "Old laptop")
    assert not ways(owner).has_factor
    assert mails_to(owner.email)[-1].context["change"] == "passkey_removed"


@pytest.mark.parametrize("end", ["", "remove/"])
def test_a_change_of_a_passkey_needs_a_fresh_sign_in(
    site: Client, owner: Member, passkey: Passkey, settings: Any, end: str
) -> None:
    path = f"/accounts/passkeys/{ways(owner).passkeys[0].pk}/{end}"
    show(site, passkey)
    settings.FRESH_SIGN_IN_SECONDS = 0

    answer = site.post(path, {"name": "Mine"})

    assert answer["Location"] == f"/accounts/confirm/?next={path}"
    assert [kept.name for kept in ways(owner).passkeys] == ["Laptop"]


def test_sign_in_by_passkey_is_limited(site: Client, house: House, settings: Any) -> None:
    settings.ACCOUNT_RATE_LIMITS = {"login": "2/m/ip"}

    answers: list[Any] = [site.post(SIGN_IN, {"credential": "{}"}) for _try in range(3)]

    assert [answer.status_code for answer in answers] == [303, 303, 429]
    assert answers[2]["Retry-After"] == "60"


@pytest.mark.parametrize("target", ["//evil.example", "https://evil.example", "/\\evil.example"])
def test_a_passkey_leads_to_no_other_site(site: Client, owner: Member, passkey: Passkey, target: str) -> None:
    assert show(site, passkey, next=target)["Location"] == "/tickets/"
