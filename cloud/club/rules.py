"""What a member earns for what; pure."""

from dataclasses import dataclass
from datetime import date, datetime

from mqtt.vocabulary import MemberId, Points, StoreId

VISIT_POINTS = Points(10)
"""For the first visit of a store-local day; the others of that day earn nothing."""


@dataclass(frozen=True, slots=True)
class Credit:
    """An entry to be booked. No two have one `source_key`; of one `limit_key` only the first is booked."""

    member: MemberId
    points: Points
    reason: str
    occurred_at: datetime
    received_at: datetime
    store: StoreId
    source_key: str
    limit_key: str


def for_visit(  # noqa: PLR0913 - a visit is this much
    source: str, member: MemberId, store: StoreId, *, day: date, occurred_at: datetime, received_at: datetime
) -> Credit:
    """What a visit on a store-local `day` earns; `source` is the name of the event that tells of it."""
    return Credit(
        member,
        VISIT_POINTS,
        "visit",
        occurred_at,
        received_at,
        store,
        f"{source}/visit/earn",
        visit_limit(member, day),
    )


def visit_limit(member: MemberId, day: date) -> str:
    """The one place that a member's visits of a store-local day share."""
    return f"visit/{member}/{day}"
