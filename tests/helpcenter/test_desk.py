"""Admins write the help center in the desk."""

import pytest
from django.test import Client

from accounts.models import AuditEntry, Member, Sender
from helpcenter.actions.articles import Text, create_article
from helpcenter.checks import faults_of
from helpcenter.models import Article, Revision, Section, State, Translation, UnsavedText, Visibility
from helpcenter.rules import EVERYBODY, TEAM
from tests.helpcenter.conftest import Write
from tests.pages import Page
from tests.queries import assert_same_queries, count_queries

LIST = "/admin/helpcenter/translation/"


def typed(shelf: Section, **more: str) -> dict[str, str]:
    return {
        "locale": "en",
        "title": "Refund is late",
        "summary": "",
        "body": "Wait.",
        "keywords": "",
        "significance": "1",
        "comment": "",
        "section": str(shelf.pk),
        "position": "0",
        "visibility": "0",
        "contact_path": "refund-late",
        **more,
    }


def test_admin_writes_translates_publishes_and_restores(shelf: Section, site: Client, admin: Member) -> None:
    site.force_login(admin)

    drafted = site.post(f"{LIST}add/", typed(shelf, _save="1"))
    text = Translation.objects.get()
    published = site.post(drafted["Location"], typed(shelf, body="Wait two days.", _publish="1"))
    added = f"{LIST}add/?article={text.article_id}&locale=ar"
    site.post(added, typed(shelf, locale="ar", title="تأخر الاسترداد", body="انتظر.", _publish="1"))
    site.post(drafted["Location"], typed(shelf, body="Wait three days.", _save="1"))
    site.post(f"{LIST}{text.pk}/restore/1/")

    text.refresh_from_db()
    assert (drafted.status_code, published.status_code) == (302, 302)
    assert Article.objects.get().contact_path == "refund-late"
    assert (text.state, text.body, text.published, text.latest) == (State.PUBLISHED, "Wait two days.", 2, 4)
    assert Revision.objects.get(translation=text, number=4).body == "Wait."
    assert Translation.objects.get(locale="ar").source_number == 2
    assert "Wait." in Page(site.get(f"{LIST}{text.pk}/preview/")).text
    history = Page(site.get(f"{LIST}{text.pk}/history/")).text
    assert "Revision 3" in history
    assert "Wait three days." in history


def test_mistakes_keep_what_was_typed(shelf: Section, site: Client, admin: Member) -> None:
    site.force_login(admin)

    page = site.post(f"{LIST}add/", typed(shelf, title="", body="A long text.", _publish="1"))

    assert Page(page).title.startswith("Error: ")
    assert "A long text." in page.content.decode()
    assert Translation.objects.count() == 0


def test_list_costs_the_same_with_one_text_and_with_three(write: Write, site: Client, admin: Member) -> None:
    site.force_login(admin)
    write("One")
    one = count_queries(lambda: site.get(LIST))
    write("Two")
    write("Three")

    three = count_queries(lambda: site.get(LIST))

    assert_same_queries(one, three)


def test_section_needs_a_name(shelf: Section, site: Client, admin: Member) -> None:
    site.force_login(admin)
    address = "/admin/helpcenter/section/add/"
    count = {"translations-TOTAL_FORMS": "1", "translations-INITIAL_FORMS": "0", "position": "1"}

    refused = site.post(address, count)
    kept = site.post(address, count | {"translations-0-locale": "en", "translations-0-name": "Payouts"})

    assert "#id_translations-0-name" in refused.content.decode()  # the summary leads to the box
    assert kept.status_code == 302
    assert Section.objects.exclude(pk=shelf.pk).get().translations.get().name == "Payouts"


def test_section_settings_and_synonyms_open(write: Write, site: Client, admin: Member) -> None:
    text = write("One")
    site.force_login(admin)

    paths = [
        f"/admin/helpcenter/section/{text.article.section_id}/change/",
        "/admin/helpcenter/section/",
        "/admin/helpcenter/synonyms/add/",
    ]
    settings = site.get("/admin/helpcenter/helpsettings/", follow=True)

    assert [site.get(path).status_code for path in paths] == [200, 200, 200]
    assert settings.status_code == 200


def test_agents_write_drafts_and_admins_publish(
    shelf: Section, site: Client, agent: Member, admin: Member
) -> None:
    site.force_login(agent)

    written = site.post(f"{LIST}add/", typed(shelf, _review="1"))
    text = Translation.objects.get()
    offered = Page(site.get(f"{LIST}{text.pk}/change/")).text
    tried = Page(site.post(f"{LIST}{text.pk}/change/", typed(shelf, _publish="1"), follow=True)).text
    left = Translation.objects.get().state
    site.force_login(admin)
    site.post(f"{LIST}{text.pk}/change/", typed(shelf, _publish="1"))

    assert written.status_code == 302
    assert "Publish at that time" not in offered
    assert "Only admins publish articles." in tried
    assert (left, Translation.objects.get().state) == (State.IN_REVIEW, State.PUBLISHED)


def test_who_may_not_publish_may_not_show_an_article_to_others(
    write: Write, shelf: Section, site: Client, agent: Member
) -> None:
    text = write("How we do it", visibility=Visibility.INTERNAL)
    site.force_login(agent)
    given = typed(shelf, title="How we do it", body="Otherwise.", visibility="0", _archive="1")

    site.post(f"{LIST}{text.pk}/change/", given)

    text.refresh_from_db()
    assert (text.state, text.latest, text.published) == (State.PUBLISHED, 2, 1)
    assert Article.objects.get().visibility == Visibility.INTERNAL


def test_an_article_is_for_one_audience_where_there_are_several(
    write: Write, shelf: Section, site: Client, admin: Member
) -> None:
    text = write("Refund is late", "Wait.")
    site.force_login(admin)
    address = f"{LIST}{text.pk}/change/"
    alone = Page(site.get(address)).text
    partners = Sender.objects.create(audience="Partners", from_name="A", from_address="p@acme.example")

    offered = Page(site.get(address)).text
    site.post(address, typed(shelf, visibility=f"1-{partners.pk}", _save="1"))
    again = site.get(address).content.decode()
    refused = Page(site.post(address, typed(shelf, visibility=f"2-{partners.pk}", _save="1"))).title

    article = Article.objects.get()
    assert "Signed in:" not in alone
    assert "Signed in: Partners" in offered
    assert (article.visibility, article.audience) == (Visibility.SIGNED_IN, partners)
    assert f'<option value="1-{partners.pk}" selected>' in again
    assert refused.startswith("Error: ")


def test_the_audit_log_says_what_readers_see_and_who_they_are(
    shelf: Section, site: Client, admin: Member
) -> None:
    site.force_login(admin)
    site.post(f"{LIST}add/", typed(shelf, _publish="1"))
    address = f"{LIST}{Translation.objects.get().pk}/change/"
    site.post(address, typed(shelf, body="Wait two days.", _save="1"))
    site.post(address, typed(shelf, body="Wait two days.", _publish="1"))
    site.post(address, typed(shelf, body="Wait two days.", visibility="1", _save="1"))
    site.post(address, typed(shelf, body="Wait two days.", visibility="1", _archive="1"))

    entries = AuditEntry.objects.filter(kind="helpcenter.translation").order_by("pk")

    assert {(entry.name, entry.actor) for entry in entries} == {("Refund is late", admin)}
    assert [entry.changes for entry in entries] == [
        [["Published revision", "", "1"]],
        [["Published revision", "1", "2"]],
        [["Who may read it", "Everybody", "People who are signed in"]],
        [["State", "Published", "Archived"]],
    ]


def test_publishing_stops_at_what_is_wrong_and_keeps_what_was_typed(
    shelf: Section, site: Client, admin: Member
) -> None:
    draft = create_article(shelf, locale="en", text=Text("Not yet", "Soon."), author=None)
    site.force_login(admin)
    body = f"![](/files/1/a.png)\n\nSee [this](article:{draft.article_id}) and [that](article:987654).\n\n[x](#s-no)"

    page = site.post(f"{LIST}add/", typed(shelf, body=body, _publish="1"))

    told = Page(page).text
    assert "Line 1: This picture has no description for people who cannot see it." in told
    assert "Line 3: This links to “Not yet”, which readers cannot see yet." in told
    assert "Line 3: This link leads to an article that is not there." in told
    assert "Line 5: This link leads to a heading that is not there." in told
    assert "article:987654" in page.content.decode()
    assert Translation.objects.count() == 1


def test_a_public_article_does_not_lead_to_one_for_the_team(write: Write) -> None:
    ours = write("How we do it", visibility=Visibility.INTERNAL)
    body = f"[More](/en/articles/{ours.article_id}-how-we-do-it/) [Outside](https://example.com/articles/1/)"

    shown = [faults_of(body, readers=readers) for readers in (EVERYBODY, TEAM)]

    assert [len(faults) for faults in shown] == [1, 0]


def test_what_is_typed_is_kept_shown_and_taken_up_again(
    write: Write, shelf: Section, site: Client, admin: Member
) -> None:
    text = write("Refund is late")
    change = f"{LIST}{text.pk}/change/"
    boxes = {"title": "Refund", "body": "Wait **two** days. <script>x</script>", "locale": "en"}
    site.force_login(admin)

    kept = site.post(f"{LIST}unsaved/", {**boxes, "article": str(text.article_id), "based_on": "1"})
    offered = Page(site.get(change))
    taken = site.get(f"{change}?unsaved=1").content.decode()
    saved = site.post(change, typed(shelf, body="Saved.", _save="1"))

    assert kept.json()["html"] == "<p>Wait <strong>two</strong> days. &lt;script&gt;x&lt;/script&gt;</p>\n"
    assert offered.links["Go on with it"] == "?unsaved=1"
    assert "Wait **two** days." in taken
    assert (saved.status_code, UnsavedText.objects.count()) == (302, 0)
    assert "Go on with it" not in Page(site.get(change)).links


def test_what_is_typed_is_for_its_writer_and_can_be_thrown_away(
    write: Write, site: Client, admin: Member, agent: Member
) -> None:
    text = write("Refund is late")
    where = {"article": str(text.article_id), "locale": "en"}
    site.force_login(agent)
    site.post(f"{LIST}unsaved/", {**where, "body": "Mine", "based_on": "0"})
    behind = Page(site.get(f"{LIST}{text.pk}/change/")).text
    site.force_login(admin)

    others = Page(site.get(f"{LIST}{text.pk}/change/"))
    site.post(f"{LIST}unsaved/", {**where, "forget": "1"})
    left = UnsavedText.objects.count()
    site.force_login(agent)
    reply = site.post(f"{LIST}unsaved/", {**where, "forget": "1"})

    assert "A newer text was saved since." in behind
    assert "Go on with it" not in others.links
    assert (left, UnsavedText.objects.count()) == (1, 0)
    assert reply["Location"] == f"{LIST}{text.pk}/change/"


@pytest.mark.parametrize("facts", [{"locale": "xx"}, {"locale": "en", "article": "987654"}, {}])
def test_what_belongs_to_nothing_is_not_kept(
    shelf: Section, site: Client, admin: Member, facts: dict[str, str]
) -> None:
    site.force_login(admin)

    assert site.post(f"{LIST}unsaved/", {**facts, "body": "x"}).status_code == 404
    assert UnsavedText.objects.count() == 0
