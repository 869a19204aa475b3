"""Pictures of articles, for those who may read a text that shows them."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from helpcenter.queries import picture_for
from helpcenter.rules import reach_of
from helpdesk.serving import guarded
from helpdesk.store import StoreAway, read


@login_not_required
@require_safe
def article_picture(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The picture itself. A browser keeps it and asks each time whether it may still show it."""
    picture = picture_for(pk, reach=reach_of(request.user))
    if picture is None:
        raise Http404
    headers = {
        "ETag": f'"{picture.sha256}"',
        "Cache-Control": "private, no-cache",
        "Content-Type": picture.media_type,
        "Content-Disposition": content_disposition_header(False, picture.name) or "inline",
    }
    if request.headers.get("If-None-Match") == headers["ETag"]:
        return guarded(HttpResponse(status=304, headers=headers))
    try:
        content = b"".join(read(str(picture.content.name)))
    except (FileNotFoundError, StoreAway) as missing:
        raise Http404 from missing
    return guarded(HttpResponse(content, headers=headers))
