"""Pictures for the text that somebody writes: dropped or pasted by the page's script, or chosen in the form itself."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _

from accounts.factors import person_of
from helpcenter.actions.pictures import FIELD, keep_picture
from helpcenter.rules import may_write_articles
from helpdesk.errors import Refused
from helpdesk.typed_text import clean_line

ALT_FIELD = "picture_alt"
_SPECIAL = str.maketrans({sign: f"\\{sign}" for sign in "\\[]"})


def picture_view(request: HttpRequest) -> HttpResponse:
    """Keeps the posted `picture`: 201 with `{"markdown", "told"}` for the text, or 422 with `{"told"}`."""
    if request.method != "POST" or FIELD not in request.FILES:
        raise Http404
    if not may_write_articles(request.user):
        raise PermissionDenied
    try:
        picture = keep_picture(request.FILES.getlist(FIELD)[0], uploaded_by=person_of(request))
    except Refused as refusal:
        return JsonResponse({"told": str(refusal)}, status=422)
    alt = clean_line(request.POST.get(ALT_FIELD, ""))
    told = (
        _("The picture stands in the text.")
        if alt
        else _("The picture stands in the text. Say what it shows, between the brackets.")
    )
    return JsonResponse({"markdown": markdown_of(picture.pk, alt), "told": told}, status=201)


def take_picture(request: HttpRequest) -> Refused | None:
    """Keeps the picture of a posted editor and puts it below the text; what it was refused for.

    Nothing else that was typed changes, so a mistake elsewhere in the form does not lose the picture.
    """
    if request.method != "POST" or FIELD not in request.FILES or not may_write_articles(request.user):
        return None
    try:
        picture = keep_picture(request.FILES.getlist(FIELD)[0], uploaded_by=person_of(request))
    except Refused as refusal:
        return refusal
    posted = request.POST.copy()
    alt = clean_line(posted.get(ALT_FIELD, ""))
    posted["body"] = f"{posted.get('body', '').rstrip()}\n\n{markdown_of(picture.pk, alt)}\n"
    posted[ALT_FIELD] = ""
    request.POST = posted  # type: ignore[assignment]
    if alt:
        return None
    return Refused(_("Say what the picture at the end shows, between its brackets: ![here](…)"), "body")


def markdown_of(picture_id: int, alt: str) -> str:
    """The picture in a text."""
    return f"![{alt.translate(_SPECIAL)}](picture:{picture_id})"
