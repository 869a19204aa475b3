"""What a category asks beside title and description."""

from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from helpdesk.tenancy import TenantForeignKey, TenantModel
from tickets.models.category import Category
from tickets.models.wording import wording_for_page


class CategoryPrompt(TenantModel):
    """One question on the form of a category and of those below it; its words stand in `translations`.

    Answers stay with the tickets under `key`: a question that is not asked any more is kept, so that they keep its name.
    """

    is_setup = True

    class Kind(models.TextChoices):
        TEXT = "text", _("One line")
        LONG_TEXT = "long_text", _("Long text")
        STEPS = "steps", _("Steps, one after another")
        CHOICE = "choice", _("Choice from a list")
        DATE = "date", _("Date")
        NUMBER = "number", _("Number")
        PATTERN = "pattern", _("Code with a pattern")

    category = TenantForeignKey(
        Category, on_delete=models.CASCADE, related_name="prompts", verbose_name=_("category")
    )
    key = models.CharField(
        _("short name"),
        max_length=40,
        validators=[
            RegexValidator(
                r"\A[a-z][a-z0-9_]*\Z", _("Use small letters, digits and underscores, a letter first.")
            )
        ],
        help_text=_(
            "The answer is stored under this name, like order_number. The same name means the same thing."
        ),
    )
    kind = models.CharField(_("kind of answer"), max_length=10, choices=Kind, default=Kind.TEXT)
    pattern = models.CharField(
        _("pattern"),
        max_length=40,
        blank=True,
        help_text=_(
            "9 is a digit, A a letter, * either; other letters stand in quotes, (brackets) may be left out:"
            ' "ORD"-99999(99).'
        ),
    )
    minimum = models.DecimalField(
        _("smallest number"), max_digits=18, decimal_places=4, null=True, blank=True
    )
    maximum = models.DecimalField(_("largest number"), max_digits=18, decimal_places=4, null=True, blank=True)
    is_required = models.BooleanField(_("must be answered"), default=False)
    needed_to_solve = models.BooleanField(
        _("needed to solve"),
        default=False,
        help_text=_("The desk can’t solve a ticket of this category until this is answered."),
    )
    is_active = models.BooleanField(_("asked"), default=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("question")
        verbose_name_plural = _("questions")
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(
                name="prompt_key_once",
                fields=["tenant", "category", "key"],
                violation_error_message=_("This category has a question with this short name already."),
            )
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """The question in the language of the page, else the tenant's first."""
        wording = self.wording
        return wording.label if wording else self.key

    @property
    def wording(self) -> "PromptTranslation | None":
        """The words in the language of the page, else the first; reads `translations` (prefetch them in lists)."""
        return wording_for_page(self.translations.all())


class PromptTranslation(TenantModel):
    """The words of a question in one language."""

    is_setup = True

    prompt = TenantForeignKey(CategoryPrompt, on_delete=models.CASCADE, related_name="translations")
    locale = models.CharField(_("language"), max_length=12)
    label = models.CharField(_("question"), max_length=120)
    hint = models.CharField(_("hint"), max_length=200, blank=True)
    choices = models.TextField(
        _("choices"), blank=True, help_text=_("One on each line, in the same order in every language.")
    )
    example = models.CharField(_("example"), max_length=80, blank=True)

    class Meta:
        verbose_name = _("words of a question")
        verbose_name_plural = _("words of questions")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                name="prompt_translation_once",
                fields=["tenant", "prompt", "locale"],
                violation_error_message=_("This question has words in this language already."),
            )
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def lines(self) -> list[str]:
        """The choices, one each."""
        return [line.strip() for line in self.choices.splitlines() if line.strip()]
