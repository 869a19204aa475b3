"""`{% lasting %}`: a part of a page that is the same for everybody is drawn once a process, not once a page."""

from __future__ import annotations

from typing import Any

from django import template
from django.template.base import FilterExpression, Node, NodeList, Parser, Token, token_kwargs
from django.template.context import Context
from django.template.exceptions import TemplateSyntaxError
from django.urls import get_urlconf
from django.utils.translation import get_language

register = template.Library()
MOST = 1_000  # ways to draw one part, in one process


class LastingNode(Node):
    """Draws its content once for each language, site map and set of values."""

    def __init__(self, nodelist: NodeList, values: dict[str, FilterExpression]) -> None:
        self.nodelist = nodelist
        self.values = values
        self.drawn: dict[tuple[Any, ...], str] = {}

    def render(self, context: Context) -> str:
        values = {name: value.resolve(context) for name, value in self.values.items()}
        key = get_language(), get_urlconf(), *values.values()
        found = self.drawn.get(key)
        if found is None:
            if len(self.drawn) >= MOST:
                self.drawn.clear()
            # It sees nothing but the values: no person, no request, no token of a form can be kept for the next reader.
            found = self.drawn[key] = self.nodelist.render(context.new(values))
        return found


@register.tag
def lasting(parser: Parser, token: Token) -> LastingNode:
    """`{% lasting name=value … %}…{% endlasting %}`.

    The content sees the named values and nothing else of the page; they are text, numbers or booleans, and few: each
    combination is kept. It asks no database and tells no time.
    """
    words = token.split_contents()[1:]
    values = token_kwargs(words, parser)
    if words:
        raise TemplateSyntaxError("lasting takes name=value only.")
    nodelist = parser.parse(("endlasting",))
    parser.delete_first_token()
    return LastingNode(nodelist, values)
