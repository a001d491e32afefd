"""Whether a change is more than chance, beside another's arithmetic of the same tests."""

from collections.abc import Mapping
from math import sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from cloud.voice.change import difference

SCORED = st.dictionaries(st.sampled_from([-100.0, 0.0, 100.0]), st.integers(1, 500), min_size=2)


def spread(scored: Mapping[float, int]) -> list[float]:
    return [score for score, times in scored.items() for _ in range(times)]


@given(before=SCORED, after=SCORED)
def test_welch_is_scipys(before: dict[float, int], after: dict[float, int]) -> None:
    found = difference(before, after, "welch")
    peer = stats.ttest_ind(spread(after), spread(before), equal_var=False)
    assert found
    assert found.p == pytest.approx(peer.pvalue, abs=1e-9)
    ends = peer.confidence_interval(0.95)
    assert (found.low, found.high) == pytest.approx((ends.low, ends.high))


def test_two_proportions_are_pooled() -> None:
    found = difference({100.0: 60, 0.0: 40}, {100.0: 45, 0.0: 55}, "proportions")
    assert found
    z = 0.15 / sqrt(0.525 * 0.475 * 2 / 100)
    assert found.p == pytest.approx(2 * stats.norm.sf(z))
    assert found.value == pytest.approx(-15)
    assert found.more_than_chance


def test_pooled_proportions_are_the_chi_square_test_without_correction() -> None:
    found = difference({100.0: 12, 0.0: 88}, {100.0: 30, 0.0: 170}, "proportions")
    table = [[12, 88], [30, 170]]
    assert found
    assert found.p == pytest.approx(stats.chi2_contingency(table, correction=False).pvalue)


@pytest.mark.parametrize("test", ["proportions", "welch"])
def test_two_answers_are_needed_on_each_side(test: str) -> None:
    assert difference({100.0: 1}, {100.0: 50}, test) is None  # type: ignore[arg-type]
    assert difference({}, {}, test) is None  # type: ignore[arg-type]


def test_without_any_spread_the_same_is_chance_and_another_is_not() -> None:
    same, other = (difference({6.0: 30}, {score: 30}, "welch") for score in (6.0, 7.0))
    assert same
    assert other
    assert (same.more_than_chance, other.more_than_chance) == (False, True)
