"""The editors' list in the desk: what fails people, the worst first."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from helpcenter.actions.misses import forget_miss
from helpcenter.models import SearchMiss
from helpcenter.rules import may_write_articles
from helpcenter.todo import DAYS, KINDS, Task, solved_by_articles, tasks
from helpdesk.typed_text import key_in

if TYPE_CHECKING:
    from helpcenter.admin.articles import TranslationAdmin

TEMPLATE = "admin/helpcenter/translation/todo.html"
SHOWN = 60


def todo_page(door: TranslationAdmin, request: HttpRequest) -> HttpResponse:
    """Everything to do, or what is of `kind`; a posted `miss` leaves the list."""
    if not may_write_articles(request.user):
        raise PermissionDenied
    here = reverse("admin:helpcenter_translation_todo")
    if request.method == "POST":
        _forget(request)
        return HttpResponseRedirect(here, status=303)
    kind = request.GET.get("kind", "")
    kind = kind if kind in KINDS else ""
    now = timezone.now()
    found = tasks(now=now)
    shown = [task for task in found if kind in ("", task.kind)]
    page = {
        **door.admin_site.each_context(request),
        "title": _("What fails people"),
        "opts": door.opts,
        "days": DAYS,
        "solved": solved_by_articles(now=now),
        "chips": _chips(found, kind, here),
        "rows": [{"task": task, "url": _url(task)} for task in shown[:SHOWN]],
    }
    return render(request, TEMPLATE, page)


def _forget(request: HttpRequest) -> None:
    if miss := SearchMiss.objects.filter(pk=key_in(request.POST.get("miss", ""))).first():
        forget_miss(miss)
        messages.success(request, _("“%(words)s” is off the list.") % {"words": miss.asked})


def _url(task: Task) -> str:
    """Where the thing is done."""
    if task.text_id:
        return reverse("admin:helpcenter_translation_change", args=[task.text_id])
    asked: dict[str, Any] = {"locale": task.locale}
    if task.article_id:
        asked["article"] = task.article_id
    else:
        asked["title"] = task.title
    return reverse("admin:helpcenter_translation_add") + "?" + urlencode(asked)


def _chips(found: list[Task], kind: str, here: str) -> list[dict[str, Any]]:
    counts = Counter(task.kind for task in found)
    return [
        {
            "label": label,
            "count": counts[name],
            "is_chosen": name == kind,
            "url": here if name == kind else f"{here}?kind={name}",
        }
        for name, label in KINDS.items()
        if counts[name]
    ]
