"""What readers say of an article."""

from django.utils import timezone

from helpcenter.models import Article, ArticleVote
from helpdesk.tokens import hash_of
from helpdesk.typed_text import clean_text


def vote(article: Article, *, locale: str, voter: str, is_helpful: bool, reason: str = "") -> ArticleVote:
    """Keeps the reader's latest word; `voter` is the random value in their browser, of which only the hash is kept."""
    kept, _is_new = ArticleVote.objects.update_or_create(
        article=article,
        locale=locale,
        voter=hash_of(voter),
        defaults={
            "is_helpful": is_helpful,
            "reason": clean_text(reason)[: ArticleVote.REASON_LIMIT],
            "created_at": timezone.now(),
        },
    )
    return kept
