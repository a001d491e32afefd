"""How often a key may call."""

from hypothesis import given
from hypothesis import strategies as st

from cloud.api.bucket import MOST_KEYS, WINDOW, Buckets

STEPS = st.lists(st.floats(0, 3), min_size=1, max_size=60)


def test_a_full_bucket_lets_a_window_through_at_once_and_then_nobody() -> None:
    buckets = Buckets()
    waits = [buckets.take("a", 2, 0.0).wait for _ in range(2 * WINDOW + 1)]
    assert waits == [0] * 2 * WINDOW + [1]


def test_a_long_pause_saves_up_no_more_than_a_window() -> None:
    buckets = Buckets()
    buckets.take("a", 1, 0.0)
    assert [buckets.take("a", 1, 1e6).wait for _ in range(WINDOW + 1)] == [0] * WINDOW + [1]


def test_a_refused_request_takes_nothing_and_who_waits_as_told_is_let_through() -> None:
    buckets = Buckets()
    refused = [buckets.take("a", 1, 0.0) for _ in range(50)][-1]
    assert (refused.left, refused.full_in) == (0, WINDOW)
    assert buckets.take("a", 1, float(refused.wait)).wait == 0


def test_one_key_takes_nothing_from_another() -> None:
    buckets = Buckets()
    for _ in range(50):
        buckets.take("a", 1, 0.0)
    assert buckets.take("b", 1, 0.0) == (WINDOW, WINDOW - 1, 1, 0)


@given(STEPS)
def test_never_more_pass_than_a_window_and_the_rate_allow(steps: list[float]) -> None:
    buckets, now, passed = Buckets(), 0.0, 0
    for step in steps:
        now += step
        passed += not buckets.take("a", 1, now).wait
    assert passed <= WINDOW + now


def test_only_so_many_buckets_are_kept() -> None:
    buckets = Buckets()
    for number in range(MOST_KEYS + 1):
        buckets.take(f"{number}", 1, 0.0)
    # the first was forgotten, so it is full again
    assert buckets.take("0", 1, 0.0).left == WINDOW - 1
    assert buckets.take(f"{MOST_KEYS}", 1, 0.0).left == WINDOW - 2
