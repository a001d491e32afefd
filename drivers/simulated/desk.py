"""What is laid on the simulated readers, told in lines of JSON."""

import json
import time
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError
from functools import partial
from typing import Any

from drivers.reader import DriverError
from drivers.simulated import em4100, magstripe
from drivers.simulated.cards import Card
from drivers.simulated.chip import Chip
from drivers.simulated.keyboard import PERSON, Keyboard
from drivers.simulated.line import Line

LONGEST_GAP = 2.0
"""Seconds from key to key that a person may take."""

Wish = dict[str, Any]
Answer = dict[str, object]
Verb = Callable[[Wish], Iterator[Answer]]


class Refusal(DriverError):
    """A line that cannot be done; the text says what could."""


class Desk:
    """The readers, and what lies on them or is drawn through them."""

    def __init__(self, coil: em4100.Unit, chip: Chip, slot: magstripe.Unit, typist: Keyboard) -> None:
        """Lay cards on these, or draw them through."""
        self._coil, self._chip, self._slot, self._typist = coil, chip, slot, typist
        self._verbs: dict[str, Verb] = {
            "lay em4100": self._lay_em4100,
            "lay rc522": self._lay_rc522,
            "lift em4100": self._lift_em4100,
            "lift rc522": self._lift_rc522,
            "swipe magstripe": self._swipe_magstripe,
            "swipe wedge": self._swipe_wedge,
            "type wedge": self._type,
            "noise em4100": partial(_noise, coil),
            "noise magstripe": partial(_noise, slot),
            **_plug_verbs("em4100", coil),
            **_plug_verbs("magstripe", slot),
            **_plug_verbs("wedge", typist),
        }

    def do(self, line: bytes) -> Iterator[Answer]:
        """Do what a line says; the answers to it, each when it is true.

        `{"do": "lay", "reader": "em4100" | "rc522", "card": hex}` (em4100: and `"wrong_checksum": true`)
        is answered `{"ok": true}` when the card lies there and `{"sent": reader, "at": seconds}` with the
        monotonic time at which its first frame was written, or at which it was in the field. Likewise
        `{"do": "swipe", "reader": "magstripe" | "wedge", "text": tracks}`, at the time of its last byte or
        key, and `{"do": "type", "reader": "wedge", "text": text, "gap": seconds}`, a person at the keys.
        `lift`, `noise` with `"bytes": hex` (em4100, magstripe), `unplug` and `plug` (not rc522) are answered
        `{"ok": true}`. Anything else is `{"error": text}`.
        """
        try:
            wish = _parse(line)
            yield from self._verb(wish)(wish)
        except (Refusal, ValueError) as error:
            yield {"error": str(error)}
        except CancelledError:
            yield {"error": "it was lifted or unplugged before it was sent"}

    def _verb(self, wish: Wish) -> Verb:
        try:
            return self._verbs[f"{wish.get('do')} {wish.get('reader')}"]
        except KeyError:
            raise Refusal(f"understood are {', '.join(self._verbs)}") from None

    def _lay_em4100(self, wish: Wish) -> Iterator[Answer]:
        sent = self._coil.lay(_hex(wish, "card"), wrong_checksum=wish.get("wrong_checksum") is True)
        yield {"ok": True}
        yield {"sent": "em4100", "at": sent.result()}

    def _lay_rc522(self, wish: Wish) -> Iterator[Answer]:
        self._chip.put(Card(_hex(wish, "card")))
        at = time.monotonic()
        yield {"ok": True}
        yield {"sent": "rc522", "at": at}

    def _lift_em4100(self, _wish: Wish) -> Iterator[Answer]:
        self._coil.lift()
        yield {"ok": True}

    def _lift_rc522(self, _wish: Wish) -> Iterator[Answer]:
        self._chip.clear()
        yield {"ok": True}

    def _swipe_magstripe(self, wish: Wish) -> Iterator[Answer]:
        sent = self._slot.swipe(_text(wish, "text"))
        yield {"ok": True}
        yield {"sent": "magstripe", "at": sent.result()}

    def _swipe_wedge(self, wish: Wish) -> Iterator[Answer]:
        typed = self._typist.swipe(_text(wish, "text"))
        yield {"ok": True}
        yield {"sent": "wedge", "at": typed.result()}

    def _type(self, wish: Wish) -> Iterator[Answer]:
        typed = self._typist.type(_text(wish, "text"), _seconds(wish, "gap", PERSON))
        yield {"ok": True}
        yield {"sent": "wedge", "at": typed.result()}


def _plug_verbs(reader: str, unit: Line | Keyboard) -> dict[str, Verb]:
    """What can be done to everything that has a plug."""
    return {f"unplug {reader}": partial(_done, unit.unplug), f"plug {reader}": partial(_done, unit.plug)}


def _noise(line: Line, wish: Wish) -> Iterator[Answer]:
    line.send(_hex(wish, "bytes")).result()
    yield {"ok": True}


def _done(act: Callable[[], None], _wish: Wish) -> Iterator[Answer]:
    act()
    yield {"ok": True}


def _parse(line: bytes) -> Wish:
    try:
        wish = json.loads(line)
    except (ValueError, RecursionError):
        raise Refusal("a line is one JSON object") from None
    if not isinstance(wish, dict):
        raise Refusal("a line is one JSON object")
    return wish


def _text(wish: Wish, name: str) -> str:
    value = wish.get(name)
    if not isinstance(value, str) or not value:
        raise Refusal(f'"{name}" is a text')
    return value


def _seconds(wish: Wish, name: str, absent: float) -> float:
    value = wish.get(name, absent)
    if not isinstance(value, float | int) or not 0 < value <= LONGEST_GAP:
        raise Refusal(f'"{name}" is seconds, at most {LONGEST_GAP}')
    return float(value)


def _hex(wish: Wish, name: str) -> bytes:
    try:
        return bytes.fromhex(_text(wish, name))
    except ValueError:
        raise Refusal(f'"{name}" is a text of hex digits') from None
