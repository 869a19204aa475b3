"""The editor keeps what is typed and shows it as readers would see it, while somebody types."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import time_format
from django.utils.translation import gettext as _

from accounts.factors import person_of
from helpcenter.actions.unsaved import BOXES, forget_unsaved, keep_unsaved
from helpcenter.markdown import render
from helpcenter.models import Article, Translation, UnsavedText
from helpcenter.rules import may_write_articles
from helpdesk.locales import direction_of, known_locale
from helpdesk.templatetags.parts import when


def unsaved_view(request: HttpRequest) -> HttpResponse:
    """Keeps the posted boxes: `{"html", "told"}`, the text as readers would see it and when it was kept.

    With `forget` it throws away what was kept, and leads back to the editor.
    """
    if request.method != "POST":
        raise Http404
    if not may_write_articles(request.user):
        raise PermissionDenied
    author, posted = person_of(request), request.POST
    locale = known_locale(posted.get("locale", "")) or ""
    if not locale:
        raise Http404
    article = get_object_or_404(Article, pk=_number(posted["article"])) if posted.get("article") else None
    if "forget" in posted:
        forget_unsaved(author, article, locale=locale)
        return HttpResponseRedirect(_editor(article, locale), status=303)
    boxes = {name: posted.get(name, "") for name in BOXES}
    now = timezone.now()
    keep_unsaved(
        author, article, locale=locale, boxes=boxes, based_on=_number(posted.get("based_on", "")), now=now
    )
    told = _("Kept at %(time)s, not saved yet") % {"time": time_format(timezone.localtime(now), "H:i")}
    return JsonResponse({"html": render(boxes["body"]).html, "told": told})


def unsaved_facts(
    request: HttpRequest, text: Translation | None, article: Article | None, locale: str
) -> dict[str, Any]:
    """What the editor shows of it: where it is kept, and what waits there from before. One statement."""
    kept = UnsavedText.objects.filter(author=person_of(request), article=article, locale=locale).first()
    is_taken = "unsaved" in request.GET
    return {
        "unsaved_url": reverse("admin:helpcenter_translation_unsaved"),
        "unsaved": kept if kept and not is_taken else None,
        "unsaved_boxes": kept.boxes if kept and is_taken else {},
        "unsaved_at": when(kept.updated_at, "absolute") if kept else "",
        "take_up": f"?{_with_unsaved(request)}",
        "is_behind": bool(kept and text and kept.based_on < text.latest),
        "article_key": article.pk if article else "",
        "text_locale": locale,
        "text_direction": direction_of(locale),
        "based_on": text.latest if text else 0,
    }


def _with_unsaved(request: HttpRequest) -> str:
    asked = request.GET.copy()
    asked["unsaved"] = "1"
    return asked.urlencode()


def _editor(article: Article | None, locale: str) -> str:
    text = Translation.objects.filter(article=article, locale=locale).first() if article else None
    if text:
        return reverse("admin:helpcenter_translation_change", args=[text.pk])
    url = reverse("admin:helpcenter_translation_add") + f"?locale={locale}"
    return f"{url}&article={article.pk}" if article else url


def _number(typed: str) -> int:
    return int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 10 else 0
