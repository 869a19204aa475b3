"""Setup of categories: a tree of three levels with names in each language."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import Case, F, Model, QuerySet, Value, When
from django.db.models.functions import Coalesce
from django.forms import BaseInlineFormSet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.sites import desk
from helpdesk.tenancy import TenantModelForm
from tickets.admin.setup import SetupAdmin
from tickets.models import Category, CategoryTranslation

_IS_THIRD, _IS_BELOW = {"parent__parent__isnull": False}, {"parent__isnull": False}
# Each category before its branches, branches by position: root, then second level, then third.
TREE_ORDER: list[Any] = [
    Coalesce("parent__parent__position", "parent__position", "position"),
    Coalesce("parent__parent_id", "parent_id", "id"),
    Case(
        When(**_IS_THIRD, then=F("parent__position")),
        When(**_IS_BELOW, then=F("position")),
        default=Value(-1),
    ),
    Case(When(**_IS_THIRD, then=F("parent_id")), When(**_IS_BELOW, then=F("id")), default=Value(-1)),
    Case(When(**_IS_THIRD, then=F("position")), default=Value(-1)),
    "id",
]


def in_tree_order(categories: QuerySet[Category]) -> QuerySet[Category]:
    """The categories as a tree reads, each with `depth` (0 to 2), its names, team and parents at hand."""
    depth = Case(When(**_IS_THIRD, then=Value(2)), When(**_IS_BELOW, then=Value(1)), default=Value(0))
    return (
        categories.annotate(depth=depth)
        .select_related("team", "parent__parent")
        .prefetch_related("translations")
        .order_by(*TREE_ORDER)
    )


class ParentField(forms.ModelChoiceField):
    """A category that may have branches, shown at its place in the tree."""

    def label_from_instance(self, obj: Model) -> str:
        return f"{'— ' * obj.depth}{obj}"  # type: ignore[attr-defined]


class CategoryForm(TenantModelForm):
    """A category at a place that keeps the tree a tree of three levels."""

    parent = ParentField(
        label=gettext_lazy("Part of"),
        queryset=Category.objects.none(),
        required=False,
        empty_label=gettext_lazy("Nothing: it stands at the top"),
    )

    class Meta:
        model = Category
        fields = [
            "parent",
            "slug",
            "team",
            "tier",
            "position",
            "is_active",
            "account_required",
            "is_technical",
            "articles_first",
            "kind",
        ]

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        possible = in_tree_order(Category.objects.filter(parent__parent__isnull=True))
        own = self.instance.pk
        if own:
            possible = possible.exclude(pk=own).exclude(parent=own)
        self.fields["parent"].queryset = possible  # type: ignore[attr-defined]

    def clean_parent(self) -> Category | None:
        """Refuses a place that would make the tree deeper than three levels with what stands below this category."""
        parent: Category | None = self.cleaned_data["parent"]
        if parent and depth_of(parent) + 1 + height_of(self.instance) > Category.DEPTH_LIMIT:
            raise ValidationError(_("Categories have three levels at most. Choose a place higher up."))
        return parent


def depth_of(category: Category) -> int:
    """The level the category stands at: 1 at the top."""
    return 1 + (depth_of(category.parent) if category.parent else 0)


def height_of(category: Category) -> int:
    """How many levels the category and what stands below it take."""
    if category.pk is None:
        return 1
    below = Category.objects.filter(parent=category)
    if not below.exists():
        return 1
    return 3 if Category.objects.filter(parent__in=below).exists() else 2


class TranslationForm(TenantModelForm):
    """The name in one language, and the words that lead to it."""

    # A blank first choice, so that a line nobody touched says nothing.
    locale = forms.ChoiceField(
        label=gettext_lazy("Language"), choices=[("", gettext_lazy("Choose…")), *settings.LANGUAGES]
    )

    class Meta:
        model = CategoryTranslation
        fields = ["locale", "name", "hint", "synonyms", "examples", "asked_back", "first_answer"]
        widgets = {
            name: forms.Textarea(attrs={"rows": 3, "dir": "auto"})
            for name in ("synonyms", "examples", "asked_back", "first_answer")
        }


class TranslationFormSet(BaseInlineFormSet):
    """The names of one category: at least one."""

    def clean(self) -> None:
        super().clean()
        if any(self.errors):
            return
        kept = [form for form in self.forms if form.cleaned_data and not form.cleaned_data.get("DELETE")]
        if not kept:
            raise ValidationError(_("Give the category a name in at least one language."))


class TranslationInline(admin.StackedInline):
    """The names of a category and the words that lead to it, a block a language."""

    model = CategoryTranslation
    form = TranslationForm
    formset = TranslationFormSet
    fieldsets = [
        (
            None,
            {"fields": [("locale", "name", "hint"), ("synonyms", "examples"), "asked_back", "first_answer"]},
        ),
    ]
    extra = len(settings.LANGUAGES)
    max_num = len(settings.LANGUAGES)
    verbose_name = gettext_lazy("name")
    verbose_name_plural = gettext_lazy("Names")


@admin.register(Category, site=desk)
class CategoryAdmin(SetupAdmin):
    """The tree of topics. Each routes to a team and tier; one that is not offered any more stays for old tickets."""

    form = CategoryForm
    fieldsets = [
        (
            None,
            {
                "fields": [
                    ("parent", "slug"),
                    ("team", "tier", "position"),
                    ("is_active", "account_required", "is_technical", "articles_first"),
                    "kind",
                ]
            },
        )
    ]
    inlines = [TranslationInline]
    list_display = ["name_in_tree", "slug", "team", "tier", "position", "is_active", "account_required"]
    list_display_links = ["name_in_tree"]
    list_filter = ["team", "is_active"]
    search_fields = ["slug", "translations__name"]
    list_per_page = 500

    def get_queryset(self, request: HttpRequest) -> QuerySet[Category]:
        return in_tree_order(super().get_queryset(request))

    def get_ordering(self, request: HttpRequest) -> list[Any]:
        """The tree's own order."""
        return TREE_ORDER

    @admin.display(description=gettext_lazy("Name"))
    def name_in_tree(self, category: Category) -> str:
        """The name, set in by its level."""
        return f"{'— ' * category.depth}{category.name}"  # type: ignore[attr-defined]
