"""Swipes out of key presses, judged from codes and time alone; pure.

A reader types all that it read in one go and at most 40 ms a key; a person does not. So a swipe begins with
a start sentinel behind quiet, goes on without a pause, and ends with Enter or with silence behind an end
sentinel. Whatever does not is nothing: no card and no refusal, so that a person who types is told nothing.
Enter behind one track may have another behind it, and one sign of a payment card on any refuses them all: so
that one ends the swipe only when nothing follows at once.
"""

from typing import Final

from evdev import ecodes

from drivers.input_events import InputEvent
from drivers.tracks import END, LONGEST_SWIPE
from drivers.us_layout import ENTERS, LOCKS, SHIFTS, sign_of

PAUSE: Final = 0.1
"""Seconds between two keys that part a swipe in two, and of quiet before one may begin.

The quiet keeps the rest of a swipe whose beginning was lost from being taken for a card of its own: of a
payment card's three tracks the last alone might look like one.
"""
PACE: Final = 0.05
"""Seconds a character on average that a reader needs at most; hardly a person types so fast.

Within it a further track begins behind Enter, where a reader types one behind each track.
"""
SILENCE: Final = 0.3
"""Seconds of silence that end a swipe behind an end sentinel, and forget one that broke off."""
_STARTS = "%;+"
_LINE_END = "\r"
_PRESS, _RELEASE = 1, 0
_CHECK = 1
"""Characters that may follow an end sentinel: the longitudinal redundancy check."""


class Keys:
    """What has been typed. Never raises, whatever the events; holds one swipe at most and overwrites it."""

    def __init__(self, opened: float) -> None:
        """Nothing was typed up to the time `opened`, in seconds of the events' clock."""
        self._typed = bytearray(LONGEST_SWIPE)
        self._length = 0
        self._began = 0.0
        self._last = opened
        self._line_ended = False
        self._shifts: set[int] = set()
        self._dropping = False

    def until(self, deadline: float) -> float:
        """When to look again: at the deadline, or earlier if a swipe would end by silence before."""
        return min(deadline, self._last + self._patience()) if self._length else deadline

    def feed(self, event: InputEvent) -> bytearray | None:
        """The swipe that ended with this event or before it, for the caller to judge and to overwrite."""
        ended = self.silence(event.at)
        if event.kind == ecodes.EV_SYN:
            self._synchronise(event.code, event.at)
        elif event.kind == ecodes.EV_KEY and not self._dropping:
            ended = self._key(event) or ended
        return ended

    def silence(self, now: float) -> bytearray | None:
        """The swipe that has ended if no key was pressed up to now."""
        return self._end() if self._length and now - self._last > self._patience() else None

    def forget(self) -> None:
        """Overwrite what was typed."""
        self._typed[:] = bytes(LONGEST_SWIPE)
        self._length = 0
        self._line_ended = False

    def _patience(self) -> float:
        return PACE if self._line_ended else SILENCE

    def _synchronise(self, code: int, at: float) -> None:
        """Forget all at SYN_DROPPED, the kernel's word for lost events, up to the next SYN_REPORT."""
        if code == ecodes.SYN_DROPPED:
            self.forget()
            self._shifts.clear()
            self._dropping = True
        elif self._dropping and code == ecodes.SYN_REPORT:
            self._dropping = False
            self._last = at

    def _key(self, event: InputEvent) -> bytearray | None:
        if event.code in SHIFTS:
            self._shift(event)
        elif event.value == _PRESS and event.code not in LOCKS:
            return self._pressed(event.code, event.at)
        return None

    def _shift(self, event: InputEvent) -> None:
        if event.value == _PRESS:
            self._shifts.add(event.code)
        elif event.value == _RELEASE:
            self._shifts.discard(event.code)

    def _pressed(self, code: int, at: float) -> bytearray | None:
        gap, self._last = at - self._last, at
        if self._length and not 0 <= gap <= (SILENCE if self._whole() else PAUSE):
            self.forget()
        if code in ENTERS:
            return self._enter()
        self._type(sign_of(code, shifted=bool(self._shifts)), gap)
        return None

    def _enter(self) -> bytearray | None:
        if not self._whole():
            self.forget()
        several = self._typed.count(ord(END), self._typed.rfind(ord(_LINE_END)) + 1) > 1
        if self._length and not self._line_ended:
            self._append(_LINE_END)
            self._line_ended = True
        return self._end() if several else None

    def _type(self, sign: str, gap: float) -> None:
        """Go on with the swipe, or begin one, or neither."""
        begins = bool(sign) and sign in _STARTS
        if self._length == LONGEST_SWIPE or not sign or (self._line_ended and not begins):
            self.forget()
        elif self._length or (begins and gap > PAUSE):
            self._append(sign)

    def _append(self, sign: str) -> None:
        if not self._length:
            self._began = self._last
        self._typed[self._length] = ord(sign)
        self._length += 1
        self._line_ended = False

    def _whole(self) -> bool:
        """Whether there is an end sentinel, and behind it nothing but a check and a line end."""
        behind = self._typed[max(0, self._length - 1 - _CHECK) : self._length]
        return self._line_ended or ord(END) in behind

    def _end(self) -> bytearray | None:
        """The swipe, if it is whole and no person typed it; it is forgotten here either way."""
        swift = self._last - self._began <= PACE * (self._length - 1)
        swipe = self._typed[: self._length] if self._whole() and swift else None
        self.forget()
        return swipe
