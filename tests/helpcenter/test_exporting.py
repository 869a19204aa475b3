"""The whole help center goes out, and comes back in another tenant as it was."""

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command

from accounts.models import Member, Sender
from helpcenter.actions.articles import Text, create_article, publish, write_translation
from helpcenter.actions.pictures import keep_picture
from helpcenter.importing import BadLine, read_rows
from helpcenter.models import Article, Picture, Section, State, Translation, Visibility
from helpdesk.store import remove
from helpdesk.tenancy import tenant_scope
from tests.factories.cast import House
from tests.helpcenter.conftest import Write
from tests.pictures import png


@pytest.fixture
def help_center(write: Write, shelf: Section) -> Translation:
    """An article with a stale translation, one for the team that it leads to, and a draft."""
    first = write("Refund is late", "Wait.", summary="In short")
    write("تأخر الاسترداد", "انتظر.", locale="ar", of=first)
    ours = write("How we do it", f"See [it](article:{first.article_id}).", visibility=Visibility.INTERNAL)
    create_article(shelf, locale="en", text=Text("Not yet", "Soon."), author=None)
    longer = Text("Refund is late", f"Wait.\n\nSee [us](article:{ours.article_id}#s-a).", "In short")
    return publish(write_translation(first.article, locale="en", text=longer, author=None))


def command(name: str, *arguments: str) -> str:
    told = StringIO()
    call_command(name, *arguments, stdout=told, stderr=told)
    return told.getvalue()


def state_of_articles() -> list[tuple[object, ...]]:
    return sorted(
        (text.locale, text.title, text.summary, text.state, text.lag, text.article.visibility)
        for text in Translation.objects.select_related("article")
    )


@pytest.mark.parametrize("name", ["all.jsonl", "all.jsonl.gz"])
def test_what_goes_out_comes_back_elsewhere_as_it_was(
    help_center: Translation, house: House, other_house: House, tmp_path: Path, name: str
) -> None:
    before = state_of_articles()

    written = command("export_articles", "acme", str(tmp_path / name))
    first = command("import_articles", "globex", str(tmp_path / name))
    second = command("import_articles", "globex", str(tmp_path / name))

    with tenant_scope(other_house.tenant.pk):
        text = Translation.objects.get(title="Refund is late")
        linked = Article.objects.get(visibility=Visibility.INTERNAL)
        assert f"[us](article:{linked.pk}#s-a)" in text.body
        assert state_of_articles() == before
    assert "4 texts written" in written
    assert "4 new, 0 changed, 0 unchanged, 0 refused" in first
    assert "0 new, 0 changed, 4 unchanged, 0 refused" in second


def test_what_comes_back_to_its_own_tenant_changes_nothing(help_center: Translation, tmp_path: Path) -> None:
    before = state_of_articles(), Article.objects.count(), Section.objects.count()

    command("export_articles", "acme", str(tmp_path / "all.jsonl"))
    told = command("import_articles", "acme", str(tmp_path / "all.jsonl"))

    assert (state_of_articles(), Article.objects.count(), Section.objects.count()) == before
    assert "0 new, 0 changed, 4 unchanged" in told


def test_a_file_says_who_may_read_and_a_wrong_word_refuses_the_line(
    help_center: Translation, tmp_path: Path
) -> None:
    path = tmp_path / "all.jsonl"
    command("export_articles", "acme", str(path))
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    rows[0]["visibility"], rows[1]["state"] = "everyone", "shown"
    path.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")

    refused = [row.reason for row in read_rows(path) if isinstance(row, BadLine)]

    assert refused == ["“everyone” does not say who may read it", "“shown” is no state of an article"]


def test_an_audience_comes_back_where_there_is_one_of_that_name(
    help_center: Translation, house: House, other_house: House, tmp_path: Path
) -> None:
    def found_partners() -> Sender:
        return Sender.objects.create(audience="Partners", from_name="A", from_address="p@acme.example")

    path, article = tmp_path / "all.jsonl", help_center.article
    article.visibility, article.audience = Visibility.SIGNED_IN, found_partners()
    article.save()
    command("export_articles", "acme", str(path))

    alone = command("import_articles", "globex", str(path))
    with tenant_scope(other_house.tenant.pk):
        left_out = Translation.objects.filter(title="Refund is late").exists()
        partners = found_partners()
    command("import_articles", "globex", str(path))

    assert "there is no audience “Partners” here" in alone
    assert not left_out
    with tenant_scope(other_house.tenant.pk):
        text = Translation.objects.select_related("article").get(title="Refund is late")
        assert (text.article.visibility, text.article.audience_id) == (Visibility.SIGNED_IN, partners.pk)
        assert text.search_document.audience_id == partners.pk


def test_an_audience_needs_people_who_are_signed_in(help_center: Translation, tmp_path: Path) -> None:
    path = tmp_path / "all.jsonl"
    command("export_articles", "acme", str(path))
    told = path.read_text(encoding="utf-8").replace('"audience": ""', '"audience": "Everybody"')
    path.write_text(told, encoding="utf-8")

    refused = {row.reason for row in read_rows(path, audiences={"Everybody": 1}) if isinstance(row, BadLine)}

    assert refused == {
        "only people who are signed in belong to an audience: “visibility” is “signed_in” then"
    }


def test_pictures_go_along_and_come_back_once(
    write: Write, house: House, other_house: House, admin: Member, tmp_path: Path
) -> None:
    upload = SimpleUploadedFile("button.png", png(), "image/png")
    picture = keep_picture(upload, uploaded_by=admin)
    write("Where it is", f"Look:\n\n![A [red] button](picture:{picture.pk})")
    path = tmp_path / "all.jsonl"

    written = command("export_articles", "acme", str(path))
    own = command("import_articles", "acme", str(path))
    first = command("import_articles", "globex", str(path))
    second = command("import_articles", "globex", str(path))

    assert "1 texts written" in written
    assert "0 new, 0 changed, 1 unchanged, 0 refused" in own
    assert "1 new, 0 changed, 0 unchanged, 0 refused" in first
    assert "0 new, 0 changed, 1 unchanged, 0 refused" in second
    with tenant_scope(other_house.tenant.pk):
        taken = Picture.objects.get()
        text = Translation.objects.get()
        assert (taken.sha256, list(text.pictures.all())) == (picture.sha256, [taken])
        assert f"![A [red] button](picture:{taken.pk})" in text.body


@pytest.mark.parametrize("name", ["all.jsonl", "site"])
def test_a_lost_picture_is_named_and_the_rest_goes_out(
    write: Write, admin: Member, tmp_path: Path, name: str
) -> None:
    picture = keep_picture(SimpleUploadedFile("button.png", png(), "image/png"), uploaded_by=admin)
    text = write("Where it is", f"![A button](picture:{picture.pk})")
    remove([str(picture.content.name)])
    told = StringIO()

    with pytest.raises(CommandError, match="whole but for 1 lost picture"):
        call_command("export_articles", "acme", str(tmp_path / name), stdout=told, stderr=told)

    assert "1 texts written" in told.getvalue()
    lost = f"picture {picture.pk} “{picture.name}” is gone, shown by acme:{text.article_id} (en)"
    assert lost in told.getvalue()
    assert (tmp_path / name).exists()


@pytest.mark.parametrize(
    ("told", "reason"),
    [
        ({"content": "AAAA"}, "a picture needs its key in “picture” and its base64 in “content”"),
        ({"picture": "acme-1"}, "a picture needs its key in “picture” and its base64 in “content”"),
        ({"picture": "acme-1", "content": "no base64!"}, "“content” is no base64"),
    ],
)
def test_half_a_picture_is_refused(told: dict[str, str], reason: str, tmp_path: Path) -> None:
    path = tmp_path / "all.jsonl"
    path.write_text(json.dumps({"picture": ""} | told), encoding="utf-8")

    assert list(read_rows(path)) == [BadLine(1, reason)]


def test_what_is_no_picture_is_refused_and_the_texts_are_taken(house: House, tmp_path: Path) -> None:
    row = {"source_id": "s:a", "locale": "en", "section": "pay", "title": "A", "body_markdown": "x"}
    picture = {"picture": "acme-1", "name": "a.txt", "content": "bm8gcGljdHVyZQ=="}
    path = tmp_path / "all.jsonl"
    path.write_text(f"{json.dumps(row)}\n{json.dumps(picture)}\n", encoding="utf-8")

    told = command("import_articles", "acme", str(path))

    assert "line 2: “a.txt” is no picture that browsers show." in told
    assert "1 texts: 1 new, 0 changed, 0 unchanged, 1 refused" in told


def test_an_import_opens_and_closes_articles_and_takes_none_away(
    help_center: Translation, tmp_path: Path
) -> None:
    path = tmp_path / "all.jsonl"
    command("export_articles", "acme", str(path))
    told = (
        path.read_text(encoding="utf-8").replace('"public"', '"internal"').replace('"published"', '"draft"')
    )
    path.write_text(told, encoding="utf-8")

    command("import_articles", "acme", str(path))

    help_center.refresh_from_db()
    documents = Translation.objects.filter(state=State.PUBLISHED).values_list("search_document__visibility")
    assert help_center.state == State.PUBLISHED
    assert set(documents) == {(Visibility.INTERNAL,)}


def test_a_folder_holds_what_everybody_may_read(help_center: Translation, tmp_path: Path) -> None:
    folder = tmp_path / "site"

    told = command("export_articles", "acme", str(folder))
    with pytest.raises(CommandError, match="not empty"):
        command("export_articles", "acme", str(folder))

    section, pk = help_center.article.section_id, help_center.article_id
    files = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*.md"))
    assert "2 texts written" in told
    assert files == sorted(
        [
            "index.md",
            "ar/index.md",
            "en/index.md",
            f"ar/المدفوعات-{section}/{pk}-تأخر-الاسترداد.md",
            f"en/payments-{section}/{pk}-refund-is-late.md",
        ]
    )
    page = (folder / f"en/payments-{section}/{pk}-refund-is-late.md").read_text(encoding="utf-8")
    assert page == "# Refund is late\n\n> In short\n\nWait.\n\nSee us.\n"
    assert f"(payments-{section}/{pk}-refund-is-late.md)" in (folder / "en/index.md").read_text(
        encoding="utf-8"
    )
