"""The technician's screen at work: runs what `technician` decides, and looks at the kiosk meanwhile."""

import logging
import math
import sqlite3
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Protocol

from drivers.panel_patterns import PatternName
from drivers.reader import CardPresented, CardRefused, ReaderDown, ReaderEvent, ReaderUp
from kiosk import config, pin, technician, views
from kiosk.checks import Facts, ReaderFact, checks
from kiosk.clock import Clock, Stamp
from kiosk.errors import KioskError
from kiosk.ticket import moment, ticket
from mqtt.events import Event
from mqtt.vocabulary import CardKey, Language

log = logging.getLogger(__name__)

EVERY = 2.0
"""Seconds between two looks at the kiosk while the screen is open."""
ERRORS = 5
"""Of the last errors so many are remembered for the ticket."""

Readers = Mapping[str, ReaderFact]
Work = Callable[[Callable[[], None]], object]
"""Has a function called soon, in one other thread, in order."""


class Records(Protocol):
    """The recorder, as a workbench needs it."""

    def record(self, events: tuple[tuple[Event, Stamp], ...]) -> None:
        """Make events durable."""


class Signals(Protocol):
    """The panel, as a workbench needs it."""

    def play(self, name: PatternName) -> None:
        """Begin a pattern of light and sound."""


@dataclass(frozen=True, slots=True)
class Hands:
    """What a workbench is wired to.

    `work` runs what takes long elsewhere, and `post` brings its result back into the session's thread.
    `look` finds everything out, given the readers; `changed` is called when the view may be another;
    `idle` runs an action when no visit is open.
    """

    work: Work
    post: Work
    look: Callable[[Readers], Facts]
    record: Records
    panel: Signals
    tries: pin.Tries
    restart: Callable[[], None]
    changed: Callable[[], None]
    idle: Work


class Workbench:
    """Stands before the session: while it has a `view`, that one is on the screen. One thread calls it."""

    def __init__(  # noqa: PLR0913 - who the kiosk is, and what it is wired to
        self,
        *,
        kiosk: str,
        store: str,
        readers: tuple[str, ...],
        setup: config.Technician,
        language: Language,
        clock: Clock,
        hands: Hands,
    ) -> None:
        """`readers` are their names; `setup` is `[technician]` of kiosk.toml."""
        self._place, self._setup, self._clock, self._hands = (kiosk, store), setup, clock, hands
        self._rules = technician.Rules(language, bool(setup.cards))
        self._state = technician.begin(language, hands.tries.read(), self._now())
        self._readers = {name: ReaderFact(name) for name in readers}
        self._tapped: dict[str, float] = {}
        self._errors: deque[str] = deque(maxlen=ERRORS)
        self._facts: Facts | None = None
        self._look_at = math.inf
        self._looking = False

    @property
    def view(self) -> views.View | None:
        """What is to be on the screen; None while the session's is."""
        match self._state.stage:
            case technician.Entering() as entering:
                return self._pin(entering)
            case technician.Opened() as opened:
                return self._opened(opened)
            case technician.Closed():
                return None

    @property
    def ends_at(self) -> float:
        """When the screen changes by itself, in seconds of `time.monotonic()`; infinite if it does not."""
        return min(technician.ends_at(self._state), self._look_at)

    def card(self, cards: tuple[CardKey, ...], look: views.Look = technician.PLAIN) -> bool:
        """Whether a card is the workbench's business: a technician's, or any while the screen is open.

        `look` is that of the screen which it interrupts.
        """
        known = [card for card in cards if card in self._setup.cards]
        if known:
            self._hands.idle(lambda: self._take(technician.Laid(known[0], look)))
        elif isinstance(self._state.stage, technician.Entering):
            self._take(views.Touch("back"))
        return bool(known) or self.view is not None

    def reader(self, event: ReaderEvent) -> None:
        """Note how a reader is and when it last read a card."""
        name = event.reader
        known = self._readers.get(name, ReaderFact(name))
        match event:
            case ReaderUp():
                self._readers[name] = replace(known, up=True, reason="")
            case ReaderDown(reason=reason):
                self._readers[name] = replace(known, up=False, reason=reason)
                self._note_error(f"{name} {reason}")
            case CardPresented():
                self._tapped[name] = self._now()
            case CardRefused(reason=reason):
                self._note_error(f"{name} {reason}")
        if isinstance(self._state.stage, technician.Opened):
            self._look()

    def touch(self, touch: views.Touch) -> bool:
        """Take a touch; False where it is not meant for the technician's screen."""
        here = self.view is not None
        if here or touch.what == "held":
            self._take(touch)
        return here

    def tick(self) -> None:
        """Let time go on."""
        if self._now() >= self._look_at:
            self._look()
        self._take(technician.Ticked())

    def _take(self, given: technician.Input) -> None:
        before = self._state
        self._state, effects = self._rules.step(before, given, self._now())
        for effect in effects:
            self._do(effect)
        self._plan()
        if self._state != before or self.view is not None:
            self._hands.changed()

    def _plan(self) -> None:
        """Look on while the screen is open; count a lock down on the keypad; forget both afterwards."""
        match self._state.stage:
            case technician.Opened():
                if self._look_at == math.inf:
                    self._look()
            case technician.Entering() if left := self._state.locked(self._now()):
                self._look_at = self._now() + (left % 1 or 1.0)
            case _:
                self._look_at = math.inf
                self._facts = None

    def _do(self, effect: technician.Effect) -> None:
        match effect:
            case technician.Check(pin=typed):
                self._hands.work(lambda: self._check(typed))
            case technician.Count(wrong=wrong):
                self._hands.work(lambda: self._hands.tries.write(wrong))
            case technician.Note(event=event):
                self._hands.record.record(((event, self._clock.stamp()),))
            case technician.Play(pattern=pattern):
                self._hands.panel.play(pattern)
            case technician.Restart():
                self._hands.restart()

    def _check(self, typed: str) -> None:
        """In the other thread, behind the count; memory that cannot be had for scrypt opens nothing."""
        try:
            right = pin.opens(typed, self._setup.pin)
        except (ValueError, MemoryError):
            right = False
        self._hands.post(lambda: self._take(technician.Checked(right)))

    def _look(self) -> None:
        self._look_at = self._now() + EVERY
        if self._looking or not isinstance(self._state.stage, technician.Opened):
            return
        self._looking = True
        readers = self._now_readers()
        self._hands.work(lambda: self._find(readers))

    def _find(self, readers: Readers) -> None:
        """In the other thread: a disk that hangs does not stop the screen."""
        facts: Facts | None = None
        try:
            facts = self._hands.look(readers)
        except (KioskError, OSError, sqlite3.Error) as error:
            log.warning("technician: the kiosk was not looked at: %s", error)
        finally:
            self._hands.post(lambda: self._found(facts))

    def _found(self, facts: Facts | None) -> None:
        self._looking = False
        if isinstance(self._state.stage, technician.Opened):
            self._facts = facts or self._facts
            self._hands.changed()

    def _now_readers(self) -> Readers:
        now = self._now()
        taps = {name: now - at for name, at in self._tapped.items()}
        return {name: replace(fact, tapped=taps.get(name)) for name, fact in self._readers.items()}

    def _note_error(self, code: str) -> None:
        self._errors.appendleft(f"{moment(self._clock.stamp().wall)[5:]} {code}")

    def _pin(self, entering: technician.Entering) -> views.Pin:
        wrong = self._state.wrong
        return views.Pin(
            self._state.language,
            len(entering.digits),
            technician.countdown(self._state),
            entering.checking,
            entering.refused,
            max(0, technician.FREE - wrong) if entering.refused else 0,
            math.ceil(self._state.locked(self._now())),
            pin.LEAST,
            self._state.look,
        )

    def _opened(self, opened: technician.Opened) -> views.Technician:
        language, facts = self._state.language, self._facts
        return views.Technician(
            language,
            opened.page,
            self._place[0],
            checks(facts, language) if facts else (),
            ticket(*self._place, facts, tuple(self._errors)) if facts else "",
            technician.countdown(self._state),
            opened.card is None,
            technician.PATTERN_NAMES,
            opened.played,
            self._state.look,
        )

    def _now(self) -> float:
        return self._clock.stamp().monotonic_ns / 1e9
