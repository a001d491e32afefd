"""Personal parts: kept once, named to the kiosk, and to be found nowhere else."""

from collections.abc import Callable

import pytest
from django.apps import apps
from django.db.models import Model, QuerySet

from cloud.club.models import PersonPart
from cloud.collector import storage
from cloud.collector.models import Parked, Stream
from mqtt.down import Ack, Person, encode
from mqtt.envelope import START
from mqtt.topics import up
from mqtt.vocabulary import KioskId
from tests.cloud.conftest import GENERATION
from tests.cloud.kiosks import EPOCH, Kiosk, Sent

Store = Callable[..., list[storage.Reply]]
SECRET = "09121234567"


def person(sequence: int = 1, kiosk: str = "vanak-1", **fields: str) -> Sent:
    part = Person(f"{EPOCH}-{sequence}", fields or {"phone": SECRET})
    return Sent(up(KioskId(kiosk), "person"), encode(part))


def everything() -> str:
    """All rows of all tables, but that of the personal parts."""
    tables: list[type[Model]] = [table for table in apps.get_models() if table is not PersonPart]
    return repr([[_shown(row) for row in QuerySet(table).values()] for table in tables])


def _shown(row: dict[str, object]) -> dict[str, object]:
    return {name: bytes(v) if isinstance(v, memoryview | bytes) else v for name, v in row.items()}


def test_a_personal_part_is_kept_and_its_id_is_named(store: Store) -> None:
    assert store(person(3)) == [("vanak-1", Ack(EPOCH, 0, START, GENERATION, person=(f"{EPOCH}-3",)))]
    part = PersonPart.objects.get()
    assert (part.event, part.kiosk) == (f"vanak-1/{EPOCH}-3", "vanak-1")
    assert part.fields == f'{{"phone":"{SECRET}"}}'


def test_a_part_sent_again_is_named_again_and_kept_once(store: Store) -> None:
    first = store(person())
    assert store(person(), person())[0][1].person == first[0][1].person * 2
    assert PersonPart.objects.count() == 1


def test_what_came_first_stays(store: Store) -> None:
    store(person(name="one"))
    store(person(name="other"))
    assert PersonPart.objects.get().fields == '{"name":"one"}'


def test_the_same_id_of_two_kiosks_is_two_parts(store: Store) -> None:
    store(person(), person(kiosk="tajrish-1"))
    assert PersonPart.objects.count() == 2


def test_a_part_and_its_event_are_acknowledged_together(store: Store) -> None:
    kiosk = Kiosk().idle(1)
    assert store(kiosk.send(), person()) == [
        (kiosk.kiosk, Ack(EPOCH, 1, kiosk.chain, GENERATION, person=(f"{EPOCH}-1",)))
    ]


def test_a_part_moves_no_mark_and_begins_no_stream(store: Store) -> None:
    store(person(7))
    assert not Stream.objects.exists()


FIELDS = b'{"phone":"' + SECRET.encode() + b'"}'
ID = b'"id":"' + EPOCH.encode() + b'-1"'


@pytest.mark.parametrize(
    ("message", "reason"),
    [
        (person(kiosk="nobody-1"), "not a kiosk of this club"),
        (Sent(f"club/v1/99/{SECRET}/up/person", b""), "shard"),
        (Sent("club/v1/99/vanak-1/up/person", person().payload), "shard"),
        (Sent(up(KioskId("vanak-1"), "person"), b'{"id":"1","fields":' + FIELDS + b"}"), "regex"),
        (Sent(up(KioskId("vanak-1"), "person"), b'{"fields":' + FIELDS + b"}"), "missing"),
        (Sent(up(KioskId("vanak-1"), "person"), b"{" + ID + b',"fields":["' + SECRET.encode()), "object"),
        (Sent(up(KioskId("vanak-1"), "person"), b"{" + ID + b',"fields":{"a":' + SECRET.encode()[1:]), "str"),
        (Sent(up(KioskId("vanak-1"), "person"), SECRET.encode() * 20_000), "bytes"),
    ],
)
def test_what_is_no_personal_part_is_counted_with_its_reason_and_leaves_nothing(
    store: Store, message: Sent, reason: str
) -> None:
    assert store(message) == []
    parked = Parked.objects.get()
    assert (reason in parked.reason, bytes(parked.raw), PersonPart.objects.count()) == (True, b"", 0)
    assert SECRET not in everything() or SECRET in message.topic
