"""What a screen needs to draw, frozen; and what a touch can say. The only words between kiosk and ui."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from mqtt.vocabulary import Language


@dataclass(frozen=True, slots=True)
class Countdown:
    """When a screen starts to warn and when it leaves by itself, in seconds of `time.monotonic()`."""

    warns_at: float
    ends_at: float


@dataclass(frozen=True, slots=True)
class Brand:
    """The shop's name in both languages and its accent colour (`#rrggbb`)."""

    fa: str
    en: str
    accent: str

    def name(self, language: Language) -> str:
        """The shop's name in a language."""
        return self.fa if language == "fa" else self.en


@dataclass(frozen=True, slots=True)
class Attract:
    """Nobody is there: the brand, and where to tap. `readers` is False while no reader answers."""

    language: Language
    brand: Brand
    readers: bool = True


@dataclass(frozen=True, slots=True)
class Welcome:
    """The member's balance. `offline` marks figures that are older than the last word from the cloud."""

    language: Language
    name: str
    available: int
    as_of: datetime
    offline: bool
    last_visit: date | None
    countdown: Countdown


@dataclass(frozen=True, slots=True)
class Ask:
    """One question and its scale; `values` in reading order.

    `saving` is the value that was touched while it is not yet durable: its key stays pressed, a small
    spinner turns, and nothing else answers.
    """

    language: Language
    question: str
    text: str
    first: str
    last: str
    values: tuple[int, ...]
    countdown: Countdown
    saving: int | None = None


@dataclass(frozen=True, slots=True)
class Undo:
    """The answer that is now durable, and three seconds to take it back."""

    language: Language
    value: int
    countdown: Countdown


@dataclass(frozen=True, slots=True)
class Thanks:
    """Thank you. No score, no name, no balance."""

    language: Language
    countdown: Countdown


SorryReason = Literal[
    "unknown", "blocked", "unreadable", "two-cards", "payment-card", "not-ours", "out-of-service"
]


@dataclass(frozen=True, slots=True)
class Sorry:
    """What went wrong and what to do next. `out-of-service`: the kiosk cannot keep anything (disk)."""

    language: Language
    reason: SorryReason
    countdown: Countdown


View = Attract | Welcome | Ask | Undo | Thanks | Sorry


@dataclass(frozen=True, slots=True)
class Touch:
    """What a finger said on a screen. `value` only with "answer"."""

    what: Literal["continue", "answer", "skip", "undo", "done", "language"]
    value: int | None = None
