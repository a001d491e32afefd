"""`python -m kiosk.device setup`: network, clock and ssh as kiosk.toml says, before any of them starts."""

import logging
import os
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TypeVar

import msgspec

from kiosk import durable
from kiosk.config import section
from kiosk.device import host_keys, machine_id, network, places, report, watchdog, wifi
from kiosk.device.settings import Network, Ssh, Wifi

log = logging.getLogger(__name__)
S = TypeVar("S", bound=msgspec.Struct)
PATIENCE = 10.0
"""Seconds to wait for the hardware's watchdog: its driver may still be on its way."""


def main() -> None:
    """Never raises: each part goes its own way, and the kiosk starts whatever became of them."""
    each((_network, _wifi, _ssh, _machine_id, _watchdog))


def each(parts: Iterable[Callable[[], None]]) -> None:
    """Do all of them; what one raises keeps no other from being done."""
    for part in parts:
        try:
            part()
        except Exception:
            log.exception("a part of the setup failed")


def _read(name: str, shape: type[S]) -> S:
    return section(places.SETTINGS, os.environ, name, shape)


def _network() -> None:
    for place, text in network.files(_read("network", Network), _read("wifi", Wifi)).items():
        _write(place, text, 0o644)


def _wifi() -> None:
    text = wifi.file(_read("wifi", Wifi))
    if text is not None:
        _write(wifi.PLACE, text, 0o600)


def _ssh() -> None:
    """The list of keys comes last: sshd starts by it."""
    keys = _read("ssh", Ssh).keys
    if not keys:
        return
    wrong = host_keys.make(places.SYSTEM / "ssh")
    if wrong:
        log.error("nobody can come in by ssh: %s", wrong)
    else:
        _write(places.KEYS, "".join(f"{line.strip()}\n" for line in keys), 0o600)


def _machine_id() -> None:
    if machine_id.keep(places.SYSTEM):
        log.info("this start's machine-id is kept from now on")


def _watchdog() -> None:
    told = report.read()
    if told is None:
        return
    armed = _awaited(watchdog.armed) if watchdog.expected() else watchdog.armed()
    if armed is None:
        log.warning("no watchdog of the hardware is armed: a frozen system stays frozen")
    report.write(msgspec.structs.replace(told, watchdog=armed))


def _awaited(look: Callable[[], float | None]) -> float | None:
    end = time.monotonic() + PATIENCE
    while (found := look()) is None and time.monotonic() < end:
        time.sleep(0.1)
    return found


def _write(place: Path, text: str, mode: int) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    durable.replace(place, text.encode(), mode)
