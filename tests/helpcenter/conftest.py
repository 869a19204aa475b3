"""Articles to read and find."""

from collections.abc import Callable

import pytest

from helpcenter.actions.articles import Text, create_article, publish, write_translation
from helpcenter.models import Section, SectionTranslation, Translation, Visibility
from tests.factories.cast import House

Write = Callable[..., Translation]


@pytest.fixture
def shelf(house: House) -> Section:
    """A section with a name in English and Arabic."""
    section = Section.objects.create(contact_path="refund-late")
    SectionTranslation.objects.create(section=section, locale="en", name="Payments")
    SectionTranslation.objects.create(section=section, locale="ar", name="المدفوعات")
    return section


@pytest.fixture
def write(shelf: Section) -> Write:
    """Publishes an article, or another language of one."""

    def published(
        title: str,
        body: str = "Some text.",
        *,
        locale: str = "en",
        of: Translation | None = None,
        visibility: int = Visibility.PUBLIC,
        **more: str,
    ) -> Translation:
        text = Text(title, body, **more)
        if of:
            return publish(write_translation(of.article, locale=locale, text=text, author=None))
        return publish(create_article(shelf, locale=locale, text=text, author=None, visibility=visibility))

    return published
