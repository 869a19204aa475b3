"""Lists kept under a name: made from the address, put in order, shared with a team, and no way around a wall."""

import pytest
from django.test import Client

from accounts.models import AuditEntry, Member, Team
from helpdesk.errors import Refused
from helpdesk.tenancy import tenant_scope
from tests.factories.cast import House, make_member
from tests.factories.tickets import make_ticket
from tests.queries import count_queries
from tests.tickets.admin.conftest import browser
from tickets.actions import saved_views as actions
from tickets.actions.saved_views import move_view, save_view
from tickets.models import SavedView, Ticket

QUEUE = "/admin/tickets/ticket/"
VIEWS = f"{QUEUE}views/"


def links(desk: Client, path: str = QUEUE) -> list[tuple[str, str | None]]:
    """The saved views beside the page, with their counts."""
    return [(link["label"], link["count"]) for link in desk.get(path).context["desk_saved"]]


def test_a_list_is_kept_from_its_address_and_stands_beside_the_queue(
    house: House, agents_desk: Client, agent: Member, customer: Member
) -> None:
    make_ticket(house, customer)
    query = "view=unassigned&status=new&tier=9&sort=newest&unknown=x"
    page = agents_desk.get(f"{QUEUE}?{query}")

    form = agents_desk.get(page.context["save_url"])
    response = agents_desk.post(page.context["save_url"], {"name": " New ones "})

    assert form.context["facts"] == ["Status: New"]
    assert (response.status_code, response["Location"]) == (
        303,
        f"{QUEUE}?view=unassigned&status=new&sort=newest",
    )
    view = SavedView.objects.get()
    assert (view.name, view.owner, view.team) == ("New ones", agent, None)
    shown = agents_desk.get(response["Location"])
    assert next(link for link in shown.context["desk_saved"] if link["current"])["count"] == "1"
    assert shown.context["is_saved"]
    assert shown.context["title"] == "New ones"
    assert [link["label"] for link in shown.context["desk_views"] if link["current"]] == []
    assert "Save view" not in shown.content.decode()
    ticket = Ticket.objects.get()
    opened = agents_desk.get(f"{QUEUE}{ticket.pk}/change/?view=unassigned&status=new&sort=newest")
    assert opened.context["crumb"] == {"label": "New ones", "url": response["Location"]}


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("", "Enter a name"),
        ("x" * 61, "Name must be 60 characters or fewer. You have used 61."),
        ("Taken", "There is already a saved view with this name."),
    ],
)
def test_a_name_that_does_not_do_is_told_and_kept(
    agents_desk: Client, agent: Member, name: str, told: str
) -> None:
    save_view(agent, name="Taken", query="")

    response = agents_desk.post(f"{VIEWS}add/?status=new", {"name": name})

    page = response.content.decode()
    assert response.status_code == 422
    assert told in page
    assert f'value="{name}"' in page or not name
    assert SavedView.objects.count() == 1


def test_there_are_no_more_than_fit_beside_a_page(
    house: House, agent: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(actions, "MOST", 1)
    save_view(agent, name="One", query="")

    with pytest.raises(Refused, match="Remove one first"):
        save_view(agent, name="Two", query="")
    save_view(agent, name="Two", query="", team=Team.objects.get(pk=house.team.pk))


def test_own_views_come_first_and_can_be_put_in_order(agents_desk: Client, agent: Member) -> None:
    team = Team.objects.get(slug="payments")
    save_view(agent, name="Of the team", query="", team=team)
    for name in ("One", "Two", "Three"):
        save_view(agent, name=name, query="priority=4")
    first = SavedView.objects.get(name="One")

    moved = agents_desk.post(f"{VIEWS}{first.pk}/move/", {"to": "down"})
    assert moved["Location"] == f"{VIEWS}#view-{first.pk}"
    assert f'id="view-{first.pk}"' in agents_desk.get(VIEWS).content.decode()
    after_one = [label for label, _count in links(agents_desk)]
    for _step in range(3):
        move_view(first, by=1)
    agents_desk.post(f"{VIEWS}{SavedView.objects.get(name='Three').pk}/move/", {"to": "up"})

    assert after_one == ["Two", "One", "Three", "Of the team"]
    assert [label for label, _count in links(agents_desk)] == ["Three", "Two", "One", "Of the team"]


def test_a_view_is_renamed_and_removed(agents_desk: Client, agent: Member) -> None:
    view = save_view(agent, name="Odd", query="priority=4")

    renamed = agents_desk.post(f"{VIEWS}{view.pk}/change/", {"name": "Urgent"})
    shown = [label for label, _count in links(agents_desk, VIEWS)]
    removed = agents_desk.post(f"{VIEWS}{view.pk}/remove/")

    assert (renamed.status_code, removed.status_code, shown) == (303, 303, ["Urgent"])
    assert links(agents_desk, VIEWS) == []
    assert "No saved views." in agents_desk.get(VIEWS).content.decode()


def test_leads_keep_views_for_their_teams_and_agents_only_read_them(
    house: House, leads_desk: Client, agents_desk: Client, outsiders_desk: Client
) -> None:
    add = f"{VIEWS}add/?priority=4"

    leads_desk.post(add, {"name": "Hot", "keeper": "payments"})
    agents_desk.post(add, {"name": "Mine only", "keeper": "payments"})

    view = SavedView.objects.get(name="Hot")
    assert view.team_id == house.team.pk
    assert SavedView.objects.get(name="Mine only").team is None
    assert [label for label, _count in links(agents_desk)] == ["Mine only", "Hot"]
    assert links(outsiders_desk) == []
    assert agents_desk.post(f"{VIEWS}{view.pk}/remove/").status_code == 403
    assert "Move up" not in agents_desk.get(VIEWS).content.decode()
    assert outsiders_desk.post(f"{VIEWS}{view.pk}/remove/").status_code == 404
    assert leads_desk.post(f"{VIEWS}{view.pk}/remove/").status_code == 303


def test_a_lead_shares_nothing_with_a_team_of_others(leads_desk: Client) -> None:
    response = leads_desk.post(f"{VIEWS}add/?priority=4", {"name": "Spy", "keeper": "videos"})

    assert response.status_code == 422
    assert not SavedView.objects.exists()
    assert leads_desk.get(f"{VIEWS}add/?team=videos").status_code == 404


def test_the_views_of_a_colleague_and_of_a_stranger_are_not_there(
    house: House, agents_desk: Client, lead: Member, foreign_admins_desk: Client, other_house: House
) -> None:
    own = save_view(lead, name="Own", query="")
    shared = save_view(lead, name="Shared", query="", team=Team.objects.get(pk=house.team.pk))

    for act in ("change", "move", "remove"):
        assert agents_desk.post(f"{VIEWS}{own.pk}/{act}/", {"name": "x"}).status_code == 404
        with tenant_scope(other_house.tenant.pk):
            assert foreign_admins_desk.post(f"{VIEWS}{shared.pk}/{act}/", {"name": "x"}).status_code == 404
    assert {view.name for view in SavedView.objects.all()} == {"Own", "Shared"}


def test_the_log_of_the_setup_tells_of_a_teams_views_and_not_of_peoples_own(
    house: House, lead: Member, leads_desk: Client
) -> None:
    for keeper in ("", "payments"):
        leads_desk.post(f"{VIEWS}add/?status=new", {"name": f"Of {keeper}", "keeper": keeper})
    for view in SavedView.objects.all():
        leads_desk.post(f"{VIEWS}{view.pk}/change/", {"name": "New name"})
        leads_desk.post(f"{VIEWS}{view.pk}/remove/")

    entries = AuditEntry.objects.order_by("pk")
    assert list(entries.values_list("act", "name", "changes", "team", "actor")) == [
        ("added", "Of payments", [], house.team.pk, lead.pk),
        ("changed", "New name", [["Name", "Of payments", "New name"]], house.team.pk, lead.pk),
        ("deleted", "New name", [], house.team.pk, lead.pk),
    ]


def test_a_view_shows_each_reader_only_what_they_may_see(
    house: House, customer: Member, admin: Member
) -> None:
    loose = make_member("loose@acme.example", role=Member.Role.AGENT)
    make_ticket(house, customer)
    for member in (loose, admin):
        save_view(member, name="New", query="status=new")

    assert links(browser(house, loose)) == [("New", "0")]
    assert links(browser(house, admin)) == [("New", "1")]


def test_counting_looks_at_the_first_tickets_only(
    house: House, agents_desk: Client, agent: Member, customer: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ticket in range(3):
        make_ticket(house, customer)
    save_view(agent, name="New", query="status=new&priority=2")
    save_view(agent, name="By index", query="status=new&sort=newest")
    save_view(agent, name="Words", query="q=refund")
    save_view(agent, name="Solved", query="status=solved")
    whole = links(agents_desk)

    monkeypatch.setattr("helpdesk.counts.WALKED", 2)

    assert whole == [("New", "3"), ("By index", "3"), ("Words", None), ("Solved", "0")]
    assert links(agents_desk)[:2] == [("New", "2+"), ("By index", "3")]


def test_one_view_costs_as_much_as_three(agents_desk: Client, agent: Member) -> None:
    save_view(agent, name="One", query="priority=4")
    before = count_queries(lambda: agents_desk.get(QUEUE))
    for name in ("Two", "Three"):
        save_view(agent, name=name, query=f"assignee=me&q={name}")

    assert count_queries(lambda: agents_desk.get(QUEUE)) == before <= 5


def test_a_view_of_a_team_that_one_left_counts_nothing(
    house: House, agents_desk: Client, agent: Member
) -> None:
    save_view(agent, name="Once ours", query=f"team={house.team.slug}&priority=4")

    agent.memberships.all().delete()

    assert links(agents_desk) == [("Once ours", "0")]
