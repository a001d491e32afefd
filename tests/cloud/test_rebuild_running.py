"""The rebuild beside a collector and a worker that go on: nobody is in anybody's way."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from cloud.collector.rebuild import PROJECTIONS
from mqtt.topics import BOOT
from mqtt.vocabulary import CardKey
from tests.cloud.kiosks import CARD, Kiosk, answer, days, tap, undo
from tests.cloud.processes import ROOT, Cloud, Talk, wait_for
from tests.mqtt.broker import Broker

VISITS = 300
ROWS = 3 * VISITS


@pytest.fixture
def cloud(tmp_path: Path, broker: Broker) -> Iterator[Cloud]:
    made = Cloud(tmp_path, broker.url)
    made.prepare()
    yield made
    made.stop()


def test_the_worker_goes_on_while_everything_is_posted_again(cloud: Cloud) -> None:
    kiosk = Kiosk()
    for number in range(VISITS):
        card = CARD if number % 2 else CardKey(f"1:{number + 7:032x}")
        given, taken_back = answer(number, 1 + number % 7), undo(max(0, number - 3))
        kiosk.record(tap(number, card), given, taken_back, at=days(number))
    talk = Talk(cloud.broker, kiosk)
    cloud.collector()
    cloud.worker()
    wait_for(lambda: talk.heard_topic(BOOT), "the collector is there")
    rebuilds = 0
    for first in range(1, ROWS, 100):
        talk.say(first, first + 99)
        if first % 300 == 1:
            rebuilding = started(cloud)
            wait_for(lambda process=rebuilding: stepped(talk, process), "the rebuild ends")  # type: ignore[misc]
            assert rebuilding.returncode == 0, rebuilding.communicate()
            rebuilding.communicate()
            rebuilds += 1
    wait_for(lambda: talk.upto() == ROWS, "all is stored")
    wait_for(lambda: cloud.ask("SELECT posted FROM collector_stream") == [(ROWS,)], "all is posted")
    talk.link.close()
    last = started(cloud, "--check")
    said, _ = last.communicate()
    assert (last.returncode, rebuilds) == (0, 3), said
    assert f"{ROWS} events posted again" in said
    assert said.count(": 0 rows missing, 0 too many\n") == len(PROJECTIONS)
    assert cloud.ask("SELECT sum(points) FROM club_entry") == [(10 * VISITS // 2,)]
    assert cloud.ask("SELECT sum(count) FROM voice_tapcount") == [(VISITS,)]
    assert cloud.ask("SELECT sum(count) FROM voice_answercount") == [(3,)]
    done = subprocess.run(
        [sys.executable, "-m", "cloud", "audit"],
        env=cloud.environment,
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    found = json.loads(done.stdout)
    assert (found["doubled"], found["points_off"], found["parked"]) == (0, 0, 0)


def started(cloud: Cloud, *words: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-m", "cloud", "rebuild", *words],
        env=cloud.environment,
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def stepped(talk: Talk, process: "subprocess.Popen[str]") -> bool:
    """Whether a process has ended; meanwhile the kiosk hears what it is told."""
    talk.step()
    return process.poll() is not None
