"""The scope: what the product and the database see inside, outside, nested, and after an exception."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import IntegrityError, OperationalError, connection, transaction
from django.http import StreamingHttpResponse
from django.test.utils import CaptureQueriesContext

from accounts.models import Member, Team, Tenant
from helpdesk.tenancy import (
    CurrentTenant,
    NoTenant,
    current_tenant_id,
    current_tenant_id_or_none,
    tenant_scope,
)


def setting() -> str | None:
    """The tenant as the database knows it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nullif(current_setting('app.tenant', true), '')")
        found: str | None = cursor.fetchone()[0]
    return found


def test_scope_shows_only_rows_of_its_tenant(
    acme: Tenant, globex: Tenant, ann: Member, stranger: Member
) -> None:
    with tenant_scope(acme.pk):
        at_acme = list(Member.objects.all())
    with tenant_scope(globex.pk):
        at_globex = list(Member.objects.all())

    assert at_acme == [ann]
    assert at_globex == [stranger]


def test_manager_refuses_outside_a_scope(ann: Member) -> None:
    with pytest.raises(NoTenant):
        list(Member.objects.all())
    with pytest.raises(NoTenant):
        Member.objects.filter(pk=ann.pk).update(name="Ann")
    with pytest.raises(NoTenant):
        Member.objects.count()


def test_base_manager_is_held_by_the_policy_alone(acme: Tenant, globex: Tenant, ann: Member) -> None:
    outside = list(Member._base_manager.all())
    with tenant_scope(globex.pk):
        elsewhere = list(Member._base_manager.all())
    with tenant_scope(acme.pk):
        at_home = list(Member._base_manager.all())

    assert (outside, elsewhere, at_home) == ([], [], [ann])


def test_query_built_outside_runs_inside(acme: Tenant, ann: Member) -> None:
    members = Member.objects.filter(email="ann@example.com")

    with tenant_scope(acme.pk):
        found = list(members)

    assert found == [ann]


def test_query_built_in_one_scope_reads_the_tenant_it_runs_in(
    acme: Tenant, globex: Tenant, ann: Member, stranger: Member
) -> None:
    with tenant_scope(acme.pk):
        members = Member.objects.all()
    with tenant_scope(globex.pk):
        found = list(members)

    assert found == [stranger]


def test_new_thread_has_no_tenant(acme: Tenant) -> None:
    with tenant_scope(acme.pk), ThreadPoolExecutor(1) as pool:
        seen = pool.submit(current_tenant_id_or_none).result()

    assert seen is None


@pytest.mark.parametrize("wrong", [None, "7", 7.0])
def test_scope_refuses_what_is_no_id(wrong: object) -> None:
    with pytest.raises(NoTenant), tenant_scope(wrong):  # type: ignore[arg-type]
        pytest.fail("the scope opened")

    assert current_tenant_id_or_none() is None


def test_current_tenant_id_refuses_outside(acme: Tenant) -> None:
    with tenant_scope(acme.pk):
        inside = current_tenant_id()

    assert inside == acme.pk
    with pytest.raises(NoTenant):
        current_tenant_id()


def test_new_row_gets_the_tenant_of_its_scope(acme: Tenant, support: Team) -> None:
    assert support.tenant_id == acme.pk
    assert Team(name="Outside").tenant_id is None  # Django's checks instantiate models


def test_nested_scope_gives_the_outer_tenant_back(acme: Tenant, globex: Tenant) -> None:
    seen = [setting()]
    with tenant_scope(acme.pk):
        seen.append(setting())
        with tenant_scope(globex.pk):
            seen.append(setting())
        seen.append(setting())
    seen.append(setting())

    assert seen == [None, str(acme.pk), str(globex.pk), str(acme.pk), None]


def test_nested_scope_gives_the_outer_tenant_back_after_an_exception(acme: Tenant, globex: Tenant) -> None:
    with tenant_scope(acme.pk):
        with pytest.raises(ZeroDivisionError), tenant_scope(globex.pk):
            Team.objects.create(name="Lost", slug="lost")
            raise ZeroDivisionError

        assert (setting(), current_tenant_id()) == (str(acme.pk), acme.pk)


def test_nested_scope_gives_the_outer_tenant_back_after_a_swallowed_database_error(
    acme: Tenant, globex: Tenant, stranger: Member
) -> None:
    with tenant_scope(acme.pk):
        with tenant_scope(globex.pk):
            try:
                with transaction.atomic():
                    Member.objects.create_user(stranger.email)
            except IntegrityError:
                pass

        assert (setting(), current_tenant_id()) == (str(acme.pk), acme.pk)


def test_scope_left_for_rollback_gives_the_outer_tenant_back(acme: Tenant, globex: Tenant) -> None:
    with tenant_scope(acme.pk):
        with tenant_scope(globex.pk):
            transaction.set_rollback(True)

        assert (setting(), current_tenant_id()) == (str(acme.pk), acme.pk)


@pytest.mark.django_db(transaction=True)
def test_one_connection_keeps_no_tenant_over_two_hundred_scopes() -> None:
    acme, globex = (Tenant.objects.create(slug=slug, name=slug, prefix="T") for slug in ("acme", "globex"))
    for tenant in (acme, globex):
        with tenant_scope(tenant.pk):
            Team.objects.create(name=tenant.slug, slug=tenant.slug)
    connection.close()
    seen = set()

    for turn in range(200):
        tenant = (acme, globex)[turn % 2]
        try:
            with tenant_scope(tenant.pk):
                seen.add((tenant.slug, tuple(Team._base_manager.values_list("slug", flat=True)), setting()))
                if turn == 99:
                    raise ZeroDivisionError
        except ZeroDivisionError:
            pass
        seen.add(("between", tuple(Team._base_manager.values_list("slug", flat=True)), setting()))

    assert seen == {
        ("acme", ("acme",), str(acme.pk)),
        ("globex", ("globex",), str(globex.pk)),
        ("between", (), None),
    }


@pytest.mark.django_db(transaction=True)
def test_scope_costs_begin_setting_commit() -> None:
    with (
        CaptureQueriesContext(
            connection,
        ) as outer,
        tenant_scope(1),
    ):
        pass
    with tenant_scope(1), CaptureQueriesContext(connection) as nested, tenant_scope(2):
        pass

    assert [query["sql"].split("'")[0] for query in outer] == ["BEGIN", "SET LOCAL app.tenant = ", "COMMIT"]
    assert [query["sql"].split(" ")[0] for query in nested] == ["SAVEPOINT", "SET", "SET", "RELEASE"]


@pytest.mark.django_db(transaction=True)
def test_on_commit_runs_without_a_tenant_and_opens_its_own() -> None:
    tenant = Tenant.objects.create(slug="acme", name="Acme", prefix="ACM")
    seen: list[object] = []

    def look() -> None:
        seen.append((current_tenant_id_or_none(), setting()))
        with tenant_scope(tenant.pk):
            seen.append(Team.objects.get().slug)

    with tenant_scope(tenant.pk):
        Team.objects.create(name="Support", slug="support")
        transaction.on_commit(look, robust=True)

    assert seen == [(None, None), "support"]


@pytest.mark.django_db(transaction=True)
def test_streaming_body_runs_after_the_scope_and_opens_its_own() -> None:
    tenant = Tenant.objects.create(slug="acme", name="Acme", prefix="ACM")

    def forgetful() -> Iterator[str]:
        yield str(Team.objects.count())

    def careful() -> Iterator[str]:
        with tenant_scope(tenant.pk):
            yield str(Team.objects.count())

    with tenant_scope(tenant.pk):
        Team.objects.create(name="Support", slug="support")
        refused, right = StreamingHttpResponse(forgetful()), StreamingHttpResponse(careful())

    with pytest.raises(NoTenant):
        refused.getvalue()
    assert right.getvalue() == b"1"


@pytest.mark.django_db(transaction=True)
def test_killed_connection_spoils_only_its_own_scope() -> None:
    tenant = Tenant.objects.create(slug="acme", name="Acme", prefix="ACM")

    with pytest.raises(OperationalError), tenant_scope(tenant.pk), connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")
    connection.close_if_unusable_or_obsolete()  # as Django does after each request

    assert current_tenant_id_or_none() is None
    with tenant_scope(tenant.pk):
        assert setting() == str(tenant.pk)


def test_error_caught_around_an_inner_atomic_keeps_the_rest_of_the_work(acme: Tenant, ann: Member) -> None:
    with tenant_scope(acme.pk):
        Team.objects.create(name="Kept", slug="kept")
        try:
            with transaction.atomic():
                Member.objects.create_user(ann.email)
        except IntegrityError:
            pass

        assert [team.slug for team in Team.objects.all()] == ["kept"]


def test_bulk_verbs_stay_in_their_tenant(acme: Tenant, globex: Tenant) -> None:
    with tenant_scope(globex.pk):
        Team.objects.create(name="Theirs", slug="theirs")
    with tenant_scope(acme.pk):
        Team.objects.bulk_create([Team(name="One", slug="one"), Team(name="Two", slug="two")])
        Team.objects.update_or_create(slug="one", defaults={"name": "First"})
        Team.objects.get_or_create(slug="theirs", defaults={"name": "Ours"})
        changed = Team.objects.update(name="Renamed")
        gone = Team.objects.filter(slug="two").delete()[0]
    with tenant_scope(globex.pk):
        theirs = Team.objects.get()

    assert (changed, gone, theirs.name) == (3, 1, "Theirs")


def test_expression_equals_itself_and_compiles_late() -> None:
    assert CurrentTenant() == CurrentTenant()
