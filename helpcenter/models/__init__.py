"""Facts about articles, their texts and what readers say of them."""

from helpcenter.models.article import Article, Revision, Significance, State, Translation, Visibility
from helpcenter.models.help_settings import HelpSettings
from helpcenter.models.search import SearchDocument, SearchStem, SearchWord, Synonyms
from helpcenter.models.section import Section, SectionTranslation
from helpcenter.models.vote import ArticleVote

__all__ = [
    "Article",
    "ArticleVote",
    "HelpSettings",
    "Revision",
    "SearchDocument",
    "SearchStem",
    "SearchWord",
    "Section",
    "SectionTranslation",
    "Significance",
    "State",
    "Synonyms",
    "Translation",
    "Visibility",
]
