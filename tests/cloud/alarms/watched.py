"""A club with counts to be judged, and a control chart that is simpler than the real one."""

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import cycle

from django.contrib.auth.models import User

from cloud.fleet.models import Group, Kiosk, Store, Touchpoint, Unit
from cloud.voice.alarms.judging import INDICES
from cloud.voice.alarms.models import Watch
from cloud.voice.control import Chart, Index, Point
from cloud.voice.indices import Counts, Estimate
from tests.cloud.booked import book, sides

NOW = datetime(2026, 11, 24, 12, 30, tzinfo=UTC)
"""16:00 in Tehran."""
TODAY = date(2026, 11, 24)
YESTERDAY = TODAY - timedelta(days=1)
FRIDAY = date(2026, 11, 20)
"""The last day of the week that was over last."""
WELL, BADLY = {5: 20, 6: 20}, {2: 20, 3: 20}


def chart(index: Index, points: Sequence[Counts]) -> Chart:
    """A centre of 5.5 with limits of 5 and 6; three days in a row below the centre are a run."""
    estimates = [INDICES[index].of(counts) for counts in points]
    low = [5 <= (each.value or 0) < 5.5 for each in estimates]
    drawn = [_point(each, run=all(low[max(0, at - 2) : at + 1])) for at, each in enumerate(estimates)]
    return Chart(5.5, tuple(drawn))


def _point(estimate: Estimate, *, run: bool) -> Point:
    outside = estimate.value is not None and not 5 <= estimate.value <= 6
    return Point(estimate, 5.0, 6.0, "outside" if outside else "run" if run else "")


def shops() -> None:
    """Two stores, each with a kiosk at the till."""
    group = Group.objects.create(id="all", name="all")
    unit = Unit.objects.create(id="sales", name_fa="فروش", name_en="Sales")
    till = Touchpoint.objects.create(id="till", unit=unit, name_fa="صندوق", name_en="till")
    for name, fa, en in (("ekbatan", "اکباتان", "Ekbatan"), ("vanak", "ونک", "Vanak")):
        store = Store.objects.create(id=name, group=group, name_fa=fa, name_en=en)
        Kiosk.objects.create(id=f"{name}-1", store=store, touchpoint=till)


def count(day: date, counts: Counts, store: str = "ekbatan", wording: int = 1) -> None:
    """Book answers to the CES question."""
    for value, times in counts.items():
        book(sides(store, day, wording=wording), value, times)


def days_well(until: date, number: int = 20, store: str = "ekbatan") -> None:
    """So many days of which nothing is to be said, the last of them `until`."""
    for back in range(number):
        count(until - timedelta(days=back), WELL, store)


def week(counts: Counts, until: date) -> dict[date, Counter[int]]:
    """A week's answers, dealt to its days, so that each has a seventh of them; `until` is the last one."""
    days = {until - timedelta(days=back): Counter[int]() for back in range(6, -1, -1)}
    values = (value for value, times in counts.items() for _ in range(times))
    for day, value in zip(cycle(days), values, strict=False):
        days[day][value] += 1
    return days


def count_week(until: date, counts: Counts, store: str = "ekbatan") -> None:
    """Book a week's answers on its days."""
    for day, dealt in week(counts, until).items():
        count(day, dealt, store)


def weeks_well(until: date, number: int = 8) -> None:
    """So many weeks of few answers a day of which nothing is to be said, the last of them until a Friday."""
    for back in range(number):
        count_week(until - timedelta(days=7 * back), WELL)


def watch(accountable: User, **said: object) -> Watch:
    """A watch on the CES of Ekbatan, since long."""
    defaults = {"index": "ces", "store_id": "ekbatan", "since": date(2026, 1, 1), "accountable": accountable}
    return Watch.objects.create(**(defaults | said))
