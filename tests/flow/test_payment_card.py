"""A payment card at the kiosk: refused kindly, and no digit of it anywhere when all is over."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from mqtt.client import Link
from tests.demo.programs import kill
from tests.flow.conftest import WITHIN, Club, until
from tests.flow.leaks import Trace

NUMBER = "6037991234560619"
TRACE = Trace(NUMBER)
WHOLE = f"%B{NUMBER}^TEST/NOBODY^3012101?;{NUMBER}=3012101?"
SWIPES = {
    "both tracks": WHOLE,
    "track 2 alone": f";{NUMBER}=3012101?",
    "track 1 alone": f"%B{NUMBER}^TEST/NOBODY^3012101?",
    "track 3": f";1234567?+01{NUMBER}==1?",
    "beside a club's number": f"%B{NUMBER}^TEST/NOBODY^3012101?;1234567?",
    "a letter where none can be": f";{NUMBER}x?",
    "no end": f";{NUMBER}=3012101",
    "no start": f"{NUMBER}=3012101?",
    "one digit short of a number": f";{NUMBER[:11]}=?",
}
KIVY_LOGS = Path.home() / ".kivy" / "logs"


class Ear:
    """Hears every message that goes over the broker, and keeps them in a file."""

    def __init__(self, club: Club) -> None:
        self._link = Link(club.plan.broker_url, "ear", ["#"], tls=club.plan.tls)
        self._file = club.plan.run / "heard"

    def hear(self, seconds: float) -> None:
        end = time.monotonic() + seconds
        with self._file.open("ab") as kept:
            while time.monotonic() < end:
                for message in self._link.step(0.05):
                    kept.write(message.topic.encode() + b"\n" + message.payload + b"\n")
                    self._link.done(message)

    def close(self) -> None:
        self._link.close()


@pytest.fixture
def ear(club: Club) -> Iterator[Ear]:
    opened = Ear(club)
    opened.hear(1.0)
    yield opened
    opened.close()


def refused(club: Club, tracks: str) -> None:
    """Draw a card through; the kiosk says something, or has nothing to say of what is no swipe."""
    before = club.screen.drawn
    club.devices.noise(tracks.encode() + b"\r", "magstripe")
    if club.screen.wait_for("Sorry", timeout=2.0, after=before):
        club.touch("done", "Attract")


def newest(folder: Path, since: float) -> list[Path]:
    return [
        path for path in folder.glob("*") if path.stat().st_mtime >= since and TRACE.found(path.read_bytes())
    ]


def test_a_payment_card_is_told_to_be_one(club: Club) -> None:
    before = club.screen.drawn
    club.devices.swipe("magstripe", WHOLE)
    assert club.screen.wait_for("Sorry", timeout=WITHIN, after=before)
    club.touch("done", "Attract")
    found = club.settled()
    assert found["parked"] == 0


def test_no_digit_of_it_is_in_any_log_journal_database_file_or_message(club: Club, ear: Ear) -> None:
    began = time.time()
    for tracks in SWIPES.values():
        refused(club, tracks)
        ear.hear(0.2)
    club.devices.unplug("magstripe")
    club.devices.plug("magstripe")
    kill(club.plan, "screen")
    assert club.screen.wait_for("Attract", timeout=WITHIN, after=time.monotonic())
    refused(club, WHOLE)
    club.settled()
    ear.hear(2.0)
    assert (club.plan.run / "heard").stat().st_size > 0, "messages were heard"
    assert list(TRACE.files(club.plan.run)) == []
    assert newest(KIVY_LOGS, began) == []


def test_a_leak_that_is_planted_in_what_runs_is_found(club: Club) -> None:
    """The same search over the same files, once a digit has got into each of them by its own way."""
    log = club.plan.run / "log"
    until(lambda: b"killed by SIGKILL" in log.read_bytes(), "the programs' words are in the log")
    with log.open("ab") as said:
        said.write(f"screen | refused ****{NUMBER[-4:]} ".encode())
    assert list(TRACE.files(club.plan.run)) == [log]
