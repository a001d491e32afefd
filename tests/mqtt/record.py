"""`python -m tests.mqtt.record`: write the golden files that are missing; the others stay as they are."""

from collections.abc import Iterable
from pathlib import Path

from mqtt import down
from mqtt.envelope import START, Envelope, encode_batch, encode_data, next_chain
from mqtt.events import Event
from mqtt.vocabulary import KioskId, Sequence, StoreId
from tests.mqtt.examples import EPOCH, EVENTS, MESSAGES, MOMENT

GOLDEN = Path(__file__).parent / "golden" / "v1"


def rows(type_name: str, facts: Iterable[Event]) -> Iterable[Envelope]:
    """A stream of these events from its first row on."""
    chain = START
    for sequence, fact in enumerate(facts, 1):
        data = encode_data(fact)
        chain = next_chain(chain, f"{EPOCH}-{sequence}", type_name, data)
        yield Envelope(
            StoreId("vanak"),
            KioskId("vanak-1"),
            EPOCH,
            Sequence(sequence),
            chain,
            type_name,
            MOMENT,
            "synced",
            data,
        )


def record() -> None:
    """Write what is missing."""
    golden = {name: encode_batch(rows(name, facts)) for name, facts in EVENTS.items()}
    golden |= {name: down.encode(message) for name, message in MESSAGES.items()}
    for name, payload in golden.items():
        path = GOLDEN / f"{name}.json"
        if not path.exists():
            path.write_bytes(payload)


if __name__ == "__main__":
    record()
