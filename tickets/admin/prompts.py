"""Setup of the questions that a category asks, with their words in each language."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.forms import BaseInlineFormSet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.sites import desk
from helpdesk.tenancy import TenantModelForm
from tickets.admin.categories import ParentField, in_tree_order
from tickets.admin.setup import SetupAdmin
from tickets.models import Category, CategoryPrompt, PromptTranslation
from tickets.patterns import BadPattern, read_pattern

Kind = CategoryPrompt.Kind
FAULTS = {
    "length": gettext_lazy("Enter a pattern of up to 40 signs, for example AA-99999."),
    "sign": gettext_lazy('Use 9, A, * and separators; put other letters in quotes: "ORD"-99999.'),
    "quotes": gettext_lazy("A quotation mark is missing."),
    "brackets": gettext_lazy("Close each bracket before the next opens; three may be left out at most."),
    "empty": gettext_lazy("The pattern needs a 9, an A or a * outside brackets."),
}


class PromptForm(TenantModelForm):
    """A question whose pattern can be read and whose bounds make sense."""

    category = ParentField(label=gettext_lazy("Category"), queryset=Category.objects.none())

    class Meta:
        model = CategoryPrompt
        fields = [
            "category",
            "key",
            "kind",
            "pattern",
            "minimum",
            "maximum",
            "is_required",
            "needed_to_solve",
            "is_active",
            "position",
        ]

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["category"].queryset = in_tree_order(Category.objects.all())  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """What belongs to another kind of answer is dropped."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        kind = cleaned.get("kind")
        if kind == Kind.PATTERN:
            try:
                read_pattern(cleaned.get("pattern") or "")
            except BadPattern as fault:
                self.add_error("pattern", str(FAULTS[str(fault)]))
        else:
            cleaned["pattern"] = ""
        if kind != Kind.NUMBER:
            cleaned["minimum"] = cleaned["maximum"] = None
        low, high = cleaned.get("minimum"), cleaned.get("maximum")
        if low is not None and high is not None and low > high:
            self.add_error("maximum", _("The largest number must be at least the smallest."))
        return cleaned


class WordsForm(TenantModelForm):
    """The question in one language."""

    locale = forms.ChoiceField(
        label=gettext_lazy("Language"), choices=[("", gettext_lazy("Choose…")), *settings.LANGUAGES]
    )

    class Meta:
        model = PromptTranslation
        fields = ["locale", "label", "hint", "choices", "example"]
        widgets = {"choices": forms.Textarea(attrs={"rows": 4})}


class WordsFormSet(BaseInlineFormSet):
    """The words of one question: at least one language, and in each what the kind of answer needs."""

    def clean(self) -> None:
        super().clean()
        if any(self.errors):
            return
        kept = [form for form in self.forms if form.cleaned_data and not form.cleaned_data.get("DELETE")]
        if not kept:
            raise ValidationError(_("Write the question in at least one language."))
        if self.instance.kind == Kind.CHOICE:
            self._check_choices(kept)
        if self.instance.kind == Kind.PATTERN:
            self._check_examples(kept)

    def _check_choices(self, kept: list[forms.ModelForm]) -> None:
        counts = {len(set(PromptTranslation(choices=form.cleaned_data["choices"]).lines)) for form in kept}
        if min(counts) < 2:
            raise ValidationError(
                _("Write at least two different choices in each language, one on each line.")
            )
        if len(counts) > 1:
            raise ValidationError(_("Write the same number of choices in each language, in the same order."))

    def _check_examples(self, kept: list[forms.ModelForm]) -> None:
        try:
            pattern = read_pattern(self.instance.pattern)
        except BadPattern:
            return  # told beside the pattern
        for form in kept:
            example = form.cleaned_data["example"]
            if example and pattern.match(example) is None:
                form.add_error("example", _("This example does not fit the pattern."))


class WordsInline(admin.StackedInline):
    """The question in each language."""

    model = PromptTranslation
    form = WordsForm
    formset = WordsFormSet
    extra = len(settings.LANGUAGES)
    max_num = len(settings.LANGUAGES)
    verbose_name = gettext_lazy("words of the question")
    verbose_name_plural = gettext_lazy("Words")


@admin.register(CategoryPrompt, site=desk)
class CategoryPromptAdmin(SetupAdmin):
    """The questions of the request form. A category also asks what those above it ask."""

    first_use = gettext_lazy(
        "A question asks for what the team always needs, such as the exact error message. "
        "Its answer is a field of the ticket, which lists can be filtered by."
    )
    form = PromptForm
    fieldsets = [
        (
            None,
            {
                "fields": [
                    ("category", "position"),
                    ("key", "kind"),
                    ("is_required", "needed_to_solve", "is_active"),
                    "pattern",
                    ("minimum", "maximum"),
                ]
            },
        )
    ]
    inlines = [WordsInline]
    list_display = [
        "label",
        "category",
        "key",
        "kind",
        "is_required",
        "needed_to_solve",
        "is_active",
        "position",
    ]
    list_filter = ["kind", "needed_to_solve", "is_active"]
    search_fields = ["key", "translations__label"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[CategoryPrompt]:
        prompts = super().get_queryset(request)
        return prompts.select_related("category").prefetch_related("translations", "category__translations")

    def get_ordering(self, request: HttpRequest) -> list[Any]:
        """Together what one form asks together."""
        return ["category_id", "position", "id"]

    @admin.display(description=gettext_lazy("Question"))
    def label(self, prompt: CategoryPrompt) -> str:
        """The question itself."""
        return prompt.label
