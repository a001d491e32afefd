"""The first page's figures: a tile for each question, from the counts alone."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from cloud.desk.experience.asking import View
from cloud.desk.experience.counted import by_wording
from cloud.desk.experience.kinds import ALL, NEEDS, Index
from cloud.desk.experience.questions import Worded, worded
from cloud.voice.indices import N_MIN, PERCENT, Estimate, share
from cloud.voice.reading import Told, newest_wording, newest_wordings, unsure_of

NONE: Final = 0
"""Stands for a wording where nothing was answered in any: they count from 1."""
QUESTIONS: Final = ("ces", "csat", "nps", "cli", NEEDS)


@dataclass(frozen=True, slots=True)
class Figure:
    """An index and what is known of it: what every template that writes a figure wants."""

    index: Index
    estimate: Estimate

    @property
    def grey(self) -> bool:
        """Whether there are too few answers to lean on."""
        return self.estimate.grey


@dataclass(frozen=True, slots=True)
class Basis:
    """What figures of a question rest on: answers that count and those that do not, and how many answered.

    `unsure` answers have no place in time; `other` ones were given to another wording. `rate` is a share in
    percent; None where fewer impressions than answers are known.
    """

    n: int
    flagged: int
    shown: int
    unsure: int
    other: int
    rate: Estimate | None


@dataclass(frozen=True, slots=True)
class Tile:
    """A question in a period: its indices, or for needs each choice's share, the most wanted first."""

    question: str
    wording: int | None
    worded: Worded
    basis: Basis
    figures: tuple[Figure, ...]
    needs: tuple["Need", ...] = ()


@dataclass(frozen=True, slots=True)
class Need:
    """How many want something, in percent."""

    value: int
    label: str
    share: Estimate


def tiles(view: View) -> list[Tile]:
    """Every question's tile, in reading order."""
    told = by_wording(view, QUESTIONS)
    pinned_, asked = _wordings(view, told), view.asked("")
    unsure = unsure_of(asked.stores, QUESTIONS)
    return [_tile(each, pinned_.get(each), told.get(each, {}), unsure.get(each, 0)) for each in QUESTIONS]


def _tile(question: str, wording: int | None, found: Mapping[int, Told], unsure: int) -> Tile:
    told = Told() if wording is None else found.get(wording, Told())
    other = sum(each.n for number, each in found.items() if number != wording)
    said = worded(question, wording)
    figures = tuple(Figure(i, i.estimate(told.counts)) for i in ALL if i.question == question)
    needs = _needs(told, said) if question == NEEDS else ()
    n = figures[0].estimate.n if figures else told.n
    return Tile(question, wording, said, basis(told, n, unsure, other), figures, needs)


def _wordings(view: View, told: Mapping[str, Mapping[int, Told]]) -> Mapping[str, int]:
    """Read off where everything there is was read anyway: to look for it again would cost half as much."""
    if view.wording is not None:
        return dict.fromkeys(QUESTIONS, view.wording)
    if not view.whole:
        return newest_wordings(view.asked(""), QUESTIONS)
    counted = {
        question: [number for number, one in of.items() if one.counts] for question, of in told.items()
    }
    return {question: max(numbers) for question, numbers in counted.items() if numbers}


def basis(told: Told, n: int, unsure_: int, other: int) -> Basis:
    """What `n` answers are a part of."""
    return Basis(n, told.flagged, told.shown, unsure_, other, response(told))


def response(told: Told) -> Estimate | None:
    """The share in percent of those who were asked and answered, mashed or not; None where it cannot be."""
    answered = told.n + told.flagged
    return percent(share(answered, told.shown)) if answered <= told.shown else None


def percent(part: Estimate) -> Estimate:
    """A share of 1 in percent."""
    ends = (None if each is None else PERCENT * each for each in (part.value, part.low, part.high))
    return Estimate(part.n, *ends)


def _needs(told: Told, said: Worded) -> tuple[Need, ...]:
    values = {*said.labels, *told.counts}
    found = [
        Need(value, said.labels.get(value, ""), percent(share(told.counts[value], told.n)))
        for value in values
    ]
    return tuple(sorted(found, key=lambda need: (-(need.share.value or 0), need.value)))


def few(estimate: Estimate) -> bool:
    """Whether there are some answers, and too few."""
    return 0 < estimate.n < N_MIN


def pinned(view: View, question: str) -> View:
    """The view with the wording that counts in it: the newest of that time, unless one is chosen."""
    if view.wording is not None:
        return view
    return replace(view, wording=newest_wording(view.asked(question)) or NONE)
