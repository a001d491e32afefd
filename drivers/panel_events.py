"""What happens at the panel: buttons, the case, who stands there."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ButtonPressed:
    """A button went down. `number` counts from 1, in the order of the URL; `of` is how many are wired."""

    number: int
    of: int


@dataclass(frozen=True, slots=True)
class CaseOpened:
    """The tamper switch let go: the case is open, or its wire is cut."""


@dataclass(frozen=True, slots=True)
class CaseClosed:
    """The case that was open is closed."""


@dataclass(frozen=True, slots=True)
class PersonCame:
    """The presence sensor sees somebody."""


@dataclass(frozen=True, slots=True)
class PersonLeft:
    """It has seen nobody for a while."""


PanelEvent = ButtonPressed | CaseOpened | CaseClosed | PersonCame | PersonLeft

Deliver = Callable[[PanelEvent], None]
"""Takes events, in a thread of the panel's; it neither waits nor raises."""
