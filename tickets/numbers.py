"""Ticket numbers: `<PREFIX>-<counter><digit>`, gap-free and in order in a tenant, with a digit that finds typos."""

import re
import unicodedata

from django.db import connection
from django.utils.translation import gettext_lazy as _

from helpdesk.errors import Refused
from helpdesk.tenancy import current_tenant_id

FIRST_COUNTER = 100
# The totally anti-symmetric quasigroup of order 10 in H. M. Damm, "Total anti-symmetrische Quasigruppen" (2004).
DAMM = (
    "0317598642",
    "7092154863",
    "4206871359",
    "1750983426",
    "6123045978",
    "3674209581",
    "5869720134",
    "8945362017",
    "9438617205",
    "2581436790",
)
NUMBER = re.compile(r"([A-Z][A-Z0-9]*)-([0-9]{4,})")


def check_digit(digits: str) -> str:
    """Damm's digit for `digits` (ASCII, at least one): it shows every wrong digit and every swap of neighbours."""
    state = "0"
    for digit in digits:
        state = DAMM[int(state)][int(digit)]
    return state


def take_number(prefix: str) -> str:
    """The tenant's next number. Locks the tenant's counter until the transaction ends, so take it last.

    A rolled-back transaction gives its number back: numbers have no gaps and follow the order of commits.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO tickets_ticketcounter (tenant_id, last) VALUES (%s, %s)"
            " ON CONFLICT (tenant_id) DO UPDATE SET last = tickets_ticketcounter.last + 1 RETURNING last",
            [current_tenant_id(), FIRST_COUNTER],
        )
        counter = str(cursor.fetchone()[0])
    return f"{prefix}-{counter}{check_digit(counter)}"


def looks_like_number(text: str, prefix: str) -> bool:
    """Whether somebody who typed `text` meant a ticket number."""
    return NUMBER.fullmatch(_normalised(text, prefix)) is not None


def parse_number(text: str, prefix: str) -> str:
    """The number that `text` means, in its one written form; case, blanks, dashes and foreign digits are forgiven.

    The digit is verified before anybody asks the database. Raises Refused, which names what is wrong.
    """
    number = NUMBER.fullmatch(_normalised(text, prefix))
    if number is None:
        raise Refused(_("Enter a number like %(example)s.") % {"example": f"{prefix}-1007"}, field="number")
    counter = number[2][:-1]
    if check_digit(counter) != number[2][-1]:
        raise Refused(_("Check the number: one digit looks wrong."), field="number")
    return number[0]


def _normalised(text: str, prefix: str) -> str:
    signs = []
    for sign in unicodedata.normalize("NFKC", text[:100]).upper():
        category = unicodedata.category(sign)
        if category == "Nd":
            signs.append(str(unicodedata.digit(sign)))
        elif category == "Pd" or sign == "\u2212":
            signs.append("-")
        elif category not in {"Zs", "Cf", "Cc"} and sign != "#":
            signs.append(sign)
    plain = "".join(signs).strip("[]().,:;")
    if plain.isdigit():
        return f"{prefix}-{plain}"
    if plain.startswith(prefix) and plain[len(prefix) :].isdigit():
        return f"{prefix}-{plain[len(prefix) :]}"
    return re.sub("-+", "-", plain)
