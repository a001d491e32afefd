"""The pages: the HQ page, and what was set aside."""

from datetime import UTC, datetime
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from cloud.collector.models import Hole, Parked, StoredEvent
from cloud.desk.figures import read_figures
from cloud.desk.language import active
from cloud.desk.stream import newest_id, row_id
from cloud.desk.wording import lines

SHOWN: Final = 30
"""Events that the page begins with."""
PARKED: Final = 100
"""Set-aside messages on one page."""


@require_safe
def live(request: HttpRequest) -> HttpResponse:
    """The HQ page, complete as it stands; the stream goes on from `position`."""
    position = newest_id()
    rows = StoredEvent.objects.filter(id__lte=position).order_by("-id")[:SHOWN]
    context = {
        "position": position,
        "lines": lines(rows, active()),
        "figures": read_figures(datetime.now(UTC)),
    }
    return render(request, "desk/live.html", context)


@require_safe
def parked(request: HttpRequest) -> HttpResponse:
    """What could not be read or booked, and what never came, newest first; never the bytes."""
    before = row_id(request.GET.get("before", ""))
    rows = Parked.objects.order_by("-id").defer("raw")
    if before is not None:
        rows = rows.filter(id__lt=before)
    page = list(rows[: PARKED + 1])
    context = {
        "rows": page[:PARKED],
        "older": page[PARKED - 1].id if len(page) > PARKED else None,
        "holes": Hole.objects.select_related("stream").order_by("-id")[:PARKED],
    }
    return render(request, "desk/parked.html", context)
