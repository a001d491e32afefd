"""Everything that is posted, posted again from the stored events beside what is there, and compared.

Whatever differs is put right, but entries never: the ledger is append-only, and a difference there is a
person's business. The worker goes on meanwhile; only the last step, which posts the rest, compares and puts
right in one transaction, keeps posters out.
"""

# ruff: noqa: S608 - the statements hold names of this code and of its tables, never what a kiosk sent

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from cloud.club.models import MemberAsked
from cloud.collector.models import MemberVersion, Outbox, Parked
from cloud.collector.poster import Poster
from cloud.collector.rebuild_entries import Entries, compare_entries
from cloud.collector.rebuild_segments import keep_segments
from cloud.collector.rebuild_tables import (
    VOICE,
    Scratch,
    Table,
    ask,
    columns_of,
    run,
    scratch,
    standing_still,
)
from cloud.voice.models import MessageSeen, Ticket

BATCH = 5000
"""Events that are posted into scratch in one transaction."""
PROJECTIONS: tuple[Table, ...] = (*VOICE, MessageSeen, MemberAsked)

Say = Callable[[str], None]


@dataclass(frozen=True)
class Difference:
    """Rows of a table that the events give and it has not, and rows that it has and they do not give."""

    table: str
    missing: int
    extra: int


@dataclass(frozen=True)
class Report:
    """What was found. `projections` and `members` are put right, unless only a check was asked for.

    `failed`: events that cannot be posted any more, and were; then nothing is put right.
    `members`: whose row the kiosks may have otherwise, or not at all.
    """

    events: int
    entries: Entries
    projections: Sequence[Difference]
    members: int
    failed: Sequence[str]

    @property
    def exact(self) -> bool:
        """Whether the ledger is what the events say, and all of them can be posted."""
        return self.entries.equal and not self.failed

    @property
    def level(self) -> bool:
        """Whether nothing at all differs."""
        return self.exact and not self.members and not any(d.missing or d.extra for d in self.projections)


def rebuild(say: Say, *, put_right: bool) -> Report:
    """Post all anew into scratch, compare, and put right what may be. Raises ClosedMeanwhile."""
    with scratch() as tables:
        tables.follow()
        posted = _post(say)
        with standing_still(tables, locked=put_right):
            tables.follow()
            posted += _post(say)
            say("comparing")
            report = _compare(tables, posted)
            if put_right and not report.failed:
                _put_right(tables, report)
        return report


def _post(say: Say) -> int:
    total = int(ask("SELECT COALESCE(SUM(upto - posted), 0) FROM collector_stream")[0][0])
    # holds have no scratch, and hang on more than events: asks, and what operators did
    poster, posted = Poster(BATCH, anew=True), 0
    while more := poster.turn():
        posted += more
        say(f"posted {posted} of {total} events")
    return posted


def _compare(tables: Scratch, posted: int) -> Report:
    keep_segments(tables)
    return Report(
        events=posted,
        entries=compare_entries(tables),
        projections=[_difference(tables, table) for table in PROJECTIONS],
        members=_count(_members(tables)),
        failed=_failed(tables),
    )


def _difference(tables: Scratch, table: Table) -> Difference:
    live, made = tables.live_name(table), tables.scratch_name(table)
    return Difference(
        table._meta.db_table,  # noqa: SLF001 - Django's documented name
        _count(_beyond(table, made, live)),
        _count(_beyond(table, live, made)),
    )


def _beyond(table: Table, one: str, other: str) -> str:
    """The rows of one table that another has not; a count of zero is as good as none."""
    columns = _columns(table)
    real = f"WHERE NOT ({_nothing(table)})"
    return f"SELECT {columns} FROM {one} {real} EXCEPT SELECT {columns} FROM {other} {real}"


def _nothing(table: Table) -> str:
    """The condition that a row counts nothing, and is as good as none."""
    columns = columns_of(table)
    numbers = [name for name in ("count", "flagged") if "count" in columns and name in columns]
    return " AND ".join(f"{name} = 0" for name in numbers) or "FALSE"


def _both_ways(tables: Scratch, table: Table) -> tuple[tuple[str, str], tuple[str, str]]:
    live, made = tables.live_name(table), tables.scratch_name(table)
    return (live, made), (made, live)


def _columns(table: Table) -> str:
    return ", ".join(column for column in columns_of(table) if column != "id")


def _members(tables: Scratch) -> str:
    """Members whose row the kiosks may lack: points or what was asked differ, or they never had a version."""
    live, made = tables.live_entries, tables.scratch_entries
    asked, shown = tables.live_name(MemberAsked), tables.scratch_name(MemberAsked)
    sums = "SELECT member_id, SUM(points) FROM {} GROUP BY member_id"
    tickets = tables.live_name(Ticket)
    read = (_beyond(MessageSeen, *sides) for sides in _both_ways(tables, MessageSeen))
    codes = " UNION ".join(f"SELECT ticket_id FROM ({rows}) r{n}" for n, rows in enumerate(read))
    versions = MemberVersion._meta.db_table  # noqa: SLF001 - likewise
    return (
        f"SELECT member_id FROM ({sums.format(made)} EXCEPT {sums.format(live)}) a"
        f" UNION SELECT member_id FROM ({sums.format(live)} EXCEPT {sums.format(made)}) b"
        f" UNION SELECT member_id FROM ({_beyond(MemberAsked, shown, asked)}) c"
        f" UNION SELECT member_id FROM ({_beyond(MemberAsked, asked, shown)}) d"
        f" UNION SELECT t.member FROM {tickets} t WHERE t.code IN ({codes})"
        " UNION SELECT m.id FROM club_member m WHERE m.left_on IS NULL AND m.merged_into_id IS NULL AND"
        f" NOT EXISTS (SELECT 1 FROM {versions} v WHERE v.member_id = m.id AND v.group_id = m.group_id)"
        f" AND NOT EXISTS (SELECT 1 FROM {tables.live_name(Outbox)} o WHERE o.member_id = m.id)"
    )


def _failed(tables: Scratch) -> list[str]:
    live = tables.live_name(Parked)
    new = Parked.objects.extra(  # noqa: S610 - names of this code
        where=[f"event_id NOT IN (SELECT event_id FROM {live} WHERE event_id IS NOT NULL)"]
    )
    names = new.order_by("id").values_list("kiosk", "sequence", "reason")
    return [f"{kiosk} {sequence}: {reason}" for kiosk, sequence, reason in names]


def _put_right(tables: Scratch, report: Report) -> None:
    if report.members:
        run(
            f"INSERT INTO {tables.live_name(Outbox)} (member_id) SELECT member_id FROM ({_members(tables)}) m"
        )
    for table in PROJECTIONS:
        _replace(tables, table)


def _replace(tables: Scratch, table: Table) -> None:
    """Let the live table hold what scratch holds; rows that are the same stay where they are."""
    live, made, columns = tables.live_name(table), tables.scratch_name(table), _columns(table)
    wrong = _beyond(table, live, made)
    run(f"DELETE FROM {live} WHERE ({columns}) IN ({wrong})")
    run(f"DELETE FROM {live} WHERE {_nothing(table)}")
    run(f"INSERT INTO {live} ({columns}) {_beyond(table, made, live)}")


def _count(query: str) -> int:
    return int(ask(f"SELECT COUNT(*) FROM ({query}) q")[0][0])
