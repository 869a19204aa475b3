"""What stands on a solved ticket's page for rating the help."""

import datetime as dt
from typing import Any

from django.http import HttpRequest

from tickets.forms import RatingForm
from tickets.models.rating import Score
from tickets.queries import rating_of, was_solved_by_silence
from tickets.rules import may_rate
from tickets.views.seat import Seat


def chosen_score(request: HttpRequest) -> int | None:
    """The score that a link of a mail names; a press on the page stores it, for programs open links too."""
    score = request.GET.get("score", "")
    return int(score) if score in {str(one.value) for one in Score} else None


def rating_part(
    request: HttpRequest, seat: Seat, posted: RatingForm | None, now: dt.datetime
) -> dict[str, Any]:
    """The form, with what was posted, what was said before or what a mail's link chose, and what was said before.

    Nothing while the ticket is not solved. Two statements.
    """
    if seat.ticket.solved_at is None:
        return {}
    rating = rating_of(seat.participant)
    given = str(Score(rating.score).label) if rating and rating.score else ""
    if not may_rate(seat.ticket, rating, now=now) or was_solved_by_silence(seat.ticket):
        return {"rated": given}
    kept = {"score": rating.score, "comment": rating.comment} if rating and rating.score else {}
    if score := chosen_score(request):
        kept["score"] = score
    return {"rated": given, "rating": posted or RatingForm(initial=kept)}
