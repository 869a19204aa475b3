"""Fills in the form of a request, checks it and sends it, as a browser without script does."""

import time
from typing import Any

from django.core.signing import Signer, b62_encode
from django.http.response import HttpResponseBase
from django.test import Client, RequestFactory

from tests.pages import Page
from tickets.views.limits import Limit
from tickets.views.request_checks import stamp

ADDRESS = "/contact/refund-late/"
ANSWERS = {
    "subject": "Refund for order 1182",
    "body": "The refund is still not here.",
    "email": "ana@elsewhere.example",
    "name": "Ana",
}


def open_form(site: Client, address: str = ADDRESS) -> dict[str, str]:
    """The hidden and prefilled values of the form at `address`."""
    return Page(site.get(address)).form(address).values


def ask(site: Client, address: str = ADDRESS, **answers: Any) -> HttpResponseBase:
    """Opens the form, continues and sends: the answer to the last press, or the page that came before it."""
    return send(site, go_on(site, address, **answers))


def go_on(site: Client, address: str = ADDRESS, **answers: Any) -> HttpResponseBase:
    """Opens the form, fills it in and presses Continue; an answer of None is left out."""
    values = open_form(site, address.split("?")[0]) | ANSWERS | answers
    return site.post(address, {name: value for name, value in values.items() if value is not None})


def send(site: Client, checked: HttpResponseBase) -> HttpResponseBase:
    """Presses Send on the summary that Continue led to; where it led to none, the answer to Continue."""
    if checked.status_code != 303:
        return checked
    address = checked["Location"]
    summary = site.get(address)
    return site.post(address, Page(summary).form(address).values) if summary.status_code == 200 else summary


def send_form(site: Client, address: str, values: dict[str, Any]) -> HttpResponseBase:
    """Posts the values of a form and sends what it becomes."""
    return send(site, site.post(address, values))


def minute_old_stamp() -> str:
    """The mark of a form that was opened a minute ago."""
    return Signer.sign(stamp, f"request:{b62_encode(int(time.time()) - 60)}")


def use_up(limit: Limit) -> None:
    """Counts as many as the limit allows, for the address that test browsers come from."""
    request = RequestFactory().get("/")
    while not limit.is_used_up(request):
        limit.spend(request)
