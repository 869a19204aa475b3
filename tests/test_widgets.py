"""Our widgets make the same marks as Django's own templates, whatever stands in them."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Any

import pytest
from django import forms
from django.forms.renderers import DjangoTemplates

from helpdesk.forms import PartsRenderer

AWKWARD = "\"><script>alert(1)</script>&amp; 'سلام'"
CHOICES = [("", "Choose…"), ("a", AWKWARD), ("Group <b>", [(1, "One"), (2, "Two")])]
FIELDS: dict[str, forms.Field] = {
    "text": forms.CharField(
        max_length=20, widget=forms.TextInput(attrs={"data-x": AWKWARD, "autofocus": True})
    ),
    "nothing": forms.CharField(widget=forms.TextInput(attrs={"hidden": False})),
    "password": forms.CharField(widget=forms.PasswordInput),
    "hidden": forms.CharField(widget=forms.HiddenInput),
    "email": forms.EmailField(),
    "number": forms.IntegerField(),
    "day": forms.DateField(),
    "file": forms.FileField(widget=forms.FileInput),
    "area": forms.CharField(widget=forms.Textarea),
    "one": forms.ChoiceField(choices=CHOICES),
    "several": forms.MultipleChoiceField(choices=CHOICES),
    "radio": forms.ChoiceField(choices=CHOICES[:2], widget=forms.RadioSelect),
    "boxes": forms.MultipleChoiceField(choices=CHOICES[:2], widget=forms.CheckboxSelectMultiple),
    "yes": forms.BooleanField(),
}


class Marks(HTMLParser):
    """Tags with their attributes in any order, and the text between them."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[Any] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, frozenset(attrs)))

    def handle_endtag(self, tag: str) -> None:
        self.found.append(tag)

    def handle_data(self, data: str) -> None:
        if text := re.sub(r"\s+", " ", data).strip():
            self.found.append(text)


@pytest.mark.parametrize("name", FIELDS)
def test_a_widget_is_drawn_as_by_django(name: str) -> None:
    field = FIELDS[name]
    is_many = isinstance(field, forms.MultipleChoiceField)
    values: list[Any] = [None, [AWKWARD], ["a"], ["a", "2"]] if is_many else [None, "", AWKWARD, "a", "1"]

    ours, django = (
        [Marks(field.widget.render(name, value, {"id": f"id_{name}"}, renderer())).found for value in values]
        for renderer in (PartsRenderer, DjangoTemplates)
    )

    assert ours == django
