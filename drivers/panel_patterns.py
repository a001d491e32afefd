"""What the panel says by light and sound: each pattern is a name and its steps."""

from dataclasses import dataclass
from typing import Literal, NamedTuple

PatternName = Literal["welcome", "thanks", "offline", "refused", "payment-card", "identify", "alarm"]


class Colour(NamedTuple):
    """Which parts of the lamp are lit."""

    red: bool = False
    green: bool = False
    blue: bool = False


DARK, RED, GREEN, BLUE = Colour(), Colour(red=True), Colour(green=True), Colour(blue=True)
YELLOW = Colour(red=True, green=True)


@dataclass(frozen=True, slots=True)
class Step:
    """A colour, with or without a beep, for so many seconds."""

    colour: Colour
    seconds: float
    beep: bool = False


Pattern = tuple[Step, ...]

SHORT, LONG, LIGHT, ALARM = 0.08, 0.36, 0.4, 0.2
"""Seconds of a short and a long beep, of a light that shows by itself, and of an alarm's turn."""


def _beeping(colour: Colour, *beeps: float) -> Pattern:
    """A colour under beeps of these lengths, a short beep's time apart."""
    each = ((Step(colour, seconds, beep=True), Step(colour, SHORT)) for seconds in beeps)
    return tuple(step for pair in each for step in pair)


PATTERNS: dict[PatternName, Pattern] = {
    "welcome": (*_beeping(GREEN, SHORT), Step(GREEN, LIGHT - 2 * SHORT)),
    "thanks": (Step(GREEN, SHORT), Step(DARK, SHORT), Step(GREEN, LIGHT)),
    "offline": (*_beeping(YELLOW, SHORT), Step(YELLOW, LIGHT - 2 * SHORT)),
    "refused": (*_beeping(RED, SHORT, SHORT), Step(RED, SHORT)),
    "payment-card": (*_beeping(RED, LONG), *_beeping(YELLOW, SHORT), Step(YELLOW, LIGHT)),
    "identify": (Step(GREEN, LIGHT), Step(RED, LIGHT), Step(BLUE, LIGHT)) * 3,
    "alarm": (Step(RED, ALARM, beep=True), Step(BLUE, ALARM)) * 5,
}
"""Nothing else knows a colour or a beep. The buzzer has one pitch: two tones are a long and a short one."""


def without_blue(colour: Colour) -> Colour:
    """The colour on a lamp that has no blue: what would be dark is yellow instead."""
    return YELLOW if colour == BLUE else colour._replace(blue=False)
