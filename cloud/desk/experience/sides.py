"""One index apart by a side: a row for each store, unit, touchpoint, group, hour, wording or kiosk."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from cloud.desk import wording
from cloud.desk.access import Viewer
from cloud.desk.experience.asking import SEGMENTS, By, View, name
from cloud.desk.experience.hours import Cells, by_hour
from cloud.desk.experience.kinds import Index
from cloud.desk.experience.overview import Figure, response
from cloud.desk.experience.questions import worded
from cloud.desk.language import active
from cloud.desk.numerals import digits
from cloud.fleet.models import Touchpoint, Unit
from cloud.voice.indices import Estimate
from cloud.voice.reading import Told
from cloud.voice.sources import Side


@dataclass(frozen=True, slots=True)
class Row:
    """One part of the whole: its name, its figure, how many answered, and the query that shows it alone.

    `query` is empty where it cannot be asked for alone, as for answers whose member's group is not known.
    """

    key: str
    name: str
    figure: Figure
    flagged: int
    rate: Estimate | None
    query: str


def rows(index: Index, view: View, told: Mapping[str, Told], who: Viewer) -> list[Row]:
    """The table of a view's side, of which these are the counts."""
    names = named(view.by, told, index.question, who)
    found = [_row(index, view, key, names.get(key, key), each) for key, each in told.items()]
    return sorted(found, key=lambda row: (row.name == unknown(), row.name, row.key))


def rows_of_hours(index: Index, view: View, found: Cells) -> list[Row]:
    """The same by the hour of the day."""
    return [
        Row(
            f"{hour:02}",
            digits(f"{hour:02}:00", active()),
            Figure(index, index.estimate(counts)),
            0,
            None,
            view.query(pinned=True, hour=hour),
        )
        for hour, counts in by_hour(found).items()
    ]


def named(side: Side | By, keys: Mapping[str, object], question: str, who: Viewer) -> dict[str, str]:
    """What each key is called in the active language."""
    if side == "store":
        return {store.id: wording.store_name(store, active()) for store in who.shown}
    if side == "wording":
        return {key: _worded(question, key) for key in keys}
    known = {"": unknown()}
    if side == "segment":
        return known | {key: str(text) for key, text in SEGMENTS if key}
    if side in ("unit", "touchpoint"):
        rows_ = Unit.objects.all() if side == "unit" else Touchpoint.objects.all()
        return known | {each.id: name(each) for each in rows_}
    return known


def unknown() -> str:
    """What stands where nothing was said."""
    return _("not known")


def alone(view: View, side: By, key: str) -> str:
    """The query that shows one row alone; empty where there is none."""
    return view.query(pinned=True, **{side: key}) if key else ""


def _row(index: Index, view: View, key: str, title: str, told: Told) -> Row:
    figure = Figure(index, index.estimate(told.counts))
    return Row(key, title, figure, told.flagged, response(told), alone(view, view.by, key))


def _worded(question: str, key: str) -> str:
    said = worded(question, int(key)).text
    number = digits(key, active())
    return f"{number}: {said}" if said else number


def unit_side(view: View) -> Side:
    """By what a change is split: the table's side, or stores where that one makes no units."""
    side = view.by
    return "store" if side == "hour" or side == "wording" else side  # noqa: PLR1714 - mypy narrows these


def before(view: View) -> View:
    """The view in the period that it is compared with, with the same wording."""
    return replace(view.before(), wording=view.wording)
