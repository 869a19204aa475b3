"""How changes of figures are said."""

import pytest

from tickets.summaries.metrics import BY_KEY, Value
from tickets.summaries.report import Told
from tickets.summaries.words import told_change


@pytest.mark.parametrize(
    ("key", "now", "before", "said"),
    [
        ("answered", 7200.0, 3600.0, ("▲ 100 % longer", False)),
        (
            "answered",
            3600.0,
            0.0,
            ("▲ 5900 % longer", False),
        ),  # replies before the desk opened took none of its time
        ("answered", 0.0, 20.0, ("As before", None)),  # both are told as one minute
        ("kept_answer", 0.5, 0.0, ("▲ 50.0 points more", True)),
        ("kept_answer", 0.5, None, ("Too few to compare", None)),
    ],
)
def test_a_change_is_told_from_what_is_shown(
    key: str, now: float, before: float | None, said: tuple[str, bool | None]
) -> None:
    told = Told(BY_KEY[key], Value(now, 20), Value(before, 20))

    assert told_change(told) == said
