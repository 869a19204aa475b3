"""Where an article stands on the web."""

from urllib.parse import quote

from helpcenter.models import Translation


def article_url(text: Translation, locale: str = "") -> str:
    """The path of a text; with a `locale`, of the page that shows it to readers of that language."""
    return f"/{locale or text.locale}/articles/{text.article_id}-{quote(text.slug)}/"
