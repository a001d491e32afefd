"""Becoming one of the club's: a machine that goes on where a power cut left it, run by sync before all else.

Key, authority, certificate, and the token erased. What it has reached lies on the disk (:mod:`kiosk.cradle`);
what holds it up is told in :mod:`kiosk.progress`.
"""

import errno
import logging
import random
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from cryptography import x509

from kiosk import gate, identity, keys, progress
from kiosk.addresses import parse_gate
from kiosk.config import ToEnrol
from kiosk.cradle import At, Cradle, is_spent, nowhere
from kiosk.ending import Ending
from kiosk.errors import ConfigError, IdentityError, KioskError
from kiosk.gate import GateError
from kiosk.identity import Identity
from kiosk.keys import Key
from kiosk.pacing import FIRST, HOPELESS, Jitter, pause
from kiosk.progress import Progress, Reason, Step
from mqtt.client import BadBroker, parse_broker
from mqtt.enrolment import Enrol, Enrolled, Wait

log = logging.getLogger(__name__)

LOOK = 2.0
"""Seconds between two looks whether kiosk.toml was corrected."""
ENOUGH = 5
"""Attempts with a new token after which a kiosk that has an identity goes on with it until the next start."""
_KEPT = "enrolled, but kiosk.toml keeps its token, now used: {}"
_ORDER: tuple[Step, ...] = ("waiting-for-time", "making-key", "asking-authority", "enrolling", "enrolled")


class _HeldUp(KioskError):
    """It does not go on; the first argument is the reason."""

    def __init__(self, reason: Reason, detail: str) -> None:
        super().__init__(detail)
        self.reason: Reason = reason


class Enrolment:
    """Call `turn` until there is an `identity`. One thread calls it."""

    def __init__(  # noqa: PLR0913 - one argument for each thing that a test has in its hand
        self,
        read: Callable[[], ToEnrol],
        erase: Callable[[], None],
        *,
        within: float = gate.WITHIN,
        now: Callable[[], float] = time.monotonic,
        wall: Callable[[], float] = time.time,
        jitter: Jitter = random.uniform,
        at: At = nowhere,
    ) -> None:
        """`read` gives kiosk.toml as it is now, or raises ConfigError; `erase` takes the token out of it.

        `within` are the seconds that a request may take. `now` is a monotonic clock and `wall` the time since
        1970, in seconds.
        """
        self._read, self._erase, self._within = read, erase, within
        self._now, self._wall, self._jitter, self._at = now, wall, jitter, at
        self._alive: Callable[[], None] = lambda: None
        self._due, self._tries = 0.0, 0
        self.setup = read()
        """kiosk.toml as it was last read."""
        self._step: Step = "making-key"
        self.progress: Progress | None = None
        self.identity: Identity | None = None

    def run(self, stop: Ending, alive: Callable[[], None] = lambda: None) -> Identity | None:
        """The identity, as soon as there is one; None where it is stopped before.

        `alive` is called before every turn and at every step: between two calls is one exchange with the gate
        at most, with its name looked up, each of its addresses tried, and the whole answer waited for.
        """
        self._alive = alive
        alive()
        while not stop.wait(self.turn()):
            if self.identity is not None:
                return self.identity
            alive()
        return self.identity

    def turn(self) -> float:
        """Go on, if it is time; gives the seconds until it may be time again."""
        self._look()
        if self._now() >= self._due:
            self._go_on()
        return 0.0 if self.identity is not None else max(0.0, min(LOOK, self._due - self._now()))

    def _look(self) -> None:
        try:
            setup = self._read()
        except ConfigError:
            return  # somebody is writing it, or must correct it: what was read before still holds
        if setup != self.setup:
            self.setup, self._due, self._tries, self.progress = setup, 0.0, 0, None

    def _go_on(self) -> None:
        self._tries += 1
        try:
            self.identity = self._attempt(Path(self.setup.data))
        except GateError as error:
            self._hold_up(error.reason, str(error))
        except _HeldUp as error:
            self._hold_up(error.reason, str(error))
        except OSError as error:
            self._hold_up("disk", f"this kiosk's disk: {error}")

    def _attempt(self, data: Path) -> Identity | None:
        """One go through all the steps that are left; None where the authority wants to be asked again."""
        cradle = Cradle(data, self._at)
        cradle.move_in()
        found = self._former(data)
        if found is None:
            found = self._enrol(data, cradle)
        if found is not None:
            self._finish(found)
        return found

    def _former(self, data: Path) -> Identity | None:
        """The identity that is there; None where a token is to replace it or there is none."""
        token = self.setup.token
        if token and not is_spent(data, token):
            return None
        try:
            return _whole(data)
        except IdentityError as error:
            raise _HeldUp("bad-identity", str(error)) from None

    def _enrol(self, data: Path, cradle: Cradle) -> Identity | None:
        setup = self.setup
        if not setup.token:
            raise _HeldUp("no-token", f"there is no identity yet; {identity.ANEW}")
        self._begin("making-key")
        key = cradle.key()
        self._begin("asking-authority")
        trusted = gate.authority(parse_gate(setup.cloud), setup.authority, self._within)
        self._check_time(trusted)
        self._begin("enrolling")
        answer = self._ask(key, trusted)
        if isinstance(answer, Wait):
            self._due = self._now() + max(FIRST, answer.seconds)
            return None
        self._check(answer, key, cradle)
        cradle.fill(answer, setup.token)
        return self._former(data)

    def _ask(self, key: Key, trusted: x509.Certificate) -> Enrolled | Wait:
        setup = self.setup
        question = Enrol(setup.store, setup.token, keys.request(key))
        self._at("before asking")
        answer = gate.ask(parse_gate(setup.cloud), gate.pem(trusted), question, self._within)
        self._at("after asking")
        return answer

    def _check_time(self, trusted: x509.Certificate) -> None:
        """A clock that is before the authority itself has not been set."""
        if datetime.fromtimestamp(self._wall(), UTC) < trusted.not_valid_before_utc:
            self._step = "waiting-for-time"
            raise _HeldUp("clock", "this kiosk's clock has not been set; it waits for the time (NTP)")

    def _check(self, answer: Enrolled, key: Key, cradle: Cradle) -> None:
        try:
            found = identity.understood(answer, cradle.folder)
            parse_broker(answer.broker)
        except (IdentityError, BadBroker) as error:
            raise _HeldUp("bad-answer", f"what the gate answered cannot be used: {error}") from None
        if answer.store != self.setup.store or not keys.belongs(key, found.certificate):
            raise _HeldUp("bad-answer", "what the gate answered is for another store or another key")

    def _finish(self, found: Identity) -> None:
        """Erase the token; where that fails the kiosk works all the same, and says so."""
        reason: Reason | None = None
        detail = f"as {found.kiosk}, of {found.store}"
        if self.setup.token:
            self._at("before erasing")
            try:
                self._erase()
            except OSError as error:
                if error.errno == errno.EROFS:  # where the card is mounted read-only, the system erases it
                    detail += "; the used token is left to the system to erase"
                else:
                    reason, detail = "disk", _KEPT.format(error)
            except ConfigError as error:
                reason, detail = "disk", _KEPT.format(error)
            self._at("after erasing")
        self._tell("enrolled", reason, detail)

    def _begin(self, step: Step) -> None:
        """Tell a step forward; going again through those that were done before is no news."""
        self._step = step
        self._alive()
        if self.progress is None or _ORDER.index(step) > _ORDER.index(self.progress.step):
            self._tell(step, None, "")

    def _hold_up(self, reason: Reason, detail: str) -> None:
        self._due = self._now() + pause(reason, self._tries, self._jitter)
        if reason not in HOPELESS and self._tries < ENOUGH:
            self._tell(self._step, reason, detail)
            return
        try:
            self.identity = _whole(Path(self.setup.data))
        except (IdentityError, OSError):
            self.identity = None
        kept = f"going on as {self.identity.kiosk}, the new token is not taken: " if self.identity else ""
        self._tell("enrolled" if self.identity else self._step, reason, kept + detail)

    def _tell(self, step: Step, reason: Reason | None, detail: str) -> None:
        told = progress.after(self.progress, step, reason, detail, self._wall())
        if told == self.progress:
            return
        self.progress = told
        log.info("enrolment: %s%s%s", step, f", {reason}" if reason else "", f": {detail}" if detail else "")
        try:
            progress.write(Path(self.setup.data), told)
        except OSError as error:
            log.warning("enrolment: the screen cannot be told: %s", error)


def _whole(data: Path) -> Identity | None:
    found = identity.own(data)
    if found is not None:
        identity.sound(found)
    return found
