"""What a kiosk needs a person for, the worst first; pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal, cast

from cloud.desk.live.kiosks import Kiosk, Shape, State

Need = Literal[
    "ended", "offline", "refused", "reader", "ending", "disk", "queue", "clock", "parked", "never", "revoked"
]
"""`ended` and `ending` are of its certificate; `refused` are tries to get in under its name."""

WORST: Final[tuple[Need, ...]] = (
    *("ended", "offline", "refused", "reader", "ending"),
    *("disk", "queue", "clock", "parked", "never", "revoked"),
)
BAD: Final[frozenset[Need]] = frozenset({"ended", "offline", "refused", "reader"})
QUIET: Final[frozenset[Need]] = frozenset({"never", "revoked"})
"""Nobody is called for these alone."""
ENDING: Final = timedelta(days=20)
"""Before its end a kiosk renews its certificate by itself; so late it has tried for long."""
LATELY: Final = timedelta(days=1)
"""How long a refused try is told of."""


@dataclass(frozen=True, slots=True)
class Standing:
    """A kiosk at `now`: what it says, when its certificate ends, whether somebody was refused in its name."""

    kiosk: Kiosk
    now: datetime
    revoked: bool
    ends: datetime | None
    refused: bool

    @property
    def state(self) -> State | Literal["revoked"]:
        """Whether it is there, or is let in nowhere."""
        return "revoked" if self.revoked else self.kiosk.state

    @property
    def needs(self) -> tuple[Need, ...]:
        """All that it needs somebody for. One that was revoked is meant to be away."""
        found: set[Need] = {"refused"} if self.refused else set()
        if self.revoked:
            found.add("revoked")
        else:
            found.update(self._certificate, cast("tuple[Need, ...]", self.kiosk.troubles))
        return tuple(need for need in WORST if need in found)

    @property
    def rank(self) -> int:
        """The lower, the worse."""
        return WORST.index(self.needs[0]) if self.needs else len(WORST)

    @property
    def shape(self) -> Shape:
        """How bad it is."""
        needs = set(self.needs)
        if not needs:
            return "good"
        return "bad" if needs & BAD else "none" if needs <= QUIET else "warn"

    @property
    def _certificate(self) -> tuple[Need, ...]:
        if self.ends is None or self.ends > self.now + ENDING:
            return ()
        return ("ended",) if self.ends <= self.now else ("ending",)
