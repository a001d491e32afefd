"""What is fuzzed: each takes any bytes, and nothing but its declared errors may come out."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from math import inf

from evdev import ecodes

from drivers.em4100 import decode
from drivers.input_events import InputEvent, Records
from drivers.keys import Keys
from drivers.magstripe import Slot
from drivers.payment import DEFAULT_SCHEMA, MOST, Accepted, judge
from drivers.reader import BadFrame, ReaderEvent, ReaderLost
from drivers.simulated import hid
from drivers.simulated.em4100 import frame
from drivers.simulated.magstripe import sent
from drivers.swipes import SILENCE, Swipes
from drivers.tracks import LONGEST_SWIPE, parse
from drivers.wedge import judged


@dataclass(frozen=True, slots=True)
class Target:
    """`run` takes any bytes and asserts what holds for all of them; `declared` errors are its good right.

    The alphabet and the seeds lead fuzzer and hypothesis to where bytes begin to mean something.
    """

    run: Callable[[bytes], object]
    declared: tuple[type[Exception], ...]
    alphabet: bytes
    seeds: tuple[bytes, ...]


def em4100_frame(data: bytes) -> None:
    """Whatever decodes is what the unit would have sent for that card, but for the hex digits' case."""
    card = decode(data)
    assert data.upper().replace(b"\r\n", b"") == frame(card.identity)


def tracks(data: bytes) -> None:
    """Whatever parses was in the bytes, and is no card with as many digits as a payment card's."""
    swipe = parse(data)
    held = [track for track in (swipe.one, swipe.two, swipe.three) if track is not None]
    assert all(track.encode() in data for track in held)
    verdict = judge(swipe)
    assert not isinstance(verdict, Accepted) or len(verdict.card.identity) <= MOST


def swipes(data: bytes) -> None:
    """The first byte says in which pieces the others come: that makes no difference."""
    size, stream = 1 + int.from_bytes(data[:1]), data[1:]
    whole = _cut([stream])
    assert whole == _cut([stream[at : at + size] for at in range(0, len(stream), size)])
    assert all(len(swipe) <= LONGEST_SWIPE for swipe in whole)


def magstripe_line(data: bytes) -> None:
    """Cards come and go in pairs, and what is refused is told without a digit."""
    slot = Slot(DEFAULT_SCHEMA)
    events = [*slot.hear(bytearray(data), 0.0), *slot.hear(bytearray(), SILENCE)]
    assert not any(character.isdecimal() for event in events for character in _words(event))


def wedge_keys(data: bytes) -> None:
    """Two bytes are an event: a key, and what becomes of it how long after the one before (in 4 ms)."""
    events = _events(data)
    meant = _typed(events)
    assert meant == _typed(events)
    assert not any(character.isdecimal() for event in meant for character in _words(event))


def wedge_records(data: bytes) -> None:
    """The first byte says in which pieces the records come: that makes no difference."""
    size, stream = 1 + int.from_bytes(data[:1]), data[1:]
    whole = _typed(Records().feed(bytearray(stream)))
    records = Records()
    pieces = (bytearray(stream[at : at + size]) for at in range(0, len(stream), size))
    assert whole == _typed(event for piece in pieces for event in records.feed(piece))


def _events(data: bytes) -> list[InputEvent]:
    events, at = [], 1.0
    for key, rest in zip(data[::2], data[1::2], strict=False):
        pause, what = divmod(rest, 5)
        at += pause * 0.004
        kind = {3: ecodes.EV_SYN, 4: ecodes.EV_MSC}.get(what, ecodes.EV_KEY)
        events.append(InputEvent(at, kind, key, what))
    return events


def _typed(events: Iterable[InputEvent]) -> list[ReaderEvent]:
    """What a wedge's events are told as; no swipe is longer than a card's tracks can be."""
    keys = Keys(opened=0.0)
    swipes = [swipe for swipe in [*map(keys.feed, events), keys.silence(inf)] if swipe]
    assert all(len(swipe) <= LONGEST_SWIPE for swipe in swipes)
    return [event for swipe in swipes for event in judged(swipe, DEFAULT_SCHEMA)]


def _cut(chunks: list[bytes]) -> list[bytes]:
    cutter = Swipes()
    whole = [swipe for chunk in chunks for swipe in cutter.feed(chunk, 0.0)]
    return [bytes(swipe) for swipe in [*whole, *cutter.silence(SILENCE)]]


def _words(event: ReaderEvent) -> str:
    """An event's repr, without the length of a card's number."""
    told = repr(event)
    card = getattr(event, "card", None)
    return told if card is None else told.replace(f"{len(card.identity)} bytes", "")


def recorded(text: str) -> bytearray:
    """The records of a text that a wedge types."""
    return bytearray(b"".join(records for _, records in hid.swipe(text, 1.0)))


_TRACKS = b"%;+?E=^B 0123456789\r\n\x02\x03"
_SWIPES = tuple(
    sent(card, checked=checked)
    for card in (";1234567?", "%C1234567?;1234567?", "%E?;12?+345?")
    for checked in (True, False)
)

_KEYS = bytes([*range(60), ecodes.KEY_KPENTER, ecodes.KEY_KP1])
_PRESSED = tuple(
    b"".join(
        bytes([event.code, 5 + event.value]) for event in Records().feed(recorded(card)) if event.kind == 1
    )
    for card in (";1234567?\r", "%E?;12?+345?")
)
_LONG = bytes([ecodes.KEY_LEFTSHIFT, 1, ecodes.KEY_5, 1]) + bytes([ecodes.KEY_A, 6]) * LONGEST_SWIPE
_RECORDED = (b"\x07" + recorded(";1?"),)

TARGETS: dict[str, Target] = {
    "em4100-frame": Target(
        em4100_frame, (BadFrame,), b"0A1b2C3d4E\x02\x03\r\n", (frame(b"\x0a\x1b2\x3c\x4d"),)
    ),
    "tracks": Target(tracks, (BadFrame,), _TRACKS, _SWIPES),
    "swipes": Target(swipes, (), _TRACKS, tuple(b"\x07" + one + one for one in _SWIPES)),
    "magstripe-line": Target(magstripe_line, (ReaderLost,), _TRACKS, _SWIPES),
    "wedge-keys": Target(wedge_keys, (), _KEYS, (*_PRESSED, _LONG)),
    "wedge-records": Target(wedge_records, (), _KEYS, _RECORDED),
}
"""A name for each."""


def attempt(target: Target, data: bytes) -> None:
    """Try one input; whatever comes out is a finding."""
    try:
        target.run(data)
    except target.declared:
        return
