"""A duplicate inside a tenant is an error of the form, never a failed transaction."""

import pytest
from django.core.exceptions import NON_FIELD_ERRORS
from django.forms import modelform_factory

from accounts.models import Member, Team, TeamMembership, Tenant
from helpdesk.tenancy import TenantModelForm, tenant_scope

TeamForm = modelform_factory(Team, form=TenantModelForm, fields=["name", "slug"])
MembershipForm = modelform_factory(TeamMembership, form=TenantModelForm, fields=["team", "member", "tier"])


def test_form_names_the_field_of_a_duplicate(acme: Tenant, support: Team) -> None:
    with tenant_scope(acme.pk):
        form = TeamForm({"name": "Second", "slug": "support"})

        assert form.errors == {"slug": ["There is already a team with this short name."]}


def test_form_takes_what_another_tenant_has(globex: Tenant, support: Team) -> None:
    with tenant_scope(globex.pk):
        team = TeamForm({"name": "Support", "slug": "support"}).save()

    assert team.tenant_id == globex.pk


def test_form_takes_its_own_row_again(acme: Tenant, support: Team) -> None:
    with tenant_scope(acme.pk):
        form = TeamForm({"name": "Renamed", "slug": "support"}, instance=support)

        assert form.is_valid()


def test_duplicate_of_several_fields_belongs_to_the_whole_form(
    acme: Tenant, support: Team, ann: Member
) -> None:
    with tenant_scope(acme.pk):
        TeamMembership.objects.create(team=support, member=ann)
        form = MembershipForm({"team": support.pk, "member": ann.pk, "tier": 1})

        assert form.errors == {NON_FIELD_ERRORS: ["This person is in the team already."]}


def test_form_does_not_offer_or_take_rows_of_another_tenant(
    acme: Tenant, support: Team, stranger: Member
) -> None:
    with tenant_scope(acme.pk):
        form = MembershipForm({"team": support.pk, "member": stranger.pk, "tier": 1})

        assert list(form.errors) == ["member"]
        assert str(stranger.pk) not in str(form["member"])


def test_default_wording_leaves_the_tenant_out(
    acme: Tenant, support: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    constraint = Team._meta.constraints[0]
    monkeypatch.setattr(constraint, "violation_error_message", constraint.default_violation_error_message)
    with tenant_scope(acme.pk):
        form = TeamForm({"name": "Second", "slug": "support"})

        assert form.errors == {"slug": ["Team with this Short name already exists."]}
