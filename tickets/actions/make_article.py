"""A ticket that was answered well becomes an article that the next one finds."""

from django.utils.translation import gettext as _

from accounts.models import Member
from helpcenter.actions.articles import Text, create_article
from helpcenter.models import Section, Translation, Visibility
from helpcenter.models.article import TITLE_LIMIT
from helpcenter.queries import help_settings
from helpdesk.errors import Refused
from helpdesk.locales import known_locale
from tickets.models import Category, Message, Ticket
from tickets.sensitive import masked


def make_article(ticket: Ticket, *, author: Member, locale: str) -> Translation:
    """A draft for the team only with the first question and the last answer, secrets hidden, in `locale`.

    It stands in the section that leads to the ticket's category, else in the first. Raises Refused without an answer, or
    where there is no section yet.
    """
    said = Message.objects.filter(ticket=ticket, kind=Message.Kind.PUBLIC).order_by("id")
    question = said.filter(side=Message.Side.CUSTOMER).first()
    answer = said.filter(side=Message.Side.DESK).last()
    if question is None or answer is None:
        raise Refused(_("Answer the ticket first: the article is made of the question and the last answer."))
    section = _section_of(ticket)
    if section is None:
        raise Refused(_("There is no section for articles yet. An admin makes one under Sections."))
    asked, answered = _("Question"), _("Answer")
    parts = [f"## {asked}", masked(question.body), f"## {answered}", masked(answer.body)]
    text = Text(masked(ticket.subject)[:TITLE_LIMIT], "\n\n".join(part for part in parts if part))
    known = known_locale(locale) or help_settings().default_locale
    return create_article(section, locale=known, text=text, author=author, visibility=Visibility.INTERNAL)


def _section_of(ticket: Ticket) -> Section | None:
    sections = list(Section.objects.order_by("position", "id"))
    path = _path_of(ticket.category)
    near = (section for section in sections if path and section.contact_path == path)
    return next(near, next(iter(sections), None))


def _path_of(category: Category | None) -> str:
    """Its short name behind those above it, as sections name a topic."""
    slugs: list[str] = []
    while category:
        slugs.insert(0, category.slug)
        category = category.parent
    return "/".join(slugs)
