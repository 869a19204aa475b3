"""An article, its text in each language, and every text it ever had."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from accounts.models import Sender
from helpcenter.models.picture import Picture
from helpcenter.models.section import Section
from helpdesk.locales import CHOICES
from helpdesk.tenancy import TenantForeignKey, TenantModel

TITLE_LIMIT = 200
SUMMARY_LIMIT = 400
KEYWORDS_LIMIT = 1000
BODY_LIMIT = 100_000
SLUG_LIMIT = 80


class Visibility(models.IntegerChoices):
    """Who may read; each higher number leaves fewer people, so a reader sees everything up to theirs."""

    PUBLIC = 0, _("Everybody")
    SIGNED_IN = 1, _("People who are signed in")
    INTERNAL = 2, _("The team only")


class State(models.TextChoices):
    """How far a text in one language is. Readers see published ones only."""

    DRAFT = "draft", _("Draft")
    IN_REVIEW = "in_review", _("In review")
    PUBLISHED = "published", _("Published")
    ARCHIVED = "archived", _("Archived")


class Significance(models.IntegerChoices):
    """How much a revision matters to the translations made from the text before it."""

    TYPO = 0, _("A correction: translations stay right")
    NORMAL = 1, _("A change: translations should follow")
    MAJOR = 2, _("A big change: translations are wrong until they follow")


class Article(TenantModel):
    """One subject; what is read stands in `translations`, of which the one in `source_locale` came first."""

    section = TenantForeignKey(
        Section, on_delete=models.PROTECT, related_name="articles", verbose_name=_("section")
    )
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    visibility = models.PositiveSmallIntegerField(
        _("who may read it"), choices=Visibility, default=Visibility.PUBLIC
    )
    audience = TenantForeignKey(  # those of the signed-in people whom it is for; nobody named: all of them
        Sender,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        verbose_name=_("audience"),
    )
    source_locale = models.CharField(_("written first in"), max_length=12, choices=CHOICES)
    is_featured = models.BooleanField(
        _("among the popular ones"), default=False, help_text=_("Shown on the first page of the help center.")
    )
    contact_path = models.CharField(
        _("topic of requests"),
        max_length=190,
        blank=True,
        help_text=_("Where “Contact us about this” leads; empty: where the section's articles lead."),
    )
    source_id = models.CharField(max_length=190, blank=True, editable=False)  # of an import
    related = models.ManyToManyField("self", symmetrical=False, blank=True, verbose_name=_("see also"))
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("article")
        verbose_name_plural = _("articles")
        ordering = ["section", "position", "id"]
        constraints = [
            models.UniqueConstraint(
                name="article_source_once", fields=["tenant", "source_id"], condition=~Q(source_id="")
            ),
            models.CheckConstraint(
                name="audience_is_signed_in",
                condition=Q(audience__isnull=True) | Q(visibility=Visibility.SIGNED_IN),
            ),
        ]

    def __str__(self) -> str:
        texts = {text.locale: text for text in self.translations.all()}
        first = texts.get(self.source_locale) or next(iter(texts.values()), None)
        return first.title if first else f"{self.pk}"


class Translation(TenantModel):
    """An article in one language, as readers see it; before it was ever published, as its newest revision says.

    `published` is the revision that readers see, `latest` the newest one. `source_number` is the revision of the source
    text that this one was made from; `lag` tells how far the source went on since.
    """

    class Lag(models.IntegerChoices):
        NONE = 0, _("Up to date")
        STALE = 1, _("The source was changed since")
        WRONG = 2, _("The source was changed a lot since")

    article = TenantForeignKey(Article, on_delete=models.CASCADE, related_name="translations")
    locale = models.CharField(_("language"), max_length=12, choices=CHOICES)
    title = models.CharField(_("title"), max_length=TITLE_LIMIT)
    summary = models.CharField(_("summary"), max_length=SUMMARY_LIMIT, blank=True)
    keywords = models.CharField(
        _("other words for it"),
        max_length=KEYWORDS_LIMIT,
        blank=True,
        help_text=_("Not shown. People who search for these find the article."),
    )
    body = models.TextField(_("text"), max_length=BODY_LIMIT)
    html = models.TextField(editable=False, default="")  # of `body`, sanitised
    headings = models.JSONField(editable=False, default=list)  # [{"id", "text", "level"}]
    pictures = models.ManyToManyField(
        Picture, editable=False, related_name="texts"
    )  # in `html`, of a published one
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.DRAFT)
    published = models.PositiveIntegerField(null=True, editable=False)
    latest = models.PositiveIntegerField(default=0, editable=False)
    source_number = models.PositiveIntegerField(null=True, editable=False)
    lag = models.PositiveSmallIntegerField(_("source"), choices=Lag, default=Lag.NONE, editable=False)
    published_at = models.DateTimeField(null=True, editable=False)
    publish_at = models.DateTimeField(null=True, editable=False)  # when the newest revision goes to readers
    updated_at = models.DateTimeField(
        _("updated"), default=timezone.now, editable=False
    )  # of what readers see

    class Meta:
        verbose_name = _("article")
        verbose_name_plural = _("articles")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(name="article_translation_once", fields=["tenant", "article", "locale"]),
            models.CheckConstraint(
                name="published_says_what",
                condition=~Q(state="published") | Q(published__isnull=False, published_at__isnull=False),
            ),
        ]
        indexes = [
            models.Index(  # lists of one language: the home page, sections, the site map
                name="published_in_language",
                fields=["tenant", "locale", "article"],
                condition=Q(state="published"),
            ),
            models.Index(  # read by the door of the timetable, over all tenants
                name="texts_to_publish", fields=["publish_at"], condition=Q(publish_at__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def slug(self) -> str:
        """The readable part of the address; the article's id decides, so a changed title breaks no link."""
        return slugify(self.title, allow_unicode=True)[:SLUG_LIMIT].strip("-") or "article"


class Revision(TenantModel):
    """One text that a translation had, whole; never changed. `number` counts up in its translation."""

    append_only = True

    translation = TenantForeignKey(Translation, on_delete=models.CASCADE, related_name="revisions")
    number = models.PositiveIntegerField()
    title = models.CharField(max_length=TITLE_LIMIT)
    summary = models.CharField(max_length=SUMMARY_LIMIT, blank=True)
    keywords = models.CharField(max_length=KEYWORDS_LIMIT, blank=True)
    body = models.TextField(max_length=BODY_LIMIT)
    significance = models.PositiveSmallIntegerField(choices=Significance, default=Significance.NORMAL)
    comment = models.CharField(max_length=240, blank=True)
    source_number = models.PositiveIntegerField(null=True)
    author = TenantForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("revision")
        verbose_name_plural = _("revisions")
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(name="revision_once", fields=["tenant", "translation", "number"])
        ]

    def __str__(self) -> str:
        return f"{self.title} ({self.number})"
