"""The questions of a category as boxes of the form, and their answers as everybody reads them later."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.formats import date_format, get_format_lazy, number_format
from django.utils.html import conditional_escape
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from helpdesk.forms import NativeDateInput
from helpdesk.typed_text import LineField, TextField, clean_line
from tickets.models import CategoryPrompt, PromptTranslation
from tickets.patterns import read_pattern

PREFIX = "ask_"
LINE_LIMIT, TEXT_LIMIT = 200, 5_000
Kind = CategoryPrompt.Kind
TOO_LONG = gettext_lazy("Use %(limit_value)d characters or fewer. You have used %(show_value)d.")
STEP_NUMBER = re.compile(r"^\s*\d{1,3}[.)](\s+|$)")
THOUSANDS = re.compile(r"\d{1,3}([,٬ ]\d{3})+")


def box_name(prompt: CategoryPrompt) -> str:
    """The name of the prompt's box in the form."""
    return f"{PREFIX}{prompt.key}"


def boxes(prompts: Iterable[CategoryPrompt]) -> dict[str, forms.Field]:
    """A box for each prompt, by its name; the words are those of the page's language."""
    return {box_name(prompt): _box(prompt) for prompt in prompts}


def kept_boxes(prompts: Iterable[CategoryPrompt]) -> dict[str, forms.Field]:
    """As `boxes`, but whoever is asked by the same prompt gets the same box, which nobody may change."""
    return {box_name(prompt): _kept_box(prompt) for prompt in prompts}


def _kept_box(prompt: CategoryPrompt) -> forms.Field:
    """Made, and drawn, once in each language for as long as the process remembers the prompt."""
    kept: dict[str | None, forms.Field] = vars(prompt).setdefault("_boxes", {})
    language = get_language()
    if language not in kept:
        box = _box(prompt)
        box.drawn_before = {}  # type: ignore[attr-defined]
        kept[language] = box
    return kept[language]


def answers_of(prompts: Iterable[CategoryPrompt], cleaned: Mapping[str, Any]) -> dict[str, str]:
    """What `Ticket.fields` keeps: {key: text}, only what was answered; a choice in the tenant's first language."""
    found = {prompt.key: cleaned.get(box_name(prompt)) for prompt in prompts}
    return {key: _stored(value) for key, value in found.items() if value not in (None, "")}


def kept_answer(prompt: CategoryPrompt, text: str) -> str:
    """The answer as `Ticket.fields` keeps it, when `text` is one; else `text`."""
    try:
        return _stored(_box(prompt).clean(text))
    except ValidationError:
        return text


def wanted_box(prompt: CategoryPrompt, *, every: str) -> forms.Field:
    """A box to look for tickets by their answer; `every` is the first choice where there are some."""
    box = _box(prompt)
    box.required = False
    if isinstance(box, forms.ChoiceField):
        lines = list(box.choices)[1:]  # type: ignore[arg-type]
        box.choices = [("", every), *lines]
    return box


def shown_answers(fields: Mapping[str, Any], prompts: Sequence[CategoryPrompt]) -> list[dict[str, str]]:
    """Each answer as `{short, key, value}`: short name, question and answer, in the page's language.

    One whose question is gone goes by its short name.
    """
    by_key = {prompt.key: prompt for prompt in prompts}
    return [_shown(key, str(value), by_key.get(key)) for key, value in fields.items()]


def _shown(key: str, text: str, prompt: CategoryPrompt | None) -> dict[str, str]:
    if prompt is None:
        return {"short": key, "key": key.replace("_", " ").capitalize(), "value": text}
    value = text
    if prompt.kind == Kind.DATE:
        try:
            value = date_format(dt.date.fromisoformat(text))
        except ValueError:
            value = text
    elif prompt.kind == Kind.CHOICE:
        value = _in_this_language(prompt, text)
    return {"short": key, "key": prompt.label, "value": value}


def _in_this_language(prompt: CategoryPrompt, text: str) -> str:
    for translation in prompt.translations.all():
        if text in translation.lines:
            own = prompt.wording.lines if prompt.wording else []
            place = translation.lines.index(text)
            return own[place] if place < len(own) else text
    return text


def _stored(value: Any) -> str:
    return value.isoformat() if isinstance(value, dt.date) else str(value)


def _box(prompt: CategoryPrompt) -> forms.Field:
    words = prompt.wording
    label = words.label if words else prompt.key
    missing = _("Answer this: %(question)s") % {"question": label}
    options: dict[str, Any] = {
        "label": label,
        "help_text": _hint(prompt, words),
        "required": prompt.is_required,
        "error_messages": {"required": missing, "max_length": TOO_LONG},
    }
    if prompt.kind == Kind.LONG_TEXT:
        box = forms.Textarea(attrs={"rows": 4, "dir": "auto"})
        return TextField(max_length=TEXT_LIMIT, widget=box, **options)
    if prompt.kind == Kind.STEPS:
        box = forms.Textarea(attrs={"rows": 3, "dir": "auto", "data-steps": _("Add a step")})
        return StepsField(max_length=TEXT_LIMIT, widget=box, **options)
    if prompt.kind == Kind.CHOICE:
        return _choice(prompt, words.lines if words else [], options)
    if prompt.kind == Kind.DATE:
        return DayField(**options)
    if prompt.kind == Kind.NUMBER:
        return NumberField(prompt.minimum, prompt.maximum, **options)
    if prompt.kind == Kind.PATTERN:
        return CodeField(prompt.pattern, _example(prompt, words), **options)
    return LineField(max_length=LINE_LIMIT, widget=_line(), **options)


def _hint(prompt: CategoryPrompt, words: PromptTranslation | None) -> str:
    """The hint, and the example where the kind has one; escaped, because templates trust hints."""
    parts = []
    if words and words.hint:
        parts.append(words.hint)
    example = _example(prompt, words)
    if example:
        parts.append(_("For example: %(example)s") % {"example": example})
    return conditional_escape(" ".join(parts))


def _example(prompt: CategoryPrompt, words: PromptTranslation | None) -> str:
    if words and words.example:
        return words.example
    return read_pattern(prompt.pattern).example() if prompt.kind == Kind.PATTERN else ""


def _line(**attrs: str) -> forms.TextInput:
    return forms.TextInput(attrs={"dir": "auto", "autocomplete": "off", **attrs})


def _choice(prompt: CategoryPrompt, lines: list[str], options: dict[str, Any]) -> forms.Field:
    options["error_messages"]["invalid_choice"] = _("Choose one from the list")
    first = next(iter(prompt.translations.all()), None)
    stored = first.lines if first and len(first.lines) == len(lines) else lines
    choices = [("", _("Choose…")), *zip(stored, lines, strict=True)]
    return forms.ChoiceField(choices=choices, **options)


class StepsField(TextField):
    """Steps in their order, one on each line, kept with their numbers; the page's script writes these while one types."""

    def to_python(self, value: Any) -> str:
        """`1. …` on each line, counted anew, without the empty ones."""
        lines = (clean_line(STEP_NUMBER.sub("", line)) for line in super().to_python(value).split("\n"))
        return "\n".join(f"{place}. {line}" for place, line in enumerate(filter(None, lines), 1))


class DayField(forms.DateField):
    """A day from the browser's own calendar, or typed the way the person's language writes it, in any digits."""

    widget = NativeDateInput

    def __init__(self, **options: Any) -> None:
        options["error_messages"] |= {
            "invalid": _("Enter a day like %(example)s.") % {"example": "2026-11-22"}
        }
        super().__init__(input_formats=["%Y-%m-%d", *get_format_lazy("DATE_INPUT_FORMATS")], **options)

    def to_python(self, value: Any) -> Any:
        """The day; none before the year 1900."""
        day = super().to_python(plain_digits(value) if isinstance(value, str) else value)
        if day and day.year < 1900:
            raise ValidationError(self.error_messages["invalid"])
        return day


class NumberField(LineField):
    """A number, kept as plain text (`1182.5`); grouping, decimal comma and foreign digits are forgiven."""

    def __init__(self, minimum: Decimal | None, maximum: Decimal | None, **options: Any) -> None:
        self.minimum, self.maximum = minimum, maximum
        super().__init__(
            max_length=40, widget=_line(inputmode="decimal", **{"class": "input-short"}), **options
        )

    def to_python(self, value: Any) -> str:
        """The number in ASCII digits with a decimal point."""
        text = (
            plain_digits(super().to_python(value))
            .replace("٫", ".")
            .replace("\xa0", " ")
            .replace("\u202f", " ")
        )
        if not text:
            return ""
        whole, _point, _part = text.partition(".")
        if THOUSANDS.fullmatch(whole.lstrip("-")):
            text = re.sub("[,٬ ]", "", text)
        try:
            number = Decimal(text.replace(",", ".").replace(" ", ""))
        except InvalidOperation:
            number = Decimal("NaN")
        if not number.is_finite() or abs(number) >= 10**15:
            raise ValidationError(_("Enter a number like %(example)s.") % {"example": "1182"})
        return f"{number:f}"

    def validate(self, value: Any) -> None:
        """Within the bounds that the tenant set."""
        super().validate(value)
        if not value:
            return
        if self.minimum is not None and Decimal(value) < self.minimum:
            raise ValidationError(_("Enter %(limit)s or more.") % {"limit": _readable(self.minimum)})
        if self.maximum is not None and Decimal(value) > self.maximum:
            raise ValidationError(_("Enter %(limit)s or less.") % {"limit": _readable(self.maximum)})


class CodeField(LineField):
    """A code that fits a pattern of `tickets.patterns`, kept in the pattern's own writing."""

    def __init__(self, pattern: str, example: str, **options: Any) -> None:
        self.pattern, self.example = read_pattern(pattern), example
        super().__init__(
            max_length=LINE_LIMIT, widget=_line(dir="ltr", **{"class": "input-short"}), **options
        )

    def to_python(self, value: Any) -> str:
        """The code as the pattern writes it."""
        typed = super().to_python(value)
        if not typed:
            return ""
        code = self.pattern.match(typed)
        if code is None:
            raise ValidationError(_("Enter it like this: %(example)s.") % {"example": self.example})
        return code


def plain_digits(text: str) -> str:
    """`text` with the digits of every script as 0 to 9, without invisible signs."""
    signs = (str(unicodedata.digit(sign)) if unicodedata.category(sign) == "Nd" else sign for sign in text)
    return "".join(sign for sign in signs if unicodedata.category(sign) != "Cf").strip()


def _readable(number: Decimal) -> str:
    return str(number_format(number.normalize() if number % 1 else int(number), use_l10n=True))
