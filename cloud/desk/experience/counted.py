"""Counts of a view by a side, and all of them together."""

from collections.abc import Mapping

from cloud.desk.experience.asking import View
from cloud.desk.experience.questions import LOYALTY
from cloud.voice.reading import Side, Told, tell


def told_by(question: str, view: View, side: Side) -> dict[str, Told]:
    """Counts by a side; of the loyalty index its first question says how often it was asked."""
    told = tell(view.asked(question), side)
    if question != "cli":
        return told
    first = tell(view.asked(LOYALTY[0]), side)
    for key in {*told, *first}:
        asked, sums = first.get(key, Told()), told.setdefault(key, Told())
        sums.flagged, sums.shown = asked.flagged, asked.shown
    return told


def whole(told: Mapping[str, Told]) -> Told:
    """All parts together."""
    found = Told()
    for each in told.values():
        found.counts.update(each.counts)
        found.flagged += each.flagged
        found.shown += each.shown
    return found
