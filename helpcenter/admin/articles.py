"""Writing articles in the desk: a list of texts, the editor of one, its preview and its history."""

from __future__ import annotations

import datetime as dt
from functools import partial
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.factors import person_of
from accounts.sites import SetupAdmin, desk
from helpcenter.actions.articles import (
    create_article,
    index_article,
    restore,
    send_to_review,
    write_translation,
)
from helpcenter.actions.publishing import archive_as, cancel_publishing, publish_as, schedule_publishing
from helpcenter.actions.unsaved import forget_unsaved
from helpcenter.addresses import article_url
from helpcenter.admin.links import links_page
from helpcenter.admin.pictures import picture_view, take_picture
from helpcenter.admin.todo import todo_page
from helpcenter.admin.unsaved import unsaved_facts, unsaved_view
from helpcenter.forms import ARTICLE_FIELDS, TextForm, article_facts, readers_of
from helpcenter.markdown import render as render_markdown
from helpcenter.models import Article, Revision, State, Translation
from helpcenter.models.article import TITLE_LIMIT
from helpcenter.queries import help_settings
from helpcenter.rules import may_publish_articles
from helpcenter.staleness import changed_paragraphs, source_beside, whole_of
from helpdesk.errors import Refused
from helpdesk.locales import direction_of, told_name_of
from helpdesk.templatetags.parts import when
from helpdesk.typed_text import clean_line, key_in


class LanguageFilter(admin.SimpleListFilter):
    """The languages of the help center."""

    title = gettext_lazy("language")
    parameter_name = "locale"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(locale, told_name_of(locale)) for locale in help_settings().languages]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        return queryset.filter(locale=self.value()) if self.value() else queryset


@admin.register(Translation, site=desk)
class TranslationAdmin(SetupAdmin):
    """Texts of articles, one a language. Saving keeps a revision; readers see it when it is published."""

    form = TextForm
    list_display = ["title", "language", "section_name", "state", "lag_shown", "changed"]
    list_filter = ["state", LanguageFilter, "article__section", "lag"]
    search_fields = ["title"]
    fieldsets = [
        (
            None,
            {
                "fields": [
                    "locale",
                    "title",
                    "summary",
                    "body",
                    ("picture", "picture_alt"),
                    "keywords",
                    ("significance", "comment"),
                ]
            },
        ),
        (gettext_lazy("Later"), {"fields": ["goes_out_at"]}),
        (
            gettext_lazy("The whole article, in every language"),
            {"fields": [("section", "position"), ("visibility", "contact_path"), "is_featured"]},
        ),
    ]
    change_list_template = "admin/helpcenter/translation/change_list.html"
    change_form_template = "admin/helpcenter/translation/change_form.html"

    def get_queryset(self, request: HttpRequest) -> Any:
        texts = super().get_queryset(request).select_related("article__section")
        return (
            texts.defer("html", "headings")
            .prefetch_related("article__section__translations")
            .order_by("-updated_at", "-pk")
        )

    @admin.display(description=gettext_lazy("Language"), ordering="locale")
    def language(self, text: Translation) -> str:
        return told_name_of(text.locale)

    @admin.display(description=gettext_lazy("Updated"), ordering="updated_at")
    def changed(self, text: Translation) -> str:
        return when(text.updated_at, "absolute")

    @admin.display(description=gettext_lazy("Section"))
    def section_name(self, text: Translation) -> str:
        return str(text.article.section)

    @admin.display(description=gettext_lazy("Source"), ordering="lag")
    def lag_shown(self, text: Translation) -> str:
        return str(text.get_lag_display()) if text.lag else ""

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        return [
            path("todo/", view(partial(todo_page, self)), name="helpcenter_translation_todo"),
            path("links/", view(partial(links_page, self)), name="helpcenter_translation_links"),
            path("pictures/", view(picture_view), name="helpcenter_translation_pictures"),
            path("unsaved/", view(unsaved_view), name="helpcenter_translation_unsaved"),
            path("<int:pk>/preview/", view(self.preview), name="helpcenter_translation_preview"),
            path(
                "<int:pk>/restore/<int:number>/",
                view(self.restore_view),
                name="helpcenter_translation_restore",
            ),
            *super().get_urls(),
        ]

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **options: Any
    ) -> type[Any]:
        """The form for this person: what they may not decide is fixed in it."""
        form = super().get_form(request, obj, change, **options)
        known = {"actor": person_of(request), "refused_picture": getattr(request, "refused_picture", None)}
        return type(form.__name__, (form,), known)

    def changeform_view(self, request: HttpRequest, *args: Any, **options: Any) -> Any:
        """The editor; a picture that was chosen in it is kept first, so that no mistake elsewhere loses it."""
        request.refused_picture = take_picture(request)  # type: ignore[attr-defined]
        return super().changeform_view(request, *args, **options)

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """A new article; with `?article=` another language of that one."""
        settings = help_settings()
        told: dict[str, Any] = {"locale": request.GET.get("locale", settings.default_locale)}
        if title := clean_line(request.GET.get("title", ""))[:TITLE_LIMIT]:
            told["title"] = title
        if article := self._article_of(request):
            told["article"] = article.pk
        return told

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        """The text as its newest revision has it, published or not."""
        text = super().get_object(request, object_id, from_field)
        newest = text and Revision.objects.filter(translation=text, number=text.latest).first()
        if text and newest:
            text.title, text.summary, text.keywords, text.body = (
                newest.title,
                newest.summary,
                newest.keywords,
                newest.body,
            )
        return text

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Keeps a revision; the pressed button decides what becomes of it."""
        given = form.cleaned_data
        article = obj.article if change else self._article_of(request)
        if article is None:
            kept = create_article(
                given["section"],
                locale=given["locale"],
                text=form.text(),
                author=person_of(request),
                visibility=readers_of(given["visibility"]).up_to,
            )
        else:
            kept = write_translation(
                article,
                locale=obj.locale if change else given["locale"],
                text=form.text(),
                author=person_of(request),
                significance=given["significance"],
                comment=given["comment"],
            )
        forget_unsaved(person_of(request), article, locale=kept.locale)
        self._keep_article(kept.article, given)
        kept = self._act(request, kept, given["goes_out_at"])
        obj.__dict__.update(kept.__dict__)

    def _article_of(self, request: HttpRequest) -> Article | None:
        asked = request.GET.get("article", "")
        return get_object_or_404(Article, pk=key_in(asked)) if asked else None

    def _keep_article(self, article: Article, given: dict[str, Any]) -> None:
        facts = article_facts(given)
        if all(getattr(article, name) == value for name, value in facts.items()):
            return
        for name, value in facts.items():
            setattr(article, name, value)
        article.save()
        index_article(article)

    def _act(self, request: HttpRequest, text: Translation, at: dt.datetime | None) -> Translation:
        """What the pressed button asks for; a text that may not be shown yet stays a draft, and it is said why."""
        try:
            return self._pressed(request, text, at)
        except Refused as refusal:
            messages.error(request, str(refusal))
            return text

    def _pressed(self, request: HttpRequest, text: Translation, at: dt.datetime | None) -> Translation:
        actor = person_of(request)
        if "_publish" in request.POST:
            return publish_as(text, actor=actor)
        if "_schedule" in request.POST and at:
            schedule_publishing(text, at=at, actor=actor, now=timezone.now())
        if "_unschedule" in request.POST:
            cancel_publishing(text, actor=actor)
        if "_archive" in request.POST and may_publish_articles(actor):
            return archive_as(text, actor=actor)
        if "_review" in request.POST and text.state != State.PUBLISHED:
            return send_to_review(text)
        return text

    def construct_change_message(
        self, request: HttpRequest, form: Any, formsets: Any, add: bool = False
    ) -> Any:
        """What was changed of the whole article. Revisions are the record of its texts; publishing records itself."""
        of_article = {str(form.fields[name].label) for name in ARTICLE_FIELDS}
        told = super().construct_change_message(request, form, formsets, add)
        return [change for change in told if change[0] in of_article]

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """Revisions are the record."""

    def response_post_save_add(self, request: HttpRequest, obj: Any) -> HttpResponseRedirect:
        return HttpResponseRedirect(reverse("admin:helpcenter_translation_change", args=[obj.pk]))

    def response_post_save_change(self, request: HttpRequest, obj: Any) -> HttpResponseRedirect:
        return HttpResponseRedirect(reverse("admin:helpcenter_translation_change", args=[obj.pk]))

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **options: Any
    ) -> Any:
        text = context.get("original")
        article = text.article if text else self._article_of(request)
        context["may_publish"] = may_publish_articles(request.user)
        form = context["adminform"].form
        locale = text.locale if text else str(form["locale"].value() or help_settings().default_locale)
        context |= unsaved_facts(request, text, article, locale)
        if not form.is_bound:
            form.initial |= context["unsaved_boxes"]
        if article:
            context |= self._beside(text, article)
        return super().render_change_form(request, context, *args, **options)

    def _beside(self, text: Translation | None, article: Article) -> dict[str, Any]:
        texts = {other.locale: other for other in Translation.objects.filter(article=article)}
        source = texts.get(article.source_locale)
        is_translation = source is not None and (text is None or source.pk != text.pk)
        paragraphs = source_beside(text, source) if is_translation and text and source else []
        languages = [
            {
                "name": told_name_of(locale),
                "text": texts.get(locale),
                "url": reverse("admin:helpcenter_translation_change", args=[texts[locale].pk])
                if locale in texts
                else reverse("admin:helpcenter_translation_add") + f"?article={article.pk}&locale={locale}",
                "is_current": text is not None and text.locale == locale,
            }
            for locale in dict.fromkeys([*texts, *help_settings().languages])
        ]
        return {
            "languages": languages,
            "source": source if is_translation else None,
            "source_direction": direction_of(article.source_locale),
            "source_language": told_name_of(article.source_locale),
            "paragraphs": paragraphs,
            "changed": sum(paragraph.is_change for paragraph in paragraphs),
            "live_url": article_url(text) if text and text.state == State.PUBLISHED else "",
            "has_newer": bool(text and text.state == State.PUBLISHED and text.published != text.latest),
        }

    def preview(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The newest revision as readers would see it."""
        text = self._text(request, pk)
        newest = get_object_or_404(Revision, translation=text, number=text.latest)
        page = {
            **self.admin_site.each_context(request),
            "title": newest.title,
            "text": text,
            "newest": newest,
            "body": mark_safe(render_markdown(newest.body).html),  # noqa: S308  (cleaned by an allow-list)
            "direction_of_text": direction_of(text.locale),
            "opts": self.opts,
        }
        return render(request, "admin/helpcenter/translation/preview.html", page)

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Every revision with what it changed."""
        self._refuse_others(request)
        text = self._text(request, key_in(object_id))
        revisions = list(Revision.objects.select_related("author").filter(translation=text)[:51])
        rows = [
            {
                "revision": revision,
                "changes": list(changed_paragraphs(whole_of(before), whole_of(revision))) if before else [],
            }
            for revision, before in zip(revisions[:50], [*revisions[1:], None], strict=False)
        ]
        page = {
            **self.admin_site.each_context(request),
            "title": text.title,
            "text": text,
            "rows": rows,
            "opts": self.opts,
            "direction_of_text": direction_of(text.locale),
        }
        return render(request, "admin/helpcenter/translation/history.html", page)

    def restore_view(self, request: HttpRequest, pk: int, number: int) -> HttpResponse:
        """Makes an older revision the newest draft again."""
        text = self._text(request, pk)
        if request.method == "POST" and self.has_change_permission(request, text):
            get_object_or_404(Revision, translation=text, number=number)
            restore(text, number=number, author=person_of(request))
            messages.success(
                request,
                _("Revision %(number)d is the newest again. Publish it to show it to readers.")
                % {"number": number},
            )
        return redirect("admin:helpcenter_translation_change", pk)

    def _text(self, request: HttpRequest, pk: int) -> Translation:
        if not self.has_view_permission(request):
            raise PermissionDenied
        return get_object_or_404(Translation.objects.select_related("article"), pk=pk)
