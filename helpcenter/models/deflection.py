"""Requests that were not sent because an article answered them."""

from django.conf import settings
from django.db import models
from django.utils import timezone

from helpcenter.models.article import Article
from helpdesk.tenancy import TenantForeignKey, TenantModel


class Deflection(TenantModel):
    """Somebody who was about to write said that an article solved it; once a day and article.

    `visitor` is the hash of a random value in their browser. `came_back_at`: a request was sent from that browser after
    all. What a signed-in `member` sends later is looked up when the rows are counted.
    """

    article = TenantForeignKey(Article, on_delete=models.CASCADE, related_name="deflections")
    locale = models.CharField(max_length=12)
    visitor = models.CharField(max_length=64)
    member = TenantForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", db_index=False
    )
    day = models.DateField()
    created_at = models.DateTimeField(default=timezone.now)
    came_back_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="deflected_once_a_day", fields=["tenant", "visitor", "article", "day"]
            )
        ]
        indexes = [models.Index(name="deflections_in_time", fields=["tenant", "created_at"])]

    def __str__(self) -> str:
        return f"{self.article_id}: {self.day}"
