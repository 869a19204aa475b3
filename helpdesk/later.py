"""Work of a request that must not hold a transaction open: taking a slow body, writing to the store of files."""

from collections.abc import Callable

from django.http import HttpResponse, HttpResponseBase


class LaterResponse(HttpResponse):
    """What a view answers when its work is still to be done, after the request's transaction has ended.

    `finish` runs outside of every tenant scope and opens its own; what it returns is the answer.
    """

    def __init__(self, finish: Callable[[], HttpResponseBase]) -> None:
        super().__init__()
        self.finish = finish


def finished(response: HttpResponseBase) -> HttpResponseBase:
    """The answer itself: does what a LaterResponse left to do, and keeps the headers and cookies it was given."""
    if not isinstance(response, LaterResponse):
        return response
    answer = response.finish()
    for name, value in response.items():
        if name not in {"Content-Type", "Content-Length"}:  # those of the empty answer that it stood in for
            answer.headers.setdefault(name, value)
    answer.cookies.update(response.cookies)
    return answer
