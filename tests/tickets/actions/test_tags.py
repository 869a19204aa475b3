"""Tags: one a name whatever its spelling, put on and taken off once, renamed and merged everywhere at once."""

import pytest

from accounts.models import AuditEntry, Member
from helpdesk.errors import Refused
from helpdesk.tenancy import tenant_scope
from tests.factories.cast import House
from tests.factories.tickets import make_ticket
from tickets.actions.tags import TAGS_A_TICKET, add_tag, merge_tags, remove_tag, rename_tag, tag_named
from tickets.models import Tag, Ticket, TicketEvent, TicketTag
from tickets.models.event import Verb
from tickets.tags import tag_called, tagged, tags_beginning, tags_of, with_tags


@pytest.fixture
def ticket(house: House, customer: Member) -> Ticket:
    return make_ticket(house, customer)


def happened(ticket: Ticket) -> list[tuple[str, object]]:
    verbs = [Verb.TAGGED, Verb.UNTAGGED]
    return list(TicketEvent.objects.filter(ticket=ticket, verb__in=verbs).values_list("verb", "changes"))


def test_a_tag_is_put_on_and_taken_off_once_each_with_one_event(ticket: Ticket, agent: Member) -> None:
    for name in ("Refund", "refund", "  #REFUND "):
        add_tag(ticket, name=name, actor=agent)
    on = [tag.name for tag in tags_of(ticket)]
    for _twice in range(2):
        remove_tag(ticket, tag=Tag.objects.get(), actor=agent)

    assert on == ["Refund"]
    assert tags_of(ticket) == []
    assert happened(ticket) == [
        ("tagged", {"tag": [None, "Refund"]}),
        ("untagged", {"tag": ["Refund", None]}),
    ]


@pytest.mark.parametrize(
    ("first", "again"),
    [
        ("Café", "CAFE"),
        ("مُرتجع", "مرتجع"),
        ("إرجاع", "ارجاع"),
        ("VIP", "ＶＩＰ"),
        ("two  words", "Two Words"),
    ],
)
def test_two_spellings_are_one_tag(house: House, first: str, again: str) -> None:
    made = tag_named(first)

    assert tag_named(again) == made
    assert tag_called(again) == made


@pytest.mark.parametrize("name", ["", "   ", "#", ",", "\u200b", "\u202e", "\x00"])
def test_nothing_is_no_tag(ticket: Ticket, agent: Member, name: str) -> None:
    with pytest.raises(Refused, match="Enter a tag"):
        add_tag(ticket, name=name, actor=agent)

    assert Tag.objects.count() == 0


def test_what_would_forge_a_name_is_taken_out(house: House) -> None:
    assert tag_named("\u202eurgent,\r\nnow\t").name == "urgent now"


def test_a_long_tag_is_told_with_its_length(house: House) -> None:
    assert tag_named("ﷺ" * 40).name == "ﷺ" * 40
    with pytest.raises(Refused, match=r"Tag must be 40 characters or fewer. You have used 41."):
        tag_named("x" * 41)


def test_a_ticket_takes_so_many_tags(ticket: Ticket, agent: Member) -> None:
    for number in range(TAGS_A_TICKET):
        add_tag(ticket, name=f"tag {number}", actor=agent)

    with pytest.raises(Refused, match=r"A ticket has 20 tags at most."):
        add_tag(ticket, name="one more", actor=agent)
    add_tag(ticket, name="tag 3", actor=agent)

    assert TicketTag.objects.count() == TAGS_A_TICKET


def test_the_same_name_in_two_tenants_is_two_tags(house: House, other_house: House) -> None:
    own = tag_named("Refund")
    with tenant_scope(other_house.tenant.pk):
        foreign = tag_named("refund")
        offered = tags_beginning("r")

    assert offered == [foreign]
    assert tags_beginning("REF") == [own]


def test_names_are_offered_by_their_beginning(house: House) -> None:
    for name in ("refund", "Réfundé later", "return", "vip"):
        tag_named(name)

    assert [tag.name for tag in tags_beginning("refu")] == ["refund", "Réfundé later"]
    assert [tag.name for tag in tags_beginning("")] == ["refund", "Réfundé later", "return", "vip"]
    assert tags_beginning("x") == []


def test_a_tag_gets_another_name_unless_it_is_taken(ticket: Ticket, agent: Member) -> None:
    add_tag(ticket, name="refnud", actor=agent)
    tag, other = Tag.objects.get(), tag_named("other")

    rename_tag(tag, name="Refund")
    with pytest.raises(Refused, match="Merge the two instead"):
        rename_tag(other, name="refund")

    assert [tag.name for tag in tags_of(ticket)] == ["Refund"]
    assert set(Tag.objects.values_list("name", flat=True)) == {"Refund", "other"}


def test_merged_tags_leave_one_on_every_ticket_and_are_accounted_for(
    house: House, customer: Member, agent: Member, admin: Member
) -> None:
    first, both, second = (make_ticket(house, customer) for _three in range(3))
    for ticket, names in ((first, ["money back"]), (both, ["money back", "refund"]), (second, ["refund"])):
        for name in names:
            add_tag(ticket, name=name, actor=agent)
    gone, stays = tag_named("money back"), tag_named("refund")

    count = merge_tags(gone, into=stays, actor=admin)

    assert count == 2
    assert set(tagged(Ticket.objects.all(), stays)) == {first, both, second}
    assert list(Tag.objects.all()) == [stays]
    assert list(AuditEntry.objects.order_by("id").values_list("act", "name", "actor", "changes")) == [
        ("deleted", "money back", admin.pk, [["Tag", "money back", "merged into refund, tickets: 2"]]),
        ("changed", "refund", admin.pk, [["Tag", "refund", "took in money back, tickets: 2"]]),
    ]
    with pytest.raises(Refused, match="Choose another tag"):
        merge_tags(stays, into=stays, actor=admin)


def test_tickets_bring_their_tags_without_a_statement_of_their_own(
    house: House, customer: Member, agent: Member
) -> None:
    tickets = [make_ticket(house, customer) for _two in range(2)]
    for name in ("vip", "Bank"):
        add_tag(tickets[0], name=name, actor=agent)

    shown = {ticket.pk: ticket.tags_shown for ticket in with_tags(Ticket.objects.all())}  # type: ignore[attr-defined]

    assert shown == {
        tickets[0].pk: [{"id": tag.pk, "name": tag.name} for tag in Tag.objects.order_by("folded")],
        tickets[1].pk: [],
    }
