"""What this kiosk may grant without asking: what it was lent, less what its journal says is used.

Both are read from the disk each time. Whatever the screen believes, the journal refuses to use one twice.
"""

from collections.abc import Collection
from typing import Protocol

from mqtt.down import Lent
from mqtt.vocabulary import AllowanceId, MemberId, WalletId, wallet_of


class Lends(Protocol):
    """The replica, as it tells of allowances."""

    def lent(self, member: MemberId) -> Lent | None:
        """The allowance for a member."""

    def recalled(self) -> tuple[AllowanceId, ...]:
        """What the cloud wants back."""


class Uses(Protocol):
    """The journal, as it tells of allowances."""

    @property
    def wallet(self) -> WalletId:
        """As what the cloud knows this memory of them."""

    def spent(self, allowances: Collection[AllowanceId]) -> frozenset[AllowanceId]:
        """Which of these are used."""


class Allowances:
    """The screen's side."""

    def __init__(self, replica: Lends, journal: Uses) -> None:
        """Read what sync and the journal's writer have left."""
        self._replica, self._journal = replica, journal
        self.wallet = journal.wallet

    def of(self, member: MemberId) -> Lent | None:
        """What may be granted to a member; None for nothing."""
        found = self._replica.lent(member)
        return found if found and self._is_ours(found.allowance) and not self._spent(found) else None

    def recalled(self) -> tuple[AllowanceId, ...]:
        """What is to be given back: not used here, whether it ever came here or not.

        What was lent to another disk of this kiosk's is not: nobody here knows what became of it.
        """
        wanted = tuple(filter(self._is_ours, self._replica.recalled()))
        spent = self._journal.spent(wanted)
        return tuple(name for name in wanted if name not in spent)

    def _is_ours(self, allowance: AllowanceId) -> bool:
        return wallet_of(allowance) == self.wallet

    def _spent(self, lent: Lent) -> bool:
        return bool(self._journal.spent([lent.allowance]))
