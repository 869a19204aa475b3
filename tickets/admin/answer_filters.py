"""The answers of the forms as filters of the queue: `answer.order_number=1182` in the address.

They are looked for in rows of their own (see `TicketAnswer`), folded and whole: long texts are found by words instead.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from django import forms
from django.db.models import Q
from django.utils.translation import gettext as _

from helpdesk.search.analysis import fold
from tickets.admin.figures_filter import FIGURES, OWN_TEAMS
from tickets.admin.filters import FILTERS, Filter, Reader
from tickets.models import CategoryPrompt, TicketAnswer
from tickets.models.answer import FOUND_LENGTH
from tickets.prompts import kept_answer, shown_answers, wanted_box
from tickets.queries import prompts_by_key

PREFIX = "answer."
UNOFFERED = {"figures": FIGURES, "teams": OWN_TEAMS}  # links lead there; no box offers them
KEY = re.compile(r"[a-z][a-z0-9_]{0,39}")
MOST = 5  # answers that one address asks for
OFFERED = 12  # boxes in the form


def filters_in(names: Iterable[str]) -> dict[str, Filter]:
    """The filters that an address may use which has these names: the shipped ones, answers, and what figures count."""
    asked = [name for name in names if name.startswith(PREFIX) and KEY.fullmatch(name[len(PREFIX) :])]
    return FILTERS | UNOFFERED | {name: filter_of(name) for name in asked[:MOST]}


def filter_of(name: str) -> Filter:
    """The filter of that name; of an answer also when its question is gone."""
    known = FILTERS.get(name) or UNOFFERED.get(name)
    return known or _by_answer(name[len(PREFIX) :])


def answer_boxes(used: Iterable[str]) -> dict[str, forms.Field]:
    """A box for each question that is asked, by the filter's name; `used` are the filters that the address uses."""
    used = set(used)
    asked = [prompt for prompt in prompts_by_key().values() if _is_offered(prompt)]
    asked.sort(key=lambda prompt: (PREFIX + prompt.key not in used, prompt.category_id, prompt.position))
    return {PREFIX + prompt.key: wanted_box(prompt, every=_("Any answer")) for prompt in asked[:OFFERED]}


def _is_offered(prompt: CategoryPrompt) -> bool:
    kinds = CategoryPrompt.Kind
    return prompt.is_active and prompt.kind not in {kinds.LONG_TEXT, kinds.STEPS}


def _by_answer(key: str) -> Filter:
    prompt = prompts_by_key().get(key)

    def read(text: str) -> str:
        typed = " ".join(text.replace("\0", "").split())[:FOUND_LENGTH]
        return kept_answer(prompt, typed) if prompt and typed else typed

    def condition(value: str, _reader: Reader) -> Q:
        found = TicketAnswer.objects.filter(key=key, value=fold(value)[:FOUND_LENGTH])
        return Q(pk__in=found.values("ticket"))

    def words(value: str) -> str:
        return shown_answers({key: value}, [prompt] if prompt else [])[0]["value"]

    return Filter(
        label=prompt.label if prompt else key.replace("_", " ").capitalize(),
        every="",
        read=read,
        condition=condition,
        words=words,
        choices=lambda: (),
    )
