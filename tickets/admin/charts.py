"""Bars drawn as SVG on the server: a title for who does not see them, and the table of the same numbers beneath."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import get_language_bidi

from helpdesk.drawing import drawn, drawn_each

WIDTH, HEIGHT, FOOT = 640, 180, 20  # of the drawing's own units
LABELS = 7  # told under the bars


@dataclass(frozen=True)
class Chart:
    """A chart: `rows` of a label and one number for each of the `series`; a short label stands under the bars."""

    id: str
    title: Any
    summary: str
    head: Any  # of the labels
    series: Sequence[Any]
    rows: Sequence[tuple[str, Sequence[int]]]
    short: Sequence[str] = field(default_factory=tuple)

    @property
    def most(self) -> int:
        """The largest number."""
        return max((number for _label, numbers in self.rows for number in numbers), default=0)

    def svg(self) -> SafeString:
        """The drawing, mirrored where people read from right to left."""
        bars = [
            drawn('<path class="bars bars-{}" d="{}"></path>', place, self._path(place))
            for place in range(len(self.series))
        ]
        return drawn(
            '<svg class="chart" viewBox="0 0 {} {}" role="img" aria-labelledby="{}-title {}-said" focusable="false">'
            '<title id="{}-title">{}</title><desc id="{}-said">{}</desc>'
            '<path class="chart-line" d="M0 {}H{}M0 .5H{}"></path><text class="chart-most" x="{}" y="12">{}</text>'
            "{}{}</svg>",
            *(WIDTH, HEIGHT + FOOT, self.id, self.id, self.id, self.title, self.id, self.summary),
            *(HEIGHT + 0.5, WIDTH, WIDTH, self._x(2), self.most),
            SafeString("".join(bars)),
            self._labels(),
        )

    def table(self) -> SafeString:
        """The same numbers, for who reads or copies them."""
        heads = drawn_each('<th scope="col" class="number">{}</th>', [(name,) for name in self.series])
        lines = [
            (label, drawn_each(CELL, zip(self.series, numbers, strict=True))) for label, numbers in self.rows
        ]
        body = drawn_each('<tr><th scope="row">{}</th>{}</tr>', lines)
        pattern = (
            '<table class="data-table"><caption class="visually-hidden">{}</caption>'
            '<thead><tr><th scope="col">{}</th>{}</tr></thead><tbody>{}</tbody></table>'
        )
        return drawn(pattern, self.title, self.head, heads, body)

    def _path(self, place: int) -> str:
        """All bars of one series as one path."""
        step, most = WIDTH / max(len(self.rows), 1), self.most
        wide = step * 0.8 / len(self.series)
        parts = []
        for number, (_label, numbers) in enumerate(self.rows):
            if numbers[place]:
                high = max(numbers[place] / most * (HEIGHT - 16), 1)
                left = number * step + step * 0.1 + place * wide
                start = left if not get_language_bidi() else WIDTH - left - wide
                parts.append(f"M{start:.1f} {HEIGHT}v-{high:.1f}h{wide:.1f}v{high:.1f}z")
        return "".join(parts)

    def _labels(self) -> SafeString:
        told = self.short or [label for label, _numbers in self.rows]
        step, every = WIDTH / max(len(told), 1), max(-(-len(told) // LABELS), 1)
        shown = [
            (f"{self._x(number * step + step / 2):.1f}", HEIGHT + FOOT - 4, label)
            for number, label in enumerate(told)
            if number % every == 0
        ]
        return drawn_each('<text class="chart-label" x="{}" y="{}">{}</text>', shown)

    def _x(self, place: float) -> float:
        return WIDTH - place if get_language_bidi() else place


CELL = '<td class="number" data-label="{}">{}</td>'
