"""What is fuzzed: each takes any bytes, and nothing but its declared errors may come out."""

from collections.abc import Callable
from dataclasses import dataclass

from drivers.em4100 import decode
from drivers.magstripe import Slot
from drivers.payment import DEFAULT_SCHEMA, MOST, Accepted, judge
from drivers.reader import BadFrame, ReaderEvent, ReaderLost
from drivers.simulated.em4100 import frame
from drivers.simulated.magstripe import sent
from drivers.swipes import SILENCE, Swipes
from drivers.tracks import LONGEST_SWIPE, parse


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


def _cut(chunks: list[bytes]) -> list[bytes]:
    cutter = Swipes()
    whole = [swipe for chunk in chunks for swipe in cutter.feed(chunk, 0.0)]
    return [bytes(swipe) for swipe in [*whole, *cutter.silence(SILENCE)]]


def _words(event: ReaderEvent) -> str:
    """An event's repr, without the length of a card's number."""
    told = repr(event)
    card = getattr(event, "card", None)
    return told if card is None else told.replace(f"{len(card.identity)} bytes", "")


_TRACKS = b"%;+?E=^B 0123456789\r\n\x02\x03"
_SWIPES = tuple(
    sent(card, checked=checked)
    for card in (";1234567?", "%C1234567?;1234567?", "%E?;12?+345?")
    for checked in (True, False)
)

TARGETS: dict[str, Target] = {
    "em4100-frame": Target(
        em4100_frame, (BadFrame,), b"0A1b2C3d4E\x02\x03\r\n", (frame(b"\x0a\x1b2\x3c\x4d"),)
    ),
    "tracks": Target(tracks, (BadFrame,), _TRACKS, _SWIPES),
    "swipes": Target(swipes, (), _TRACKS, tuple(b"\x07" + one + one for one in _SWIPES)),
    "magstripe-line": Target(magstripe_line, (ReaderLost,), _TRACKS, _SWIPES),
}
"""A name for each. A decoder of other bytes, such as a wedge reader's key codes, is one row more."""


def attempt(target: Target, data: bytes) -> None:
    """Try one input; whatever comes out is a finding."""
    try:
        target.run(data)
    except target.declared:
        return
