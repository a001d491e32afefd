"""The kiosk alone, offline, with a million members: tap to balance, journal, look-up, idle, start.

`python -m tests.bench.kiosk RUN KEY` is sync's hand in it: it applies member batches until it is stopped.
"""

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, date, datetime
from pathlib import Path

from drivers.simulated.remote import Devices
from kiosk.clock import Clock, always_synced
from kiosk.journal import Journal
from kiosk.members import Members, Replica
from mqtt import events
from mqtt.down import MAX_PAGE, MemberRow, MembersBatch, Movement
from mqtt.vocabulary import CardKey, ClubKey, MemberId, VisitId, card_key
from tests.bench.cpu import cpu_seconds
from tests.bench.row import Row, of_samples
from tests.demo.plan import ROOT, Plan
from ui.remote_client import Screen

MEMBERS = 1_000_000
TAPS = 200
TOUCHES = 30
PANELS = {"7": "800x480", "10": "1280x800"}
"""The panels' pixels, by their inches."""
APPENDS = 2_000
LOOKUPS = 20_000
IDLE_SECONDS = 20.0
BATCH = 10_000
FIELDS = 10


def rows(say: Callable[[str], None]) -> Iterator[Row]:
    """Measure, row by row."""
    with tempfile.TemporaryDirectory(prefix="bg-") as folder:
        plan = Plan(run=Path(folder) / "r")
        plan.write()
        say(f"a replica of {MEMBERS:,} members")
        yield _fill(plan)
        yield _lookup(plan)
        yield _append(Path(folder))
        for inches in PANELS:
            yield from _screen(plan, inches, say)
        yield _touches(plan, say)


def _number(member: int) -> bytes:
    return member.to_bytes(5, "big")


def _key(plan: Plan, member: int) -> CardKey:
    return card_key(ClubKey("1", bytes.fromhex(plan.club_key)), "em4100", _number(member))


def _row(plan: Plan, member: int) -> MemberRow:
    lines = tuple(Movement(date(2026, 11, day), 10, "visit") for day in range(1, 6))
    return MemberRow(
        MemberId(f"m-{member:010d}"),
        (_key(plan, member),),
        "نگار",
        "fa",
        member % 5000,
        datetime.now(UTC),
        lines,
    )


def _fill(plan: Plan) -> Row:
    replica, began = Replica(plan.kiosk / "replica.db"), time.perf_counter()
    for first in range(0, MEMBERS, BATCH):
        members = tuple(_row(plan, member) for member in range(first, first + BATCH))
        replica.apply(MembersBatch("g", first, first + BATCH, MEMBERS, members))
    replica.close()
    rate = MEMBERS / (time.perf_counter() - began)
    return Row("replica filled, rows/s", rate, "/s", "", MEMBERS)


def _lookup(plan: Plan) -> Row:
    members, samples = Members(plan.kiosk / "replica.db"), []
    for number in range(LOOKUPS):
        card = _key(plan, number * 7919 % MEMBERS)
        began = time.perf_counter()
        assert members.find((card,))
        samples.append(time.perf_counter() - began)
    members.close()
    return of_samples("member found among 1,000,000", samples, "p99 <= 50 us", "us")


def _append(folder: Path) -> Row:
    journal, clock, samples = Journal(folder / "j.db"), Clock(always_synced), []
    for number in range(APPENDS):
        tap = events.CardTapped(VisitId(f"{number:016x}"), "em4100", (CardKey("1:" + "0" * 32),))
        began = time.perf_counter()
        journal.append([(tap, clock.stamp())])
        samples.append(time.perf_counter() - began)
    journal.close()
    return of_samples("swipe journalled durably", samples, "p50 <= 0.5 ms, p99 <= 10 ms")


def _screen(plan: Plan, inches: str, say: Callable[[str], None]) -> Iterator[Row]:
    at = f"at {PANELS[inches]}"
    with ExitStack() as stack:
        devices = stack.enter_context(
            _program(plan, "-m", "drivers.simulated", "--run", str(plan.run / "devices"))
        )
        screen = stack.enter_context(Screen(plan.touches))
        say(f"the kiosk's start, {at}")
        began = time.monotonic()
        kiosk = stack.enter_context(
            _program(plan, "-m", "kiosk", "screen", "--config", str(plan.run / "kiosk.toml"), inches=inches)
        )
        assert screen.wait_for("Attract", timeout=60)
        assert devices.poll() is None
        yield Row(f"cold start to Attract, {at}", screen.drawn - began, "s", "<= 2 s", 1)
        say(f"{TAPS} taps")
        yield of_samples(
            f"card bytes complete -> Welcome flipped, {at}", _taps(plan, screen), "p99 <= 100 ms"
        )
        say(f"{TAPS} taps while sync writes")
        with _program(plan, "-m", "tests.bench.kiosk", str(plan.run), plan.club_key):
            busy = _taps(plan, screen)
        yield of_samples(f"the same while sync writes members, {at}", busy, "p99 <= 100 ms")
        assert screen.wait_for("Attract", timeout=60)
        say(f"{IDLE_SECONDS:.0f} s of idling")
        yield Row(f"kiosk idle CPU, all readers polled, {at}", _idle(kiosk.pid), "% of a core", "<= 1.5 %", 1)
        yield Row(f"kiosk memory (RSS), {at}", _memory(kiosk.pid), "MB", "<= 200 MB", 1)


def _taps(plan: Plan, screen: Screen) -> list[float]:
    devices, samples = Devices(plan.devices), []
    for number in range(TAPS):
        before = screen.drawn
        complete = devices.lay("em4100", _number(number * 4999 % MEMBERS))
        assert screen.wait_for("Welcome", timeout=10, after=before)
        assert screen.notice
        samples.append(screen.notice.at - complete)
        devices.lift("em4100")
    return samples


def _touches(plan: Plan, say: Callable[[str], None]) -> Row:
    say(f"{TOUCHES} touches of a screen at rest")
    words = ("-m", "tests.bench.touch", str(plan.run / "touch.sock"), str(TOUCHES))
    done = subprocess.run(
        [sys.executable, *words], env=plan.environment(), cwd=ROOT, check=True, stdout=subprocess.PIPE
    )
    return of_samples("touch -> pressed key flipped, from rest", json.loads(done.stdout), "p99 <= 100 ms")


def write(plan: Plan) -> None:
    """Apply member batches to the filled replica, as sync does, without end."""
    replica = Replica(plan.kiosk / "replica.db")
    while True:
        after = replica.version
        rows = tuple(_row(plan, (after * 7919 + member) % MEMBERS) for member in range(MAX_PAGE))
        replica.apply(MembersBatch("g", after, after + MAX_PAGE, after + MAX_PAGE, rows))


def _idle(pid: int) -> float:
    before, began = cpu_seconds(pid), time.monotonic()
    time.sleep(IDLE_SECONDS)
    return 100 * (cpu_seconds(pid) - before) / (time.monotonic() - began)


def _memory(pid: int) -> float:
    for line in Path(f"/proc/{pid}/status").read_text("ascii").splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    raise LookupError("VmRSS")


@contextmanager
def _program(plan: Plan, *words: str, inches: str = "7") -> Iterator["subprocess.Popen[bytes]"]:
    environment = {**plan.environment(), "BASHGAH_KIOSK_SCREEN_INCHES": inches}
    program = subprocess.Popen([sys.executable, *words], env=environment, cwd=ROOT)
    try:
        yield program
    finally:
        program.terminate()
        program.wait(20)


if __name__ == "__main__":
    write(Plan(run=Path(sys.argv[1]), club_key=sys.argv[2]))
