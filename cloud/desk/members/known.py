"""Whom a viewer may meet, and how that is written down."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Final

from django.http import Http404, HttpRequest

from cloud.club.models import Member, Person
from cloud.desk import audit
from cloud.desk.access import Viewer, viewer
from cloud.desk.models import AuditLine

A_LOOK: Final = timedelta(hours=1)
"""So long a viewer's looks at one member are one look."""


def meets(who: Viewer, group: str) -> bool:
    """Whether members of a group are shown to somebody."""
    return who.stores is None or group in who.groups


def known(request: HttpRequest, member: str) -> Member:
    """A member whom the viewer may meet. Raises Http404 for another one as for nobody."""
    found = Member.objects.select_related("group", "merged_into").filter(id=member).first()
    if found is None or not meets(viewer(request), found.group_id):
        raise Http404
    return found


def subject(member: str) -> str:
    """What a member is called in the audit log."""
    return f"member:{member}"


def note_look(request: HttpRequest, member: str) -> None:
    """Write down that somebody looks at a member; once for :data:`A_LOOK`.

    One statement, which needs no transaction: one around both would wait for a writer even to write nothing.
    """
    now, who = datetime.now(UTC), viewer(request).name
    seen = AuditLine.objects.filter(
        subject=subject(member), who=who, action="member-seen", at__gt=now - A_LOOK
    )
    if not seen.exists():
        audit.note(request, "member-seen", subject(member))


def masked(phone: str | None) -> str:
    """A telephone number of which only the last two digits are shown; empty for none."""
    return f"{phone[:3]}{'•' * (len(phone) - 5)}{phone[-2:]}" if phone else ""


def full_name(person: Person | None) -> str:
    """Both names; empty for nobody."""
    return "" if person is None else f"{person.given_name} {person.family_name}".strip()


def persons(members: Iterable[str]) -> Mapping[str, Person]:
    """Who members are, of those who said so."""
    return Person.objects.in_bulk(list(members))
