"""All that the page of one index shows, read once."""

from collections.abc import Mapping
from dataclasses import dataclass

from cloud.desk.access import Viewer
from cloud.desk.experience.asking import View
from cloud.desk.experience.compared import Compared, compared
from cloud.desk.experience.counted import told_by, whole
from cloud.desk.experience.heat import Heat, heat
from cloud.desk.experience.hours import Cells, cells
from cloud.desk.experience.kinds import Index
from cloud.desk.experience.overview import Basis, Figure, basis, pinned
from cloud.desk.experience.questions import Worded, worded
from cloud.desk.experience.sides import Row, before, named, rows, rows_of_hours, unit_side
from cloud.desk.experience.trends import Series, series
from cloud.voice.reading import Told, unsure


@dataclass(frozen=True, slots=True)
class Detail:
    """One index of a view whose wording is pinned; `heat` is None where hours are not told apart."""

    view: View
    index: Index
    worded: Worded
    figure: Figure
    basis: Basis
    series: Series
    rows: list[Row]
    heat: Heat | None
    compared: Compared


def read_detail(index: Index, asked: View, who: Viewer) -> Detail:
    """Everything, from the counts alone."""
    view = pinned(asked, index.question)
    days = told_by(index.question, view, "day")
    told = whole(days)
    figure = Figure(index, index.estimate(told.counts))
    hours, parts = read_hours(index, view), told_by(index.question, view, unit_side(view))
    return Detail(
        view,
        index,
        worded(index.question, view.wording),
        figure,
        basis(told, figure.estimate.n, unsure(view.asked(index.question)), 0),
        series(index, view, days),
        rows(index, view, parts, who) if view.by == unit_side(view) else read_rows(index, view, who, hours),
        None if hours is None else heat(index, hours),
        _compared(index, view, who, parts),
    )


def read_hours(index: Index, view: View) -> Cells | None:
    """What was answered by weekday and hour; None where hours are not told apart."""
    return cells(view, index.question) if view.whole and index.question != "cli" else None


def read_rows(index: Index, view: View, who: Viewer, hours: Cells | None) -> list[Row]:
    """The table by the view's side."""
    side = view.by
    if side == "hour":
        return rows_of_hours(index, view, hours or {})
    return rows(index, view, told_by(index.question, view, side), who)


def read_compared(index: Index, view: View, who: Viewer) -> Compared:
    """The view beside the period that it is compared with."""
    return _compared(index, view, who, told_by(index.question, view, unit_side(view)))


def _compared(index: Index, view: View, who: Viewer, now: Mapping[str, Told]) -> Compared:
    side = unit_side(view)
    was = told_by(index.question, before(view), side)
    return compared(index, before(view), was, now, named(side, {**was, **now}, index.question, who))
