"""Members and their entries, for who may speak for a store of their group."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import UTC, datetime
from typing import Annotated, Final, cast

from django.conf import settings
from django.db.models import QuerySet
from ninja import Query, Router

from cloud.api.guard import Asked, Key, assert_speaks_for
from cloud.api.idempotency import Reply, idempotent
from cloud.api.models import ApiKey
from cloud.api.problems import CONFLICT, NOT_FOUND, UNAVAILABLE, Problem
from cloud.api.shapes import CardKey, Entries, EntryShown, Id, Joining, Members, MemberShown
from cloud.club import accounts, enrolling
from cloud.club.errors import Taken, Unfit
from cloud.club.models import Card, Entry, Member
from cloud.fleet.models import Store
from mqtt.vocabulary import Language, MemberId, StoreId

PAGE: Final = 50
MOST: Final = 200
ABOVE_ALL: Final = "_" * 11
"""A cursor that is larger than any entry's id."""

Limit = Annotated[int, Query(ge=1, le=MOST)]
Cursor = Annotated[str, Query(pattern=r"^([A-Za-z0-9_-]{11})?$", description="From `next`, as it is.")]
router = Router(tags=["members"])


@router.post("/members", auth=Key("members:write"), response={201: MemberShown})
@idempotent
def join(request: Asked, asked: Joining) -> Reply:
    """Let an anonymous member join with an empty card. The card's number is not kept, nor said again."""
    assert_speaks_for(request.auth, asked.store)
    if settings.CLUB_KEY is None:
        raise Problem(UNAVAILABLE, "Ask the club to set BASHGAH_CLUB_KEY: without it no card can be named.")
    try:
        member = enrolling.enrol(
            settings.CLUB_KEY, asked.empty(), StoreId(asked.store), asked.language, datetime.now(UTC)
        )
    except Taken:
        raise Problem(CONFLICT, "Take another card: this one is somebody's.") from None
    except Unfit:
        raise Problem(
            CONFLICT, "Nobody can join this club by card alone: ask for a telephone number."
        ) from None
    return Reply(201, _shown(member))


@router.get("/members", auth=Key("members:read"), response=Members)
def holders(request: Asked, card_key: CardKey) -> Members:
    """Whose a card is, by its CardKey: one member, or none. A card's number does not belong in an address."""
    found = _visible(request.auth).filter(card__key=card_key)
    return Members(items=[_shown(member) for member in found])


@router.get("/members/{member_id}", auth=Key("members:read"), response=MemberShown)
def member(request: Asked, member_id: Id) -> MemberShown:
    """A member, with what they have."""
    return _shown(known(request.auth, member_id))


@router.get("/members/{member_id}/entries", auth=Key("members:read"), response=Entries)
def entries(request: Asked, member_id: Id, limit: Limit = PAGE, cursor: Cursor = "") -> Entries:
    """A member's entries, the newest first. What is booked meanwhile shifts no page."""
    found = Entry.objects.filter(member=known(request.auth, member_id), id__lt=_before(cursor))
    rows = list(found.order_by("-id")[: limit + 1])
    more = rows[limit - 1].id if len(rows) > limit else None
    return Entries(items=[entry_shown(row) for row in rows[:limit]], next=_next(request.path, limit, more))


def known(key: ApiKey, member_id: str) -> Member:
    """A member of a group in which the key has a store; whether another exists is not said."""
    found = _visible(key).filter(id=member_id).first()
    if found is None:
        raise Problem(NOT_FOUND, "Name a member of this key's stores; another is not shown.")
    return found


def _visible(key: ApiKey) -> QuerySet[Member]:
    groups = Store.objects.filter(apikey=key).values("group")
    return Member.objects.filter(group__in=cast("QuerySet[Store]", groups))


def _shown(member: Member) -> MemberShown:
    name = MemberId(member.id)
    standing = accounts.standings([name], datetime.now(UTC))[name]
    return MemberShown(
        id=name,
        group=member.group_id,
        language=cast("Language", member.language),
        joined_on=member.joined_on,
        cards=list(Card.objects.filter(member=name).order_by("key").values_list("key", flat=True)),
        balance=accounts.balances([name]).get(name, 0),
        available=standing.available,
        pending=standing.pending,
        held=standing.held,
    )


def entry_shown(row: Entry) -> EntryShown:
    """An entry as it is answered."""
    return EntryShown(
        id=row.id,
        kind=row.kind,
        points=row.points,
        reason=row.reason,
        occurred_at=row.occurred_at,
        store=row.store_id,
    )


def _next(path: str, limit: int, last: int | None) -> str | None:
    if last is None:
        return None
    cursor = urlsafe_b64encode(last.to_bytes(8, "big")).decode().rstrip("=")
    return f"{path}?limit={limit}&cursor={cursor}"


def _before(cursor: str) -> int:
    return int.from_bytes(urlsafe_b64decode(f"{cursor or ABOVE_ALL}="), "big")
