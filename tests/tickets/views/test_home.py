"""The first page of a tenant."""

from django.test import Client

from accounts.models import Member
from tests.factories.cast import House, make_category
from tests.factories.tickets import answer, make_ticket
from tests.pages import Page
from tests.queries import assert_same_queries, count_queries
from tickets.models.ticket import Status


def test_home_leads_to_the_topics_and_states_the_promise(house: House, site: Client) -> None:
    page = Page(site.get("/en/"))

    assert page.title == "Help center · Acme"
    assert page.links["Contact us"] == "/contact/"
    assert page.links["My tickets"] == "/tickets/"
    assert page.links["Refund late"] == "/contact/refund-late/"
    assert "If you write now, we aim to reply by" in page.text


def test_home_speaks_the_language_of_its_address(house: House, site: Client) -> None:
    reply = site.get("/ar/", headers={"accept-language": "en"})

    assert reply["Content-Language"] == "ar"
    assert '<html lang="ar" dir="rtl"' in reply.content.decode()
    assert "تأخر استرداد المبلغ" in reply.content.decode()


def test_home_in_an_unknown_language_is_not_found(house: House, site: Client) -> None:
    assert site.get("/xx/").status_code == 404


def test_home_tells_a_member_what_waits_for_them(
    house: House, site: Client, customer: Member, agent: Member
) -> None:
    answer(make_ticket(house, customer), agent, status=Status.PENDING)
    site.force_login(customer)

    assert "1 ticket is waiting for your answer." in Page(site.get("/en/")).text


def test_home_costs_the_same_with_one_topic_and_with_three(house: House, site: Client) -> None:
    one = count_queries(lambda: site.get("/en/"))
    for slug in ("a", "b", "c"):
        make_category(slug, house.team, parent=house.category, en=slug)

    three = count_queries(lambda: site.get("/en/"))

    assert_same_queries(one, three)
    assert three <= 7
