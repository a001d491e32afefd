"""Stored events as the rules see them: decoded, with the store's calendar."""

from collections.abc import Container, Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

import msgspec
from django.db import connection

from cloud.voice.buckets import UNSURE, day_of, hour_of
from mqtt.envelope import Clock
from mqtt.events import TYPES, Event
from mqtt.shapes import decode
from mqtt.vocabulary import BadMessage, GroupId, KioskId, StoreId

SURE: tuple[Clock, ...] = ("synced", "corrected")
"""The clocks whose time decides days and hours."""
PORTION = 2000
"""Rows that are fetched together where many are read."""

_DECODERS = {name: msgspec.json.Decoder(kind) for name, kind in TYPES.items()}


class Place(NamedTuple):
    """The store where something happened."""

    store: StoreId
    group: GroupId
    zone: ZoneInfo


class Fact(NamedTuple):
    """A stored event. `name` is its name for ever: `<kiosk>/<epoch>-<sequence>`."""

    row: int
    name: str
    place: Place
    occurred_at: datetime
    received_at: datetime
    sure: bool
    event: Event

    @property
    def kiosk(self) -> KioskId:
        """Where it was recorded."""
        return KioskId(self.name.partition("/")[0])

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


class Failed(NamedTuple):
    """A stored event that cannot be posted, and why."""

    row: int
    reason: str


class Stored(NamedTuple):
    """The columns of a stored event that a fact is made of; moments as ISO 8601 in UTC."""

    row: int
    kiosk: str
    epoch: str
    sequence: int
    store: str
    type: str
    occurred_at: str
    clock: str
    received_at: str
    data: str


def stored_events(condition: str, values: Sequence[str | int]) -> Iterator[Stored]:
    """The events `e` of streams `s` that meet an SQL condition, as plain rows.

    Instances of a model, and moments parsed by Django, would take longer to make than to post.
    """
    # as text: the drivers parse moments slower
    moment = "e.{} || '+00'" if connection.vendor == "sqlite" else "e.{}::text"
    occurred, received = moment.format("occurred_at"), moment.format("received_at")
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT e.id, s.kiosk, s.epoch, e.sequence, e.store, e.type, {occurred}, e.clock, {received},"  # noqa: S608 - the caller's own words, its values apart
            f" e.data FROM collector_stream s JOIN collector_storedevent e ON e.stream_id = s.id"
            f" WHERE {condition}",
            values,
        )
        while rows := cursor.fetchmany(PORTION):
            yield from map(Stored._make, rows)


class Reader:
    """Makes facts of rows; it knows each store that it met, so it is made anew for each transaction."""

    def __init__(self, kinds: Container[type[Event]]) -> None:
        """Only events of these kinds become facts; the others are only looked at."""
        self._kinds = kinds
        self._places: dict[str, Place] = {}
        self.failed: list[Failed] = []

    def facts(self, events: Iterable[Stored]) -> Iterator[Fact]:
        """The facts of events, in order; those that are not what their type says are in `failed`.

        Events of a type that this release does not know are passed over.
        """
        for event in events:
            decoder = _DECODERS.get(event.type)
            if decoder is not None:
                try:
                    happened = _decoded(event, decoder)
                except BadMessage as error:
                    self.failed.append(Failed(event.row, str(error)))
                    continue
                if type(happened) in self._kinds:
                    yield self._fact(event, happened)

    def _fact(self, row: Stored, event: Event) -> Fact:
        return Fact(
            row.row,
            f"{row.kiosk}/{row.epoch}-{row.sequence}",
            self._places.get(row.store) or self._place(row.store),
            datetime.fromisoformat(row.occurred_at),
            datetime.fromisoformat(row.received_at),
            row.clock in SURE,
            event,
        )

    def _place(self, store: str) -> Place:
        with connection.cursor() as cursor:
            cursor.execute("SELECT group_id, time_zone FROM fleet_store WHERE id = %s", (store,))
            group, zone = cursor.fetchone()
        return self._places.setdefault(store, Place(StoreId(store), GroupId(group), ZoneInfo(zone)))


def _decoded(row: Stored, decoder: msgspec.json.Decoder[Event]) -> Event:
    try:
        return decoder.decode(row.data)
    except (RecursionError, UnicodeError, msgspec.DecodeError):
        return decode(row.data.encode(), TYPES[row.type])  # which says why it cannot
