"""Any table of these pages as CSV, under the page's own query."""

from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from itertools import islice
from typing import Final

from asgiref.sync import sync_to_async
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_safe

from cloud.desk.access import viewer
from cloud.desk.experience import asking, detail
from cloud.desk.experience.asking import View
from cloud.desk.experience.behind import Narrowed, answers
from cloud.desk.experience.compared import Compared
from cloud.desk.experience.counted import told_by
from cloud.desk.experience.kinds import BY_SLUG, Index
from cloud.desk.experience.overview import Figure, Tile, pinned, tiles
from cloud.desk.experience.sheet import BOM, Cell, lines
from cloud.desk.experience.trends import series
from cloud.desk.experience.views import meant, narrow
from cloud.desk.language import active
from cloud.voice.indices import Estimate
from mqtt.vocabulary import Language

Row = Sequence[Cell]
AT_ONCE: Final = 500
"""Rows that are read and sent together."""


@require_safe
def table(request: HttpRequest, index: str, name: str) -> HttpResponse | StreamingHttpResponse:
    """The table of that name; 400 in words where the query is wrong."""
    form, view = asking.read(request)
    if view is None:
        words = [f"{field}: {error}" for field, found in form.errors.items() for error in found]
        return HttpResponse("\n".join(words), status=400, content_type="text/plain; charset=utf-8")
    rows = _rows(request, index, name, view)
    response = StreamingHttpResponse(_sent(rows, active()), content_type="text/csv; charset=utf-8")
    said = f"{index}-{name}-{view.since}-{view.until}.csv"
    response["Content-Disposition"] = f'attachment; filename="{said}"'
    return response


def _rows(request: HttpRequest, index: str, name: str, view: View) -> Iterator[Row]:
    if name == "answers":
        question, scale = meant(index)
        return _answers(pinned(view, question), question, scale, narrow(request))
    if (index, name) == ("all", "overview"):
        return _overview(tiles(view))
    kind = BY_SLUG.get(index)
    if kind is None or name not in _TABLES:
        raise Http404
    return _TABLES[name](request, kind, pinned(view, kind.question))


async def _sent(rows: Iterator[Row], language: Language) -> AsyncIterator[str]:
    """Some rows at a time: a year's answers are never in memory together."""
    yield BOM
    while chunk := await sync_to_async(_some)(rows, language):
        yield lines(chunk)


def _some(rows: Iterator[Row], language: Language) -> list[Row]:
    with override(language):
        return list(islice(rows, AT_ONCE))


def _head(*own: str) -> Row:
    return (*own, _("Figure"), _("Interval from"), _("Interval to"), _("Answers"))


def _figure(figure: Figure) -> Row:
    return _estimate(figure.estimate)


def _estimate(estimate: Estimate) -> Row:
    return estimate.value, estimate.low, estimate.high, estimate.n


def _overview(found: list[Tile]) -> Iterator[Row]:
    mashed, shown = _("Mashed, not counted"), _("Times shown")
    yield (*_head(_("Index"), _("Wording")), mashed, shown)
    for tile in found:
        last = (tile.basis.flagged, tile.basis.shown)
        for figure in tile.figures:
            yield (str(figure.index.name), tile.wording, *_figure(figure), *last)
        for need in tile.needs:
            yield (need.label or str(need.value), tile.wording, *_estimate(need.share), *last)


def _side(request: HttpRequest, index: Index, view: View) -> Iterator[Row]:
    found = detail.read_rows(index, view, viewer(request), detail.read_hours(index, view))
    side = str(dict(asking.SIDES)[view.by])
    yield (*_head(side, _("Name")), _("Mashed, not counted"), _("Response rate in percent"))
    for row in found:
        yield (row.key, row.name, *_figure(row.figure), row.flagged, row.rate.value if row.rate else None)


def _trend(_request: HttpRequest, index: Index, view: View) -> Iterator[Row]:
    found = series(index, view, told_by(index.question, view, "day"))
    yield (*_head(_("From"), _("Until")), _("Lower limit"), _("Upper limit"), _("Signal"))
    for each in found.points:
        ends = (each.limits.lower, each.limits.upper) if each.limits else (None, None)
        yield (each.first.isoformat(), each.last.isoformat(), *_figure(each.figure), *ends, each.signal)


def _hours(_request: HttpRequest, index: Index, view: View) -> Iterator[Row]:
    yield _head(_("Weekday (0 = Monday)"), _("Hour"))
    for (weekday, hour), counts in sorted((detail.read_hours(index, view) or {}).items()):
        yield (weekday, hour, *_estimate(index.estimate(counts)))


def _change(request: HttpRequest, index: Index, view: View) -> Iterator[Row]:
    found: Compared = detail.read_compared(index, view, viewer(request))
    before, after = _("before"), _("after")
    yield (
        *(_("Name"), before, f"n {before}", after, f"n {after}"),
        *(_("Performance"), _("Mix"), _("In all")),
    )
    for unit in found.units:
        one, two = unit.before.estimate, unit.after.estimate
        yield (unit.name, one.value, one.n, two.value, two.n, *unit.part, unit.total)


def _answers(view: View, question: str, scale: range, narrowed: Narrowed) -> Iterator[Row]:
    yield (
        *(_("Store"), _("Kiosk"), _("Time in the store"), _("Answer"), _("Wording"), _("Member")),
        *(_("Mashed"), _("Undone")),
    )
    for given in answers(view, question, narrowed, scale, None):
        said: Cell = " ".join(map(str, given.values)) or given.value
        yield (
            *(given.store.id, given.kiosk, given.at.isoformat(timespec="seconds"), said, view.wording),
            *(given.member, int(given.flagged), int(given.undone)),
        )


_TABLES: Final[dict[str, Callable[[HttpRequest, Index, View], Iterator[Row]]]] = {
    "side": _side,
    "trend": _trend,
    "hours": _hours,
    "change": _change,
}
