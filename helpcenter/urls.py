"""Addresses of the help center."""

from django.urls import path

import helpcenter.converters  # noqa: F401  (knows what `locale` in an address is)
from helpcenter.api import articles as api
from helpcenter.views import articles, incidents, pictures, root, search, votes

urlpatterns = [
    path("", root.root, name="root"),
    path("sitemap.xml", root.sitemap, name="sitemap"),
    path("robots.txt", root.robots, name="robots"),
    path("articles/<int:pk>/", articles.article_anywhere, name="article_anywhere"),
    path("articles/<int:pk>/vote/", votes.article_vote, name="article_vote"),
    path("articles/pictures/<int:pk>/", pictures.article_picture, name="article_picture"),
    path("incidents/<int:pk>/", incidents.incident, name="incident"),
    path("incidents/<int:pk>/hide/", incidents.incident_hide, name="incident_hide"),
    path("incidents/follow/<str:token>/", incidents.incident_confirm, name="incident_confirm"),
    path("incidents/stop/<str:token>/", incidents.incident_stop, name="incident_stop"),
    path("api/v1/articles/search/", search.search_api, name="api_article_search"),
    path("api/v1/articles/", api.articles, name="api_articles"),
    path("api/v1/articles/<path:key>/", api.article, name="api_article"),
    path("<locale:locale>/search/", search.search_page, name="help_search"),
    path("<locale:locale>/sections/<int:pk>/", articles.section, name="help_section"),
    path("<locale:locale>/articles/<int:pk>/", articles.article_anywhere, name="article_untitled"),
    path("<locale:locale>/articles/<int:pk>-<str:slug>/", articles.article, name="article"),
]
