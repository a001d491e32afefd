"""The audit: who saw and changed what, newest first."""

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from io import StringIO
from typing import Final
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from cloud.desk.access import Viewer, viewer
from cloud.desk.audit import note
from cloud.desk.models import AuditLine
from cloud.desk.people.words import ACTION_NAMES, action_name, role_name
from cloud.desk.stream import row_id

SHOWN: Final = 50
"""Lines on one page."""
EXPORTED: Final = 20_000
"""Lines of a file at most: the newest."""
DAYS: Final = (1, 7, 30, 365)
"""What can be chosen; anything else means all there is."""
COLUMNS: Final = ("at", "who", "role", "action", "subject", "store", "detail", "address")
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True)
class Asked:
    """What is looked for; an empty text for all."""

    who: str
    action: str
    subject: str
    days: int | None

    @classmethod
    def of(cls, request: HttpRequest) -> "Asked":
        """As the address says it."""
        days = row_id(request.GET.get("days", ""))
        who, action, subject = (
            request.GET.get(name, "").strip()[:120] for name in ("who", "action", "subject")
        )
        return cls(who, action, subject, days if days in DAYS else None)

    @property
    def query(self) -> str:
        """The same for an address."""
        said = {"who": self.who, "action": self.action, "subject": self.subject, "days": self.days or ""}
        return urlencode({name: value for name, value in said.items() if value})


@require_safe
def audit(request: HttpRequest) -> HttpResponse:
    """The lines of those stores that one sees, filtered; older ones by the cursor `before`."""
    asked, before = Asked.of(request), row_id(request.GET.get("before", ""))
    rows = _found(viewer(request), asked)
    if before is not None:
        rows = rows.filter(id__lt=before)
    page = list(rows[: SHOWN + 1])
    context = {
        "rows": [(row, action_name(row.action), role_name(row.role)) for row in page[:SHOWN]],
        "older": page[SHOWN - 1].id if len(page) > SHOWN else None,
        "asked": asked,
        "days": DAYS,
        "actions": ACTION_NAMES.items(),
    }
    return render(request, "desk/people/audit.html", context)


@require_safe
def audit_csv(request: HttpRequest) -> HttpResponse:
    """The same as a file; that it was taken is a line itself."""
    asked = Asked.of(request)
    text = StringIO()
    written = csv.writer(text)
    written.writerow(COLUMNS)
    written.writerows(_cells(row) for row in _found(viewer(request), asked)[:EXPORTED])
    note(request, "audit-exported", detail=asked.query)
    headers = {"Content-Disposition": 'attachment; filename="audit.csv"'}
    return HttpResponse(text.getvalue(), content_type="text/csv; charset=utf-8", headers=headers)


def _found(by: Viewer, asked: Asked) -> QuerySet[AuditLine]:
    rows = AuditLine.objects.order_by("-id")
    if by.stores is not None:
        rows = rows.filter(store__in=by.stores)
    wanted = {"who": asked.who, "action": asked.action, "subject": asked.subject}
    rows = rows.filter(**{name: value for name, value in wanted.items() if value})
    if asked.days is None:
        return rows
    return rows.filter(at__gte=datetime.now(UTC) - timedelta(days=asked.days))


def _cells(row: AuditLine) -> Iterable[str]:
    texts = (row.at.isoformat(), *(str(getattr(row, name)) for name in COLUMNS[1:]))
    # a sheet would take these for formulas
    return (f"'{text}" if text.startswith(_FORMULA) else text for text in texts)
