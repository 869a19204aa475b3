"""Facts about articles, their texts and what readers say of them."""

from helpcenter.models.article import Article, Revision, Significance, State, Translation, Visibility
from helpcenter.models.deflection import Deflection
from helpcenter.models.help_settings import HelpSettings
from helpcenter.models.incident import Incident, IncidentFollower, IncidentNews
from helpcenter.models.miss import SearchMiss
from helpcenter.models.picture import Picture
from helpcenter.models.search import SearchDocument, SearchStem, SearchWord, Synonyms
from helpcenter.models.section import Section, SectionTranslation
from helpcenter.models.unsaved import UnsavedText
from helpcenter.models.vote import ArticleVote

__all__ = [
    "Article",
    "ArticleVote",
    "Deflection",
    "HelpSettings",
    "Incident",
    "IncidentFollower",
    "IncidentNews",
    "Picture",
    "Revision",
    "SearchDocument",
    "SearchMiss",
    "SearchStem",
    "SearchWord",
    "Section",
    "SectionTranslation",
    "Significance",
    "State",
    "Synonyms",
    "Translation",
    "UnsavedText",
    "Visibility",
]
