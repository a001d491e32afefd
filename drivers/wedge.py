"""A magstripe reader that types what it reads: to the kernel a USB keyboard, grabbed so that none else hears.

Opened through python-evdev (EVIOCGRAB and EVIOCSCLOCKID of <linux/input.h>). Untried on hardware: the machine
that this was written on has neither /dev/input nor /dev/uinput.
"""

import errno
import fcntl
import io
import select
import struct
import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from typing import Final, Protocol
from urllib.parse import SplitResult

import evdev
from evdev import ecodes

from drivers.input_events import RECORD, Records
from drivers.keys import Keys
from drivers.payment import Schema
from drivers.reader import (
    BadUrl,
    CardRefused,
    Reader,
    ReaderEvent,
    ReaderLost,
)
from drivers.schema import schema_of
from drivers.swipes import taken_apart, told
from drivers.us_layout import TYPES_A_SWIPE

NAME: Final = "wedge"
RECORDS_AT_ONCE = 64
"""As many as the kernel keeps for a reader that is slow (drivers/input/evdev.c); it says so of the rest."""
_EVIOCSCLOCKID = 0x400445A0
"""_IOW('E', 0xa0, int): which clock the events' times are of."""
_GROUP = "this user is not in its group: bashgah-wedge under our udev rule, input without it"
_REASONS = {
    errno.EACCES: ("permission-denied", _GROUP),
    errno.EPERM: ("permission-denied", _GROUP),
    errno.ENOTTY: ("wrong-device", "it is no input device"),
    errno.EINVAL: ("wrong-device", "it is no input device"),
    errno.EISDIR: ("wrong-device", "it is a folder"),
}


class Device(Protocol):
    """An input device that is open and gives its records without waiting, as `evdev.InputDevice` does."""

    def fileno(self) -> int:
        """The descriptor that records are read from; their times are of the monotonic clock."""

    def capabilities(self) -> Mapping[int, Sequence[int]]:
        """The codes that it can send, by event type."""

    def grab(self) -> None:
        """Have its events alone. Raises OSError: EBUSY if another has them."""

    def close(self) -> None:
        """Let it go, grab and all; may be called twice."""


class Wedge:
    """A device that is grabbed. What was typed is overwritten once it is judged."""

    name = NAME

    def __init__(self, device: Device, schema: Schema) -> None:
        """Read from an open device what is typed from now on."""
        self._device, self._schema = device, schema
        self._file = io.FileIO(device.fileno(), closefd=False)
        self._chunk = bytearray(RECORDS_AT_ONCE * RECORD.size)
        self._records = Records()
        self._keys = Keys(time.monotonic())

    def poll(self, timeout: float) -> Sequence[ReaderEvent]:
        """What happened, waiting `timeout` seconds at most. Raises ReaderLost when it is unplugged."""
        deadline = time.monotonic() + timeout
        while True:
            events = self._listen(self._keys.until(deadline))
            if events or time.monotonic() >= deadline:
                return events

    def close(self) -> None:
        """Let the device go and forget what was typed; may be called twice."""
        self._keys.forget()
        self._device.close()

    def _listen(self, until: float) -> list[ReaderEvent]:
        select.select([self._device.fileno()], [], [], max(0.0, until - time.monotonic()))
        now = time.monotonic()  # before reading, so that nothing older is still unread when silence is judged
        swipes, read_all = self._read()
        if read_all:
            swipes.append(self._keys.silence(now))
        return [event for swipe in swipes if swipe for event in judged(swipe, self._schema)]

    def _read(self) -> tuple[list[bytearray | None], bool]:
        """The swipes that ended, and whether nothing more is waiting to be read."""
        try:
            count = self._file.readinto(self._chunk)
        except OSError as error:
            self._keys.forget()
            raise ReaderLost("unplugged", "the input device is gone") from error
        if count == 0:
            self._keys.forget()
            raise ReaderLost("unplugged", "the input device hung up")
        events = self._records.feed(memoryview(self._chunk)[: count or 0])
        swipes = [self._keys.feed(event) for event in events]
        self._chunk[:] = bytes(len(self._chunk))
        return swipes, (count or 0) < len(self._chunk)


def judged(typed: bytearray, schema: Schema) -> list[ReaderEvent]:
    """What a swipe that was typed means; it is overwritten."""
    swipe = taken_apart(typed)
    return [CardRefused(NAME, "unreadable")] if swipe is None else told(NAME, swipe, schema)


def open_url(url: SplitResult) -> Reader:
    """Open `wedge:///dev/input/by-id/<name>-event-kbd[?digits=6-11]`. Raises BadUrl, ReaderLost."""
    if url.netloc or not url.path.startswith("/"):
        raise BadUrl(f"a wedge reader is wedge:///dev/input/by-id/<name>-event-kbd, not {url.geturl()!r}")
    schema = schema_of(url.query)
    return take(_opened(url.path), schema)


def take(device: Device, schema: Schema) -> Reader:
    """Grab an open device; it is closed if that fails. Raises ReaderLost: `wrong-device`, `in-use`."""
    try:
        _grab(device)
        return Wedge(device, schema)
    except ReaderLost:
        device.close()
        raise


def _grab(device: Device) -> None:
    if not set(device.capabilities().get(ecodes.EV_KEY, ())) >= TYPES_A_SWIPE:
        raise ReaderLost("wrong-device", "it has not the keys that a swipe is typed with")
    try:
        device.grab()
    except OSError as error:
        raise ReaderLost("in-use", "another program has grabbed it") from error


def _opened(path: str) -> Device:
    try:
        with ExitStack() as failed:
            # without asking to write: the reader has no lights for us to set, and the group may only read
            device: evdev.InputDevice[str] = evdev.InputDevice(path, readonly=True)
            failed.callback(device.close)
            fcntl.ioctl(device.fd, _EVIOCSCLOCKID, struct.pack("i", time.CLOCK_MONOTONIC))
            failed.pop_all()
    except OSError as error:
        reason, why = _REASONS.get(error.errno or 0, ("no-device", "nothing is plugged in there"))
        raise ReaderLost(reason, f"{path} cannot be opened: {why}") from error
    return device
