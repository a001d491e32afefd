"""Which day of a watch is a signal: all of its interval beyond a threshold, or beyond a control limit. Pure.

A day with too few answers to lean on is none, whatever it shows. Where most days are such, weeks are judged
instead: points of one size that can be leaned on (rational subgroups, as Montgomery has them).
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median
from typing import Final, Literal, NamedTuple

from cloud.voice.control import Chart, Index
from cloud.voice.indices import N_MIN, Counts, Estimate, ces, ces_share, cli, csat, nps

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


class Grain(NamedTuple):
    """Over how many `days` answers are summed; how many such points, the last one among them, make a chart.

    Without answers in at least `least` of them there are no control limits yet.
    """

    days: int
    points: int
    least: int


DAY: Final = Grain(1, 61, 10)
WEEK: Final = Grain(7, 26, 6)
"""Its points are a multiple of a day's in size, so fewer say as much; half a year of them."""
GRAINS: Final = {grain.days: grain for grain in (DAY, WEEK)}


class Span(NamedTuple):
    """What is judged: a day, or as many together, the last of them `day`."""

    day: date
    grain: Grain


FRIDAY: Final = 4
"""As `date.weekday` counts: the last day of a week in Iran."""
WINDOW: Final = timedelta(days=max(grain.days * grain.points for grain in GRAINS.values()))
"""How far back the counts reach that are needed to judge a day."""

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
    """A day that is a signal, or the last day of so many together, and the limit that was crossed."""

    day: date
    days: int
    kind: Kind
    limit: float
    estimate: Estimate


def judge(
    index: Index, days: Mapping[date, Counts], wanted: Sequence[date], rules: Rules, chart: Charted
) -> list[Finding]:
    """Those of the `wanted` days that are signals, or whose weeks are that end with them."""
    spans = (Span(day, grain_of(days, day)) for day in wanted)
    over = (span for span in spans if span.grain is DAY or span.day.weekday() == FRIDAY)
    looked = (look(index, days, span, rules, chart) for span in over)
    return [finding for finding in looked if finding]


def grain_of(days: Mapping[date, Counts], day: date) -> Grain:
    """Weeks where most of the days up to this one that have answers have too few; of later days nothing."""
    before = (days.get(day - timedelta(days=back), {}) for back in range(DAY.points))
    sizes = [size for counts in before if (size := sum(counts.values()))]
    return WEEK if sizes and median(sizes) < N_MIN else DAY


def look(
    index: Index, days: Mapping[date, Counts], span: Span, rules: Rules, chart: Charted
) -> Finding | None:
    """Whether a day or week is a signal. Of two reasons the first of :data:`Kind` is told."""
    estimate = INDICES[index].of(summed(days, span.day, span.grain.days))
    if estimate.grey:
        return None
    crossed = _threshold(estimate, rules) or (rules.limits and _charted(index, days, span, chart))
    return Finding(span.day, span.grain.days, *crossed, estimate) if crossed else None


def summed(days: Mapping[date, Counts], day: date, number: int) -> Counter[int]:
    """The answers of so many days, the last of them `day`."""
    total: Counter[int] = Counter()
    for back in range(number):
        total.update({v: n for v, n in days.get(day - timedelta(days=back), {}).items() if n})
    return total


Crossed = tuple[Kind, float]


def _threshold(estimate: Estimate, rules: Rules) -> Crossed | None:
    if rules.below is not None and estimate.high is not None and estimate.high < rules.below:
        return "below", rules.below
    if rules.above is not None and estimate.low is not None and estimate.low > rules.above:
        return "above", rules.above
    return None


def _series(days: Mapping[date, Counts], span: Span) -> list[Counter[int]]:
    """The points of the chart that ends with a day or week, in order."""
    day, grain = span
    steps = reversed(range(0, grain.points * grain.days, grain.days))
    return [summed(days, day - timedelta(days=back), grain.days) for back in steps]


def _charted(index: Index, days: Mapping[date, Counts], span: Span, chart: Charted) -> Crossed | None:
    """What the chart that ends with a day or week says of it; later days do not change it."""
    known = [counts for counts in _series(days, span) if counts]
    if len(known) < span.grain.least:
        return None
    drawn = chart(index, known)
    value, last = INDICES[index].of(known[-1]).value, drawn.points[-1]
    if value is None or not last.signal:
        return None
    if last.signal == "run":
        # what comes after the first of a run says nothing new
        begins = drawn.points[-2].signal != "run" and drawn.centre is not None
        return ("run", drawn.centre) if begins and drawn.centre is not None else None
    if last.lower is not None and value < last.lower:
        return "lower", last.lower
    return ("upper", last.upper) if last.upper is not None else None
