"""The health ticket: what a QR code tells a phone that has neither app nor network, in plain lines; pure.

Only ASCII, so that every reader shows it: codes and figures, nothing personal, nothing secret.
"""

from collections.abc import Iterator
from datetime import UTC, datetime

from kiosk.checks import DAY, Facts, ReaderFact, checks
from kiosk.device.report import Report

MOST = 600
"""Characters at most: more would make modules too small for the 7" panel."""


def ticket(kiosk: str, store: str, facts: Facts, errors: tuple[str, ...]) -> str:
    """The lines; `errors`, as codes, newest first: the oldest give way where room is short."""
    text = "\n".join(_lines(kiosk, store, facts))
    for error in errors:
        longer = f"{text}\n{error}" if "\nlast:" in text else f"{text}\nlast:\n{error}"
        if len(longer) > MOST:
            break
        text = longer
    return text[:MOST].encode("ascii", "replace").decode("ascii")


def moment(wall: float) -> str:
    """Seconds since 1970 as UTC to the minute; what no calendar holds as it is."""
    try:
        return f"{datetime.fromtimestamp(wall, UTC):%Y-%m-%d %H:%M}Z"
    except (OverflowError, OSError, ValueError):
        return f"{wall:.0f}s"


def _lines(kiosk: str, store: str, facts: Facts) -> Iterator[str]:
    yield f"bashgah {kiosk} ({store})"
    yield f"{moment(facts.wall)} {'synced' if facts.synced else 'not synced'}"
    yield f"app {facts.app} py {facts.python} kivy {facts.kivy}"
    yield f"image {facts.image[:40]}"
    yield f"catalogue {facts.catalogue} members {facts.members}"
    yield from (_reader(reader) for reader in facts.readers)
    yield f"net {facts.route or 'no route'} broker {_heard(facts)}"
    if facts.identity:
        yield f"cert {(facts.identity.ends - facts.wall) / DAY:.0f} days {facts.trouble}".rstrip()
    yield f"queue {facts.queue} oldest {facts.oldest:.0f}s"
    yield f"disk {facts.free // 2**20} MiB journal {facts.journal // 2**10} KiB"
    if facts.device:
        yield f"card {facts.device.data} remade {facts.device.remade} watchdog {_armed(facts.device)}"
    if facts.temperature is not None:
        yield f"temp {facts.temperature:.0f} C"
    wrong = [line.says for line in checks(facts, "en") if line.state != "good"]
    yield f"wrong: {' '.join(wrong) or 'nothing'}"


def _reader(reader: ReaderFact) -> str:
    if reader.up is None:
        return f"{reader.name} starting"
    return f"{reader.name} up" if reader.up else f"{reader.name} DOWN {reader.reason}"


def _armed(device: Report) -> str:
    return "off" if device.watchdog is None else f"{device.watchdog:.0f}s"


def _heard(facts: Facts) -> str:
    return "away" if facts.heard is None else f"{facts.heard:.0f}s ago"
