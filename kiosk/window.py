"""How far the journal is sent and acknowledged, and what to do next: go-back-N, pure.

Times are seconds of a monotonic clock, handed in. Sequences count from 1; 0 is before the first.
"""

from dataclasses import dataclass

UNACKED = 1000
"""Events sent and not acknowledged, at most; it bounds the broker's queue too."""
FIRST_WAIT, LAST_WAIT = 2.0, 30.0
"""Seconds without an answer before asking or sending again; doubled each time."""
HELLO_EVERY = 60.0
"""Seconds between hellos while all is well."""


@dataclass
class Window:
    """One stream's place. Nothing is sent before a hello of this connection was answered."""

    acked: int
    sent: int = 0
    nonce: str | None = None
    """Of the hello that waits for its answer."""
    greeted: bool = False
    _wait: float = FIRST_WAIT
    _asked_at: float = 0.0
    _moved_at: float = 0.0
    _hello_at: float = 0.0
    _narrow_upto: int = 0
    """Up to this row they are sent one by one."""

    def start(self, now: float) -> None:
        """A new connection: whatever was sent may be lost, and the other end may be another."""
        self.doubted(now)

    def want_hello(self, at: float) -> None:
        """See to it that a hello is sent at `at` or before."""
        self._hello_at = min(self._hello_at, at)

    def hello_is_due(self, now: float) -> bool:
        """Whether to say hello now: it is time, or the last one got no answer."""
        if self.nonce is not None:
            return now - self._asked_at >= self._wait
        return now >= self._hello_at

    def asked(self, nonce: str, now: float) -> None:
        """A hello was sent."""
        if self.nonce is not None:
            self._wait = min(2 * self._wait, LAST_WAIT)
        self.nonce, self._asked_at = nonce, now
        self._hello_at = now + HELLO_EVERY

    def answered(self, upto: int, now: float) -> None:
        """Our own question was answered: believed even backwards, for the cloud may have been restored."""
        self.nonce, self.greeted, self._wait = None, True, FIRST_WAIT
        if upto < self.acked or self.sent < upto:
            self.sent = upto
        self.acked, self._moved_at = upto, now

    def doubted(self, at: float) -> None:
        """Send nothing until a hello, said at `at`, was answered: then all sent before it was too."""
        self.nonce, self.greeted, self.sent = None, False, self.acked
        self._wait, self._hello_at = FIRST_WAIT, at

    def narrow(self, now: float) -> bool:
        """Something after the last acknowledged row was refused; whether that was one row, sent alone.

        If not, all that was sent is now sent one by one.
        """
        alone = self.acked < self._narrow_upto and self.sent == self.acked + 1
        self._narrow_upto = max(self._narrow_upto, self.sent, self.acked + 1)
        self.doubted(now)
        return alone

    def acknowledged(self, upto: int, now: float) -> bool:
        """A cumulative acknowledgement came; whether it moved anything."""
        if upto <= self.acked:
            return False
        self.acked, self.sent = upto, max(self.sent, upto)
        self._moved_at, self._wait = now, FIRST_WAIT
        return True

    def refused(self, now: float) -> None:
        """The collector lacks what comes before: go back, but not for each refusal of one window."""
        if now - self._moved_at >= FIRST_WAIT / 10:
            self.sent, self._moved_at = self.acked, now

    def room(self, now: float) -> int:
        """How many events may be sent now; goes back to the last acknowledged when nothing moves."""
        if not self.greeted:
            return 0
        if self.sent > self.acked and now - self._moved_at >= self._wait:
            self.sent, self._moved_at = self.acked, now
            self._wait = min(2 * self._wait, LAST_WAIT)
        if self.acked < self._narrow_upto:
            return int(self.sent == self.acked)
        return self.acked + UNACKED - self.sent

    def was_sent(self, upto: int, now: float) -> None:
        """Events up to `upto` went out."""
        if self.sent == self.acked:
            self._moved_at = now
        self.sent = upto
