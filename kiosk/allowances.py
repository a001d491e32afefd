"""What this kiosk may grant without asking: what it was lent, less what its journal says is used.

Both are read from the disk each time. Whatever the screen believes, the journal refuses to use one twice.
"""

from collections.abc import Collection
from typing import Protocol

from mqtt.down import Lent
from mqtt.vocabulary import AllowanceId, MemberId


class Lends(Protocol):
    """The replica, as it tells of allowances."""

    def lent(self, member: MemberId) -> Lent | None:
        """The allowance for a member."""

    def recalled(self) -> tuple[AllowanceId, ...]:
        """What the cloud wants back."""


class Uses(Protocol):
    """The journal, as it tells of allowances."""

    def spent(self, allowances: Collection[AllowanceId]) -> frozenset[AllowanceId]:
        """Which of these are used."""


class Allowances:
    """The screen's side."""

    def __init__(self, replica: Lends, journal: Uses) -> None:
        """Read what sync and the journal's writer have left."""
        self._replica, self._journal = replica, journal

    def of(self, member: MemberId) -> Lent | None:
        """What may be granted to a member; None for nothing."""
        found = self._replica.lent(member)
        return found if found and not self._journal.spent([found.allowance]) else None

    def recalled(self) -> tuple[AllowanceId, ...]:
        """What is to be given back: not used here, whether it ever came here or not."""
        wanted = self._replica.recalled()
        spent = self._journal.spent(wanted)
        return tuple(name for name in wanted if name not in spent)
