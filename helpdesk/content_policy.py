"""What a page may load, told with every answer: django-csp makes the words anew each time, ours are always the same."""

from typing import Any

from csp.constants import HEADER
from csp.middleware import CSPMiddleware
from csp.utils import build_policy
from django.conf import settings
from django.http import HttpRequest, HttpResponseBase


class ContentPolicyMiddleware(CSPMiddleware):
    """django-csp's, with the policy of the settings made once. An answer that brings a header of its own keeps it.

    No view may ask django-csp for another policy or for a nonce: what its decorators say is not read.
    """

    _made: tuple[Any, str] = None, ""

    def process_request(self, request: HttpRequest) -> None:
        """Offers no nonce."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """Adds the header."""
        asked, told = self._made
        if asked is not settings.CONTENT_SECURITY_POLICY:
            asked, told = self._made = settings.CONTENT_SECURITY_POLICY, build_policy()
        response.headers.setdefault(HEADER, told)
        return response
