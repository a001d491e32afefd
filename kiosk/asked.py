"""Which questions this kiosk asked whom, and when: its own journal's rows, remembered.

So a question is not asked again though the cloud has not heard of the first time, or not told of it yet.
Once an acknowledged row is dropped from the journal, the member's row from the cloud has to say it.
"""

from collections import Counter, defaultdict, deque
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, tzinfo

from kiosk.clock import Stamp
from kiosk.survey import DAY, Past
from mqtt.events import QuestionShown
from mqtt.vocabulary import MemberId

MINUTE = 60.0
KEPT = 50_000
"""Members and questions in memory; beyond it the longest ago are forgotten."""


@dataclass(slots=True)
class _Run:
    """How often a question was shown within a minute; that is as near to midnight as it is told."""

    began: Stamp
    times: int = 1

    def holds(self, stamp: Stamp) -> bool:
        """Whether a moment lies in the same minute, and can be dated just as well."""
        age = _age(self.began, stamp)
        alike = (self.began.boot, self.began.synced) == (stamp.boot, stamp.synced)
        return alike and age is not None and 0 <= age < MINUTE


class Asked:
    """Told of every impression; asked before each question. One thread uses it."""

    def __init__(self, shown: Iterable[tuple[QuestionShown, Stamp]] = (), zone: tzinfo | None = None) -> None:
        """Begin with what a journal holds, oldest first; `zone` is the store's, None for the machine's."""
        self._zone = zone
        self._last: dict[tuple[MemberId, str], Stamp] = {}
        self._shown: defaultdict[str, deque[_Run]] = defaultdict(lambda: deque(maxlen=KEPT))
        for event, stamp in shown:
            self.note(event, stamp)

    def note(self, shown: QuestionShown, stamp: Stamp) -> None:
        """Remember that a question stood on the screen."""
        key = shown.member, shown.question
        self._last.pop(key, None)
        self._last[key] = stamp
        if len(self._last) > KEPT:
            del self._last[next(iter(self._last))]
        self._count(self._shown[shown.question], stamp)

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
        today: Counter[str] = Counter()
        for question, runs in self._shown.items():
            today[question] += sum(run.times for run in runs if (_age(run.began, now) or 0.0) <= since)
        return +today

    @staticmethod
    def _count(runs: "deque[_Run]", stamp: Stamp) -> None:
        if runs and runs[-1].holds(stamp):
            runs[-1].times += 1
        else:
            runs.append(_Run(stamp))
        while (_age(runs[0].began, stamp) or 0.0) >= 2 * DAY:
            runs.popleft()


def _age(stamp: Stamp, now: Stamp) -> float | None:
    """Seconds between two moments, by the clock of the boot where they share it; None where none can tell.

    Within a boot it does not matter that somebody set the wall clock in between.
    """
    if stamp.boot == now.boot:
        return (now.monotonic_ns - stamp.monotonic_ns) / 1e9
    return now.wall - stamp.wall if stamp.synced and now.synced else None
