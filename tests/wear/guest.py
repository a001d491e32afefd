"""Inside a small machine: a kiosk's files on a card that logs its writes, idle and then with visits.

The files are those of both processes, used by the kiosk's own code; what comes from the cloud is played.
"""

import os
import subprocess
import sys
import time
from pathlib import Path

from kiosk.device.mounting import OPTIONS
from kiosk.marks import Acked
from kiosk.members import Members, Replica
from mqtt.envelope import START
from mqtt.vocabulary import Epoch
from tests.powercuts import story
from tests.powercuts.mapper import LoggedDisk, load
from tests.powercuts.screen import Screen

IDLE, SHOPPING, END = "idle", "shopping", "end"
"""Marks: what begins there."""
WORN_IN = 1300
"""Notes after which SQLite writes over the replica's -wal, as it does for the rest of its life."""
HELLO, CLOCK = 60.0, 900.0
"""Seconds: how often it is noted in silence that the cloud was heard (kiosk.window, kiosk.sync); how often
systemd-timesyncd touches its file (timesyncd.conf, SaveIntervalSec)."""
EPOCH = Epoch("1" * 16)
"""Of the journal, for sync's marks."""
PACE = 1.0
"""Seconds from one visit to the next: closer than people come."""


def main(scratch: Path, seconds: float, visits: int) -> None:
    """Be idle for so long, then let so many come, with a mark before and behind each; the power goes then."""
    load("dm-mod", "dm-log-writes")
    disk, folder = LoggedDisk(Path("/dev/ubda"), Path("/dev/ubdb")), scratch / "disk"
    subprocess.run(["mount", "-t", "ext4", "-o", OPTIONS, disk.NODE, folder], check=True)
    replica, members = Replica(folder / "replica.db"), Members(folder / "replica.db")
    screen = Screen(folder / "journal.db", lambda _: None, loose=False)
    for number in range(WORN_IN):
        replica.set_heard_at(float(number))
    _mark(disk, IDLE)
    _rest(folder / "clock", replica, members, seconds)
    _mark(disk, SHOPPING)
    _shop(screen, replica, visits)
    _mark(disk, END)
    os._exit(0)  # nothing is closed, for SQLite would put its files away


def _rest(clock: Path, replica: Replica, members: Members, seconds: float) -> None:
    began = time.monotonic()
    end, hello, touch = began + seconds, began, began
    while (now := time.monotonic()) < end:
        if now >= hello:
            replica.set_heard_at(time.time())
            hello += HELLO
        if now >= touch:
            clock.touch()
            touch += CLOCK
        members.heard_at()
        time.sleep(PACE)


def _shop(screen: Screen, replica: Replica, visits: int) -> None:
    for number, visit in enumerate(story.visits(1, visits), 1):
        for order in visit:
            screen.take(order, lambda: None)
            replica.set_acked(Acked(EPOCH, number, START))
        time.sleep(PACE)


def _mark(disk: LoggedDisk, word: str) -> None:
    os.sync()
    disk.mark(word)


if __name__ == "__main__":
    main(Path(sys.argv[1]), float(sys.argv[2]), int(sys.argv[3]))
