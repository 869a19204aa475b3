"""How allauth's pages answer: 422 for what can be mended, 429 with a time for too many, never from a cache."""

from collections.abc import Callable
from functools import partial, wraps
from http import HTTPStatus
from typing import Any

from allauth.account.adapter import get_adapter
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject
from django.views.decorators.cache import never_cache

View = Callable[..., HttpResponse]
TOO_MANY = "too_many_login_attempts"
FAILED_LOGIN_SECONDS = 300  # the longest of ACCOUNT_RATE_LIMITS["login_failed"]


def answered(view: View) -> View:
    """Wraps one of allauth's views; what it does stays the same."""

    @wraps(view)
    @never_cache
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = view(request, *args, **kwargs)
        shown: dict[str, Any] | None = getattr(response, "context_data", None)
        if shown is not None:
            shown["signup_open"] = SimpleLazyObject(partial(get_adapter().is_open_for_signup, request))
        if request.method != "POST":
            return response
        if response.status_code == HTTPStatus.FOUND:
            response.status_code = HTTPStatus.SEE_OTHER.value
        form = (shown or {}).get("form")
        if isinstance(form, BaseForm) and form.errors and response.status_code == HTTPStatus.OK:
            _mark(response, form)
        return response

    return answer


def _mark(response: HttpResponse, form: BaseForm) -> None:
    codes = {error.code for errors in form.errors.as_data().values() for error in errors}
    response.status_code = HTTPStatus.UNPROCESSABLE_ENTITY.value
    if TOO_MANY in codes:
        response.status_code = HTTPStatus.TOO_MANY_REQUESTS.value
        response.headers["Retry-After"] = str(FAILED_LOGIN_SECONDS)
