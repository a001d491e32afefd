"""Who saw or changed what: one line for each, kept for ever."""

from datetime import UTC, datetime

from django.http import HttpRequest

from cloud.desk.access import viewer
from cloud.desk.models import AuditLine


def note(request: HttpRequest, action: str, subject: str = "", *, store: str = "", detail: str = "") -> None:
    """Write that whoever asks did `action` (`member-seen`, `card-blocked`) to `subject` (`member:m-...`).

    In the caller's transaction, so that what was not done is not said. Nothing personal belongs in `detail`.
    """
    who = viewer(request)
    sign(request, who.name, who.role, action, subject, store=store, detail=detail)


def sign(  # noqa: PLR0913 - the columns of a line
    request: HttpRequest,
    who: str,
    role: str,
    action: str,
    subject: str = "",
    *,
    store: str = "",
    detail: str = "",
) -> None:
    """The same for somebody who is not let in yet, or not any more; `who` may be empty, for nobody known."""
    AuditLine.objects.create(
        at=datetime.now(UTC),
        who=who,
        role=role,
        action=action,
        subject=subject,
        store=store,
        detail=detail[:200],
        address=str(request.META.get("REMOTE_ADDR", "")),
    )
