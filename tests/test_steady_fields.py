"""Fields that are kept drawn look as those that are not, show each person's own words, and keep nobody's."""

from __future__ import annotations

from typing import Any

import pytest
from django.template import Context, engines
from django.utils import translation

from helpdesk.templatetags import fields
from tickets.forms import ReplyForm, SubmissionForm

AWKWARD = "\"><script>alert(1)</script>&amp; 'سلام' \ue000typed here\ue000"
GROUP = "{% field_group %}"
NAMES = sorted(SubmissionForm.steady)


def _form(**initial: Any) -> SubmissionForm:
    return SubmissionForm(member=None, senders=[], initial=initial)


def _drawn(form: Any, name: str, **look: Any) -> str:
    template = engines["django"].from_string(GROUP).template  # type: ignore[attr-defined]
    return str(template.render(Context({"field": form[name], **look})))


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("value", ["", AWKWARD, "2"], ids=["empty", "awkward", "two"])
def test_a_kept_field_looks_as_one_drawn_anew(name: str, value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = [_drawn(_form(**{name: value}), name) for _time in range(2)]
    monkeypatch.setattr(SubmissionForm, "steady", frozenset())

    anew = _drawn(_form(**{name: value}), name)

    assert kept == [anew, anew]


def test_nothing_that_was_typed_is_kept() -> None:
    for name in NAMES:
        _drawn(_form(**{name: "ana@acme.example"}), name)

    assert not [drawn for drawn in fields._fields.values() if "ana@acme" in drawn]
    assert not [key for key in fields._fields if "ana@acme" in str(key)]


def test_each_language_and_look_has_its_own() -> None:
    plain = _drawn(ReplyForm(), "body")
    unlabelled = _drawn(ReplyForm(), "body", hide_label=True, optional=False)
    with translation.override("ar"):
        arabic = _drawn(ReplyForm(), "body")

    assert "visually-hidden" in unlabelled
    assert "optional" not in unlabelled
    assert len({plain, unlabelled, arabic}) == 3


def test_a_field_with_an_error_shows_it() -> None:
    form = SubmissionForm({"subject": "", "body": "", "email": ""}, member=None, senders=[])

    assert "field-wrong" in _drawn(form, "subject")
