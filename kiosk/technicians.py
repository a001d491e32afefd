"""What a technician types once: the hash of a PIN and the CardKey of a card, for `[technician]`."""

import queue
import threading
from collections.abc import Callable

from drivers.reader import CardPresented, CardRefused, ReaderDown, ReaderEvent
from drivers.watch import watch
from kiosk import pin
from mqtt.vocabulary import ClubKey, card_key

Ask = Callable[[str], str]
Say = Callable[[str], None]


def make_pin(ask: Ask, say: Say) -> int:
    """Ask for a PIN twice and say what belongs into kiosk.toml; 1 where it is none or typed differently."""
    try:
        chosen = pin.digits(ask(f"PIN, {pin.LEAST} to {pin.MOST} digits: "))
        again = pin.digits(ask("once more: "))
    except ValueError as error:
        say(f"kiosk: {error}")
        return 1
    if chosen != again:
        say("kiosk: that was another PIN")
        return 1
    say(f'pin = "{pin.sealed(chosen)}"')
    return 0


def next_card(urls: tuple[str, ...], key: ClubKey, say: Say) -> int:
    """Wait for a card on any of the readers and say its CardKey; 1 where there is no reader."""
    if not urls:
        say("kiosk: kiosk.toml names no readers")
        return 1
    say("lay the technician's card on a reader; Ctrl-C gives up")
    events: queue.SimpleQueue[ReaderEvent] = queue.SimpleQueue()
    stop = threading.Event()
    for url in urls:
        threading.Thread(target=watch, args=(url, events.put, stop), daemon=True).start()
    try:
        say(f'cards = ["{_first(events, key, say)}"]')
    finally:
        stop.set()
    return 0


def _first(events: "queue.SimpleQueue[ReaderEvent]", key: ClubKey, say: Say) -> str:
    while True:
        match events.get():
            case CardPresented(card=card):
                return card_key(key, card.kind, card.identity)
            case CardRefused(reader=name, reason=reason):
                say(f"{name}: the card is refused ({reason})")
            case ReaderDown(reader=name, reason="in-use"):
                say(f"{name}: in use; stop the kiosk's screen first")
            case ReaderDown(reader=name, reason=reason):
                say(f"{name}: no answer ({reason})")
