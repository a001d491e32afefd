"""The card readers on simulated devices in another process: an empty poll, a card's way in, and idling."""

import random
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from queue import Queue
from typing import Any

from drivers.reader import CardPresented, CardRemoved, Reader, ReaderEvent, ReaderUp
from drivers.simulated import gpio, spi
from drivers.simulated.rc522 import Chip, SpiDev, open_spi, stand_in
from drivers.simulated.remote import Devices, DevicesError
from drivers.watch import watch
from tests.bench.row import Row, of_samples

LOOKS = 50
THEIR_POLLS = 20
CARDS = 60
IDLE_SECONDS = 20.0
LOOK = 0.1
"""Seconds between two looks of our reader."""
PATIENCE = 10.0

Heard = Queue[tuple[ReaderEvent, float]]


@dataclass(frozen=True, slots=True)
class Way:
    """How a card comes to a reader, and what is timed: from the moment that `bring` tells."""

    url: str
    figure: str
    target: str
    bring: Callable[[Devices], float]
    take: Callable[[Devices], None]


WAYS = {
    "rc522": Way(
        "rc522+sim://{run}/rc522.sock",
        "RC522: in the field -> CardPresented",
        "<= 150 ms",
        lambda devices: devices.lay("rc522", bytes.fromhex("04A3C6CAE26180")),
        lambda devices: devices.lift("rc522"),
    ),
    "em4100": Way(
        "em4100://{run}/em4100",
        "EM4100: bytes complete -> CardPresented",
        "<= 50 ms",
        lambda devices: devices.lay("em4100", bytes.fromhex("0a1b2c3d4e")),
        lambda devices: devices.lift("em4100"),
    ),
    "magstripe": Way(
        "magstripe://{run}/magstripe",
        "magstripe: bytes complete -> CardPresented",
        "<= 50 ms",
        lambda devices: devices.swipe("magstripe", "%C1234567?;1234567?"),
        lambda _: None,
    ),
    "wedge": Way(
        "wedge+sim://{run}/wedge.sock",
        "wedge: keys complete -> CardPresented",
        "<= 50 ms",
        lambda devices: devices.swipe("wedge", "%C1234567?;1234567?"),
        lambda _: None,
    ),
}
"""Every reader that is measured: a new one has its line here."""


def rows(say: Callable[[str], None]) -> Iterator[Row]:
    """Measure, row by row."""
    say("empty polls, ours and the library's")
    yield _transfers()
    with tempfile.TemporaryDirectory(prefix="bg-") as name:
        run = Path(name)
        with _devices(run) as devices:
            yield _cpu(run)
            yield from _watched(run, devices, say)


def _transfers() -> Row:
    chip = Chip()
    theirs = _count(chip, _library(chip).read_id_no_block)
    reader = _ours(chip)
    ours = _count(chip, lambda: reader.poll(LOOK))
    return Row(
        "RC522 empty poll, SPI transfers",
        ours,
        "",
        "<= 20",
        LOOKS,
        peer=f"{theirs:,.0f}",
        ratio=ours / theirs,
    )


def _count(chip: Chip, poll: Callable[[], object]) -> float:
    before = chip.transfers
    for _ in range(LOOKS):
        poll()
    return (chip.transfers - before) / LOOKS


def _cpu(run: Path) -> Row:
    """CPU of the driver's side alone: the chip is in the other process."""
    bus = spi.SpiDev(str(run / "rc522.sock"))
    theirs = _thread_time(_library(bus).read_id_no_block, THEIR_POLLS)
    bus.close()
    reader = _ours(bus)
    ours = _thread_time(lambda: reader.poll(LOOK), LOOKS)
    reader.close()
    peer = f"mfrc522 {theirs * 1e6:,.0f} us"
    return Row("RC522 empty poll, CPU", ours * 1e6, "us", "", LOOKS, peer=peer, ratio=ours / theirs)


def _thread_time(poll: Callable[[], object], count: int) -> float:
    before = time.thread_time()
    for _ in range(count):
        poll()
    return (time.thread_time() - before) / count


def _library(bus: SpiDev) -> Any:  # noqa: ANN401 - it has no types
    stand_in(bus)
    from mfrc522 import SimpleMFRC522  # noqa: PLC0415 - importable only now

    return SimpleMFRC522()


def _ours(bus: SpiDev) -> Reader:
    gpio.cleanup()  # the library counts the header's pins
    return open_spi(bus)


def _watched(run: Path, devices: Devices, say: Callable[[str], None]) -> Iterator[Row]:
    heard: Heard = Queue()
    with ExitStack() as stack:
        for way in WAYS.values():
            stack.enter_context(_watching(way.url.format(run=run), heard))
        for _ in WAYS:
            _await(heard, ReaderUp)
        for name, way in WAYS.items():
            say(f"{CARDS} cards at the {name}")
            samples = [_way_in(devices, heard, way) for _ in range(CARDS)]
            yield of_samples(way.figure, samples, way.target)
        say(f"{IDLE_SECONDS:.0f} s of idling")
        yield Row(f"{', '.join(WAYS)} idle, CPU", _idle(), "% of a core", "<= 1 %", 1)


def _way_in(devices: Devices, heard: Heard, way: Way) -> float:
    time.sleep(random.uniform(0, LOOK))  # a card comes at any moment between two looks
    complete = way.bring(devices)
    presented = _await(heard, CardPresented)
    way.take(devices)
    _await(heard, CardRemoved)
    return presented - complete


def _await(heard: Heard, kind: type[ReaderEvent]) -> float:
    event, at = heard.get(timeout=PATIENCE)
    if not isinstance(event, kind):
        raise TypeError(f"{event!r} came instead of {kind.__name__}")
    return at


def _idle() -> float:
    before, began = time.process_time(), time.monotonic()
    time.sleep(IDLE_SECONDS)
    return 100 * (time.process_time() - before) / (time.monotonic() - began)


@contextmanager
def _watching(url: str, heard: Heard) -> Iterator[None]:
    stop = threading.Event()
    thread = threading.Thread(
        target=watch, args=(url, lambda event: heard.put((event, time.monotonic())), stop)
    )
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


@contextmanager
def _devices(run: Path) -> Iterator[Devices]:
    program = subprocess.Popen([sys.executable, "-m", "drivers.simulated", "--run", str(run)])
    try:
        devices = Devices(run / "devices.sock")
        _until_they_answer(devices)
        yield devices
    finally:
        program.terminate()
        program.wait(PATIENCE)


def _until_they_answer(devices: Devices) -> None:
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            return devices.lift("em4100")
        except DevicesError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)
