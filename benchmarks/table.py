"""The figures as a table in Markdown."""

from collections.abc import Mapping, Sequence
from statistics import median

from benchmarks.meter import Counted, Crowd, Measured, percentile


def table(
    size: int,
    found: Mapping[str, Measured],
    beside: Mapping[str, str],
    counts: Mapping[str, Counted],
    crowds: Sequence[int],
) -> str:
    """A row a unit; ratios are of the median time, of web CPU and of all CPU, to the bare view that it stands beside."""
    columns = ["unit", "p50 / p95 ms"]
    columns += [f"{clients} clients: a second, p50 / p95 ms" for clients in crowds]
    columns += [
        "CPU ms web + PostgreSQL",
        "statements",
        "pages",
        "KB received",
        "peak MB",
        "beside",
        "p50 to bare",
        "web CPU to bare",
        "all CPU to bare",
    ]
    rows = [
        _row(name, one, beside[name], found[beside[name]], counts.get(name), crowds)
        for name, one in found.items()
    ]
    return "\n".join([f"\n### {size:,} tickets\n", line(columns), "|---" * len(columns) + "|", *rows, ""])


def growth(
    sizes: Mapping[int, Mapping[str, Measured]],
    counts: Mapping[int, Mapping[str, Counted]],
    beside: Mapping[str, str],
) -> str:
    """How each unit's time and CPU beside its bare view grow from the smallest size, and the pages it touches; the bare
    views grow with the machine's load only, so that is taken out.
    """
    first, *others = sizes
    columns = ["unit", *(f"{size:,}: p50, all CPU, pages, times {first:,}" for size in others)]
    rows = [
        line(
            [
                name,
                *(
                    _grown(sizes[first], sizes[size], name, beside[name])
                    + _grown_pages(counts[first].get(name), counts[size].get(name))
                    for size in others
                ),
            ]
        )
        for name in sizes[first]
        if beside[name] != name
    ]
    return "\n".join(["\n### Growth\n", line(columns), "|---" * len(columns) + "|", *rows, ""])


def _grown(first: Mapping[str, Measured], now: Mapping[str, Measured], name: str, beside: str) -> str:
    times = [found[name].percentile(0.5) / found[beside].percentile(0.5) for found in (first, now)]
    costs = [_all_cpu(found[name]) / max(_all_cpu(found[beside]), 0.01) for found in (first, now)]
    return f"{times[1] / times[0]:.2f}, {costs[1] / max(costs[0], 0.01):.2f}"


def _grown_pages(first: Counted | None, now: Counted | None) -> str:
    return f", {now.pages / max(first.pages, 1):.2f}" if first and now else ""


def _all_cpu(one: Measured) -> float:
    return median(one.web_ms) + median(one.postgres_ms)


def _row(
    name: str,
    one: Measured,
    beside: str,
    bare: Measured,
    counted: Counted | None,
    crowds: Sequence[int],
) -> str:
    web, postgres = median(one.web_ms), median(one.postgres_ms)
    bare_web = max(median(bare.web_ms), 0.01)
    bare_all = bare_web + median(bare.postgres_ms)
    return line(
        [
            name,
            f"{one.percentile(0.5):.1f} / {one.percentile(0.95):.1f}",
            *(_crowd(one.crowds.get(clients)) for clients in crowds),
            f"{web:.1f} + {postgres:.1f}",
            *map(str, counted or ("", "")),
            f"{median(one.kilobytes):.1f}",
            f"{max(one.peak_mb):.0f}",
            beside.removeprefix("bare: "),
            f"{one.percentile(0.5) / bare.percentile(0.5):.1f}",
            f"{web / bare_web:.1f}",
            f"{(web + postgres) / bare_all:.1f}",
        ]
    )


def _crowd(crowd: Crowd | None) -> str:
    if crowd is None:
        return ""
    times = f"{percentile(crowd.seconds, 0.5):.0f} / {percentile(crowd.seconds, 0.95):.0f}"
    return f"{median(crowd.per_second):.0f}, {times}"


def line(cells: Sequence[str]) -> str:
    """One row of a table."""
    return f"| {' | '.join(cells)} |"
