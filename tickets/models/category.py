"""What a ticket is about: a tree that routes to a team and tier."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models.team import Team, Tier
from helpdesk.tenancy import TenantForeignKey, TenantModel
from tickets.models.wording import wording_for_page


class Category(TenantModel):
    """One topic, three levels at most; its names stand in `translations`."""

    is_setup = True

    DEPTH_LIMIT = 3

    class Kind(models.TextChoices):
        """What people send here, and so what they are promised."""

        HELP = "help", _("A problem or a question")
        FEEDBACK = "feedback", _("Feedback or a suggestion")

    parent = TenantForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
        verbose_name=_("part of"),
    )
    slug = models.SlugField(_("short name"), max_length=60, help_text=_("Stands in addresses."))
    team = TenantForeignKey(Team, on_delete=models.PROTECT, related_name="categories", verbose_name=_("team"))
    tier = models.PositiveSmallIntegerField(_("tier"), choices=Tier, default=Tier.L1)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    is_active = models.BooleanField(_("offered to people"), default=True)
    account_required = models.BooleanField(_("only for people who are signed in"), default=False)
    articles_first = models.BooleanField(
        _("show articles first"),
        default=False,
        db_default=False,
        help_text=_("A page before the form offers the articles that fit, and leads on with one press."),
    )
    kind = models.CharField(
        _("what people send here"),
        max_length=10,
        choices=Kind,
        default=Kind.HELP,
        help_text=_(
            "Feedback is promised only what a line of the promise says for this category; without one people are told that"
            " you read it, and may not reply."
        ),
    )
    is_technical = models.BooleanField(
        _("a technical topic"),
        default=False,
        help_text=_("People are reminded of the exact error, the steps and the version."),
    )

    class Meta:
        verbose_name = _("category")
        verbose_name_plural = _("categories")
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(
                name="category_slug_once",
                fields=["tenant", "parent", "slug"],
                nulls_distinct=False,
                violation_error_message=_("There is already a category with this short name here."),
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """Name in the language of the page, else the tenant's first; reads `translations` (prefetch them in lists)."""
        wording = self.wording
        return wording.name if wording else self.slug

    @property
    def hint(self) -> str:
        """A line that tells when this topic fits, in the language of `name`; empty when there is none."""
        wording = self.wording
        return wording.hint if wording else ""

    @property
    def wording(self) -> "CategoryTranslation | None":
        """The words in the language of the page, else the tenant's first; reads `translations` (prefetch them in lists)."""
        return wording_for_page(self.translations.all())


class CategoryTranslation(TenantModel):
    """The words of a category in one language: its name, a hint, and how people and agents speak about it."""

    is_setup = True

    WORDS_LIMIT = 4000
    ANSWER_LIMIT = 1500

    category = TenantForeignKey(Category, on_delete=models.CASCADE, related_name="translations")
    locale = models.CharField(_("language"), max_length=12)
    name = models.CharField(_("name"), max_length=80)
    hint = models.CharField(_("hint"), max_length=200, blank=True)
    synonyms = models.TextField(
        _("other words for it"),
        max_length=WORDS_LIMIT,
        blank=True,
        help_text=_("One a line. People who look for a topic find it by these too."),
    )
    examples = models.TextField(
        _("what people write"),
        max_length=WORDS_LIMIT,
        blank=True,
        help_text=_("Example sentences, one a line. They help to suggest this topic."),
    )
    asked_back = models.TextField(
        _("what we often have to ask"),
        max_length=WORDS_LIMIT,
        blank=True,
        help_text=_(
            "One a line: what you need to know, a colon, and the words that show it was told."
            " A digit stands for any digit. For example: Order number: order, #12345"
        ),
    )

    first_answer = models.TextField(
        _("answered at once"),
        max_length=ANSWER_LIMIT,
        blank=True,
        help_text=_(
            "Sent with the confirmation and shown on the ticket, marked as automatic, with up to three articles that fit:"
            " what helps most people, and what to add. It is no reply, and the time to reply goes on. Empty: nothing."
        ),
    )

    class Meta:
        verbose_name = _("name of a category")
        verbose_name_plural = _("names of categories")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                name="category_translation_once",
                fields=["tenant", "category", "locale"],
                violation_error_message=_("This category has a name in this language already."),
            )
        ]

    def __str__(self) -> str:
        return self.name
