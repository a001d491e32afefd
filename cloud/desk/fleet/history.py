"""How a kiosk was over a day, a week or a month, from its samples of five minutes."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal, NamedTuple

from cloud.desk.fleet.plot import Plot, plot
from cloud.fleet.health import EVERY, begin_of
from cloud.fleet.models import HealthSample

Span = Literal["day", "week", "month"]
Name = Literal["online", "queue", "disk", "temperature"]


class Grain(NamedTuple):
    """How far back it goes, and over how long one value is."""

    back: timedelta
    each: timedelta


GRAINS: Final[Mapping[Span, Grain]] = {
    "day": Grain(timedelta(days=1), timedelta(minutes=15)),
    "week": Grain(timedelta(days=7), timedelta(hours=2)),
    "month": Grain(timedelta(days=30), timedelta(hours=8)),
}
_AXES: Final[Mapping[Name, tuple[float, float]]] = {
    "online": (0, 100),
    "queue": (0, 10),
    "disk": (0, 1),
    "temperature": (20, 60),
}
"""The least axis: a kiosk that does nothing is not drawn as one in turmoil."""


@dataclass(frozen=True, slots=True)
class Chart:
    """What was measured (percent, events, GB, degrees), None where nothing was heard, and how it is drawn."""

    name: Name
    values: Sequence[float | None]
    plot: Plot

    @property
    def there(self) -> list[float]:
        """What was heard."""
        return [value for value in self.values if value is not None]


@dataclass(frozen=True, slots=True)
class History:
    """The charts over the times `begins` (aware, each the first moment of a value)."""

    span: Span
    begins: Sequence[datetime]
    charts: Sequence[Chart]
    samples: int


def read(kiosk: str, span: Span, now: datetime, *, mirrored: bool) -> History:
    """A kiosk's history up to `now`, in at most a hundred values."""
    grain = GRAINS[span]
    last = begin_of(now)
    count = grain.back // grain.each
    first = last + EVERY - grain.each * count
    found = list(HealthSample.objects.filter(kiosk=kiosk, at__gte=first, at__lt=last + EVERY).order_by("at"))
    cells: defaultdict[int, list[HealthSample]] = defaultdict(list)
    for sample in found:
        cells[(sample.at - first) // grain.each].append(sample)
    due = _due(found, first, last, grain)
    each = [_values(cells[n], due[n]) for n in range(count)]
    charts = [_chart(name, [values[name] for values in each], mirrored=mirrored) for name in _AXES]
    return History(span, [first + grain.each * n for n in range(count)], charts, len(found))


def _due(found: Sequence[HealthSample], first: datetime, last: datetime, grain: Grain) -> list[int]:
    """How many samples should be in each cell: none before the first word, nor for what is not over yet."""
    if not found:
        return [0] * (grain.back // grain.each)
    begun = (found[0].at - first) // EVERY
    ended = (last - first) // EVERY + (found[-1].at >= last)
    whole = grain.each // EVERY
    return [
        max(0, min(ended, begin + whole) - max(begun, begin))
        for begin in range(0, whole * (grain.back // grain.each), whole)
    ]


def _values(samples: Sequence[HealthSample], due: int) -> dict[Name, float | None]:
    """Of one cell in which so many samples were due: those that are missing count as offline."""
    online = [sample for sample in samples if sample.online]
    return {
        "online": 100 * len(online) / due if due else None,
        "queue": _of(max, [sample.queue for sample in online]),
        "disk": _of(min, [sample.disk_free / 1e9 for sample in online]),
        "temperature": _of(max, [each.temperature for each in online if each.temperature is not None]),
    }


def _of(choose: Callable[[list[float]], float], values: list[float]) -> float | None:
    return choose(values) if values else None


def _chart(name: Name, values: Sequence[float | None], *, mirrored: bool) -> Chart:
    low, high = _AXES[name]
    return Chart(name, values, plot(values, low, high, mirrored=mirrored))
