"""Each change of the setup is accounted for: who, when, before and after, on the form, its history and the log."""

from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.test import Client

from accounts.actions.audit import record_change
from accounts.models import AuditEntry, Member
from helpdesk.tenancy import tenant_scope
from tests.factories.cast import House, make_member
from tests.pages import Page
from tickets.models import Policy

LOG = "/admin/accounts/auditentry/"
CHANGED = AuditEntry.Act.CHANGED


def browser(house: House, member: Member) -> Client:
    client = Client(headers={"host": house.host})
    client.force_login(member)
    return client


@pytest.fixture
def admins(house: House, admin: Member) -> Client:
    return browser(house, admin)


def fill(desk: Client, path: str, **wishes: Any) -> Any:
    """Sends the form of the page with `wishes` filled in."""
    form = next(form for form in Page(desk.get(path)).forms if "name" in form.values)
    return desk.post(
        path, {**form.values, **{name.replace("__", "-"): value for name, value in wishes.items()}}
    )


def entries() -> list[tuple[str, str, str, Any]]:
    return list(AuditEntry.objects.order_by("id").values_list("act", "kind", "name", "changes"))


def test_a_changed_team_is_told_with_before_and_after(house: House, admins: Client, agent: Member) -> None:
    path = f"/admin/accounts/team/{house.other_team.pk}/change/"

    fill(admins, path, name="Films", **{"memberships-0-member": str(agent.pk)})
    fill(admins, path)
    page = Page(admins.get(path)).text
    history = Page(admins.get(f"/admin/accounts/team/{house.other_team.pk}/history/")).text

    told = entries()
    assert [entry[:3] for entry in told] == [("changed", "accounts.team", "Films")]
    assert ["Name", "Videos", "Films"] in told[0][3]
    assert "Changed by Admin," in page
    assert "Name Videos → Films" in page
    assert "Name Videos → Films" in history


def test_several_changes_stand_one_below_the_other(house: House, admins: Client) -> None:
    changes = [("Name", "Videos", "Films"), ("Note", "<b>\nOld", "New")]
    record_change(house.other_team, CHANGED, actor=None, changes=changes)

    log = admins.get(LOG).content.decode()
    history = admins.get(f"/admin/accounts/team/{house.other_team.pk}/history/").content.decode()

    for page in (log, history):
        assert '<p dir="auto">Name Videos → Films</p><p dir="auto">Note &lt;b&gt;\nOld → New</p>' in page
    assert "1 result" in log


def test_new_hours_of_a_promise_are_told(house: House, admins: Client) -> None:
    policy = Policy.objects.get()

    fill(admins, f"/admin/tickets/policy/{policy.pk}/change/", targets__0__hours="12")

    assert [entry[3] for entry in entries()] == [[["First reply", "24 h", "12 h"]]]


def test_the_log_is_for_admins_and_leads_see_their_teams(
    house: House, other_house: House, admin: Member, lead: Member, agent: Member, admins: Client
) -> None:
    record_change(house.team, CHANGED, actor=admin, changes=[("Name", "Payments", "Payouts")])
    record_change(house.other_team, CHANGED, actor=admin, changes=[("Name", "Videos", "Films")])
    record_change(admin, CHANGED, actor=None, changes=[("Secret", None, None)])
    with tenant_scope(other_house.tenant.pk):
        record_change(other_house.team, CHANGED, actor=None, changes=[("Name", "a", "Foreign")])

    everything = Page(admins.get(LOG)).text
    own = Page(browser(house, lead).get(LOG)).text

    assert "Payments → Payouts" in everything
    assert "Videos → Films" in everything
    assert "Secret changed (not shown)" in everything
    assert "Foreign" not in everything
    assert "Payments → Payouts" in own
    assert "Films" not in own
    assert "Secret" not in own
    assert browser(house, agent).get(LOG).status_code == 403
    by_kind = Page(admins.get(f"{LOG}?kind=accounts.member")).text
    assert "Payouts" not in by_kind
    assert Page(admins.get(f"{LOG}?who={admin.pk}")).text.count("→") == 2


def test_nobody_changes_what_was_written(house: House, admin: Member, admins: Client) -> None:
    entry = record_change(house.team, CHANGED, actor=admin)

    for attempt in (entry.delete, entry.save):
        with pytest.raises(DatabaseError), transaction.atomic():
            attempt()
    posted = admins.post(f"{LOG}{entry.pk}/change/", {"name": "x"}).status_code
    deleted = admins.post(f"{LOG}{entry.pk}/delete/", {"post": "yes"}).status_code

    assert (posted, deleted) == (403, 403)
    assert AuditEntry.objects.get().name == "Payments"


def test_hostile_names_are_shown_as_text(house: House, admins: Client) -> None:
    attacker = make_member("x@acme.example", role=Member.Role.ADMIN, name="<b>x</b>")
    record_change(house.team, CHANGED, actor=attacker, changes=[("<i>", "<script>", "\r\n\x1b[31m")])

    page = admins.get(LOG).content.decode()

    assert "<b>x</b>" not in page
    assert "<script>" not in page.partition("<main")[2]
