"""Secrets are found where people paste them, and ordinary numbers are left alone."""

import random
import time
from itertools import pairwise

import pytest

from tickets.sensitive import Kind, Span, find_sensitive, mask, passes_luhn

CARD, PASSWORD, KEY, IBAN = Kind
PEM = "-----BEGIN RSA PRIVATE KEY-----\nMIIEow\nIBAAK\n-----END RSA PRIVATE KEY-----"
JWT = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U"


@pytest.mark.parametrize(
    ("text", "secret", "kind"),
    [
        ("My card 4111 1111 1111 1111 was charged twice", "4111 1111 1111 1111", CARD),
        ("4111111111111111", "4111111111111111", CARD),
        ("4111-1111-1111-1111.", "4111-1111-1111-1111", CARD),
        ("paid with 5555.5555.5555.4444, ok?", "5555.5555.5555.4444", CARD),
        ("mastercard 2223003122003222", "2223003122003222", CARD),
        ("amex: 3782 822463 10005", "3782 822463 10005", CARD),
        ("diners card 30569309025904", "30569309025904", CARD),
        ("4111 1111 1111 1111 12/27", "4111 1111 1111 1111", CARD),
        ("valid 12 27 4111 1111 1111 1111 123", "4111 1111 1111 1111", CARD),
        ("رقم بطاقتي ٤١١١ ١١١١ ١١١١ ١١١١ من فضلكم", "٤١١١ ١١١١ ١١١١ ١١١١", CARD),
        ("कार्ड ४१११११११११११११११", "४१११११११११११११११", CARD),
        ("cvv: 123", "123", CARD),
        ("order 17, visa 4242 4242 4242 4242", "4242 4242 4242 4242", CARD),
        ("password: hunter2", "hunter2", PASSWORD),
        ("Password = 'Tr0ub4dor&3'", "Tr0ub4dor&3", PASSWORD),
        ("my password is Correct-Horse9.", "Correct-Horse9", PASSWORD),
        ("user: ana\npassword: sunshine\nthanks", "sunshine", PASSWORD),
        ("Password:\nabc12345", "abc12345", PASSWORD),
        ("das Passwort lautet Geheim123!", "Geheim123", PASSWORD),
        ("mot de passe : soleil99", "soleil99", PASSWORD),
        ("la contraseña es Verano2026", "Verano2026", PASSWORD),
        ("пароль: Лето2026", "Лето2026", PASSWORD),
        ("كلمة المرور: Summer2026", "Summer2026", PASSWORD),
        ("وكلمة السر هي قمر١٢٣٤", "قمر١٢٣٤", PASSWORD),
        ("الرقم السري: ١٢٣٤٥٦", "١٢٣٤٥٦", PASSWORD),
        ("我的密码是abc12345", "abc12345", PASSWORD),
        ("PIN: 4412", "4412", PASSWORD),
        ("postgres://app:s3cr3t@db/app fails", "s3cr3t", PASSWORD),
        ("key sk_live_4eC39HqLyjWDarjtT1zdp7dc fails", "sk_live_4eC39HqLyjWDarjtT1zdp7dc", KEY),
        ("AKIAIOSFODNN7EXAMPLE", "AKIAIOSFODNN7EXAMPLE", KEY),
        (f"token ghp_{'a1B2' * 9}", f"ghp_{'a1B2' * 9}", KEY),
        (f"Authorization: Bearer {JWT}", JWT, KEY),
        ("api_key=0123456789abcdef0123", "0123456789abcdef0123", KEY),
        (f"see:\n{PEM}\nthanks", PEM, KEY),
        ("-----BEGIN PRIVATE KEY-----\nMIIEow cut", "-----BEGIN PRIVATE KEY-----\nMIIEow cut", KEY),
        ("IBAN DE89 3704 0044 0532 0130 00 please", "DE89 3704 0044 0532 0130 00", IBAN),
        ("gb29nwbk60161331926819", "gb29nwbk60161331926819", IBAN),
        ("SA0380000000608010167519", "SA0380000000608010167519", IBAN),
        ("آيبان SA٠٣٨٠٠٠٠٠٠٠٦٠٨٠١٠١٦٧٥١٩", "SA٠٣٨٠٠٠٠٠٠٠٦٠٨٠١٠١٦٧٥١٩", IBAN),
    ],
)  # fmt: skip
def test_a_secret_is_found_as_it_stands(text: str, secret: str, kind: Kind) -> None:
    found = find_sensitive(text)

    assert [(text[span.start : span.end], span.kind) for span in found] == [(secret, kind)]


@pytest.mark.parametrize(
    "text",
    [
        "Order 1182 is late",
        "order 4111111111111111",
        "Tracking number: 4111 1111 1111 1111",
        "رقم الطلب 4111111111111111",
        "رقم التتبع: ٤١١١١١١١١١١١١١١١",
        "4111 1111 1111 1112",
        "41 11 11 11 11 11 11 11",
        "4111  1111-1111 1111",
        "https://shop.example/p/4111111111111111",
        "id-4111111111111111-x",
        "4111111111111111.mp4",
        "0000 0000 0000 0000",
        "Call +49 30 901820 or 0049 30 901820 99 12",
        "+1 (555) 010-9999, +966 50 123 4567, 00971 4 123 4567",
        "1Z999AA10123456784 and 9400 1000 0000 0000 0000 00",
        "UUID 6fa459ea-ee8a-3ca4-894e-db77e160355e",
        "2026-11-22 14:02:33.123456 0x41111111 41111111111111110000000",
        "ACME-1007, ABC-10424",
        "30569309025904",
        "IMEI 490154203237518",
        "ISBN 978-3-16-148410-0",
        "I forgot my password: the mail with the link never comes",
        "Password: reset does not work",
        "password: wrong",
        "the password is wrong every time",
        "password: ********",
        "password: <your password>",
        "Password: 500 error appears",
        "my password is not accepted since 2024",
        "password: see https://acme.example/reset?x=1",
        "password: https://acme.example/reset?x=1",
        "password: ana@example.org",
        "I typed the password and then 2FA",
        "كلمة المرور لا تعمل منذ 2024",
        "نسيت كلمة المرور: الرابط لا يصل",
        "Passwort: vergessen",
        "token expired",
        "The token: it says invalid_grant_because_of_clock",
        "api key is missing from my settings page",
        "DE89 3704 0044 0532 0130 01",
        "AB12 and CD34 are our rooms",
        "CVV is wrong, error 4100",
        "pin code: 560001",
        "spinning: 1234",
        "https://acme.example:8080/path@2x",
        "•••• 1111",
    ],
)
def test_ordinary_text_is_left_alone(text: str) -> None:
    assert find_sensitive(text) == []


def test_several_are_told_in_order_and_once() -> None:
    text = f"password: hunter2\ncard 4111 1111 1111 1111\ntoken: {JWT}\n{PEM}\nDE89370400440532013000"

    found = find_sensitive(text)

    assert [span.kind for span in found] == [PASSWORD, CARD, KEY, KEY, IBAN]
    assert all(left.end <= right.start for left, right in pairwise(found))


def test_masked_text_shows_the_end_of_cards_and_nothing_of_passwords() -> None:
    text = "card 4111 1111 1111 1111, password: hunter2, cvv 123, DE89370400440532013000 end"

    hidden = mask(text, find_sensitive(text))

    assert hidden == "card •••• 1111, password: •••••••, cvv •••, •••• 3000 end"
    assert find_sensitive(hidden) == []
    assert mask(hidden, []) == hidden


def test_mask_takes_spans_in_any_order() -> None:
    spans = [Span(6, 9, PASSWORD), Span(0, 3, PASSWORD)]

    assert mask("abc - def", spans) == "••• - •••"


@pytest.mark.parametrize(
    ("digits", "right"),
    [("4111111111111111", True), ("79927398713", True), ("79927398710", False), ("0", True)],
)
def test_luhn(digits: str, right: bool) -> None:
    assert passes_luhn(digits) is right


def test_random_numbers_of_orders_are_hardly_ever_taken_for_cards() -> None:
    rng = random.Random(7)

    alarms = sum(
        bool(find_sensitive(f"It is {rng.randrange(10 ** (size - 1), 10**size)} in your list"))
        for size in range(5, 16)
        for _number in range(300)
    )

    assert alarms / 3300 < 0.003


@pytest.mark.parametrize(
    "piece",
    [
        "4", "4 ", "4111 1111 1111 111", "4-", "a", "password: ", "password:password:", "كلمة المرور: ", "eyJaaaaaaaaa", "eyJ.",
        "eyJaaaaaaaa.eyJaaaaaaaa.", "sk-", "sk_live_", "ghp_a", "DE89", "DE89 ", "DE", "-----BEGIN PRIVATE KEY-----",
        "-----BEGIN ", "token ", "token=aaaaaaaaaaaaaaaaaaaaaaaaa ", "a://b:", "http://", "a:", "a@", "\u200e4", "٤ ", "SG.a",
        "cvv ", "pin ", "order ", "- ", ".", " ", "\n", "𝟜", "password is\n", "secret_access_key", "a+.-",
    ],
)  # fmt: skip
def test_hostile_text_takes_no_longer_than_ordinary_text(piece: str) -> None:
    text = (piece * 20_000)[:20_000]

    started = time.process_time()
    find_sensitive(text)

    assert (
        time.process_time() - started < 2
    )  # a tenth of it on an idle machine; minutes if it grew with the square
