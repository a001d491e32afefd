"""Stored events as the rules see them: decoded, with the store's calendar."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from django.db.models import QuerySet

from cloud.collector.models import StoredEvent
from cloud.fleet.models import Store
from cloud.voice.buckets import day_of, hour_of
from cloud.voice.models import UNSURE
from mqtt.envelope import Clock
from mqtt.events import TYPES, Event
from mqtt.shapes import decode
from mqtt.vocabulary import BadMessage, GroupId, StoreId

SURE: tuple[Clock, ...] = ("synced", "corrected")
"""The clocks whose time decides days and hours."""


@dataclass(frozen=True, slots=True)
class Place:
    """The store where something happened."""

    store: StoreId
    group: GroupId
    zone: ZoneInfo


@dataclass(frozen=True, slots=True)
class Fact:
    """A stored event. `name` is its name for ever: `<kiosk>/<epoch>-<sequence>`."""

    row: int
    name: str
    place: Place
    occurred_at: datetime
    received_at: datetime
    sure: bool
    event: Event

    @property
    def bucket(self) -> str:
        """Where it counts: its store-local hour, or apart where the kiosk's clock could not be trusted."""
        return hour_of(self.occurred_at, self.place.zone) if self.sure else UNSURE

    @property
    def moment(self) -> datetime:
        """When it counts: an unsure time decides nothing, the time of arrival stands in."""
        return self.occurred_at if self.sure else self.received_at

    @property
    def day(self) -> date:
        """The store-local day of that moment."""
        return day_of(self.moment, self.place.zone)


@dataclass(frozen=True, slots=True)
class Failed:
    """A stored event that cannot be posted, and why."""

    row: int
    reason: str


class Stored(NamedTuple):
    """The columns of a stored event that a fact is made of."""

    row: int
    kiosk: str
    epoch: str
    sequence: int
    store: str
    type: str
    occurred_at: datetime
    clock: str
    received_at: datetime
    data: str


def columns(events: QuerySet[StoredEvent]) -> list[Stored]:
    """Events as plain rows; instances of a model would take longer to make than to post."""
    names = ("sequence", "store", "type", "occurred_at", "clock", "received_at", "data")
    return [Stored(*row) for row in events.values_list("id", "stream__kiosk", "stream__epoch", *names)]


def read_facts(events: Iterable[Stored]) -> tuple[list[Fact], list[Failed]]:
    """The facts of events, in order, and the events that are not what their type says.

    Events of a type that this release does not know are passed over.
    """
    events = list(events)
    places = _places({event.store for event in events})
    facts, failed = [], []
    for event in events:
        kind = TYPES.get(event.type)
        if kind is not None:
            try:
                facts.append(_fact(event, decode(event.data.encode(), kind), places[event.store]))
            except BadMessage as error:
                failed.append(Failed(event.row, str(error)))
    return facts, failed


def _fact(row: Stored, event: Event, place: Place) -> Fact:
    name = f"{row.kiosk}/{row.epoch}-{row.sequence}"
    return Fact(row.row, name, place, row.occurred_at, row.received_at, row.clock in SURE, event)


def _places(stores: set[str]) -> dict[str, Place]:
    found = Store.objects.filter(id__in=stores).values_list("id", "group_id", "time_zone")
    return {store: Place(StoreId(store), GroupId(group), ZoneInfo(zone)) for store, group, zone in found}
