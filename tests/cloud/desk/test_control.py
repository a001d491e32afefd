"""Control limits and signals: published figures, figures worked by hand, and what holds for every series."""

from collections import Counter
from collections.abc import Sequence
from math import sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cloud.voice.control import RUN, Chart, Index, chart
from cloud.voice.indices import Counts

CANS = (
    *(12, 15, 8, 10, 4, 7, 16, 9, 14, 10, 5, 6, 17, 12, 22),
    *(8, 10, 5, 13, 11, 20, 18, 24, 15, 9, 12, 7, 13, 9, 6),
)
"""Montgomery, Introduction to Statistical Quality Control, table 7.1: 30 times 50 cans, so many bad."""
SCALES: dict[Index, tuple[int, int]] = {
    "ces": (1, 7),
    "ces_share": (1, 7),
    "csat": (1, 5),
    "nps": (0, 10),
    "cli": (3, 18),
}
ENDS: dict[Index, tuple[float, float]] = {
    "ces": (1, 7),
    "ces_share": (0, 100),
    "csat": (0, 100),
    "nps": (-100, 100),
    "cli": (0, 100),
}


def shares(n: int, *successes: int) -> list[Counts]:
    """Points of `n` answers to CSAT, of which so many are pleased."""
    return [{5: times, 1: n - times} for times in successes]


def signals(found: Chart) -> list[str]:
    return [point.signal for point in found.points]


def limits(found: Chart, place: int = 0) -> tuple[float, float]:
    point = found.points[place]
    assert point.lower is not None
    assert point.upper is not None
    return point.lower, point.upper


def test_the_p_chart_of_the_juice_cans_is_montgomerys() -> None:
    """Section 7.2.1: p-bar 0.2313, LCL 0.0524, UCL 0.4102; samples 15 and 23 are outside."""
    found = chart("csat", shares(50, *CANS))
    assert found.centre == pytest.approx(23.13, abs=0.005)
    assert limits(found) == pytest.approx((5.24, 41.02), abs=0.01)
    assert [place for place, signal in enumerate(signals(found), 1) if signal == "outside"] == [15, 23]


def test_limits_of_a_share_follow_each_points_own_n() -> None:
    """By hand: p = 60/120 = 0.5; 3 sqrt(0.25/100) = 0.15 and 3 sqrt(0.25/20) = 0.3354."""
    found = chart("csat", [*shares(100, 50), *shares(20, 10)])
    assert limits(found, 0) == pytest.approx((35, 65))
    assert limits(found, 1) == pytest.approx((16.459, 83.541), abs=0.001)


def test_limits_of_a_share_end_with_the_scale() -> None:
    """By hand: p = 9/10, 3 sqrt(0.09/5) = 0.402 and 0.9 + 0.402 > 1."""
    assert limits(chart("ces_share", [{7: 4, 1: 1}, {7: 5}])) == pytest.approx((49.75, 100), abs=0.01)


def test_limits_of_nps_come_of_promoters_and_detractors() -> None:
    """By hand: p 0.5, d 0.2, so 0.7 - 0.3^2 = 0.61 and 3 sqrt(0.61/100) = 0.2343."""
    found = chart("nps", [{10: 50, 7: 30, 3: 20}] * 2)
    assert found.centre == pytest.approx(30)
    assert limits(found) == pytest.approx((6.569, 53.431), abs=0.001)


def test_limits_of_a_mean_come_of_the_spread_within_its_points() -> None:
    """By hand: (3, 5), (4, 4), (5, 5): s^2 = (2 + 0 + 0) / 3, 3 sqrt((2/3) / 2) = 1.7321 about 26/6."""
    found = chart("ces", [{3: 1, 5: 1}, {4: 2}, {5: 2}])
    assert found.centre == pytest.approx(26 / 6)
    assert limits(found) == pytest.approx((26 / 6 - sqrt(3), 26 / 6 + sqrt(3)))


def test_limits_of_loyalty_are_in_its_own_units() -> None:
    """By hand: sums 3, 6 and 6, 9 are 100, 80 and 80, 60: s^2 = (200 + 200) / 2, 3 sqrt(200/2) = 30."""
    found = chart("cli", [{3: 1, 6: 1}, {6: 1, 9: 1}])
    assert found.centre == pytest.approx(80)
    assert limits(found) == pytest.approx((50, 100))


def test_where_many_answer_limits_are_those_of_laney() -> None:
    """By hand: n 10,000, p 0.5, sigma 0.005; z 0, 2, -2, 0, moving ranges 2, 4, 2: 8/3/1.128 = 2.3641.

    3 x 0.005 x 2.3641 = 0.03546; by chance alone it would be 0.015.
    """
    found = chart("csat", shares(10_000, 5000, 5100, 4900, 5000))
    assert limits(found) == pytest.approx((46.454, 53.546), abs=0.001)


def test_laneys_sigma_never_makes_limits_narrower_than_chance() -> None:
    assert limits(chart("csat", shares(10_000, 5000, 5000))) == pytest.approx((48.5, 51.5))


def test_days_that_always_differ_are_no_signals_where_many_answer() -> None:
    """Ten days of 100,000 answers between 48 and 52 percent: every one is beyond chance, none is news."""
    found = chart("csat", shares(100_000, *([52_000, 48_000] * 5)))
    assert set(signals(found)) == {""}


def test_the_eighth_point_in_a_row_on_one_side_is_a_signal_and_those_after_it() -> None:
    low, high = [45] * (RUN + 2), [55] * (RUN - 1)
    found = signals(chart("csat", shares(100, *low, *high, 45)))
    assert found[: RUN + 2] == [*[""] * (RUN - 1), "run", "run", "run"]
    assert set(found[RUN + 2 :]) == {""}


def test_a_point_on_the_centre_ends_a_run() -> None:
    found = chart("csat", shares(100, *[45] * 7, 50, *[45] * 7, *[55] * 7, 50, *[55] * 7))
    assert found.centre == pytest.approx(50)
    assert set(signals(found)) == {""}


def test_an_empty_point_neither_ends_nor_lengthens_a_run() -> None:
    points: list[Counts] = shares(100, *[45] * 7, *[55] * 8)
    points.insert(3, {})
    points.insert(12, {})
    assert [place for place, signal in enumerate(signals(chart("csat", points))) if signal] == [16]


def test_a_point_outside_is_called_so_even_in_a_run() -> None:
    found = chart("csat", shares(100, *[48] * 7, 20, *[55] * 8))
    assert signals(found)[7] == "outside"


@pytest.mark.parametrize("index", SCALES)
def test_a_series_of_nothing_has_no_centre_and_no_limits(index: Index) -> None:
    assert chart(index, []) == Chart(None, ())
    [point] = chart(index, [{}]).points
    assert (point.lower, point.upper, point.signal, point.estimate.n) == (None, None, "", 0)


@pytest.mark.parametrize("points", [[{4: 1}, {6: 1}], [{4: 2}, {6: 2}]])
def test_a_mean_has_no_limits_where_nothing_says_how_answers_spread(points: Sequence[Counts]) -> None:
    assert {(point.lower, point.upper, point.signal) for point in chart("ces", points).points} == {
        (None, None, "")
    }


@pytest.mark.parametrize("index", SCALES)
def test_a_score_off_the_scale_is_refused(index: Index) -> None:
    with pytest.raises(ValueError, match="scale"):
        chart(index, [{SCALES[index][1]: 1}, {99: 1}])


@st.composite
def series(draw: st.DrawFn) -> tuple[Index, list[Counts]]:
    """An index, and points of few or very many answers."""
    index = draw(st.sampled_from(list(SCALES)))
    worst, best = SCALES[index]
    often = draw(st.sampled_from([3, 40, 5000]))
    counts = st.dictionaries(st.integers(worst, best), st.integers(0, often), max_size=6)
    return index, draw(st.lists(counts, max_size=14))


@given(series())
def test_limits_hold_the_centre_and_lie_on_the_scale(drawn: tuple[Index, list[Counts]]) -> None:
    index, points = drawn
    found = chart(index, points)
    worst, best = ENDS[index]
    for point in found.points:
        if point.lower is not None and point.upper is not None and found.centre is not None:
            assert worst <= point.lower <= found.centre + 1e-9
            assert found.centre - 1e-9 <= point.upper <= best


@given(series())
def test_every_point_keeps_its_own_figure_and_an_empty_one_is_no_signal(
    drawn: tuple[Index, list[Counts]],
) -> None:
    index, points = drawn
    found = chart(index, points)
    assert [point.estimate.n for point in found.points] == [sum(counts.values()) for counts in points]
    assert all(point.estimate.n for point in found.points if point.signal or point.lower is not None)


@given(series(), st.integers(1, 30))
def test_points_that_are_all_alike_are_never_a_signal(drawn: tuple[Index, list[Counts]], times: int) -> None:
    index, points = drawn
    alike = sum((Counter(counts) for counts in points), Counter[int]())
    assert set(signals(chart(index, [alike] * times))) <= {""}


@given(series(), st.integers(0, 14))
def test_an_empty_point_anywhere_changes_nothing_for_the_others(
    drawn: tuple[Index, list[Counts]], place: int
) -> None:
    index, points = drawn
    place = min(place, len(points))
    found = chart(index, [*points[:place], {}, *points[place:]])
    rest = (*found.points[:place], *found.points[place + 1 :])
    assert Chart(found.centre, rest) == chart(index, points)
