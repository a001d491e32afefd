"""Kiosks are told which allowances to give back: at once, and again until they have."""

from collections.abc import Callable, Mapping

from cloud.club.recalls import recalled
from mqtt.vocabulary import AllowanceId, KioskId

Say = Callable[[KioskId, tuple[AllowanceId, ...]], object]
Wanted = Mapping[KioskId, tuple[AllowanceId, ...]]


class Recalling:
    """Knows what each kiosk was told last; after a restart all of it is said anew."""

    def __init__(self, say: Say) -> None:
        """`say` brings all that a kiosk is to give back to it; what is lost on the way is said again."""
        self._say = say
        self._told: Wanted = {}

    def turn(self) -> int:
        """Say what is not as it was told; to how many kiosks. One that has given all back hears so once."""
        wanted, before = recalled(), self._told
        changed = [kiosk for kiosk in {*wanted, *before} if wanted.get(kiosk) != before.get(kiosk)]
        self._told = wanted
        for kiosk in sorted(changed):
            self._say(kiosk, wanted.get(kiosk, ()))
        return len(changed)

    def again(self) -> None:
        """Say it to all who have not given back."""
        for kiosk in self._told:
            self.to(kiosk)

    def to(self, kiosk: KioskId) -> None:
        """Say it to one kiosk, if it has not given back."""
        if kiosk in self._told:
            self._say(kiosk, self._told[kiosk])
