"""The one word of our own that the mails' templates need."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()


@register.filter
def isolated(value: object) -> SafeString:
    """A name or number inside a sentence of HTML, whose direction must not reach beyond it."""
    return format_html("<bdi>{}</bdi>", value)
