"""The fleet: every kiosk, the worst first, what needs a person, and the alarms."""

from datetime import UTC, datetime
from typing import Any, Final

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from cloud.desk.access import may, viewer
from cloud.desk.fleet.alarms import shown
from cloud.desk.fleet.asked import Asked
from cloud.desk.fleet.commanding import allowed
from cloud.desk.fleet.needs import WORST
from cloud.desk.fleet.rows import rows
from cloud.desk.fleet.standing import counts, worst_first
from cloud.desk.fleet.wording import COMMANDS, NEEDS

PAGE: Final = 50
"""Kiosks on one page."""


@require_safe
def fleet(request: HttpRequest) -> HttpResponse:
    """The whole page; what is in it of the kiosks renews itself."""
    role = viewer(request).role
    more = {
        "choice": viewer(request).shown,
        "adds": may(role, "fleet-add"),
        "kinds": [(kind, name) for kind, (name, _what) in COMMANDS.items() if kind in allowed(role)],
    }
    return render(request, "desk/fleet/fleet.html", _context(request) | more)


@login_not_required  # by Django's own, which would send a part of a page to sign in: Access answers 401
@require_safe
def fleet_list(request: HttpRequest) -> HttpResponse:
    """What renews itself."""
    return render(request, "desk/fleet/_list.html", _context(request))


def _context(request: HttpRequest) -> dict[str, Any]:
    asked, now = Asked.of(request), datetime.now(UTC)
    number = counts(asked.there(now), now)
    first = (asked.page - 1) * PAGE
    page = rows(worst_first(asked.chosen(now), now)[first : first + PAGE], now)
    chosen = number[asked.need or "all"]
    pages = max(1, -(-chosen // PAGE))
    needs = [(need, NEEDS[need], number[need], asked.query(need=need)) for need in WORST]
    return {
        "rows": page,
        "asked": asked,
        "all": number["all"],
        "all_query": asked.query(need=""),
        "needs": [each for each in needs if each[2] or each[0] == asked.need],
        "chosen": chosen,
        "pages": pages,
        "here": asked.query(page=asked.page),
        "before": asked.query(page=min(asked.page - 1, pages)) if asked.page > 1 else "",
        "after": asked.query(page=asked.page + 1) if asked.page < pages else "",
        "alarms": shown(viewer(request)),
        "adds": may(viewer(request).role, "fleet-add"),
    }
