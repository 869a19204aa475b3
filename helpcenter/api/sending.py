"""Articles that a program sends in, in the session of a person of the team: the lines of an import, for one article."""

from __future__ import annotations

import json
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse, UnreadablePostError

from accounts.addresses import absolute_url
from accounts.factors import person_of
from accounts.models import Member
from accounts.queries import audiences
from helpcenter.actions.entering import Entered, enter_article
from helpcenter.actions.pictures import take_over_picture
from helpcenter.importing import BadField, PictureRow, Row, picture_of, row_of
from helpcenter.models import Article, Picture, Translation
from helpcenter.named import name_of_article
from helpcenter.rules import may_write_articles
from helpdesk.errors import Contradicted, NotAllowed, Refused
from helpdesk.problems import problem
from helpdesk.store import remove
from helpdesk.typed_text import key_in

KIND = "application/json"
LINES_LIMIT = 100  # of one article: its languages and its pictures


class _Unfit(Exception):
    """What was sent is answered with this problem."""

    def __init__(self, answer: HttpResponse) -> None:
        super().__init__()
        self.answer = answer


def send_new_article(request: HttpRequest) -> HttpResponse:
    """Makes or changes the article that the texts name by `source_id`: 201 with its address, or 200."""
    return _sent(request, None)


def send_article(request: HttpRequest, key: str) -> HttpResponse:
    """The same for the article at this address; a number that leads to none is 404, a source id makes a new one."""
    return _sent(request, key)


def _sent(request: HttpRequest, key: str | None) -> HttpResponse:
    try:
        actor = _writer(request)
        told = _told(request)
        rows, pictures = _lines(told, None if key is None else _name_at(key))
        entered = _entered(rows, pictures, actor)
    except _Unfit as unfit:
        return unfit.answer
    except Refused as refusal:
        return _refused(refusal)
    return _answer(entered)


def _writer(request: HttpRequest) -> Member:
    if not request.user.is_authenticated:
        raise _Unfit(problem(401, "Sign in first.", headers={"WWW-Authenticate": "Session"}))
    if not may_write_articles(request.user):
        raise _Unfit(problem(403, "Only the team writes articles."))
    return person_of(request)


def _told(request: HttpRequest) -> list[Any]:
    """The lines as they were sent: one, or several in a list, or a whole article as it is read here."""
    if request.content_type != KIND:
        headers = {"Accept": KIND}
        raise _Unfit(problem(415, f"Send {KIND}.", headers=headers))
    try:
        told = json.loads(request.body.decode("utf-8"))
    except RequestDataTooBig:
        raise _Unfit(problem(413, "The body is too large.")) from None
    except (ValueError, RecursionError, UnreadablePostError):
        raise _Unfit(problem(400, "The body is no JSON in UTF-8.")) from None
    if isinstance(told, dict) and "texts" in told:
        told = told["texts"]
    lines = told if isinstance(told, list) else [told]
    if not 1 <= len(lines) <= LINES_LIMIT:
        raise Refused(f"An article has 1 to {LINES_LIMIT} lines.", "texts")
    return lines


def _name_at(key: str) -> str:
    """The name of the article at an address, whether it is there or is to be made."""
    if not (key.isascii() and key.isdigit()):
        return key
    found = Article.objects.filter(pk=key_in(key)).first()
    if found is None:
        raise _Unfit(problem(404))
    return name_of_article(found)


def _lines(told: list[Any], name: str | None) -> tuple[list[Row], list[PictureRow]]:
    """What the lines say. Raises _Unfit with every line that says it wrong."""
    known = {one.audience: one.pk for one in audiences()}
    rows: list[Row] = []
    pictures: list[PictureRow] = []
    errors = []
    for number, line in enumerate(told):
        try:
            if isinstance(line, dict) and "picture" in line:
                pictures.append(picture_of(line, number))
            else:
                rows.append(row_of(_named(line, name), known))
        except BadField as bad:
            errors.append({"field": bad.field or None, "line": number, "detail": f"{bad}"})
    if errors:
        raise _Unfit(problem(422, errors=errors))
    if not rows:
        raise Refused("There is no text among the lines.", "texts")
    if name is not None and any(row.source_id != name for row in rows):
        raise Contradicted(f"At this address stands “{name}”, another article.", "source_id")
    return rows, pictures


def _named(line: Any, name: str | None) -> Any:
    """The line with the name of its address where it has none of its own."""
    if isinstance(line, dict) and name is not None and line.get("source_id") is None:
        return line | {"source_id": name}
    return line


def _entered(rows: list[Row], pictures: list[PictureRow], actor: Member) -> Entered:
    """Stores pictures and texts, or nothing: what was put into the file store is taken out again."""
    kept: list[Picture] = []
    try:
        with transaction.atomic():
            ids = {}
            for row in pictures:
                kept.append(take_over_picture(row, by=actor))
                ids[row.key] = kept[-1].pk
            return enter_article(rows, pictures=ids, actor=actor)
    except Refused:
        older = set(Picture.objects.filter(pk__in=[one.pk for one in kept]).values_list("pk", flat=True))
        remove([str(one.content.name) for one in kept if one.pk not in older])
        raise


def _refused(refusal: Refused) -> HttpResponse:
    kinds = {NotAllowed: 403, Contradicted: 409}
    return problem(kinds.get(type(refusal), 422), errors=[{"field": refusal.field, "detail": str(refusal)}])


def _answer(entered: Entered) -> HttpResponse:
    found = entered.article
    address = absolute_url(f"/api/v1/articles/{found.pk}/")
    told = {
        "id": found.pk,
        "source_id": name_of_article(found),
        "texts": [
            {
                "locale": text.locale,
                "outcome": entered.outcomes[text.locale],
                "state": text.state,
                "is_newest_published": text.published == text.latest,
            }
            for text in Translation.objects.filter(article=found, locale__in=entered.outcomes).order_by(
                "locale"
            )
        ],
    }
    response = JsonResponse(told, status=201 if entered.is_new else 200)
    response.headers["Location"] = address
    response.headers["Cache-Control"] = "private, no-store"
    return response
