"""Rows of several kinds, stored with one statement."""

import uuid

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from accounts.models import Team
from helpdesk.inserts import insert_together, insert_unless_there, reserve_ids
from helpdesk.tenancy import tenant_scope
from tests.factories.cast import House
from tests.queries import counted_queries
from tickets.models import Category, CategoryTranslation, RequestDraft


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


HOSTILE = "it's 50 % \\' %s %% {} $$ \u202e\u0660 🙂\n'); DROP TABLE x; --"


def test_values_are_kept_as_they_are(house: House) -> None:
    key, now = uuid.uuid4(), timezone.now()
    draft = RequestDraft(key=key, answers={HOSTILE: [HOSTILE, None, 1.5, True]}, expires_at=now)
    teams = [Team(name=HOSTILE, slug="one"), Team(name="", slug="two")]

    insert_together([draft, *teams])

    stored = RequestDraft.objects.get(key=key)
    assert (stored.answers, stored.ready, stored.expires_at) == (draft.answers, None, now)
    assert [team.name for team in Team.objects.filter(slug__in=["one", "two"]).order_by("slug")] == [
        HOSTILE,
        "",
    ]


def test_a_row_that_is_there_is_left_alone(house: House) -> None:
    key, now = uuid.uuid4(), timezone.now()
    first = RequestDraft(key=key, answers={"subject": "First"}, expires_at=now)
    second = RequestDraft(key=key, answers={"subject": "Second"}, expires_at=now)

    with counted_queries() as statements:
        answers = insert_unless_there(first), insert_unless_there(second)

    assert (answers, len(statements)) == ((True, False), 2)
    assert RequestDraft.objects.get(key=key).answers == {"subject": "First"}
    assert first == RequestDraft.objects.get(key=key)
