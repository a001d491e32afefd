"""What is laid on the simulated readers, told in lines of JSON."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError

from drivers.simulated.cards import Card
from drivers.simulated.chip import Chip
from drivers.simulated.em4100 import Unit
from drivers.simulated.lines import Answer, Refusal, Wish, parse


class Desk:
    """Both readers, and what lies on them."""

    def __init__(self, unit: Unit, chip: Chip) -> None:
        """Lay cards on these."""
        self._unit, self._chip = unit, chip
        self._verbs: dict[str, Callable[[Wish], Iterator[Answer]]] = {
            "lay em4100": self._lay_em4100,
            "lay rc522": self._lay_rc522,
            "lift em4100": self._lift_em4100,
            "lift rc522": self._lift_rc522,
            "noise em4100": self._noise,
        }

    def do(self, line: bytes) -> Iterator[Answer]:
        """Do what a line says; the answers to it, each when it is true.

        `{"do": "lay", "reader": "em4100" | "rc522", "card": hex}` (em4100: and `"wrong_checksum": true`)
        is answered `{"ok": true}` when the card lies there and `{"sent": reader, "at": seconds}` with the
        monotonic time at which its first frame was written, or at which it was in the field. `lift`, and
        `noise` with `"bytes": hex`, are answered `{"ok": true}`. Anything else is `{"error": text}`.
        """
        try:
            wish = parse(line)
            yield from self._verb(wish)(wish)
        except (Refusal, ValueError) as error:
            yield {"error": str(error)}
        except CancelledError:
            yield {"error": "it was lifted before it was sent"}

    def _verb(self, wish: Wish) -> Callable[[Wish], Iterator[Answer]]:
        try:
            return self._verbs[f"{wish.get('do')} {wish.get('reader')}"]
        except KeyError:
            raise Refusal(f"understood are {', '.join(self._verbs)}") from None

    def _lay_em4100(self, wish: Wish) -> Iterator[Answer]:
        sent = self._unit.lay(_hex(wish, "card"), wrong_checksum=wish.get("wrong_checksum") is True)
        yield {"ok": True}
        yield {"sent": "em4100", "at": sent.result()}

    def _lay_rc522(self, wish: Wish) -> Iterator[Answer]:
        self._chip.put(Card(_hex(wish, "card")))
        at = time.monotonic()
        yield {"ok": True}
        yield {"sent": "rc522", "at": at}

    def _lift_em4100(self, _wish: Wish) -> Iterator[Answer]:
        self._unit.lift()
        yield {"ok": True}

    def _lift_rc522(self, _wish: Wish) -> Iterator[Answer]:
        self._chip.clear()
        yield {"ok": True}

    def _noise(self, wish: Wish) -> Iterator[Answer]:
        self._unit.noise(_hex(wish, "bytes")).result()
        yield {"ok": True}


def _hex(wish: Wish, name: str) -> bytes:
    value = wish.get(name)
    if not isinstance(value, str) or not value:
        raise Refusal(f'"{name}" is a text of hex digits')
    try:
        return bytes.fromhex(value)
    except ValueError:
        raise Refusal(f'"{name}" is a text of hex digits') from None
