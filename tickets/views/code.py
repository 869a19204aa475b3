"""The code by mail that a request waits for when too many come from people nobody knows."""

import uuid
from http import HTTPStatus

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.actions.people import find_or_add_guest, prove_address
from helpdesk.errors import Refused
from tickets.actions.prove import forget_code, mail_new_code, why_code_is_wrong
from tickets.form_reads import ticket_sent_with
from tickets.forms import CodeForm
from tickets.models import RequestDraft
from tickets.views.answers import keeps_words, personal, see_other
from tickets.views.drafts import draft_to_read, draft_to_write
from tickets.views.limits import CODES
from tickets.views.review import code_wishes, form_url, send_out, sent_url
from tickets.views.uploads import member_of


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
@keeps_words
@personal
def contact_code(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Asks for the code that was mailed to the address of a request in writing, and sends the request once it is right."""
    is_post = request.method == "POST" and not getattr(request, "is_stale", False)
    draft = draft_to_write(request, key) if is_post else draft_to_read(request, str(key))
    if draft is None:
        if sent := ticket_sent_with(key):
            return see_other(sent_url(sent))
        raise Http404
    if draft.ready is None or member_of(request) or not draft.ready["email"]:
        return see_other(form_url(draft, "check"))
    if not is_post:
        return _page(request, draft, CodeForm())
    return _mail_again(request, draft) if "again" in request.POST else _take(request, draft)


def _take(request: HttpRequest, draft: RequestDraft) -> HttpResponse:
    form, email = CodeForm(request.POST), code_wishes(draft)["email"]
    if not form.is_valid():
        return _page(request, draft, form, status=422)
    if not CODES.spend(request):
        form.add_error(None, _("Too many tries. Wait a while, then try again."))
        response = _page(request, draft, form, status=429)
        response.headers["Retry-After"] = str(CODES.seconds_left())
        return response
    if refusal := why_code_is_wrong(draft.key, email, form.cleaned_data["code"]):
        form.add_error("code", str(refusal))
        return _page(request, draft, form, status=422)
    prove_address(
        find_or_add_guest(email, name=(draft.ready or {})["name"], locale=code_wishes(draft)["locale"])
    )
    answer = send_out(request, draft, is_address_proven=True)
    if answer.status_code == HTTPStatus.SEE_OTHER:
        forget_code(draft.key)
    return answer


def _mail_again(request: HttpRequest, draft: RequestDraft) -> HttpResponse:
    form = CodeForm()
    try:
        mail_new_code(draft.key, **code_wishes(draft))
    except Refused as refusal:
        messages.error(request, str(refusal))
        return _page(request, draft, form, status=429)
    messages.success(request, _("A new code is on its way. The earlier one has ended."))
    return see_other(request.path)


def _page(request: HttpRequest, draft: RequestDraft, form: CodeForm, *, status: int = 200) -> HttpResponse:
    page = {
        "form": form,
        "email": (draft.ready or {})["email"],
        "form_url": form_url(draft),
        "is_stale": getattr(request, "is_stale", False),
    }
    return render(request, "portal/code.html", page, status=422 if page["is_stale"] else status)
