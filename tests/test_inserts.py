"""Rows of several kinds, stored with one statement."""

import pytest
from django.db import IntegrityError, connection, transaction

from accounts.models import Team
from helpdesk.inserts import insert_together, reserve_ids
from helpdesk.tenancy import tenant_scope
from tests.factories.cast import House
from tests.queries import counted_queries
from tickets.models import Category, CategoryTranslation


def test_rows_that_name_one_another_need_one_statement(house: House) -> None:
    team_id, category_id = reserve_ids(Team, Category)
    category = Category(pk=category_id, slug="cameras", team_id=team_id)
    names = [CategoryTranslation(category=category, locale=locale, name="Cameras") for locale in ("en", "ar")]
    team = Team(pk=team_id, name="Cameras", slug="cameras")

    with counted_queries() as statements:
        insert_together([*names, category, team])

    stored = Category.objects.get(pk=category_id)
    assert len(statements) == 1
    assert stored.team.name == "Cameras"
    assert sorted(stored.translations.values_list("locale", "name")) == [("ar", "Cameras"), ("en", "Cameras")]
    assert not team._state.adding


def test_one_bad_row_keeps_all_out(house: House) -> None:
    rows = [Team(name="New", slug="new"), Category(slug="refund-late", team=house.team)]

    with pytest.raises(IntegrityError), transaction.atomic():
        insert_together(rows)

    assert not Team.objects.filter(slug="new").exists()


def test_row_of_another_tenant_is_refused(house: House, other_house: House) -> None:
    with tenant_scope(other_house.tenant.pk):
        theirs = Category(slug="new", team=other_house.team)

    with pytest.raises(IntegrityError), transaction.atomic():
        insert_together([Category(slug="mine", team=other_house.team)])
        connection.check_constraints()
    with pytest.raises(Exception, match="row-level security"), transaction.atomic():
        insert_together([Team(name="Mine", slug="mine"), theirs])

    assert not Team.objects.filter(slug="mine").exists()


def test_no_rows_need_no_statement(house: House) -> None:
    with counted_queries() as statements:
        insert_together([])

    assert (statements, reserve_ids()) == ([], [])
