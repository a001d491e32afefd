"""What is stored and posted by another process while the rebuild posts: it is taken along, not put away."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cloud.kiosks import Kiosk, answer, days, tap
from tests.cloud.processes import ROOT, Cloud
from tests.cloud.test_poster_dying import STORE

REBUILD = f"""
import subprocess, sys
import django
django.setup()
from cloud.collector.rebuild import rebuild

said = []
def say(what):
    said.append(what)
    if what.startswith("posted") and not any(word.startswith("posted") for word in said[:-1]):
        subprocess.run([sys.executable, "-c", {STORE!r}, *sys.argv[1:]], check=True)
        subprocess.run([sys.executable, "-m", "tests.cloud.dying_poster", "never"], check=True)

report = rebuild(say, put_right=True)
assert report.level, report
assert report.events == 20, report
"""


@pytest.fixture
def cloud(tmp_path: Path) -> Iterator[Cloud]:
    made = Cloud(tmp_path, "mqtt://127.0.0.1:1")
    made.prepare()
    yield made
    made.stop()


def test_what_is_posted_in_the_meantime_stays(cloud: Cloud) -> None:
    kiosk = Kiosk()
    for number in range(10):
        kiosk.record(tap(number), answer(number, 4), at=days(number))
    first, second = kiosk.send(1, 8), kiosk.send(9)
    assert cloud.start("-c", STORE, first.topic, first.payload.decode()).wait() == 0
    assert cloud.start("-m", "tests.cloud.dying_poster", "never").wait() == 0
    words = [sys.executable, "-c", REBUILD, second.topic, second.payload.decode()]
    done = subprocess.run(words, env=cloud.environment, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert cloud.ask("SELECT sum(count) FROM voice_tapcount") == [(10,)]
    assert cloud.ask("SELECT sum(count) FROM voice_answercount") == [(10,)]
    assert cloud.ask("SELECT sum(points), count(*) FROM club_entry") == [(100, 10)]
