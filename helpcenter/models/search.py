"""What articles are found by. Written by `helpcenter.indexing` when something is published, read through the doors."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.utils.translation import gettext_lazy as _

from helpcenter.models.article import Translation, Visibility
from helpdesk.locales import CHOICES
from helpdesk.tenancy import TenantModel, TenantOneToOneField


class SearchDocument(TenantModel):
    """A published translation as the search sees it. `scope` is `<tenant>:<locale>`: one text column leads the index,
    because a number compared with one of another size silently drops out of it."""

    translation = TenantOneToOneField(Translation, on_delete=models.CASCADE, related_name="search_document")
    article_id = models.BigIntegerField()
    scope = models.CharField(max_length=40)
    visibility = models.PositiveSmallIntegerField(choices=Visibility)
    audience_id = models.BigIntegerField(null=True)
    title = models.CharField(max_length=400)  # its folded words
    words = ArrayField(models.TextField())  # of everything, each once, folded
    length = models.PositiveIntegerField()
    text = models.TextField()  # plain, for snippets
    vector = SearchVectorField()
    analysis = models.PositiveSmallIntegerField()  # the version of the analysis that made this row

    class Meta:
        verbose_name_plural = "search documents"
        # Read far more often than written: no list of pending entries that every question would walk.
        indexes = [GinIndex(name="articles_by_words", fields=["scope", "vector"], fastupdate=False)]

    def __str__(self) -> str:
        return self.title


class SearchWord(TenantModel):
    """A word that stands in published texts of one language, with its stems: what a typo is compared with."""

    scope = models.CharField(max_length=40)
    word = models.CharField(max_length=60)
    first = models.CharField(max_length=1)
    length = models.PositiveSmallIntegerField()
    stems = ArrayField(models.CharField(max_length=60))
    documents = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(name="search_word_once", fields=["tenant", "scope", "word"])]
        indexes = [
            models.Index(  # words one or two letters off; the words that go on as somebody began
                name="search_words_alike", fields=["scope", "first", "length"]
            )
        ]

    def __str__(self) -> str:
        return self.word


class SearchStem(TenantModel):
    """In how many published texts of one language a stem stands."""

    scope = models.CharField(max_length=40)
    stem = models.CharField(max_length=60)
    documents = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(name="search_stem_once", fields=["tenant", "scope", "stem"])]

    def __str__(self) -> str:
        return self.stem


class Synonyms(TenantModel):
    """Words that mean the same to people of one language. Used when they ask, so a change needs no new index."""

    is_setup = True

    locale = models.CharField(_("language"), max_length=12, choices=CHOICES)
    words = models.TextField(
        _("words"),
        max_length=2000,
        help_text=_("One a line. Whoever searches for one of them also finds the others."),
    )

    class Meta:
        verbose_name = _("words that mean the same")
        verbose_name_plural = _("words that mean the same")
        ordering = ["locale", "id"]
        indexes = [models.Index(name="synonyms_of_language", fields=["tenant", "locale"])]

    def __str__(self) -> str:
        return ", ".join(line.strip() for line in self.words.splitlines() if line.strip())
