"""Parts that are drawn once: for each language and value, and blind to the reader of the moment."""

from __future__ import annotations

import pytest
from django.template import Context, Template, TemplateSyntaxError
from django.utils import translation


def test_a_part_is_drawn_once_for_each_value() -> None:
    template = Template("{% lasting name=name %}{% cycle 'a' 'b' %} {{ name }}{% endlasting %}")
    asked = ["Ana", "Ana", "<Sam>", "Ana"]

    shown = [template.render(Context({"name": name})) for name in asked]

    assert shown == ["a Ana", "a Ana", "a &lt;Sam&gt;", "a Ana"]


def test_a_part_speaks_the_language_of_each_reader() -> None:
    template = Template('{% lasting %}{% translate "Sign out" %}{% endlasting %}')

    english = template.render(Context())
    with translation.override("ar"):
        arabic = template.render(Context())

    assert english == template.render(Context()) == "Sign out"
    assert arabic != english


def test_a_part_sees_nothing_of_the_page_that_it_does_not_name() -> None:
    template = Template(
        "{% lasting a=a %}{{ a }}{{ user }}{% csrf_token %}{{ request.path }}{% endlasting %}{{ user }}"
    )

    shown = template.render(
        Context({"a": 1, "user": "Ana", "csrf_token": "secret", "request": {"path": "/"}})
    )

    assert shown == "1Ana"


def test_a_name_without_a_value_is_a_fault_of_the_template() -> None:
    with pytest.raises(TemplateSyntaxError, match="name=value"):
        Template("{% lasting name %}{% endlasting %}")
