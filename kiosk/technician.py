"""Who may see the technician's screen and what a finger does there, as a pure step like that of a visit.

Time is seconds of a monotonic clock and comes in with every input. A PIN is counted as wrong before it is
checked, and as right afterwards: whoever cuts the power in between has used up a try.
"""

from dataclasses import dataclass, field, replace
from typing import get_args

from drivers.panel_patterns import PATTERNS, PatternName
from kiosk import pin
from kiosk.views import TECHNICIAN_PAGES, Countdown, Look, TechnicianPage, Touch
from mqtt import events
from mqtt.vocabulary import CardKey, Language

FREE = 5
"""Wrong PINs in a row after which the screen locks, and locks again at each further one."""
FIRST_LOCK, LONGEST_LOCK = 60.0, 3600.0
"""Seconds of the first lock, which doubles each time, and of the longest."""
PIN_WARNS, PIN_STAYS = 15.0, 20.0
WARNS, STAYS = 100.0, 120.0
"""Seconds without a touch after which the keypad and the screen warn, and leave."""
MOST_WRONG = 2**15 - 1
PLAIN = Look()
PATTERN_NAMES: tuple[PatternName, ...] = get_args(PatternName)
assert set(PATTERN_NAMES) == set(PATTERNS)

# --- inputs


@dataclass(frozen=True, slots=True)
class Laid:
    """A technician's card was read, while the screen looked so."""

    card: CardKey
    look: Look = PLAIN


@dataclass(frozen=True, slots=True)
class Checked:
    """What came of a check."""

    right: bool


@dataclass(frozen=True, slots=True)
class Ticked:
    """Time went on."""


Input = Laid | Checked | Ticked | Touch

# --- effects


@dataclass(frozen=True, slots=True)
class Check:
    """See whether this is the PIN; a `Checked` is to follow."""

    pin: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Count:
    """Keep how many wrong PINs there were."""

    wrong: int


@dataclass(frozen=True, slots=True)
class Note:
    """Record an event."""

    event: events.Event


@dataclass(frozen=True, slots=True)
class Play:
    """Begin a pattern of light and sound."""

    pattern: PatternName


@dataclass(frozen=True, slots=True)
class Restart:
    """End the screen's program, to be started again."""


Effect = Check | Count | Note | Play | Restart

# --- stages


@dataclass(frozen=True, slots=True)
class Closed:
    """Nobody is there."""


@dataclass(frozen=True, slots=True)
class Entering:
    """The keypad is there. `refused`: the last PIN was wrong."""

    card: CardKey
    digits: str = field(default="", repr=False)
    checking: bool = False
    refused: bool = False


@dataclass(frozen=True, slots=True)
class Opened:
    """The screen is there; without a `card` it only tells."""

    card: CardKey | None
    page: TechnicianPage = "checks"
    played: str = ""


Stage = Closed | Entering | Opened


@dataclass(frozen=True, slots=True)
class State:
    """`since` is the last touch, `wrong` how many PINs were wrong since the last right one."""

    stage: Stage
    since: float
    language: Language
    wrong: int = 0
    locked_until: float = 0.0
    look: Look = PLAIN

    def locked(self, now: float) -> float:
        """For how many seconds no PIN is taken."""
        return max(0.0, self.locked_until - now)


Step = tuple[State, tuple[Effect, ...]]


def lock(wrong: int) -> float:
    """For how many seconds so many wrong PINs lock the screen."""
    return 0.0 if wrong < FREE else min(LONGEST_LOCK, FIRST_LOCK * 2.0 ** min(wrong - FREE, 32))


def begin(language: Language, wrong: int, now: float) -> State:
    """After a start: a lock runs anew in full, since nobody knows for how long the kiosk was off."""
    return State(Closed(), now, language, wrong, now + lock(wrong))


def countdown(state: State) -> Countdown:
    """When the stage warns and leaves; a check is awaited."""
    warns, stays = (PIN_WARNS, PIN_STAYS) if isinstance(state.stage, Entering) else (WARNS, STAYS)
    return Countdown(state.since + warns, state.since + stays)


def ends_at(state: State) -> float:
    """When the stage leaves by itself; infinite for one that does not."""
    waits = isinstance(state.stage, Closed) or (isinstance(state.stage, Entering) and state.stage.checking)
    return float("inf") if waits else countdown(state).ends_at


@dataclass(frozen=True, slots=True)
class Rules:
    """`enrolled`: there are technicians' cards. `language` is the one in which the screen opens."""

    language: Language
    enrolled: bool

    def step(self, state: State, given: Input, now: float) -> Step:
        """What follows from an input. One that makes no sense in a stage changes nothing."""
        match state.stage, given:
            case Closed(), Laid(card=card, look=look):
                return replace(self._moved(state, Entering(card), now), look=look), (Play("welcome"),)
            case Entering(checking=False), Laid(card=card):
                return self._moved(state, Entering(card), now), (Play("welcome"),)
            case Closed(), Touch(what="held") if not self.enrolled:
                came: tuple[Effect, ...] = (Note(events.TechnicianCame()),)
                return self._moved(state, Opened(None), now), came
            case Entering(checking=True) as entering, Checked(right=right):
                return self._right(state, entering, now) if right else _wrong(state, entering, now)
            case Entering(checking=False) as entering, Touch():
                return self._keyed(state, entering, given, now)
            case Opened() as opened, Touch():
                return self._touched(state, opened, given, now)
            case _, Ticked() if now >= ends_at(state):
                return self._closed(state, now), ()
        return state, ()

    def _moved(self, state: State, stage: Stage, now: float) -> State:
        fresh = isinstance(state.stage, Closed)
        return replace(state, stage=stage, since=now, language=self.language if fresh else state.language)

    def _closed(self, state: State, now: float) -> State:
        return replace(state, stage=Closed(), since=now, language=self.language, look=Look())

    def _right(self, state: State, entering: Entering, now: float) -> Step:
        opened = replace(state, stage=Opened(entering.card), since=now, wrong=0)
        return opened, (Count(0), Note(events.TechnicianCame(entering.card)), Play("thanks"))

    def _keyed(self, state: State, entering: Entering, touch: Touch, now: float) -> Step:
        match touch:
            case Touch(what="back" | "done"):
                return self._closed(state, now), ()
            case Touch(what="language"):
                return _other_language(state, now), ()
            case Touch(what="large" | "contrast" as what):
                return replace(state, since=now, look=state.look.turned(what)), ()
            case _ if state.locked(now):
                return state, ()
            case Touch(what="enter") if len(entering.digits) >= pin.LEAST:
                return _check(state, entering, now)
            case Touch(what="digit" | "erase"):
                typed = replace(entering, digits=_typed(entering.digits, touch), refused=False)
                return replace(state, stage=typed, since=now), ()
        return state, ()

    def _touched(self, state: State, opened: Opened, touch: Touch, now: float) -> Step:
        here = replace(state, since=now)
        match touch:
            case Touch(what="done"):
                return self._closed(state, now), ()
            case Touch(what="language"):
                return _other_language(state, now), ()
            case Touch(what="large" | "contrast" as what):
                return replace(here, look=state.look.turned(what)), ()
            case Touch(what="back"):
                return replace(here, stage=Opened(opened.card)), ()
            case Touch(what="stay"):
                return here, ()
            case Touch(what="page", value=int(value)) if 0 <= value < len(TECHNICIAN_PAGES):
                return replace(here, stage=_turned(opened, TECHNICIAN_PAGES[value])), ()
            case Touch(what="play", value=int(value)) if _may_play(opened, value):
                name = PATTERN_NAMES[value]
                return replace(here, stage=replace(opened, played=name)), (Play(name),)
            case Touch(what="confirm") if opened.page == "restart" and opened.card:
                return self._closed(state, now), (Restart(),)
        return state, ()


def _check(state: State, entering: Entering, now: float) -> Step:
    counted = min(state.wrong + 1, MOST_WRONG)
    checking = replace(entering, digits="", checking=True, refused=False)
    waiting = replace(state, stage=checking, since=now, wrong=counted)
    return waiting, (Count(counted), Check(entering.digits))


def _wrong(state: State, entering: Entering, now: float) -> Step:
    refused = replace(entering, checking=False, refused=True)
    seconds = lock(state.wrong)
    told: tuple[Effect, ...] = (Note(events.TechnicianRefused(entering.card, state.wrong)), Play("refused"))
    if seconds:
        told = (*told, Note(events.TechnicianLocked(state.wrong, seconds)))
    return replace(state, stage=refused, since=now, locked_until=now + seconds), told


def _typed(digits: str, touch: Touch) -> str:
    if touch.what == "erase":
        return digits[:-1]
    known = touch.value is not None and 0 <= touch.value <= 9  # noqa: PLR2004 - a digit
    return f"{digits}{touch.value}" if known and len(digits) < pin.MOST else digits


def _turned(opened: Opened, page: TechnicianPage) -> Opened:
    """Who has not shown a PIN can neither restart anything nor make a noise."""
    return opened if opened.card is None and page in {"panel", "restart"} else Opened(opened.card, page)


def _may_play(opened: Opened, value: int) -> bool:
    return opened.page == "panel" and opened.card is not None and 0 <= value < len(PATTERN_NAMES)


def _other_language(state: State, now: float) -> State:
    return replace(state, since=now, language="en" if state.language == "fa" else "fa")
