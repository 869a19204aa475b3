"""How files of people are handed out: in a way that no browser runs them."""

from django.http import HttpResponseBase


def guarded(response: HttpResponseBase) -> HttpResponseBase:
    """The answer, told to every browser to be nothing that runs and nothing of another site's."""
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    return response
