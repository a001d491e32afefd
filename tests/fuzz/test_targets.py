"""The fuzzer's targets, with hypothesis in the fuzzer's place: nothing but declared errors comes out."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.reader import BadFrame
from tests.fuzz.targets import TARGETS, Target, attempt


def inputs(target: Target) -> st.SearchStrategy[bytes]:
    """Any bytes, bytes that mean something, and seeds with a byte changed, put in or left out."""
    meaningful = st.lists(st.sampled_from(target.alphabet), max_size=300).map(bytes)
    return st.binary(max_size=300) | meaningful | _changed(target)


@st.composite
def _changed(draw: st.DrawFn, target: Target) -> bytes:
    seed = draw(st.sampled_from(target.seeds))
    at, until = sorted(draw(st.tuples(*[st.integers(0, len(seed))] * 2)))
    return seed[:at] + draw(st.binary(max_size=3)) + seed[min(until, at + 2) :]


@pytest.mark.parametrize("name", TARGETS)
@given(data=st.data())
def test_nothing_but_declared_errors_comes_out(name: str, data: st.DataObject) -> None:
    attempt(TARGETS[name], data.draw(inputs(TARGETS[name])))


@pytest.mark.parametrize("name", TARGETS)
def test_a_seed_is_an_input_that_means_something(name: str) -> None:
    for seed in TARGETS[name].seeds:
        TARGETS[name].run(seed)


def test_what_is_not_declared_is_a_finding() -> None:
    def fail(data: bytes) -> None:
        raise BadFrame if data else ValueError("found")

    target = Target(fail, (BadFrame,), b"", ())
    attempt(target, b"x")
    with pytest.raises(ValueError, match="found"):
        attempt(target, b"")
