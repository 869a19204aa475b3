"""Forms that a page sends itself: where a browser would be led on, the page's script is told where to go."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

GetResponse = Callable[[HttpRequest], HttpResponse]
HEADER = "X-Sent-By"


def is_sent_by_page(request: HttpRequest) -> bool:
    """Whether a page's script sends a form, or asks for a part of a page, in place of the browser."""
    return request.headers.get(HEADER) == "page"


class SentByPageMiddleware:
    """Turns the redirect after a post into 201 with the same `Location`, for a script that sent `X-Sent-By: page`.

    A script can't read where a redirect leads: it may only follow it blindly, and would read the next page twice.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        is_led_on = 300 <= response.status_code < 400 and "Location" in response.headers
        if is_led_on and request.method == "POST" and is_sent_by_page(request):
            response.status_code = 201
        return response
