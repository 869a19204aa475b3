"""The whole help center goes out, and comes back in another tenant as it was."""

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from helpcenter.actions.articles import Text, create_article, publish, write_translation
from helpcenter.importing import BadLine, read_rows
from helpcenter.models import Article, Section, State, Translation, Visibility
from helpdesk.tenancy import tenant_scope
from tests.factories.cast import House
from tests.helpcenter.conftest import Write


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
