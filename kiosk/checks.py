"""What was found out about the kiosk as lines of the technician's screen, the worst first; pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from drivers.reasons import LOST
from kiosk.device.report import Report
from kiosk.show import STALE
from kiosk.trouble import Trouble
from kiosk.views import EARLIEST, CheckLine, Condition, Quantity
from mqtt.vocabulary import Language

SLOW, STUCK = 300.0, 86_400.0
"""Seconds after which the oldest event that waits is a warning, and an error."""
MANY = 10_000
"""Events that wait; so many are an error however young they are."""
DAY = 86_400.0
FEW_DAYS = 20.0
"""Days left of a certificate, which is renewed with 30 left, that are a warning."""
WARM, HOT = 70.0, 80.0
"""Degrees Celsius; a Pi runs slower from 80 on."""
MOVED = 2.0
"""Seconds by which the wall clock must have left the monotonic one to be worth a word."""
_ORDER: tuple[Condition, ...] = ("bad", "warning", "good")


@dataclass(frozen=True, slots=True)
class ReaderFact:
    """One reader of kiosk.toml. `up` None: it has not said yet; `tapped`: seconds since its last card."""

    name: str
    up: bool | None = None
    reason: str = ""
    tapped: float | None = None


@dataclass(frozen=True, slots=True)
class IdentityFact:
    """Whom the certificate names, and when it ends, in wall seconds; without a name its files are damaged."""

    name: str = ""
    ends: float = 0.0


@dataclass(frozen=True, slots=True)
class Facts:
    """All that was looked at. Sizes in bytes, times in seconds, None for what this machine does not measure.

    `links`: network interfaces with a carrier; `route`: the one with the default route, or empty. `heard`:
    since when nothing came from the cloud, None while there is no connection. `takes`: answers can be kept.
    `moved`: by how much the wall clock was set since the screen started. `identity`: None where kiosk.toml is
    written by hand; `trouble`: why sync has no connection. `device`: root's word on card and hardware, None
    off the SD image.
    """

    readers: tuple[ReaderFact, ...]
    panel: Literal["wired", "mock", "lost"]
    enrolled: bool
    links: tuple[str, ...]
    route: str
    heard: float | None
    queue: int
    oldest: float
    free: int
    free_low: int
    free_least: int
    journal: int
    takes: bool
    wall: float
    synced: bool
    moved: float
    temperature: float | None
    undervoltage: bool | None
    app: str
    python: str
    kivy: str
    image: str
    catalogue: int
    members: int
    identity: IdentityFact | None
    trouble: Trouble
    device: Report | None = None
    raspberry_pi: bool = False


def checks(facts: Facts, language: Language) -> tuple[CheckLine, ...]:
    """The lines, in a fixed order among those that are equally bad."""
    return tuple(sorted(_lines(facts, language), key=lambda line: _ORDER.index(line.state)))


def _lines(facts: Facts, language: Language) -> Iterator[CheckLine]:
    if not facts.enrolled:
        yield CheckLine("technician", "warning", "nobody-set-up")
    yield from (_reader(reader, language) for reader in facts.readers)
    if not facts.readers:
        yield CheckLine("reader", "bad", "no-readers")
    yield _panel(facts)
    yield _network(facts)
    yield _identity(facts)
    yield _broker(facts)
    yield _queue(facts)
    yield _disk(facts)
    if facts.device:
        yield _card(facts.device)
        yield from _watchdog(facts.device, wanted=facts.raspberry_pi)
    yield _journal(facts)
    yield _clock(facts)
    yield from _temperature(facts)
    yield from _power(facts)
    yield from _versions(facts)


def _reader(reader: ReaderFact, language: Language) -> CheckLine:
    name = Quantity("text", reader.name)
    if reader.up is None:
        return CheckLine("reader", "warning", "reader-starting", (name,))
    if not reader.up:
        advice = LOST.get(reader.reason, LOST["fault"])
        told = advice.fa if language == "fa" else advice.en
        return CheckLine("reader", "bad", "reader-down", (name, Quantity("text", reader.reason)), told)
    if reader.tapped is None:
        return CheckLine("reader", "good", "reader-up", (name,))
    return CheckLine("reader", "good", "reader-tapped", (name, Quantity("seconds", reader.tapped)))


def _panel(facts: Facts) -> CheckLine:
    if facts.panel == "lost":
        return CheckLine("panel", "bad", "panel-lost")
    return CheckLine("panel", "good", "panel-wired" if facts.panel == "wired" else "panel-mock")


def _network(facts: Facts) -> CheckLine:
    if facts.route:
        return CheckLine("network", "good", "routed", (Quantity("text", facts.route),))
    if facts.links:
        return CheckLine("network", "bad", "no-route", (Quantity("text", ", ".join(facts.links)),))
    return CheckLine("network", "bad", "no-link")


def _identity(facts: Facts) -> CheckLine:
    found = facts.identity
    if found is None:
        return CheckLine("identity", "warning", "identity-none")
    if not found.name:
        return CheckLine("identity", "bad", "identity-damaged")
    name, left = Quantity("text", found.name), found.ends - facts.wall
    if facts.trouble == "revoked":
        return CheckLine("identity", "bad", "identity-revoked", (name,))
    if left <= 0 or facts.trouble == "ended":
        return CheckLine("identity", "bad", "identity-ended", (name,))
    if facts.trouble == "refused":
        return CheckLine("identity", "bad", "identity-refused", (name,))
    lasts = name, Quantity("seconds", left)
    if left < FEW_DAYS * DAY:
        return CheckLine("identity", "warning", "identity-ends", lasts)
    return CheckLine("identity", "good", "identity-lasts", lasts)


def _broker(facts: Facts) -> CheckLine:
    if facts.trouble in ("wrong-authority", "wrong-name"):
        return CheckLine("broker", "bad", "broker-foreign")
    if facts.heard is None:
        return CheckLine("broker", "bad", "not-heard")
    ago = (Quantity("seconds", facts.heard),)
    if facts.heard > STALE:
        return CheckLine("broker", "warning", "heard-late", ago)
    return CheckLine("broker", "good", "heard", ago)


def _queue(facts: Facts) -> CheckLine:
    if not facts.queue:
        return CheckLine("queue", "good", "queue-empty")
    waiting = Quantity("count", facts.queue), Quantity("seconds", facts.oldest)
    if facts.oldest > STUCK or facts.queue >= MANY:
        return CheckLine("queue", "bad", "queue-stuck", waiting)
    late = facts.oldest > SLOW
    return CheckLine(
        "queue", "warning" if late else "good", "queue-stuck" if late else "queue-waits", waiting
    )


def _disk(facts: Facts) -> CheckLine:
    free = (Quantity("bytes", facts.free),)
    if facts.free < facts.free_least:
        return CheckLine("disk", "bad", "disk-full", free)
    if facts.free < facts.free_low:
        return CheckLine("disk", "warning", "disk-low", free)
    return CheckLine("disk", "good", "disk-free", free)


def _card(device: Report) -> CheckLine:
    if device.remade:
        return CheckLine("card", "warning", "card-remade", (Quantity("count", device.remade),))
    size = (Quantity("bytes", device.data_bytes),)
    if device.data == "repaired":
        return CheckLine("card", "warning", "card-mended", size)
    return CheckLine("card", "good", "card-sound", size)


def _watchdog(device: Report, *, wanted: bool) -> Iterator[CheckLine]:
    """Each Raspberry Pi has one in its hardware; elsewhere it is a line only where there is one."""
    if device.watchdog is not None:
        yield CheckLine("watchdog", "good", "watchdog-armed", (Quantity("seconds", device.watchdog),))
    elif wanted:
        yield CheckLine("watchdog", "warning", "watchdog-off")


def _journal(facts: Facts) -> CheckLine:
    size = (Quantity("bytes", facts.journal),)
    if not facts.takes:
        return CheckLine("journal", "bad", "journal-refuses", size)
    return CheckLine("journal", "good", "journal-takes", size)


def _clock(facts: Facts) -> CheckLine:
    now, moved = Quantity("moment", facts.wall), Quantity("seconds", abs(facts.moved))
    if facts.wall < EARLIEST.timestamp():
        return CheckLine("clock", "bad", "clock-wrong", (now,))
    if facts.trouble == "clock":
        return CheckLine("clock", "bad", "clock-held", (now,))
    if not facts.synced:
        return CheckLine("clock", "warning", "clock-unsure", (now,))
    if abs(facts.moved) > MOVED:
        return CheckLine("clock", "good", "clock-moved", (now, moved))
    return CheckLine("clock", "good", "clock-set", (now,))


def _temperature(facts: Facts) -> Iterator[CheckLine]:
    if facts.temperature is None:
        return
    degrees = (Quantity("degrees", facts.temperature),)
    if facts.temperature >= HOT:
        yield CheckLine("temperature", "bad", "hot", degrees)
    elif facts.temperature >= WARM:
        yield CheckLine("temperature", "warning", "warm", degrees)
    else:
        yield CheckLine("temperature", "good", "cool", degrees)


def _power(facts: Facts) -> Iterator[CheckLine]:
    if facts.undervoltage is not None:
        low = facts.undervoltage
        yield CheckLine("power", "bad" if low else "good", "power-low" if low else "power-enough")


def _versions(facts: Facts) -> Iterator[CheckLine]:
    running = tuple(Quantity("text", version) for version in (facts.app, facts.python, facts.kivy))
    yield CheckLine("software", "good", "running", running)
    yield CheckLine("image", "good", "image-is", (Quantity("text", facts.image),))
    if facts.catalogue:
        yield CheckLine("catalogue", "good", "catalogue-is", (Quantity("count", facts.catalogue),))
    else:
        yield CheckLine("catalogue", "good", "catalogue-built-in")
    yield CheckLine("members", "good", "members-are", (Quantity("count", facts.members),))
