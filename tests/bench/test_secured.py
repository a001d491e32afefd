"""The benchmarks of mutual TLS at a small size: they run, and every figure is one."""

from tests.bench import crowd, secured


def test_tls_is_measured_beside_the_same_without_it() -> None:
    measured = list(secured.rows(lambda _: None, messages=20, rounds=1))
    assert [row.n for row in measured] == [20, 200]
    assert all(row.value > 0 and row.ratio is not None and row.ratio > 0 for row in measured)


def test_a_small_crowd_connects_is_reloaded_and_comes_back() -> None:
    measured = list(crowd.rows(lambda _: None, crowd=20, back=10))
    assert [row.unit for row in measured] == ["B", "/s", "ms", "s"]
    assert all(row.value > 0 for row in measured)
