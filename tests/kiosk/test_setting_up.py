"""Before a kiosk is enrolled: mistakes as a screen can say them, when it goes on, and the process itself."""

import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

import msgspec
import pytest

from kiosk import identity, poke, progress
from kiosk.config import ByHand, ToEnrol, load
from kiosk.device.report import Data, Report
from kiosk.errors import ConfigError
from kiosk.members import Replica
from kiosk.onlooker import Onlooker
from kiosk.poke import Poker
from kiosk.progress import Progress
from kiosk.setting_up import AFRESH, LINGERS, PATIENCE, RIGHT, Found, SettingUp, Standing, mistake, setup
from kiosk.views import Look, Setup, SetupReason, Touch, Wrong
from kiosk.wiring.common import RESTART, SCREEN_POKE
from tests.kiosk.enrolled import SECRET, enrol
from tests.kiosk.wrong_time import ROOT
from tests.mqtt.pki import Authority
from ui.remote_client import Screen as Glass

TOKEN = "q5wz2-m7kxa-3bdne-yt4gu-c6rjs"
BY_HAND = f"""\
kiosk = "tajrish-1"
store = "tajrish"
group = "tehran"
data = "DATA"
broker = "mqtt://127.0.0.1"

[club_key]
id = "1"
secret = "{SECRET}"
"""
TO_ENROL = f"""\
store = "tajrish"
data = "DATA"
cloud = "https://club.example:8443"
authority = "{"ab" * 32}"
token = "{TOKEN}"
"""
WITHIN = 60.0


def wrong(path: Path, text: str, **environment: str) -> str:
    path.write_text(text.replace("DATA", str(path.parent / "data")), "utf-8")
    with pytest.raises(ConfigError) as caught:
        load(path, environment)
    return str(caught.value)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "kiosk.toml"


@pytest.mark.parametrize(
    ("good", "old", "new", "line", "key", "kind", "right"),
    [
        (TO_ENROL, "https://", "http://", 3, "cloud", "value", RIGHT["cloud"]),
        (TO_ENROL, "clou", "clod", 3, "clodd", "unknown", RIGHT["cloud"]),
        (TO_ENROL, "store =", "[screen]\nstore =", 2, "screen.store", "unknown", ""),
        (BY_HAND, "[club_key]", "[screen]\nshop = 1\n[club_key]", 8, "screen.shop", "unknown", ""),
        (
            BY_HAND,
            "[club_key]",
            "[screen]\ninch = 7\n[club_key]",
            8,
            "screen.inch",
            "unknown",
            RIGHT["screen.inches"],
        ),
        (TO_ENROL, TOKEN, "ABCDE", 5, "token", "value", RIGHT["token"]),
        (TO_ENROL, 'store = "tajrish"\n', "", 0, "store", "missing", RIGHT["store"]),
        (TO_ENROL, "store =", 'kiosk = "a-b"\nstore =', 1, "kiosk", "stray", ""),
        (TO_ENROL, 'store = "tajrish"', 'store = "tajrish', 1, "", "syntax", ""),
        (BY_HAND, 'id = "1"', "id = 1", 8, "club_key.id", "value", RIGHT["club_key.id"]),
        (
            BY_HAND,
            "[club_key]",
            "[technician]\ncards = []\npin = 5\n[club_key]",
            9,
            "technician.pin",
            "value",
            RIGHT["technician.pin"],
        ),
    ],
)
def test_a_mistake_has_its_line_its_key_its_kind_and_what_would_be_right(  # noqa: PLR0917
    path: Path, good: str, old: str, new: str, line: int, key: str, kind: Wrong, right: str
) -> None:
    found = mistake(wrong(path, good.replace(old, new, 1)))
    assert (found.file, found.line, found.key) == (str(path), line, key)
    assert (found.wrong, found.right) == (kind, right)


def test_a_wrong_variable_of_the_environment_is_named(path: Path) -> None:
    found = mistake(wrong(path, BY_HAND, BASHGAH_KIOSK_BROKER="x"))
    assert (found.variable, found.wrong) == ("BASHGAH_KIOSK_BROKER", "value")


@pytest.mark.parametrize("good", [BY_HAND, TO_ENROL])
def test_no_line_that_is_wrong_brings_a_secret_into_a_view(path: Path, good: str) -> None:
    for old, new in ((TOKEN, TOKEN.upper()), (SECRET, SECRET + "x"), ('"ab', '"zab')):
        if old in good:
            found = mistake(wrong(path, good.replace(old, new)))
            said = repr(setup(found, "en", Look()))
            assert not re.search(f"{TOKEN[:11]}|{SECRET[:16]}|abab", said, re.IGNORECASE), said


def test_every_key_has_a_line_as_it_would_be_right() -> None:
    fields = {field.name: field.type for form in (ByHand, ToEnrol) for field in msgspec.structs.fields(form)}
    inner = {
        f"{name}.{key}"
        for name, kind in fields.items()
        if isinstance(kind, type) and issubclass(kind, msgspec.Struct)
        for key in kind.__struct_fields__
    }
    assert {"club_key.id", "wifi.ssid"} <= inner
    assert set(RIGHT) == {*fields, *inner}


@dataclass
class Bench:
    """A screen that only notes."""

    shown: list[Setup] = field(default_factory=list)
    went_on: int = 0

    def go_on(self) -> None:
        self.went_on += 1

    def setting(self, found: Found) -> SettingUp:
        return SettingUp(found, "fa", self.shown.append, self.go_on)


def test_once_it_is_online_it_says_so_for_a_while_and_goes_on() -> None:
    bench = Bench()
    setting = bench.setting(Standing())
    setting.take(Standing(kiosk="tajrish-1"), 100.0)
    setting.take(Standing(kiosk="tajrish-1", online=True), 102.0)
    assert bench.shown[-1].online
    setting.take(Standing(kiosk="tajrish-1", online=True), 102.0 + LINGERS - 0.1)
    assert not bench.went_on
    setting.take(Standing(kiosk="tajrish-1", online=True), 102.0 + LINGERS)
    assert bench.went_on


def test_an_enrolled_kiosk_that_hears_nothing_serves_shoppers_all_the_same() -> None:
    bench = Bench()
    setting = bench.setting(Standing(kiosk="tajrish-1"))
    setting.take(Standing(kiosk="tajrish-1"), 100.0)
    setting.take(Standing(kiosk="tajrish-1"), 100.0 + PATIENCE - 0.1)
    assert not bench.went_on
    setting.take(Standing(kiosk="tajrish-1"), 100.0 + PATIENCE)
    assert bench.went_on


def test_what_has_not_changed_is_not_drawn_again() -> None:
    bench = Bench()
    setting = bench.setting(Standing())
    for _ in range(5):
        setting.take(Standing(Progress("making-key", 5.0)), 1.0)
    assert [view.step for view in bench.shown] == ["making-key"]


def test_no_touch_of_a_shopper_means_anything_here() -> None:
    bench = Bench()
    setting = bench.setting(Standing())
    for what in ("done", "continue", "held", "join", "redeem", "page"):
        setting.touch(Touch(what))
    assert bench.shown == []


def test_what_only_another_file_helps_against_says_no_time() -> None:
    told = [
        Standing(Progress("enrolling", 0.0, reason)) for reason in ("token-used", "no-network", "too-many")
    ]
    assert [setup(each, "fa", Look()).again for each in told] == [None, 60.0, 900.0]
    assert setup(told[0], "fa", Look()).since is None


def test_what_sync_tells_is_seen(path: Path) -> None:
    path.write_text(TO_ENROL.replace("DATA", str(path.parent / "data")))
    onlooker = Onlooker(lambda: load(path, {}), "replica.db")
    assert onlooker.look() == Standing()
    told = Progress("enrolling", 1.8e9, "token-used", "no")
    progress.write(path.parent / "data", told)
    assert onlooker.look() == Standing(told)
    (path.parent / "data" / "identity").mkdir()
    (path.parent / "data" / "identity" / "identity.json").write_text("{}")
    found = onlooker.look()
    assert isinstance(found, Standing)
    assert found.progress == told
    (path.parent / "data" / "enrolment.json").unlink()
    found = onlooker.look()
    assert isinstance(found, Standing)
    assert found.progress
    assert found.progress.reason == "bad-identity"


@pytest.mark.parametrize("text", [BY_HAND, TO_ENROL])
def test_a_data_folder_that_cannot_be_made_is_told(path: Path, text: str) -> None:
    path.write_text(text.replace("DATA", str(path / "data")))  # below a file there is no folder
    found = Onlooker(lambda: load(path, {}), "replica.db").look()
    assert isinstance(found, Standing)
    assert found.progress
    assert found.progress.reason == "disk"
    command = [sys.executable, "-m", "kiosk", "sync", "--config", str(path)]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=WITHIN, check=False)
    assert (ended.returncode, "the data folder cannot be made" in ended.stderr) == (2, True)


def told(data: Data, remade: int = 0) -> Report:
    return Report(data, "so it is", remade)


@pytest.mark.parametrize(("data", "reason"), [("too-small", "card-too-small"), ("broken", "card-broken")])
def test_a_card_that_keeps_nothing_is_said_whatever_kiosk_toml_says(
    path: Path, data: Data, reason: SetupReason
) -> None:
    for text in (BY_HAND, TO_ENROL, "kiosk ="):
        path.write_text(text.replace("DATA", str(path.parent / "data")))
        found = Onlooker(lambda: load(path, {}), "replica.db", lambda: told(data)).look()
        assert found == Standing(held=reason)
        assert setup(found, "fa", Look()).reason == reason


@pytest.mark.parametrize(
    ("data", "remade", "says"), [("remade", 1, True), ("sound", 2, True), ("made", 0, False)]
)
def test_a_card_whose_data_was_made_anew_says_so_until_it_is_enrolled(
    path: Path, data: Data, remade: int, *, says: bool
) -> None:
    path.write_text(TO_ENROL.replace("DATA", str(path.parent / "data")))
    onlooker = Onlooker(lambda: load(path, {}), "replica.db", lambda: told(data, remade))
    for reached in (None, Progress("making-key", 1.8e9, "no-token")):
        if reached:
            progress.write(path.parent / "data", reached)
        found = onlooker.look()
        assert isinstance(found, Standing)
        assert setup(found, "en", Look()).remade is says
    enrol(path.parent / "data", Authority(), "mqtts://club.example")
    found = onlooker.look()
    assert isinstance(found, Standing)
    assert setup(found, "en", Look()).remade is False


def test_what_keeps_the_screen_from_serving_anybody_is_tried_again_after_a_minute() -> None:
    bench = Bench()
    setting = bench.setting(Standing(held="disk"))
    setting.take(Standing(held="disk"), 100.0)
    setting.take(Standing(held="disk"), 100.0 + AFRESH - 0.1)
    assert not bench.went_on
    setting.take(Standing(held="disk"), 100.0 + AFRESH)
    assert bench.went_on


def test_a_reader_and_a_panel_that_nobody_makes_are_mistakes(path: Path) -> None:
    for line, key in (('readers = ["rc52://spi0.0"]', "readers"), ('panel = "gpio://?red=99"', "panel")):
        found = mistake(wrong(path, f"{line}\n{BY_HAND}"))
        assert (found.line, found.key, found.wrong, found.right) == (1, key, "value", RIGHT[key])


class Process:
    """`python -m kiosk screen`, and somebody before its glass."""

    def __init__(self, path: Path) -> None:
        self.path, self.socket = path, path.parent / "touches.sock"
        environment = {
            **os.environ,
            "SDL_VIDEODRIVER": "offscreen",
            "BASHGAH_KIOSK_SCREEN_WINDOW": "true",
            "BASHGAH_KIOSK_SCREEN_TOUCHES": str(self.socket),
        }
        self._process = subprocess.Popen(
            [sys.executable, "-m", "kiosk", "screen", "--config", str(path)],
            cwd=ROOT,
            env=environment,
            stderr=subprocess.PIPE,
            text=True,
        )

    def write(self, text: str) -> None:
        fresh = self.path.with_suffix(".new")
        fresh.write_text(text.replace("DATA", str(self.path.parent / "data")))
        fresh.replace(self.path)

    def ended(self) -> tuple[int, str]:
        _, said = self._process.communicate(timeout=WITHIN)
        return self._process.returncode, said

    def close(self) -> None:
        self._process.terminate()
        self._process.wait(WITHIN)
        assert self._process.stderr
        self._process.stderr.close()


@pytest.fixture
def process(path: Path) -> Iterator[Process]:
    path.write_text("kiosk = \n")
    with closing(Process(path)) as process:
        yield process


@pytest.fixture
def glass(process: Process) -> Iterator[Glass]:
    with Glass(process.socket) as glass:
        assert glass.wait_for("Setup", timeout=WITHIN)
        yield glass


def test_a_wrong_file_is_on_the_glass_and_a_mended_one_is_taken_while_the_screen_runs(
    process: Process, glass: Glass
) -> None:
    seen = glass.drawn
    assert glass.notice
    assert set(glass.notice.targets) == {"language", "large"}
    assert glass.touch("language")
    assert glass.wait_for("Setup", timeout=WITHIN, after=seen)
    assert glass.notice.language == "en"
    process.write(BY_HAND)
    code, said = process.ended()
    assert code == RESTART
    assert f"{process.path}: Invalid value (at line 1" in said
    assert "Traceback" not in said


def test_the_screen_goes_on_by_itself_once_this_kiosk_is_one_of_the_clubs(
    process: Process, glass: Glass
) -> None:
    seen = glass.drawn
    process.write(TO_ENROL)
    assert glass.wait_for("Setup", timeout=WITHIN, after=seen)
    data = process.path.parent / "data"
    seen = glass.drawn
    until(data.is_dir)
    progress.write(data, Progress("enrolling", 1.8e9, "no-network"))
    assert glass.wait_for("Setup", timeout=WITHIN, after=seen)
    enrol(data, Authority(), "mqtts://club.example")
    with closing(Replica(data / "replica.db")) as replica:
        replica.set_heard_at(1.8e9)
    code, said = process.ended()
    assert code == RESTART
    assert TOKEN not in said


def test_a_screen_that_is_told_to_leave_while_it_reads_who_it_is_leaves(path: Path) -> None:
    data = path.parent / "data"
    data.mkdir()
    enrol(data, Authority(), "mqtts://club.example")
    answer = data / identity.FOLDER / identity.ANSWER
    known = answer.read_bytes()
    answer.unlink()
    os.mkfifo(answer)  # it is read once somebody writes
    path.write_text(TO_ENROL.replace("DATA", str(data)), "utf-8")
    with closing(Process(path)) as process, closing(Poker(data / SCREEN_POKE)) as sync:
        until(lambda: sync.tell(poke.RESTART))
        answer.write_bytes(known)
        assert process.ended()[0] == RESTART


def until(reached: Callable[[], object]) -> None:
    end = time.monotonic() + WITHIN
    while not reached():
        assert time.monotonic() < end, "it did not happen in time"


@pytest.mark.parametrize("process", ["sync", "card"])
def test_where_there_is_no_screen_a_wrong_file_ends_with_2(path: Path, process: str) -> None:
    path.write_text("kiosk = \n")
    command = [sys.executable, "-m", "kiosk", process, "--config", str(path)]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=WITHIN, check=False)
    assert ended.returncode == 2
    assert "line 1" in ended.stderr
