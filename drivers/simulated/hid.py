"""What a USB keyboard's reports become in the kernel: recordings of input events, made from a text; pure.

They follow the documents and were not recorded on hardware: HID Usage Tables 1.12 chapter 10 (usages of keys
and what they are on a US keyboard), drivers/hid/hid-input.c (their key codes; for every usage that changes,
MSC_SCAN and then EV_KEY, then one SYN_REPORT for each report), Documentation/input/event-codes.rst.
"""

from collections.abc import Iterator

from evdev import ecodes

from drivers.input_events import InputEvent, record

REPORT = 0.008
"""Seconds from report to report: a full-speed device asks for 10 ms at most, which Linux rounds down to 8."""
_USAGES = 0x70000
_A = 0x04
_PLAIN = "abcdefghijklmnopqrstuvwxyz1234567890\r\0\0\0\0-=[]\\\0;'`,./"
_SHIFTED = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ!@#$%^&*()\0\0\0\0\0_+{}|\0:"~<>?'
"""The characters of the usages from 0x04 on; 0 stands for keys that type none here."""
_SPACE, _LEFT_SHIFT = 0x2C, 0xE1
_CODES = bytes.fromhex(
    "1e 30 2e 20 12 21 22 23 17 24 25 26 32 31 18 19 10 13 1f 14 16 2f 11 2d 15 2c"
    "02 03 04 05 06 07 08 09 0a 0b 1c 01 0e 0f 39 0c 0d 1a 1b 2b 2b 27 28 29 33 34 35"
)
"""The kernel's key codes of the usages from 0x04 on (hid_keyboard[] of hid-input.c)."""

Recording = Iterator[tuple[float, bytes]]
"""What a device gives: the time of each report, and its records."""


def swipe(text: str, at: float, step: float = REPORT) -> Recording:
    """A reader types a text from a time on, a CR as Enter: one report for a key down, one for it up again."""
    return _timed(_reports(text), at, step)


def typed(text: str, at: float, gap: float) -> Recording:
    """A person types a text, `gap` seconds from key to key."""
    for number, key in enumerate(text):
        yield from _timed(_reports(key), at + number * gap, REPORT)


def records(changes: list[tuple[int, bool]], at: float) -> bytes:
    """The records of one report: usages that changed, and whether they are down now."""
    events = [event for usage, down in changes for event in _change(usage, down=down, at=at)]
    return b"".join(map(record, [*events, InputEvent(at, ecodes.EV_SYN, ecodes.SYN_REPORT, 0)]))


def usages_of(character: str) -> list[int]:
    """The keys that type a character on a US keyboard, shift first. Raises ValueError if none does."""
    if character == " ":
        return [_SPACE]
    if character in _PLAIN and character != "\0":
        return [_A + _PLAIN.index(character)]
    if character in _SHIFTED and character != "\0":
        return [_LEFT_SHIFT, _A + _SHIFTED.index(character)]
    raise ValueError("a US keyboard types ASCII and Enter")


def _reports(text: str) -> Iterator[list[tuple[int, bool]]]:
    for character in text:
        usages = usages_of(character)
        yield from ([(usage, down) for usage in usages] for down in (True, False))


def _timed(reports: Iterator[list[tuple[int, bool]]], at: float, step: float) -> Recording:
    return ((at + n * step, records(report, at + n * step)) for n, report in enumerate(reports))


def _change(usage: int, *, down: bool, at: float) -> list[InputEvent]:
    code = ecodes.KEY_LEFTSHIFT if usage == _LEFT_SHIFT else _CODES[usage - _A]
    scan = InputEvent(at, ecodes.EV_MSC, ecodes.MSC_SCAN, _USAGES | usage)
    return [scan, InputEvent(at, ecodes.EV_KEY, code, int(down))]
