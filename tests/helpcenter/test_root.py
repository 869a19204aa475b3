"""The bare address of a tenant."""

import pytest
from django.test import Client

from accounts.models import Member
from tests.factories.cast import House


@pytest.mark.parametrize(("wish", "address"), [("ar,en;q=0.5", "/ar/"), ("de", "/en/"), ("", "/en/")])
def test_root_leads_to_the_home_page_in_the_reader_s_language(
    house: House, site: Client, wish: str, address: str
) -> None:
    reply = site.get("/", headers={"accept-language": wish})

    assert (reply.status_code, reply["Location"]) == (302, address)


def test_root_follows_the_choice_of_a_member(house: House, site: Client, customer: Member) -> None:
    Member.objects.filter(pk=customer.pk).update(locale="ar")
    site.force_login(customer)

    assert site.get("/")["Location"] == "/ar/"
