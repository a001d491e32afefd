"""The technician's keypad and pages as the gallery draws them: a kiosk that is well, and one that is not."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from kiosk import views as v
from kiosk.views import CheckLine, Look, Quantity
from mqtt.vocabulary import Language
from ui.technician_words import WORDS

PATTERNS = tuple(WORDS["en"].patterns)
LEAST = 6
"""Digits of a PIN."""
TICKET = """bashgah tajrish-1 (tajrish) 2026-11-03 10:35Z
reader em4100: down, unplugged
reader rc522: up, card 40 s ago
network: none; broker: never
queue: 37 events, oldest 4000 s
disk: 10240 MB free; journal: 4 MB
temperature: 85; power: enough
bashgah 0.1.0, Python 3.11.2, Kivy 2.3.1, Debian 12
11-03 08:12Z em4100 unplugged
11-03 07:55Z rc522 two-cards"""
"""About as much as a real one says."""
_PLUG: dict[Language, str] = {
    "fa": "کابل کارت‌خوان را دوباره وصل کنید یا آن را عوض کنید.",
    "en": "Plug the reader's cable in again, or change it.",
}


def views(language: Language, look: Look, until: v.Countdown, now: datetime) -> Iterator[tuple[str, v.View]]:
    """By name; `now` is the time that the kiosk's clock shows."""
    pin = v.Pin(language, 4, until, least=LEAST, look=look)
    yield "pin", pin
    yield "pin-refused", replace(pin, typed=0, refused=True, tries=3)
    yield "pin-locked", replace(pin, typed=0, locked=1800)
    lines = (*_ill(language), *_well(now))
    for page in v.TECHNICIAN_PAGES:
        shown = v.Technician(language, page, "tajrish-1", lines, TICKET, until, patterns=PATTERNS, look=look)
        yield f"technician-{page}", replace(shown, played="alarm") if page == "panel" else shown
    well = replace(shown, page="checks", lines=tuple(_well(now)))
    yield "technician-well", well
    yield "technician-card", replace(well, lines=tuple(_card(now)))
    nobody = CheckLine("technician", "warning", "nobody-set-up")
    yield "technician-read-only", replace(well, lines=(nobody, *well.lines), read_only=True)


def _card(now: datetime) -> Iterator[CheckLine]:
    """Of a kiosk on the SD image whose card had to be made anew."""
    yield CheckLine("card", "warning", "card-remade", (Quantity("count", 1),))
    yield CheckLine("watchdog", "warning", "watchdog-off")
    yield CheckLine("image", "good", "image-is", (Quantity("text", "bashgah 2026.11.2"),))
    yield from _well(now)


def _ill(language: Language) -> Iterator[CheckLine]:
    why = (Quantity("text", "em4100"), Quantity("text", "unplugged"))
    yield CheckLine("reader", "bad", "reader-down", why, _PLUG[language])
    yield CheckLine("network", "bad", "no-link")
    waits = (Quantity("count", 37), Quantity("seconds", 4000.0))
    yield CheckLine("queue", "warning", "queue-stuck", waits)
    yield CheckLine("temperature", "bad", "hot", (Quantity("degrees", 85.0),))


def _well(now: datetime) -> Iterator[CheckLine]:
    yield CheckLine("reader", "good", "reader-tapped", (Quantity("text", "rc522"), Quantity("seconds", 12.0)))
    yield CheckLine("panel", "good", "panel-wired")
    lasts = Quantity("text", "tajrish-1"), Quantity("seconds", 61 * 86_400.0)
    yield CheckLine("identity", "good", "identity-lasts", lasts)
    yield CheckLine("broker", "good", "heard", (Quantity("seconds", 3.0),))
    yield CheckLine("disk", "good", "disk-free", (Quantity("bytes", 10.0 * 2**30),))
    yield CheckLine("clock", "good", "clock-set", (Quantity("moment", now.timestamp()),))
    versions = tuple(Quantity("text", version) for version in ("0.1.0", "3.11.2", "2.3.1"))
    yield CheckLine("software", "good", "running", versions)
    yield CheckLine("members", "good", "members-are", (Quantity("count", 5012),))
