"""Changes of the counts by day, gathered and then written at once."""

from collections import Counter, defaultdict

from django.db.backends.utils import CursorWrapper

from cloud.fleet.rows import Into, among, insert
from cloud.voice.rolling import add_days, add_shown
from cloud.voice.sides import Sides
from mqtt.vocabulary import MemberId

_KINDS = "SELECT id, kind FROM club_member WHERE id {}"

_COUNTS = Into(
    "voice_daycount",
    ("question", "day", "store_id", "kiosk", "wording", "segment", "value", "count", "flagged"),
    "ON CONFLICT (question, day, store_id, kiosk, wording, segment, value) DO UPDATE"
    " SET count = voice_daycount.count + excluded.count,"
    " flagged = voice_daycount.flagged + excluded.flagged",
)
_SHOWN = Into(
    "voice_showncount",
    ("question", "day", "store_id", "kiosk", "wording", "segment", "count"),
    "ON CONFLICT (question, day, store_id, kiosk, wording, segment) DO UPDATE"
    " SET count = voice_showncount.count + excluded.count",
)


class Days:
    """What is to be added to the counts by day; the tables see nothing before `write`."""

    def __init__(self) -> None:
        """Begin empty."""
        self._cells: defaultdict[tuple[Sides, int], list[int]] = defaultdict(lambda: [0, 0])
        self._shown: Counter[Sides] = Counter()

    def count(self, sides: Sides, value: int, by: int) -> None:
        """So many answers more count; below 0, fewer."""
        self._cells[sides, value][0] += by

    def flag(self, sides: Sides, value: int, by: int) -> None:
        """So many answers more are marked and do not count; below 0, fewer."""
        self._cells[sides, value][1] += by

    def show(self, sides: Sides) -> None:
        """The question stood on a screen once more."""
        self._shown[sides] += 1

    def write(self, cursor: CursorWrapper) -> None:
        """Bring everything into the tables and their roll-ups, in the caller's transaction."""
        # in one order everywhere, so that two who hold cells never wait for each other
        cells = sorted(self._cells.items())
        insert(cursor, _COUNTS, [(*sides, value, *by) for (sides, value), by in cells if any(by)])
        insert(cursor, _SHOWN, [(*sides, times) for sides, times in sorted(self._shown.items())])
        add_days(cursor, self._cells)
        add_shown(cursor, self._shown)


def segments(cursor: CursorWrapper, members: set[MemberId]) -> dict[MemberId, str]:
    """The kind of each member who is known."""
    return dict(among(cursor, _KINDS, members))
