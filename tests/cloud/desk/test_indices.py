"""Indices: the published figures, and what must hold for any counts."""

from collections import Counter
from collections.abc import Callable, Mapping
from math import isclose, sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cloud.voice.indices import (
    Estimate,
    ces,
    ces_share,
    cli,
    csat,
    nps,
    nps_variance,
    share,
    split,
    wilson,
)

Index = Callable[[Mapping[int, int]], Estimate]
SCALES: dict[Index, tuple[int, int, float, float]] = {
    ces: (1, 7, 1, 7),
    ces_share: (1, 7, 0, 100),
    csat: (1, 5, 0, 100),
    nps: (0, 10, -100, 100),
    cli: (3, 18, 0, 100),
}
"""First and last score, least and most of the figure."""
INDICES = pytest.mark.parametrize("index", SCALES, ids=lambda index: index.__name__)


@st.composite
def any_counts(draw: st.DrawFn, index: Index, least: int = 0) -> dict[int, int]:
    first, last, _, _ = SCALES[index]
    found = st.dictionaries(st.integers(first, last), st.integers(0, 400))
    return draw(found.filter(lambda counts: sum(counts.values()) >= least))


def ends(estimate: Estimate) -> tuple[float, float, float]:
    assert None not in (estimate.low, estimate.value, estimate.high)
    return estimate.low or 0.0, estimate.value or 0.0, estimate.high or 0.0


def test_wilson_gives_the_published_interval_of_81_in_263() -> None:
    # R. G. Newcombe, Statistics in Medicine 17 (1998) 857-872, table I
    assert wilson(81, 263) == pytest.approx((0.2553, 0.3662), abs=5e-5)


def test_wilson_of_0_in_20_begins_at_zero_exactly() -> None:
    low, high = wilson(0, 20)
    assert low == 0
    assert high == pytest.approx(0.1611, abs=5e-5)


def test_wilson_of_all_ends_at_one_exactly() -> None:
    assert wilson(20, 20).high == 1


def test_of_nothing_a_share_may_be_anything() -> None:
    assert wilson(0, 0) == (0, 1)
    assert share(0, 0) == Estimate(0, None, None, None)


@pytest.mark.parametrize(("hits", "n"), [(-1, 5), (6, 5), (0, -1)])
def test_more_hits_than_answers_are_refused(hits: int, n: int) -> None:
    with pytest.raises(ValueError, match="no share"):
        wilson(hits, n)
    with pytest.raises(ValueError, match="no share"):
        share(hits, n)


def test_nps_of_162_promoters_and_54_detractors_among_324_is_33() -> None:
    # a widely published worked example: the error of the mean is 4.1 points
    counts = {10: 100, 9: 62, 8: 60, 7: 48, 6: 30, 0: 24}
    assert nps(counts).value == pytest.approx(100 / 3)
    assert 100 * sqrt(nps_variance(counts) / 324) == pytest.approx(4.1, abs=0.05)


def test_the_interval_of_nps_has_three_answers_more() -> None:
    # by hand: p = 162.75 / 327, d = 54.75 / 327
    low, _, high = ends(nps({10: 162, 8: 108, 3: 54}))
    up, down = 162.75 / 327, 54.75 / 327
    half = 1.959964 * sqrt((up + down - (up - down) ** 2) / 327)
    assert (low, high) == pytest.approx((100 * (up - down - half), 100 * (up - down + half)), abs=1e-4)


def test_csat_of_the_published_counts_is_69_16() -> None:
    # 42 very satisfied, 32 satisfied, 10 neutral, 9 dissatisfied, 14 very dissatisfied
    satisfied = csat({5: 42, 4: 32, 3: 10, 2: 9, 1: 14})
    assert satisfied.value == pytest.approx(69.16, abs=5e-3)
    assert (satisfied.low, satisfied.high) == pytest.approx([100 * end for end in wilson(74, 107)])


def test_loyalty_of_1_2_and_3_is_80() -> None:
    assert cli({1 + 2 + 3: 1}).value == pytest.approx(80)


def test_loyalty_counts_persons_not_their_three_answers() -> None:
    # sums 3 and 18: scores 100 and 0, mean 50, s = 70.71, n = 2 and never 6
    told = cli({3: 1, 18: 1})
    assert (told.n, told.value, told.low, told.high) == (2, 50, 0, 100)


def test_the_mean_of_ten_answers_has_the_t_interval_of_the_textbook() -> None:
    # 2..6 twice each: mean 4, s^2 = 20/9, t(9, .975) = 2.262157
    half = 2.262157 * sqrt(20 / 9) / sqrt(10)
    assert ends(ces(dict.fromkeys(range(2, 7), 2))) == pytest.approx((4 - half, 4, 4 + half), abs=1e-6)


def test_easy_is_the_percentage_of_five_six_and_seven() -> None:
    easy = ces_share({4: 182, 5: 40, 6: 40, 7: 1})
    assert easy.value == pytest.approx(100 * 81 / 263)
    assert (easy.low, easy.high) == pytest.approx([100 * end for end in wilson(81, 263)])


@INDICES
def test_no_answer_gives_no_figure(index: Index) -> None:
    nothing = Estimate(0, None, None, None)
    assert index({}) == nothing
    assert index({SCALES[index][0]: 0}) == nothing


@pytest.mark.parametrize("index", [ces, cli], ids=["ces", "cli"])
def test_one_answer_gives_a_mean_without_an_interval(index: Index) -> None:
    one = index({6: 1})
    assert one.n == 1
    assert one.value is not None
    assert (one.low, one.high) == (None, None)


@INDICES
@pytest.mark.parametrize(("n", "grey"), [(1, True), (29, True), (30, False)])
def test_a_figure_is_grey_below_thirty_answers(index: Index, n: int, *, grey: bool) -> None:
    assert index({5: n}).grey is grey


@INDICES
def test_what_is_off_the_scale_or_below_zero_is_refused(index: Index) -> None:
    first, last, _, _ = SCALES[index]
    for score in (first - 1, last + 1):
        with pytest.raises(ValueError, match="not on the scale"):
            index({score: 1})
    with pytest.raises(ValueError, match="-1 answers"):
        index({first: -1})


@INDICES
@given(data=st.data())
def test_an_interval_holds_its_figure_and_stays_on_the_scale(index: Index, data: st.DataObject) -> None:
    _, _, least, most = SCALES[index]
    low, value, high = ends(index(data.draw(any_counts(index, 2))))
    assert least <= low <= value + 1e-9
    assert value - 1e-9 <= high <= most


@INDICES
@given(data=st.data(), times=st.integers(2, 10))
def test_the_same_answers_many_times_over_narrow_the_interval(
    index: Index, data: st.DataObject, times: int
) -> None:
    counts = data.draw(any_counts(index, 2))
    few, many = ends(index(counts)), ends(index({score: times * n for score, n in counts.items()}))
    assert many[2] - many[0] <= few[2] - few[0] + 1e-9
    assert many[1] == pytest.approx(few[1])


@INDICES
@given(data=st.data())
def test_counts_of_hours_and_stores_add_up(index: Index, data: st.DataObject) -> None:
    one, other = data.draw(any_counts(index)), data.draw(any_counts(index))
    answers = [score for counts in (one, other) for score, n in counts.items() for _ in range(n)]
    assert index(Counter(one) + Counter(other)) == index(Counter(answers))


def test_a_change_by_one_store_and_by_the_mix_is_told_apart() -> None:
    # nps 20 in both, 100 answers each; then shiraz falls to 14 and only tehran keeps its weight
    before = {"tehran": (20.0, 100), "shiraz": (20.0, 100)}
    assert split(before, {"tehran": (20.0, 100), "shiraz": (14.0, 100)}) == {
        "shiraz": (-3.0, 0.0),
        "tehran": (0.0, 0.0),
    }


def test_a_change_of_weights_alone_is_mix() -> None:
    before, after = {"a": (60.0, 50), "b": (20.0, 50)}, {"a": (60.0, 25), "b": (20.0, 75)}
    parts = split(before, after)
    assert [part.performance for part in parts.values()] == [0, 0]
    assert sum(part.mix for part in parts.values()) == pytest.approx(30 - 40)


def test_a_store_that_opened_changes_the_mix_alone() -> None:
    parts = split({"a": (50.0, 10)}, {"a": (50.0, 10), "new": (30.0, 10)})
    assert parts["new"].performance == 0
    assert sum(map(sum, parts.values())) == pytest.approx(40 - 50)


def test_without_answers_in_one_of_the_periods_there_is_no_change_to_tell() -> None:
    assert split({}, {"a": (1.0, 1)}) == {}
    assert split({"a": (1.0, 1)}, {"a": (None, 0)}) == {}


units = st.dictionaries(st.sampled_from("abcde"), st.tuples(st.floats(-100, 100), st.integers(0, 1000)))


@given(units, units)
def test_the_parts_of_a_change_add_up_to_it_exactly(
    before: dict[str, tuple[float | None, int]], after: dict[str, tuple[float | None, int]]
) -> None:
    parts = split(before, after)
    if parts:
        whole = _whole(after) - _whole(before)
        assert isclose(sum(map(sum, parts.values())), whole, abs_tol=1e-9)


def _whole(units: Mapping[str, tuple[float | None, int]]) -> float:
    return sum((index or 0.0) * n for index, n in units.values()) / sum(n for _, n in units.values())
