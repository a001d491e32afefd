"""Counts of a view by a side, and all of them together."""

from collections.abc import Collection, Mapping
from typing import TypeVar

from cloud.desk.experience.asking import View
from cloud.voice import loyalty
from cloud.voice.reading import Told, tell, tell_wordings
from cloud.voice.sources import Side

Key = TypeVar("Key")


def told_by(question: str, view: View, side: Side) -> dict[str, Told]:
    """Counts by a side; of the loyalty index its first question says how often it was asked."""
    told = tell(view.asked(question), side)
    if question != loyalty.QUESTION:
        return told
    _ask(told, tell(view.asked(loyalty.ASKED[0]), side))
    return told


def by_wording(view: View, questions: Collection[str]) -> dict[str, dict[int, Told]]:
    """Counts of each question by its wordings, read together."""
    told = tell_wordings(view.asked(""), {*questions, loyalty.ASKED[0]})
    _ask(told.setdefault(loyalty.QUESTION, {}), told.get(loyalty.ASKED[0], {}))
    return told


def _ask(loyalty: dict[Key, Told], first: Mapping[Key, Told]) -> None:
    for key in {*loyalty, *first}:
        asked, sums = first.get(key, Told()), loyalty.setdefault(key, Told())
        sums.flagged, sums.shown = asked.flagged, asked.shown


def whole(told: Mapping[str, Told]) -> Told:
    """All parts together."""
    found = Told()
    for each in told.values():
        found.counts.update(each.counts)
        found.flagged += each.flagged
        found.shown += each.shown
    return found
