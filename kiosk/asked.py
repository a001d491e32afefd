"""Which questions this kiosk asked whom, and when: its own journal's rows, remembered.

So a question is not asked again though the cloud has not heard of the first time, or not told of it yet.
Once an acknowledged row is dropped from the journal, the member's row from the cloud has to say it.
"""

from collections import Counter, deque
from collections.abc import Iterable
from datetime import datetime, tzinfo

from kiosk.clock import Stamp
from kiosk.survey import DAY, Past
from mqtt.events import QuestionShown
from mqtt.vocabulary import MemberId

KEPT = 50_000
"""Members and questions in memory; beyond it the longest ago are forgotten."""


class Asked:
    """Told of every impression; asked before each question. One thread uses it."""

    def __init__(self, shown: Iterable[tuple[QuestionShown, Stamp]] = (), zone: tzinfo | None = None) -> None:
        """Begin with what a journal holds, oldest first; `zone` is the store's, None for the machine's."""
        self._zone = zone
        self._last: dict[tuple[MemberId, str], Stamp] = {}
        self._shown: deque[tuple[str, Stamp]] = deque(maxlen=KEPT)
        for event, stamp in shown:
            self.note(event, stamp)

    def note(self, shown: QuestionShown, stamp: Stamp) -> None:
        """Remember that a question stood on the screen."""
        key = shown.member, shown.question
        self._last.pop(key, None)
        self._last[key] = stamp
        if len(self._last) > KEPT:
            del self._last[next(iter(self._last))]
        self._shown.append((shown.question, stamp))
        while (_age(self._shown[0][1], stamp) or 0.0) >= 2 * DAY:
            self._shown.popleft()

    def past(self, member: MemberId, questions: Iterable[str], now: Stamp) -> Past:
        """What there is to know before asking a member one of these questions."""
        since = {
            question: max(0.0, _age(stamp, now) or 0.0)
            for question in questions
            if (stamp := self._last.get((member, question))) is not None
        }
        return Past(since, self._today(now))

    def _today(self, now: Stamp) -> dict[str, int]:
        """How often each question was shown since the store's midnight; what cannot be told counts."""
        local = datetime.fromtimestamp(now.wall, self._zone)
        midnight = local.replace(hour=0, minute=0, second=0, microsecond=0).timestamp()
        since = now.wall - midnight
        return Counter(question for question, stamp in self._shown if (_age(stamp, now) or 0.0) <= since)


def _age(stamp: Stamp, now: Stamp) -> float | None:
    """Seconds between two moments, by the clock of the boot where they share it; None where none can tell.

    Within a boot it does not matter that somebody set the wall clock in between.
    """
    if stamp.boot == now.boot:
        return (now.monotonic_ns - stamp.monotonic_ns) / 1e9
    return now.wall - stamp.wall if stamp.synced and now.synced else None
