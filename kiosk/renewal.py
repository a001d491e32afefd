"""Keeping the certificate fresh: renewed at two thirds of its life, on command, and once it has ended.

The asking happens in a thread of its own, for it may take as long as a gate takes; what comes of it is put in
place by sync's own thread. Nothing here is fatal: a kiosk whose certificate has ended goes on asking.
"""

import logging
import random
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Final

from kiosk import gate, identity, keys
from kiosk.addresses import Gate
from kiosk.errors import IdentityError
from kiosk.gate import GateError
from kiosk.identity import Identity
from kiosk.pacing import Jitter
from mqtt.enrolment import Enrolled, Renew, Wait

log = logging.getLogger(__name__)

SHARE: Final = 2 / 3
"""Of a certificate's life, after which it is renewed."""
SPREAD: Final = 0.03
"""Of its life, by which kiosks that were enrolled on one day are renewed on different ones."""
FIRST, LAST = 60.0, 6 * 3600.0
"""Seconds between attempts that fail: doubled each time, with jitter."""
DAY: Final = 86400.0

Answer = Enrolled | Wait


class Renewal:
    """Renews one identity. One thread calls it."""

    def __init__(  # noqa: PLR0913 - one argument for each thing it is wired to
        self,
        found: Identity,
        cloud: Gate,
        *,
        reconnect: Callable[[], None],
        restart: Callable[[], object],
        now: Callable[[], float] = time.monotonic,
        wall: Callable[[], float] = time.time,
        jitter: Jitter = random.uniform,
        within: float = gate.WITHIN,
    ) -> None:
        """`reconnect` makes the next connection, with the new certificate; `restart` is for a changed kiosk.

        `now` is a monotonic clock and `wall` the time since 1970, in seconds; `within` are the seconds that
        the gate may take.
        """
        self.identity = found
        self._cloud, self._within = cloud, within
        self._reconnect, self._restart = reconnect, restart
        self._now, self._wall, self._jitter = now, wall, jitter
        self._share = SHARE + jitter(-SPREAD, SPREAD)
        self._aside = ThreadPoolExecutor(1, "renewal")
        self._asked: Future[Answer] | None = None
        self._wanted, self._due, self._tries, self._said = False, 0.0, 0, ""

    @property
    def is_asking(self) -> bool:
        """Whether an answer is on its way."""
        return self._asked is not None and not self._asked.done()

    def want(self) -> None:
        """Renew now, whatever the date."""
        self._wanted, self._due, self._tries = True, 0.0, 0

    def days(self) -> float:
        """How many are left of the certificate; below 0 since it ended."""
        return round((self.identity.ends.timestamp() - self._wall()) / DAY, 2)

    def turn(self) -> None:
        """Ask, if it is time, and take what was answered."""
        if self._asked is not None:
            if self._asked.done():
                asked, self._asked = self._asked, None
                self._take(asked)
        elif self._now() >= self._due and (self._wanted or self._is_old()):
            self._asked = self._aside.submit(self._ask)

    def close(self) -> None:
        """Ask no more. An answer that is on its way is asked for again by the next start."""
        self._aside.shutdown(wait=False, cancel_futures=True)

    def _is_old(self) -> bool:
        begins, ends = self.identity.begins.timestamp(), self.identity.ends.timestamp()
        return self._wall() >= begins + (ends - begins) * self._share

    def _ask(self) -> Answer:
        mine = self.identity.enrolled
        key = identity.sound(self.identity)
        answer = gate.ask(
            self._cloud, mine.authorities, Renew(mine.certificate, keys.request(key)), self._within
        )
        if isinstance(answer, Enrolled):
            fresh = identity.understood(answer, self.identity.folder)
            if fresh.kiosk != self.identity.kiosk or not keys.belongs(key, fresh.certificate):
                raise IdentityError("what the gate answered is for another kiosk or another key")
        return answer

    def _take(self, asked: Future[Answer]) -> None:
        try:
            answer = asked.result()
            if isinstance(answer, Wait):
                self._due = self._now() + max(1.0, answer.seconds)
                return
            self._put(answer)
        except (GateError, IdentityError, OSError) as error:
            self._fail(error)

    def _put(self, answer: Enrolled) -> None:
        before = self.identity
        fresh = identity.understood(answer, before.folder)
        identity.replace(fresh)
        self.identity, self._wanted, self._tries, self._said = fresh, False, 0, ""
        # where the clock is wrong, or the same comes again, what is new is old at once
        self._due = self._now() + (LAST if self._is_old() else 0.0)
        log.info("renewal: the certificate is good until %s", fresh.ends.isoformat(timespec="minutes"))
        self._restart() if _differs(before, fresh) else self._reconnect()

    def _fail(self, error: Exception) -> None:
        self._tries += 1
        self._due = self._now() + min(LAST, FIRST * 2.0 ** min(self._tries - 1, 20)) * self._jitter(0.5, 1.0)
        said = f"{error.reason}: {error}" if isinstance(error, GateError) else str(error)
        if said != self._said:
            self._said = said
            log.warning("renewal: %s; %.0f days are left, trying again", said, self.days())


def _differs(before: Identity, fresh: Identity) -> bool:
    """Whether it says something of the kiosk that is read only at a start."""
    return _lasting(before.enrolled) != _lasting(fresh.enrolled)


def _lasting(enrolled: Enrolled) -> tuple[object, ...]:
    return (
        enrolled.store,
        enrolled.group,
        enrolled.broker,
        enrolled.catalogue_key,
        tuple((key.id, key.secret) for key in enrolled.club_keys),
    )
