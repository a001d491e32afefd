"""A chart of health: whatever was measured, it is drawn within its box, and only where it was measured."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cloud.desk.fleet.history import GRAINS, Span, read
from cloud.desk.fleet.plot import BOTTOM, END, HEIGHT, START, TOP, WIDTH, plot
from cloud.fleet.health import EVERY, begin_of
from cloud.fleet.models import HealthSample

NOW = datetime(2026, 11, 22, 12, 2, tzinfo=UTC)
VALUES = st.lists(st.none() | st.floats(-1e15, 1e15), max_size=100)


@given(VALUES, st.booleans())
def test_nothing_is_drawn_outside_and_nothing_that_was_not_measured(
    values: list[float | None],
    mirrored: bool,  # noqa: FBT001 - hypothesis names it
) -> None:
    drawn = plot(values, 0, 10, mirrored=mirrored)
    points = [tuple(map(float, point.split(","))) for line in drawn.lines for point in line.split()]
    points += list(drawn.dots)
    assert len(points) == sum(value is not None for value in values)
    for x, y in points:
        assert min(START, END) - 0.1 <= x <= WIDTH - min(START, END) + 0.1
        assert TOP - 0.1 <= y <= HEIGHT - BOTTOM + 0.1


@given(VALUES)
def test_persian_is_drawn_as_in_a_mirror(values: list[float | None]) -> None:
    there, back = (plot(values, 0, 10, mirrored=mirrored) for mirrored in (False, True))
    assert [round(WIDTH - x, 1) for x, _y in back.dots] == [x for x, _y in there.dots]
    assert [tick.value for tick in back.ticks] == [tick.value for tick in there.ticks]


@pytest.mark.usefixtures("club")
def test_what_is_not_heard_is_offline_but_not_before_the_first_word_nor_in_these_minutes() -> None:
    heard = [datetime(2026, 11, 22, 6, tzinfo=UTC) + EVERY * n for n in range(72) if not 25 <= n < 37]
    HealthSample.objects.bulk_create(HealthSample(kiosk_id="vanak-1", at=at, online=True) for at in heard)
    online = read("vanak-1", "day", NOW, mirrored=False).charts[0].values
    assert online[:71] == [None] * 71
    assert online[71:] == [100] * 9 + [0] * 4 + [100] * 12


@pytest.mark.usefixtures("club")
@pytest.mark.parametrize("span", GRAINS)
def test_a_longer_look_has_no_more_values_and_loses_no_sample(span: Span) -> None:
    count = timedelta(days=30) // EVERY
    rows = (
        HealthSample(kiosk_id="vanak-1", at=begin_of(NOW) - EVERY * n, online=n % 2 == 0, queue=n)
        for n in range(count)
    )
    HealthSample.objects.bulk_create(rows)
    found = read("vanak-1", span, NOW, mirrored=False)
    assert found.samples == GRAINS[span].back // EVERY
    assert len(found.begins) <= 100
    online, queue = (chart.there for chart in found.charts[:2])
    assert sum(online) / len(online) == pytest.approx(50, abs=1)
    assert max(queue) in {found.samples - 1, found.samples - 2}


@pytest.mark.usefixtures("club")
def test_a_kiosk_that_was_offline_measured_nothing() -> None:
    HealthSample.objects.create(kiosk_id="vanak-1", at=begin_of(NOW), online=False, queue=9, temperature=40)
    online, *others = read("vanak-1", "day", NOW, mirrored=False).charts
    assert (online.there, [chart.there for chart in others]) == ([0], [[], [], []])
