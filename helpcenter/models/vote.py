"""Whether an article helped."""

from django.db import models
from django.utils import timezone

from helpcenter.models.article import Article
from helpdesk.tenancy import TenantForeignKey, TenantModel


class ArticleVote(TenantModel):
    """One reader's word on an article in one language; a second one of the same reader replaces it.

    `voter` is the hash of a random value in the reader's browser: it counts readers and names nobody.
    """

    REASON_LIMIT = 1000

    article = TenantForeignKey(Article, on_delete=models.CASCADE, related_name="votes")
    locale = models.CharField(max_length=12)
    is_helpful = models.BooleanField()
    reason = models.TextField(blank=True, max_length=REASON_LIMIT)
    voter = models.CharField(max_length=64)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="vote_once", fields=["tenant", "article", "locale", "voter"])
        ]

    def __str__(self) -> str:
        return f"{self.article_id}: {'yes' if self.is_helpful else 'no'}"
