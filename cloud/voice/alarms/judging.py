"""Which day of a watch is a signal: all of its interval beyond a threshold, or beyond a control limit. Pure.

A day with too few answers to lean on is none, whatever it shows.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Literal, NamedTuple

from cloud.voice.control import Chart, Index
from cloud.voice.indices import Counts, Estimate, ces, ces_share, cli, csat, nps

Kind = Literal["below", "above", "lower", "upper", "run"]
"""Below or above a threshold, under or over a control limit, or too long on one side of the centre."""


class Measured(NamedTuple):
    """A question, and the index `of` its answers; with how many decimals it is written, and in which unit."""

    question: str
    of: Callable[[Counts], Estimate]
    places: int
    percent: bool


INDICES: Final[Mapping[str, Measured]] = {
    "ces": Measured("ces", ces, 1, percent=False),
    "ces_share": Measured("ces", ces_share, 0, percent=True),
    "csat": Measured("csat", csat, 0, percent=True),
    "nps": Measured("nps", nps, 0, percent=False),
    "cli": Measured("cli", cli, 0, percent=False),
}
WINDOW: Final = timedelta(days=60)
"""Days before a day from which its control limits are drawn."""
LEAST: Final = 10
"""Days with answers without which there are no control limits yet."""


Charted = Callable[[Index, Sequence[Counts]], Chart]
"""Draws a control chart of days in order."""


@dataclass(frozen=True, slots=True)
class Rules:
    """What a watch looks for."""

    below: float | None = None
    above: float | None = None
    limits: bool = False


@dataclass(frozen=True, slots=True)
class Finding:
    """A day that is a signal, and the limit that it crossed."""

    day: date
    kind: Kind
    limit: float
    estimate: Estimate


def judge(
    index: Index, days: Mapping[date, Counts], wanted: Sequence[date], rules: Rules, chart: Charted
) -> list[Finding]:
    """Those of the `wanted` days that are signals. Of two reasons the first of :data:`Kind` is told."""
    found = []
    for day in wanted:
        estimate = INDICES[index].of(days.get(day, {}))
        if not estimate.grey:
            crossed = _threshold(estimate, rules) or (rules.limits and _charted(index, days, day, chart))
            found += [Finding(day, *crossed, estimate)] if crossed else []
    return found


Crossed = tuple[Kind, float]


def _threshold(estimate: Estimate, rules: Rules) -> Crossed | None:
    if rules.below is not None and estimate.high is not None and estimate.high < rules.below:
        return "below", rules.below
    if rules.above is not None and estimate.low is not None and estimate.low > rules.above:
        return "above", rules.above
    return None


def _charted(index: Index, days: Mapping[date, Counts], day: date, chart: Charted) -> Crossed | None:
    """What the chart of the days up to this one says of it; later days do not change it."""
    known = [each for each in sorted(days) if day - WINDOW <= each <= day and any(days[each].values())]
    if len(known) < LEAST:
        return None
    drawn = chart(index, [days[each] for each in known])
    value, last = INDICES[index].of(days[day]).value, drawn.points[-1]
    if value is None or not last.signal:
        return None
    if last.signal == "run":
        # the days after the first of a run say nothing new
        begins = drawn.points[-2].signal != "run" and drawn.centre is not None
        return ("run", drawn.centre) if begins and drawn.centre is not None else None
    if last.lower is not None and value < last.lower:
        return "lower", last.lower
    return ("upper", last.upper) if last.upper is not None else None
