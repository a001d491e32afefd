"""Gives back, each once, the allowances that the cloud calls back."""

from collections.abc import Callable
from typing import Protocol

from kiosk.allowances import Allowances
from kiosk.clock import Clock, Stamp
from mqtt.events import AllowanceReturned, Event
from mqtt.vocabulary import AllowanceId


class Records(Protocol):
    """The recorder, as it is needed here."""

    def record(
        self,
        events: tuple[tuple[Event, Stamp], ...],
        done: Callable[[bool], None] | None = None,
        *,
        uses: tuple[AllowanceId, ...] = (),
    ) -> None:
        """Make events durable, which use up allowances."""


class Returning:
    """Used by the session's thread."""

    def __init__(
        self,
        allowances: Allowances,
        recorder: Records,
        clock: Clock,
        post: Callable[[Callable[[], None]], None],
    ) -> None:
        """`post` runs a function in the session's thread."""
        self._allowances, self._recorder, self._clock, self._post = allowances, recorder, clock, post
        self._ordered: set[AllowanceId] = set()

    def give_back(self, but: AllowanceId | None = None) -> bool:
        """Record what is to be given back; whether that left `but`, which somebody might be spending.

        What the disk does not take is given back when the cloud says it the next time.
        """
        wanted = self._allowances.recalled()
        for allowance in wanted:
            if allowance != but and allowance not in self._ordered:
                self._return(allowance)
        return but in wanted

    def _return(self, allowance: AllowanceId) -> None:
        self._ordered.add(allowance)

        def done(_kept: bool) -> None:  # noqa: FBT001 - the recorder's word
            self._post(lambda: self._ordered.discard(allowance))

        self._recorder.record(((AllowanceReturned(allowance), self._clock.stamp()),), done, uses=(allowance,))
