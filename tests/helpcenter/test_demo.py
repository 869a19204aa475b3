"""The demo's articles: a newcomer can search in each language at once."""

from collections import Counter

import pytest
from django.utils import timezone

from helpcenter.checks import faults_of
from helpcenter.demo.build import build_articles
from helpcenter.demo.incidents import build_incidents
from helpcenter.models import Article, Incident, Translation
from helpcenter.rules import EVERYBODY, Reach
from helpcenter.search import search_articles
from tests.factories.cast import House

ASKED = {
    "en": "signing in",
    "ar": "تسجيل الدخول",
    "de": "anmelden",
    "fr": "connecter",
    "es": "iniciar sesion",
    "pt-BR": "entrar na conta",
    "ru": "войти",
    "tr": "oturum acamiyorum",
    "hi": "साइन इन",
    "ja": "ログイン",
    "ko": "로그인",
    "zh-Hans": "登录",
    "th": "เข้าสู่ระบบ",
}


@pytest.mark.parametrize(
    ("slug", "locale", "articles", "stale", "good_part"),
    [
        ("acme", "en", 17, {"ar", "de", "es", "ja"}, 6),
        ("globex", "ar", 11, {"en"}, 2),
    ],
)
def test_articles_load_once_faultless_in_every_language_and_are_found(
    house: House, slug: str, locale: str, articles: int, stale: set[str], good_part: int
) -> None:
    first = build_articles(slug, locale=locale, author=None)
    second = build_articles(slug, locale=locale, author=None)

    texts = list(Translation.objects.select_related("article"))
    counts = Counter(text.locale for text in texts)
    faults = [
        (text.title, str(fault))
        for text in texts
        for fault in faults_of(text.body, readers=Reach.to_read(text.article))
    ]
    assert (first, second, Article.objects.count()) == (articles, 0, articles)
    assert {text.locale for text in texts if text.lag == Translation.Lag.STALE} == stale
    assert {locale for locale, count in counts.items() if count >= good_part} == set(ASKED)
    assert counts["en"] == counts["ar"] == articles
    assert faults == []
    if slug == "acme":
        found = {
            locale: search_articles(asked, locales=[locale], reach=EVERYBODY)[0].translation.locale
            for locale, asked in ASKED.items()
        }
        assert found == {locale: locale for locale in ASKED}


@pytest.mark.parametrize(("slug", "news", "is_over"), [("acme", 3, True), ("globex", 2, False)])
def test_demo_tells_of_an_incident_once(house: House, slug: str, news: int, is_over: bool) -> None:
    now = timezone.now()

    first = build_incidents(slug, author=None, now=now)
    second = build_incidents(slug, author=None, now=now)

    incident = Incident.objects.get()
    told = list(incident.news.order_by("told_at"))
    assert (first, second, len(told)) == (1, 0, news)
    assert {frozenset(words) for words in (incident.titles, *(one.words for one in told))} == {
        frozenset({"en", "ar"})
    }
    assert incident.started_at == told[0].told_at < now
    assert incident.ended_at == (told[-1].told_at if is_over else None)
