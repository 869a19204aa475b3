"""Articles as readers meet them."""

import pytest
from django.test import Client

from accounts.models import Member
from helpcenter.actions.articles import Text, archive, create_article, publish, restore, write_translation
from helpcenter.actions.importing import import_rows
from helpcenter.importing import BadLine, Row, read_rows
from helpcenter.markdown import clean, render
from helpcenter.models import ArticleVote, Revision, Section, Significance, Translation, Visibility
from helpcenter.staleness import source_beside
from tests.factories.cast import House
from tests.helpcenter.conftest import Write
from tests.pages import Page
from tests.queries import assert_same_queries, count_queries


def address(text: Translation, locale: str = "en") -> str:
    return f"/{locale}/articles/{text.article_id}-{text.slug}/"


def test_article_carries_its_topic_to_the_form(write: Write, site: Client) -> None:
    text = write("Refund is late", "## One\n\nWait.\n\n## Two\n\nAsk.")

    page = Page(site.get(address(text)))

    assert page.title == "Refund is late · Acme"
    assert page.links["Payments"].startswith("/en/sections/")
    assert page.links["Two"] == "#s-two"
    carried = f"?article={text.article_id}&page=%2Farticles%2F{text.article_id}%2F"
    assert page.links["Contact us about this"] == f"/contact/refund-late/{carried}"
    form = site.get(page.links["Contact us about this"]).content.decode()
    assert f"/articles/{text.article_id}/" in form


def test_old_title_and_other_forms_of_the_language_lead_to_the_address(write: Write, site: Client) -> None:
    text = write("Refund is late")
    brazil = write("Reembolso atrasado", locale="pt-BR", of=text)

    old = site.get(f"/en/articles/{text.article_id}-an-older-title/")
    lower = site.get(f"/pt-br/articles/{text.article_id}-{brazil.slug}/")
    plain = site.get(f"/articles/{text.article_id}/", headers={"accept-language": "pt"})

    assert (old.status_code, old["Location"]) == (301, address(text))
    assert (lower.status_code, lower["Location"]) == (301, address(brazil, "pt-BR"))
    assert (plain.status_code, plain["Location"]) == (302, address(brazil, "pt-BR"))


def test_missing_translation_shows_the_fallback_openly(write: Write, site: Client) -> None:
    text = write("Refund is late")

    reply = site.get(address(text, "ar"))

    content = reply.content.decode()
    assert (reply.status_code, reply["Content-Language"]) == (200, "en")
    assert '<html lang="ar" dir="rtl"' in content
    assert 'lang="en" dir="ltr" aria-labelledby="article-title"' in content
    assert f'<link rel="canonical" href="http://acme.localhost:8000{address(text)}">' in content
    assert 'hreflang="ar"' not in content.split("</head>")[0]


def test_change_of_the_source_is_told_to_readers_of_the_translation(write: Write, site: Client) -> None:
    source = write("Refund is late", "Wait five days.\n\nThen ask.")
    text = write("تأخر الاسترداد", "انتظر.", locale="ar", of=source)
    fresh = site.get(address(text, "ar")).content.decode()

    write_translation(
        source.article,
        locale="en",
        text=Text("Refund is late", "Wait two days.\n\nThen ask."),
        author=None,
        significance=Significance.NORMAL,
    )
    publish(source)

    text.refresh_from_db()
    assert 'class="banner banner-warn"' not in fresh
    assert 'class="banner banner-warn"' in site.get(address(text, "ar")).content.decode()
    source.refresh_from_db()
    assert [(beside.before, beside.after) for beside in source_beside(text, source)] == [
        ("Refund is late", "Refund is late"),
        ("Wait five days.", "Wait two days."),
        ("Then ask.", "Then ask."),
    ]


def test_correction_of_a_typo_makes_no_translation_stale(write: Write) -> None:
    source = write("Refund is lat")
    text = write("تأخر الاسترداد", locale="ar", of=source)

    new = Text("Refund is late", "Some text.")
    write_translation(source.article, locale="en", text=new, author=None, significance=Significance.TYPO)
    publish(source)

    text.refresh_from_db()
    assert text.lag == Translation.Lag.NONE


def test_article_that_was_taken_down_names_the_closest(write: Write, site: Client) -> None:
    gone = write("Refund is late")
    write("Refund times by bank")
    archive(gone)

    reply = site.get(address(gone))

    assert reply.status_code == 410
    assert "Refund times by bank" in reply.content.decode()


@pytest.mark.parametrize("visibility", [Visibility.SIGNED_IN, Visibility.INTERNAL])
def test_closed_articles_are_nowhere_for_visitors(
    write: Write, site: Client, visibility: int, customer: Member, agent: Member
) -> None:
    text = write("Secret sauce", visibility=visibility)
    draft = create_article(text.article.section, locale="en", text=Text("Secret draft", "x"), author=None)
    places = ["/en/", "/sitemap.xml", f"/en/sections/{text.article.section_id}/", "/en/search/?q=secret"]

    seen = [place for place in places if "Secret" in site.get(place).content.decode()]
    statuses = [site.get(address(text)).status_code, site.get(address(draft)).status_code]
    site.force_login(agent)
    for_agent = site.get(address(text)).status_code

    assert (seen, statuses, for_agent) == ([], [404, 404], 200)


def test_copy_of_a_page_is_kept_until_something_is_published(write: Write, site: Client) -> None:
    text = write("Refund is late")
    first = site.get(address(text))
    mark = first["ETag"]

    again = site.get(address(text), headers={"if-none-match": mark})
    write("Another one")
    changed = site.get(address(text), headers={"if-none-match": mark})

    assert (again.status_code, again.content, changed.status_code) == (304, b"", 200)
    assert changed["ETag"] != mark


def test_vote_counts_a_reader_once_and_asks_why_after_a_no(write: Write, site: Client) -> None:
    text = write("Refund is late")
    vote = {"text": "en", "locale": "en"}
    where = f"/articles/{text.article_id}/vote/"

    site.post(where, vote | {"helpful": "no"})
    asked = Page(site.get(address(text))).text
    reply = site.post(where, vote | {"helpful": "no", "reason": "My bank is not in it"})

    assert "What was missing?" in asked
    assert (reply.status_code, reply["Location"]) == (303, f"{address(text)}#feedback")
    assert list(ArticleVote.objects.values_list("is_helpful", "reason")) == [(False, "My bank is not in it")]


def test_article_costs_the_same_with_one_neighbour_and_with_three(write: Write, site: Client) -> None:
    text = write("Refund is late")
    write("One more")
    one = count_queries(lambda: site.get(address(text)))
    write("Two more")
    write("Three more")

    three = count_queries(lambda: site.get(address(text)))

    assert_same_queries(one, three)
    assert three <= 9


def test_markdown_lets_no_script_through() -> None:
    body = "<script>x</script> [a](javascript:x) [b](article:7) <img src=x onerror=y>\n\n# Top\n\n## Below"

    html = render(body).html

    assert "<script" not in html
    assert "onerror=y>" not in html.replace("&gt;", "")
    assert "javascript:x" not in html.replace("[a](javascript:x)", "")
    assert 'href="/articles/7/"' in html
    assert '<h2 id="s-top">Top</h2>' in html
    assert '<h3 id="s-below">Below</h3>' in html


def test_a_wide_table_can_be_scrolled_by_keyboard_also_in_what_was_written_before() -> None:
    stored = render("|Size|Wait|\n|-|-|\n|12 GB|1 h|").html.replace(' tabindex="0"', "")

    assert clean(stored).startswith('<table tabindex="0">')


def test_restoring_makes_a_new_revision_and_leaves_readers_alone(write: Write, admin: Member) -> None:
    text = write("First words")
    write_translation(text.article, locale="en", text=Text("Second words", "x"), author=admin)
    publish(text)

    restored = restore(text, number=1, author=admin)

    assert (restored.title, restored.latest, restored.published) == ("Second words", 3, 2)
    assert Revision.objects.get(translation=text, number=3).title == "First words"


def test_import_takes_what_it_can_twice_and_says_what_it_cannot(house: House, tmp_path) -> None:  # type: ignore[no-untyped-def]
    good = (
        '{"source_id":"s:a","source":"s","locale":"en","section":"pay","title":"A","body_markdown":"See [b](#b)",'
        '"source_hash":"1","translation":"source"}\n'
        '{"source_id":"s:b","source":"s","locale":"en","section":"pay","title":"B","body_markdown":"x"}\n'
        '{"source_id":"s:a","source":"s","locale":"DE","section":"pay","title":"Ä","body_markdown":"y","source_hash":"0"}\n'
    )
    bad = 'no json\n{"source_id":"s:c","locale":"xx","section":"pay","title":"C","body_markdown":"x"}\n{}\n'
    file = tmp_path / "articles.jsonl"
    file.write_text(good + bad, encoding="utf-8")

    read = list(read_rows(file))
    rows = [row for row in read if isinstance(row, Row)]
    first, second = import_rows(rows).counts, import_rows(rows).counts

    assert [line.number for line in read if isinstance(line, BadLine)] == [4, 5, 6]
    assert (dict(first), dict(second)) == ({"new": 3}, {"unchanged": 3})
    linked = Translation.objects.get(title="A")
    target = Translation.objects.get(title="B").article_id
    assert f'href="/articles/{target}/"' in linked.html
    assert Translation.objects.get(title="Ä").lag == Translation.Lag.STALE
    assert Section.objects.get().translations.get().name == "Pay"


def test_sitemap_names_every_language_of_what_everybody_reads(write: Write, site: Client) -> None:
    text = write("Refund is late")
    write("Erstattung", locale="de", of=text)

    content = site.get("/sitemap.xml").content.decode()

    assert content.count("<loc>") == 2
    assert content.count('hreflang="de"') == 2
