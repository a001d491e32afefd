"""A silent connection is made again after a while, and one that speaks never is."""

from dataclasses import dataclass

from hypothesis import given
from hypothesis import strategies as st

from kiosk.silence import SILENCE, Silence


@dataclass
class Line:
    """A connection, a clock, and how often another one was made."""

    word: object = 1
    now: float = 0.0
    made: int = 0

    def __post_init__(self) -> None:
        self.silence = Silence(
            lambda: self.word, self.reconnect, now=lambda: self.now, jitter=lambda least, _: least
        )

    def reconnect(self) -> None:
        self.made += 1

    def wait(self, seconds: float) -> None:
        self.now += seconds
        self.silence.turn()


def test_silence_makes_another_connection_once_in_a_while() -> None:
    line = Line()
    line.wait(0)
    line.wait(SILENCE - 1)
    assert line.made == 0
    line.wait(1)
    assert line.made == 1
    line.wait(1)
    line.wait(SILENCE - 1)
    assert line.made == 1
    line.wait(1)
    assert line.made == 2


def test_where_there_is_no_connection_none_is_broken() -> None:
    line = Line(word=None)
    for _ in range(10):
        line.wait(SILENCE)
    assert line.made == 0


@given(st.lists(st.floats(0, SILENCE - 1), min_size=1))
def test_a_cloud_that_speaks_is_never_hung_up_on(pauses: list[float]) -> None:
    line = Line()
    for word, pause in enumerate(pauses):
        line.word = word
        line.wait(0)
        line.wait(pause)
    assert line.made == 0
