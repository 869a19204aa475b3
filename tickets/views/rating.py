"""What stands on a solved ticket's page for rating the help."""

import datetime as dt
from typing import Any

from django.http import HttpRequest

from tickets.forms import RatingForm
from tickets.models.rating import Score
from tickets.queries import rating_of, was_solved_by_silence
from tickets.rules import may_rate
from tickets.views.seat import Seat


def rating_part(
    request: HttpRequest, seat: Seat, posted: RatingForm | None, now: dt.datetime
) -> dict[str, Any]:
    """The form, with what was posted, what was said before or what a mail's link chose, and what was said before.

    Nothing while the ticket is not solved. Two statements.
    """
    if not may_rate(seat.ticket, None, now=now) and not posted:
        return {}
    rating = rating_of(seat.participant)
    given = str(Score(rating.score).label) if rating and rating.score else ""
    if not may_rate(seat.ticket, rating, now=now) or was_solved_by_silence(seat.ticket):
        return {"rated": given}
    kept = {"score": rating.score, "comment": rating.comment} if rating and rating.score else {}
    chosen = request.GET.get("score", "")
    if chosen in {str(score.value) for score in Score}:
        kept["score"] = int(chosen)
    return {"rated": given, "rating": posted or RatingForm(initial=kept)}
