"""Figures of an index as they are written: its decimals, its sign, its minus in its place."""

from cloud.desk import numerals
from cloud.desk.experience.kinds import Index
from cloud.desk.language import active
from cloud.voice.indices import Estimate

DASH = "\N{EN DASH}"
_OPEN, _CLOSE = "\N{LEFT-TO-RIGHT ISOLATE}", "\N{POP DIRECTIONAL ISOLATE}"
"""Round a number with its sign, which would else stand behind it in Persian."""


def value(index: Index, figure: float | None) -> str:
    """A figure of the index, or a dash for none."""
    if figure is None:
        return DASH
    return _signed(index, figure) if round(figure, index.places) < 0 else _plain(index, abs(figure))


def interval(index: Index, estimate: Estimate) -> str:
    """The two ends of its interval; empty where there is none."""
    if estimate.low is None or estimate.high is None:
        return ""
    low, high = value(index, estimate.low), value(index, estimate.high)
    joint = " تا " if active() == "fa" else DASH if estimate.low >= 0 else " to "
    return f"{low}{joint}{high}"


def change(index: Index, by: float) -> str:
    """By how much it changed, with its sign; points of percent are written without theirs."""
    if round(by, index.places) == 0:
        return numerals.number(0, index.places, active())
    return _signed(index, by, plus=True, mark="")


def _plain(index: Index, figure: float, mark: str | None = None) -> str:
    sign = index.sign if mark is None else mark
    if sign == "%" and index.places == 0:
        return numerals.percent(figure, active())
    return numerals.number(figure, index.places, active()) + sign


def _signed(index: Index, figure: float, *, plus: bool = False, mark: str | None = None) -> str:
    sign = "\N{MINUS SIGN}" if figure < 0 else "+" * plus
    return isolated(f"{sign}{_plain(index, abs(figure), mark)}")


def isolated(text: str) -> str:
    """A text that is read from left to right, whatever stands beside it."""
    return f"{_OPEN}{text}{_CLOSE}"
