"""What any release ever sent is read by this one: recorded payloads, decoded for ever."""

from pathlib import Path

import msgspec
import pytest

from mqtt import down
from mqtt.envelope import START, Envelope, decode_batch, next_chain
from mqtt.events import TYPES
from mqtt.vocabulary import Sequence
from tests.mqtt.examples import EPOCH, EVENTS, MESSAGES, MOMENT
from tests.mqtt.record import GOLDEN

MAPS = {"readers", "fields"}
"""Objects whose names are data."""


def envelopes(payload: bytes) -> list[Envelope]:
    rows = [row for row in decode_batch(payload) if isinstance(row, Envelope)]
    assert len(rows) == len(decode_batch(payload)), "a golden row is unreadable"
    return rows


def in_a_later_release(path: Path) -> bytes:
    """The payload with a field in every object that nobody knows yet."""

    def wider(value: object) -> object:
        if isinstance(value, dict):
            return {key: each if key in MAPS else wider(each) for key, each in value.items()} | {
                "later": [{"x": None}]
            }
        return [wider(each) for each in value] if isinstance(value, list) else value

    return msgspec.json.encode(wider(msgspec.json.decode(path.read_bytes())))


def test_every_released_type_has_a_golden_file_and_an_example() -> None:
    assert {path.stem for path in GOLDEN.glob("*.json")} == TYPES.keys() | MESSAGES.keys()
    assert EVENTS.keys() == TYPES.keys()


def test_every_message_that_is_sent_down_or_greets_has_a_golden_file() -> None:
    shapes = {
        shape for shape in vars(down).values() if isinstance(shape, type) and shape.__module__ == "mqtt.down"
    }
    assert shapes - {type(message) for message in MESSAGES.values()} == {
        down.Movement,
        down.MemberRow,
        down.Both,
        down.Expiring,
        down.NextTier,
        down.Asked,
        down.Answer,
        down.Lent,
        down.Spend,
    }


@pytest.mark.parametrize("name", sorted(TYPES))
def test_a_golden_batch_gives_the_events_that_were_recorded(name: str) -> None:
    rows = envelopes((GOLDEN / f"{name}.json").read_bytes())
    assert tuple(row.event() for row in rows) == EVENTS[name]
    assert {(row.store, row.kiosk, row.epoch, row.time, row.clock, row.type) for row in rows} == {
        ("vanak", "vanak-1", EPOCH, MOMENT, "synced", name)
    }


@pytest.mark.parametrize("name", sorted(TYPES))
def test_a_golden_chain_still_follows(name: str) -> None:
    chain = START
    for place, row in enumerate(envelopes((GOLDEN / f"{name}.json").read_bytes()), 1):
        chain = next_chain(chain, row.id, row.type, row.data)
        assert (row.chain, row.sequence) == (chain, Sequence(place))


@pytest.mark.parametrize("name", sorted(MESSAGES))
def test_a_golden_message_gives_what_was_recorded(name: str) -> None:
    assert down.decode((GOLDEN / f"{name}.json").read_bytes(), type(MESSAGES[name])) == MESSAGES[name]


@pytest.mark.parametrize("name", sorted(TYPES))
def test_fields_of_a_later_release_are_ignored_in_events(name: str) -> None:
    rows = envelopes(in_a_later_release(GOLDEN / f"{name}.json"))
    assert tuple(row.event() for row in rows) == EVENTS[name]


@pytest.mark.parametrize("name", sorted(MESSAGES))
def test_fields_of_a_later_release_are_ignored_in_messages(name: str) -> None:
    payload = in_a_later_release(GOLDEN / f"{name}.json")
    assert down.decode(payload, type(MESSAGES[name])) == MESSAGES[name]
