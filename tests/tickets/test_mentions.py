"""Whom a note calls: known names in whatever case, never an address, never one of two."""

import pytest

from accounts.models import Member
from tickets.mentions import called_in

SAM = Member(pk=1, name="Sam Ortiz", email="sam.o@acme.example")
LINA = Member(pk=2, name="Lina Haddad", email="lina@acme.example")
OTHER_SAM = Member(pk=3, name="Sam Lee", email="lee@acme.example")
HUDA = Member(pk=4, name="هدى علي", email="huda@acme.example")
PEOPLE = [SAM, LINA, OTHER_SAM, HUDA]


@pytest.mark.parametrize(
    ("text", "called", "unknown"),
    [
        ("@Sam Ortiz, can you look?", [SAM], []),
        ("can you look, @LINA?", [LINA], []),
        ("@sam.o and @lee.", [SAM, OTHER_SAM], []),
        ("(@lina haddad) @lina", [LINA], []),
        ("@هدى، ما رأيك؟", [HUDA], []),
        ("@sam", [], ["sam"]),  # one of two
        ("@sam orti", [], ["sam"]),
        ("@linas phone, @nobody-here.", [], ["linas", "nobody-here"]),
        ("write to lina@acme.example or sam.o@lina", [], []),
        ("see https://x.example/@lina and @@lina", [], []),
        ("@ lina", [], []),
        ("nothing", [], []),
    ],
    ids=range(12),
)
def test_a_note_calls(text: str, called: list[Member], unknown: list[str]) -> None:
    found = called_in(text, PEOPLE)

    assert (list(found.people), list(found.unknown)) == (called, unknown)


@pytest.mark.parametrize(
    ("text", "called"),
    [
        ("@lina and @Sam Lee", [LINA, OTHER_SAM]),
        ("@sam", [SAM]),  # who works on it, not the other one
        ("@huda", [HUDA]),
        ("@هدى", []),  # the first name alone of somebody else
    ],
    ids=range(4),
)
def test_others_are_called_by_their_whole_name_only(text: str, called: list[Member]) -> None:
    assert list(called_in(text, [SAM, LINA], others=[OTHER_SAM, HUDA]).people) == called


def test_a_name_of_one_who_works_on_it_calls_no_other() -> None:
    namesake = Member(pk=5, name="Lina", email="l.h@acme.example")

    assert called_in("@lina", [LINA], others=[namesake]).people == (LINA,)


def test_nobody_is_called_where_there_is_nobody() -> None:
    assert called_in("@lina", []).unknown == ("lina",)
