"""Indices: the published figures, and what must hold for any counts."""

from math import sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cloud.voice.indices import Ces, Estimate, wilson

counts = st.dictionaries(st.integers(1, 7), st.integers(0, 400))
some_counts = counts.filter(lambda c: sum(c.values()) > 1)


def width(estimate: Estimate) -> float:
    assert estimate.low is not None
    assert estimate.high is not None
    return estimate.high - estimate.low


def test_wilson_gives_the_published_interval_of_81_in_263() -> None:
    share = wilson(81, 263)
    assert share.low == pytest.approx(0.2553, abs=5e-5)
    assert share.high == pytest.approx(0.3662, abs=5e-5)


def test_wilson_of_0_in_20_begins_at_zero_exactly() -> None:
    share = wilson(0, 20)
    assert (share.value, share.low) == (0, 0)
    assert share.high == pytest.approx(0.1611, abs=5e-5)


def test_wilson_of_all_ends_at_one_exactly() -> None:
    assert wilson(20, 20).high == 1


def test_a_share_of_nothing_is_no_figure() -> None:
    assert wilson(0, 0) == Estimate(0, None, None, None)


@pytest.mark.parametrize(("hits", "n"), [(-1, 5), (6, 5), (0, -1)])
def test_more_hits_than_answers_are_refused(hits: int, n: int) -> None:
    with pytest.raises(ValueError, match="no share"):
        wilson(hits, n)


def test_the_mean_of_ten_answers_has_the_t_interval_of_the_textbook() -> None:
    # 2..6 twice each: mean 4, s^2 = 20/9, t(9, .975) = 2.262157
    mean = Ces(dict.fromkeys(range(2, 7), 2)).mean()
    half = 2.262157 * sqrt(20 / 9) / sqrt(10)
    assert mean.value == 4
    assert mean.low == pytest.approx(4 - half, abs=1e-6)
    assert mean.high == pytest.approx(4 + half, abs=1e-6)


def test_no_answer_gives_no_figure() -> None:
    assert Ces().mean() == Estimate(0, None, None, None)


def test_one_answer_gives_a_mean_without_an_interval() -> None:
    assert Ces({6: 1}).mean() == Estimate(1, 6, None, None)


def test_two_answers_as_far_apart_as_can_be_say_nothing_beyond_the_scale() -> None:
    assert Ces({1: 1, 7: 1}).mean() == Estimate(2, 4, 1, 7)


def test_easy_is_the_share_of_five_six_and_seven() -> None:
    assert Ces({4: 182, 5: 40, 6: 40, 7: 1}).easy() == wilson(81, 263)


@pytest.mark.parametrize(("n", "grey"), [(0, True), (29, True), (30, False)])
def test_a_figure_is_grey_below_thirty_answers(n: int, *, grey: bool) -> None:
    assert Ces({5: n}).mean().grey is grey


@pytest.mark.parametrize("score", [0, 8, -1])
def test_a_score_off_the_scale_is_refused(score: int) -> None:
    with pytest.raises(ValueError, match="not on the scale"):
        Ces().update(score)


def test_what_was_never_given_cannot_be_taken_back() -> None:
    ces = Ces({5: 1})
    with pytest.raises(ValueError, match="only 1 answers of 5"):
        ces.revert(5, 2)
    assert ces.counts[5] == 1


@given(counts, counts)
def test_merged_counts_are_the_counts_of_the_union(first: dict[int, int], second: dict[int, int]) -> None:
    merged, union = Ces(first), Ces()
    merged.merge(Ces(second))
    for score in [*_each(first), *_each(second)]:
        union.update(score)
    assert merged.counts == union.counts
    assert merged.mean() == union.mean()


@given(counts, st.integers(1, 7), st.integers(1, 9))
def test_taking_in_and_taking_back_leaves_no_trace(before: dict[int, int], score: int, times: int) -> None:
    ces = Ces(before)
    ces.update(score, times)
    ces.revert(score, times)
    assert ces.counts == Ces(before).counts


@given(some_counts)
def test_an_interval_holds_its_figure_and_stays_on_the_scale(given_counts: dict[int, int]) -> None:
    ces = Ces(given_counts)
    for figure, least, most in ((ces.mean(), 1, 7), (ces.easy(), 0, 1)):
        assert figure.low is not None
        assert figure.value is not None
        assert figure.high is not None
        assert least <= figure.low <= figure.value <= figure.high <= most


@given(some_counts, st.integers(2, 10))
def test_the_same_answers_many_times_over_narrow_the_interval(
    given_counts: dict[int, int], times: int
) -> None:
    few, many = Ces(given_counts), Ces({score: times * n for score, n in given_counts.items()})
    assert width(many.mean()) <= width(few.mean())
    assert width(many.easy()) <= width(few.easy())
    assert many.mean().value == pytest.approx(few.mean().value)


def _each(given_counts: dict[int, int]) -> list[int]:
    return [score for score, n in given_counts.items() for _ in range(n)]
