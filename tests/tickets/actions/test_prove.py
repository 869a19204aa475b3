"""Codes for requests: mailed with nothing of the requester, good for ten minutes, five tries and one address."""

import datetime as dt
import uuid

import pytest
from django.utils.timezone import now

from helpdesk.errors import Refused
from helpdesk.outbox.models import OutboxRow
from helpdesk.outbox.render import render
from tests.factories.cast import House
from tickets.actions.prove import MAILS, TRIES, ask_for_code, forget_code, mail_new_code, why_code_is_wrong
from tickets.models import RequestCode

EMAIL = "ana@elsewhere.example"
KEY = uuid.UUID("00000000-0000-4000-8000-000000000001")


def codes() -> list[str]:
    return [row.secrets["code"] for row in OutboxRow.objects.order_by("pk")]


def ask(key: uuid.UUID = KEY, email: str = EMAIL) -> str:
    ask_for_code(key, email, sender=None, locale="en")
    return codes()[-1]


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 10**6:06}"


def test_the_code_is_mailed_and_only_its_hash_is_kept(house: House) -> None:
    code = ask()

    row = OutboxRow.objects.get()
    mail = render(row)
    assert (row.topic, row.to_address, row.is_proven, row.is_automatic) == (
        "account_request_code",
        EMAIL,
        False,
        True,
    )
    assert len(code) == 6
    assert all(code in part for part in (mail.text, mail.html))
    assert code not in str(RequestCode.objects.values().get())


@pytest.mark.parametrize("written", ["{}", " {} ", "{}\n", "code: {}"])
def test_the_right_code_is_right_however_it_is_written(house: House, written: str) -> None:
    code = ask()

    assert why_code_is_wrong(KEY, EMAIL, written.format(code)) is None


def test_digits_of_other_scripts_and_gaps_are_forgiven(house: House) -> None:
    code = ask()
    arabic = code.translate({ord("0") + digit: chr(0x660 + digit) for digit in range(10)})

    assert why_code_is_wrong(KEY, EMAIL, f"{arabic[:3]} {arabic[3:]}") is None


@pytest.mark.parametrize("typed", ["", "      ", "12345", "1234567", "abcdef", "\0", "²³¹" * 2, "9" * 10_000])
def test_what_is_no_code_is_wrong(house: House, typed: str) -> None:
    ask()

    refusal = why_code_is_wrong(KEY, EMAIL, typed)

    assert refusal is not None
    assert refusal.field == "code"


def test_five_wrong_tries_end_the_code(house: House) -> None:
    code = ask()
    for _try in range(TRIES):
        assert "isn't right" in str(why_code_is_wrong(KEY, EMAIL, wrong(code)))

    assert str(why_code_is_wrong(KEY, EMAIL, code)) == "Too many wrong codes. Ask for a new one."


def test_a_code_ends_after_ten_minutes(house: House) -> None:
    code = ask()
    left = RequestCode.objects.get().expires_at - now()
    RequestCode.objects.update(expires_at=now() - dt.timedelta(seconds=1))

    refusal = why_code_is_wrong(KEY, EMAIL, code)

    assert dt.timedelta(minutes=9) < left <= dt.timedelta(minutes=10)
    assert str(refusal) == "This code has ended. Ask for a new one."


def test_a_code_is_for_one_request_and_one_address(house: House) -> None:
    code = ask()
    other = uuid.uuid4()

    refusals = [why_code_is_wrong(other, EMAIL, code), why_code_is_wrong(KEY, "eve@elsewhere.example", code)]

    assert [str(refusal) for refusal in refusals] == ["This code has ended. Ask for a new one."] * 2


def test_asking_twice_mails_once_and_another_address_anew(house: House) -> None:
    ask()
    ask()
    ask(email="bob@elsewhere.example")

    assert OutboxRow.objects.count() == 2
    assert why_code_is_wrong(KEY, EMAIL, codes()[0]) is not None
    assert why_code_is_wrong(KEY, "bob@elsewhere.example", codes()[1]) is None


def test_a_new_code_ends_the_earlier_one_and_three_are_mailed_at_most(house: House) -> None:
    first = ask()
    for _time in range(MAILS - 1):
        mail_new_code(KEY, EMAIL, sender=None, locale="en")

    with pytest.raises(Refused, match="three codes"):
        mail_new_code(KEY, EMAIL, sender=None, locale="en")

    assert OutboxRow.objects.count() == MAILS
    assert first == codes()[-1] or why_code_is_wrong(KEY, EMAIL, first) is not None
    assert why_code_is_wrong(KEY, EMAIL, codes()[-1]) is None


def test_codes_are_forgotten_after_sending_and_a_day_after_they_ended(house: House) -> None:
    ask()
    RequestCode.objects.update(expires_at=now() - dt.timedelta(days=1, seconds=1))
    ask(uuid.uuid4())
    left = RequestCode.objects.get().draft_key

    forget_code(left)

    assert left != KEY
    assert not RequestCode.objects.exists()
