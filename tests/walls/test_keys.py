"""The keys between tenant tables: a row that points into another tenant is refused by the database itself."""

import pytest
from django.core.management import call_command
from django.db import DatabaseError, IntegrityError, connection, models, transaction

from accounts.models import Member, Team, TeamMembership, Tenant
from helpdesk.tenancy import TenantForeignKey, TenantOneToOneField, tenant_scope


def test_key_into_another_tenant_is_refused_when_constraints_are_checked(
    acme: Tenant, support: Team, stranger: Member
) -> None:
    with (
        tenant_scope(acme.pk),
        pytest.raises(IntegrityError, match="wall_accounts_teammembership_member_id"),
        transaction.atomic(),
    ):
        TeamMembership.objects.create(team_id=support.pk, member_id=stranger.pk)
        connection.check_constraints()


@pytest.mark.django_db(transaction=True)
def test_key_into_another_tenant_fails_at_the_end_of_the_scope() -> None:
    acme, globex = (Tenant.objects.create(slug=slug, name=slug, prefix="T") for slug in ("acme", "globex"))
    with tenant_scope(globex.pk):
        stranger = Member.objects.create_user("mal@example.com")
    with tenant_scope(acme.pk):
        team = Team.objects.create(name="Support", slug="support")

    with pytest.raises(IntegrityError), tenant_scope(acme.pk):
        TeamMembership.objects.create(team=team, member_id=stranger.pk)

    with tenant_scope(acme.pk):
        assert list(TeamMembership.objects.all()) == []


ADDRESS = (
    'INSERT INTO account_emailaddress (email, verified, "primary", user_id) '
    "VALUES ('ann@example.com', true, false, %s) RETURNING tenant_id"
)


def test_third_party_key_into_another_tenant_is_refused(acme: Tenant, stranger: Member) -> None:
    with (
        tenant_scope(acme.pk),
        connection.cursor() as cursor,
        pytest.raises(IntegrityError, match="wall_account_emailaddress_user_id"),
        transaction.atomic(),
    ):
        cursor.execute(ADDRESS, [stranger.pk])
        connection.check_constraints()


def test_third_party_row_takes_the_tenant_of_its_scope(acme: Tenant, globex: Tenant, ann: Member) -> None:
    with tenant_scope(acme.pk), connection.cursor() as cursor:
        cursor.execute(
            'INSERT INTO account_emailaddress (email, verified, "primary", user_id) '
            "VALUES ('ann@example.com', true, true, %s) RETURNING tenant_id",
            [ann.pk],
        )
        tenant_id = cursor.fetchone()[0]
    with tenant_scope(globex.pk), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM account_emailaddress")
        seen_elsewhere = cursor.fetchone()[0]

    assert (tenant_id, seen_elsewhere) == (acme.pk, 0)


def test_third_party_row_without_a_tenant_is_refused(ann: Member) -> None:
    with connection.cursor() as cursor, pytest.raises(DatabaseError), transaction.atomic():
        cursor.execute(ADDRESS, [ann.pk])


def test_same_verified_address_lives_in_two_tenants_once_each(
    acme: Tenant, globex: Tenant, ann: Member, stranger: Member
) -> None:
    for tenant, person in ((acme, ann), (globex, stranger)):
        with tenant_scope(tenant.pk), connection.cursor() as cursor:
            cursor.execute(ADDRESS, [person.pk])
    with tenant_scope(acme.pk), connection.cursor() as cursor:
        other = Member.objects.create_user("other@example.com")

        with pytest.raises(IntegrityError, match="unique_verified_email"), transaction.atomic():
            cursor.execute(ADDRESS, [other.pk])


@pytest.mark.parametrize("kind", [TenantForeignKey, TenantOneToOneField])
def test_key_leaves_no_trace_of_its_missing_constraint_in_migrations(kind: type[models.ForeignKey]) -> None:
    key = kind("accounts.Member", on_delete=models.CASCADE)

    path, arguments = key.deconstruct()[1], key.deconstruct()[3]

    assert path == f"helpdesk.tenancy.{kind.__name__}"
    assert arguments == {"to": "accounts.member", "on_delete": models.CASCADE}
    assert vars(key)["db_constraint"] is False


def test_uniqueness_is_promised_per_tenant(db: None) -> None:
    """What is unique over all tenants tells one tenant about another, and lets one block the other."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT i.indexrelid::regclass::text FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid
            WHERE i.indisunique AND NOT i.indisprimary AND c.relrowsecurity AND NOT EXISTS (
              SELECT FROM pg_attribute a LEFT JOIN pg_constraint k
                ON k.conrelid = a.attrelid AND k.contype = 'f' AND a.attnum = ANY(k.conkey)
              WHERE a.attrelid = i.indrelid AND a.attnum = ANY(i.indkey)
                AND (a.attname = 'tenant_id' OR k.oid IS NOT NULL))
            """
        )
        over_all = [row[0] for row in cursor.fetchall()]

    assert over_all == ["account_emailconfirmation_key_key"]  # a long random key


def test_walls_leave_no_migration_pending(db: None) -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)
