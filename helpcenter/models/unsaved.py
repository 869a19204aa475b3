"""What an editor typed and did not save yet."""

from django.conf import settings
from django.db import models
from django.utils import timezone

from helpcenter.models.article import Article
from helpdesk.locales import CHOICES
from helpdesk.tenancy import TenantForeignKey, TenantModel


class UnsavedText(TenantModel):
    """The boxes of the editor as they stood last, one row a person, article and language; gone once they are saved.

    `based_on` is the newest revision that the person had before them. Without `article` it is of a new one.
    """

    author = TenantForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    article = TenantForeignKey(Article, on_delete=models.CASCADE, null=True, related_name="+")
    locale = models.CharField(max_length=12, choices=CHOICES)
    based_on = models.PositiveIntegerField(default=0)
    boxes = models.JSONField(default=dict)
    updated_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="unsaved_once", fields=["tenant", "author", "article", "locale"], nulls_distinct=False
            )
        ]

    def __str__(self) -> str:
        return f"{self.article_id} {self.locale}"
