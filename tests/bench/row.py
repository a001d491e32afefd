"""One line of the benchmark's table: a figure beside its target and, where there is one, its peer."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """`value` against `target`, both in `unit`; `peer` and `ratio` where one was measured in the same run."""

    figure: str
    value: float
    unit: str
    target: str
    n: int
    p50: float | None = None
    p95: float | None = None
    p99: float | None = None
    peer: str = ""
    ratio: float | None = None


def of_samples(figure: str, seconds: Sequence[float], target: str, unit: str = "ms") -> Row:
    """A row of durations: its value is the 99th percentile."""
    scale = {"ms": 1e3, "us": 1e6}[unit]
    p50, p95, p99 = (percentile(seconds, share) * scale for share in (0.50, 0.95, 0.99))
    return Row(figure, p99, unit, target, len(seconds), p50, p95, p99)


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that at least `share` of the values do not exceed (nearest rank)."""
    ordered = sorted(values)
    return ordered[max(0, min(len(ordered) - 1, -int(-share * len(ordered) // 1) - 1))]


def table(rows: Sequence[Row]) -> str:
    """All rows, aligned."""
    head = ("figure", "value", "p50", "p95", "p99", "n", "target", "peer", "ratio")
    body = [
        (
            row.figure,
            f"{_number(row.value)} {row.unit}",
            _number(row.p50),
            _number(row.p95),
            _number(row.p99),
            f"{row.n:,}",
            row.target,
            row.peer,
            _number(row.ratio),
        )
        for row in rows
    ]
    widths = [max(len(line[column]) for line in (head, *body)) for column in range(len(head))]
    lines = [
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True))
        for line in (head, *body)
    ]
    return "\n".join(
        line.rstrip() for line in (lines[0], "  ".join("-" * width for width in widths), *lines[1:])
    )


def _number(value: float | None) -> str:
    if value is None:
        return ""
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"
