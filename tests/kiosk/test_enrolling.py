"""A kiosk becomes one of the club's, whatever happens on the way: power cuts, refusals, a clock of 1970."""

import re
import shutil
import signal
import stat
import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import get_args

import msgspec
import pytest

from cloud.fleet.authority.certificates import new_key, pem
from kiosk import identity, progress
from kiosk.config import load
from kiosk.enrolment import ENOUGH, LOOK
from kiosk.errors import ConfigError
from kiosk.progress import Progress, Reason, Step
from mqtt import enrolment
from mqtt.enrolment import Enrolled, Refused, Wait
from tests.kiosk.enrolling import Kiosk
from tests.kiosk.gate import CLUB_KEY, KIOSK, TOKEN, Club, handler, server_of, serving, write_toml
from tests.mqtt.broker import ROOT
from tests.mqtt.ports import free_port

STEPS = ("key", "asking", "used", "answer", "former", "place", "erasing")
CUTS = [f"{when} {step}" for step in STEPS for when in ("before", "after")]
OTHER = "zzzzz-fghij-klmno-pqrst-uv234"


@pytest.fixture
def club() -> Club:
    return Club()


@pytest.fixture
def address(club: Club, tmp_path: Path) -> Iterator[str]:
    with serving(handler(club), server_of(club.issuer), tmp_path) as address:
        yield address


@pytest.fixture
def toml(club: Club, address: str, tmp_path: Path) -> Path:
    return write_toml(tmp_path, address, club.fingerprint)


def run(path: Path, cut: str = "") -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "tests.kiosk.enrolling_child", str(path), cut]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)


def assert_enrolled(path: Path, club: Club) -> None:
    data = path.parent / "data"
    found = identity.load(data)
    assert found is not None
    identity.sound(found)
    assert (found.kiosk, len(club.live)) == (KIOSK, 1)
    assert found.enrolled.certificate in club.live.values()
    assert [file.name for file in data.rglob("*.pem") if "key" in file.name] == ["key.pem"]
    assert TOKEN not in path.read_text("utf-8")
    assert sorted(file.name for file in data.iterdir()) == ["enrolment.json", "identity"]


def test_a_token_becomes_an_identity(toml: Path, club: Club) -> None:
    told = Kiosk(toml).turn()
    assert (told.step, told.reason) == ("enrolled", None)
    assert_enrolled(toml, club)


def test_an_uncut_enrolment_goes_through_every_step_that_is_cut_below(toml: Path, club: Club) -> None:
    ran = run(toml)
    assert ran.returncode == 0, ran.stderr
    assert [line[3:] for line in ran.stdout.splitlines() if line.startswith("at ")] == CUTS
    assert_enrolled(toml, club)


@pytest.mark.parametrize("cut", CUTS)
def test_power_cut_at_any_step_leaves_no_identity_or_a_whole_one_and_it_goes_on(
    toml: Path, club: Club, cut: str
) -> None:
    assert run(toml, cut).returncode == -signal.SIGKILL
    found = identity.load(toml.parent / "data")
    if found is not None:
        identity.sound(found)
    ran = run(toml)
    assert ran.returncode == 0, ran.stderr
    assert_enrolled(toml, club)


def test_power_cut_twice_at_every_step_in_turn(toml: Path, club: Club) -> None:
    for cut in CUTS:
        run(toml, cut)
    assert run(toml).returncode == 0
    assert_enrolled(toml, club)


def test_what_a_cut_left_half_written_beside_a_file_is_in_nobodys_way(toml: Path, club: Club) -> None:
    cradle = toml.parent / "data" / "identity.new"
    cradle.mkdir()
    for name in ("key.pem", "identity.json", "certificate.pem", "token.sha256"):
        (cradle / f"{name}.new").write_bytes(b"half")
    toml.with_name("kiosk.toml.new").write_bytes(b"half")
    assert Kiosk(toml).turn().step == "enrolled"
    assert identity.load(toml.parent / "data")
    assert not toml.with_name("kiosk.toml.new").exists()
    assert len(club.live) == 1


def test_the_key_is_its_owners_alone_and_never_sent(toml: Path, club: Club) -> None:
    kiosk = Kiosk(toml)
    kiosk.turn()
    folder = kiosk.data / "identity"
    assert stat.S_IMODE((folder / "key.pem").stat().st_mode) == 0o600
    assert stat.S_IMODE((folder / "identity.json").stat().st_mode) == 0o640
    assert stat.S_IMODE(folder.stat().st_mode) == 0o750
    assert "PRIVATE" not in str(club.asked)


def test_nothing_secret_is_logged_or_shown(toml: Path) -> None:
    key_was = run(toml)
    shown = (toml.parent / "data" / "enrolment.json").read_text("utf-8")
    said = key_was.stdout + key_was.stderr + shown
    secret = "".join((toml.parent / "data" / "identity" / "key.pem").read_text("ascii").splitlines()[1:-1])
    assert "enrolled" in said
    for word in (*TOKEN.split("-"), CLUB_KEY, secret[:20], secret[-20:]):
        assert word not in said


def test_erasing_leaves_everything_else_as_it_was(toml: Path) -> None:
    before = toml.read_bytes()
    Kiosk(toml).turn()
    assert toml.read_bytes() == before.replace(f'token = "{TOKEN}"  # from'.encode(), b"# from")


def test_a_token_that_cannot_be_erased_is_said_and_the_kiosk_works(toml: Path) -> None:
    kiosk = Kiosk(toml)
    in_the_way = toml.with_name("kiosk.toml.new")
    in_the_way.mkdir()
    told = kiosk.turn()
    in_the_way.rmdir()
    assert (told.step, told.reason) == ("enrolled", "disk")
    assert kiosk.machine.identity
    assert (Kiosk(toml).turn().reason, TOKEN in toml.read_text("utf-8")) == (None, False)


def test_an_authority_that_takes_its_time_is_asked_again(toml: Path, club: Club) -> None:
    club.answers.append(Wait(7))
    kiosk = Kiosk(toml)
    assert kiosk.turn().step == "enrolling"
    kiosk.now += 6.9
    kiosk.turn()
    assert len(club.asked) == 1
    kiosk.now += 0.2
    assert kiosk.turn().step == "enrolled"
    assert len(club.live) == 1


@pytest.mark.parametrize("reason", get_args(enrolment.Reason))
def test_every_refusal_is_told_with_its_reason(toml: Path, club: Club, reason: Reason) -> None:
    club.answers.append(Refused(reason, "do\nthis"))  # type: ignore[arg-type]
    told = Kiosk(toml).turn()
    assert (told.step, told.reason, told.detail) == ("enrolling", reason, "do this")


def test_a_token_that_only_another_one_can_mend_is_not_sent_again(toml: Path, club: Club) -> None:
    club.tokens = {OTHER: None}
    kiosk = Kiosk(toml)
    since = kiosk.wall
    assert kiosk.turn() == Progress("enrolling", since, "token-unknown", "issue another")
    kiosk.now, kiosk.wall = kiosk.now + 1e6, kiosk.wall + 1e6
    assert kiosk.turn().since == since
    assert len(club.asked) == 1
    kiosk.correct(TOKEN, OTHER)
    assert kiosk.turn().step == "enrolled"


def test_what_head_office_may_mend_is_tried_again_slowly(toml: Path, club: Club) -> None:
    club.answers += [Refused("token-store"), Refused("token-store")]
    kiosk = Kiosk(toml)
    kiosk.turn()
    kiosk.now += 59
    kiosk.turn()
    assert len(club.asked) == 1
    kiosk.now += 2
    assert kiosk.turn().reason == "token-store"
    kiosk.now += 119
    kiosk.turn()
    assert len(club.asked) == 2
    kiosk.now += 2
    assert kiosk.turn().step == "enrolled"


def test_nobody_at_the_address_is_waited_for(club: Club, tmp_path: Path) -> None:
    toml = write_toml(tmp_path, f"https://127.0.0.1:{free_port()}", club.fingerprint)
    kiosk = Kiosk(toml)
    told = kiosk.turn()
    assert (told.step, told.reason) == ("asking-authority", "no-network")
    assert "127.0.0.1" in told.detail
    assert 0 < kiosk.machine.turn() <= LOOK


def test_a_clock_that_woke_in_1970_waits_for_the_time_and_says_so(toml: Path, club: Club) -> None:
    kiosk = Kiosk(toml, wall=86400.0)
    told = kiosk.turn()
    assert (told.step, told.reason, club.asked) == ("waiting-for-time", "clock", [])
    kiosk.wall, kiosk.now = datetime.now(UTC).timestamp(), 60.0
    assert kiosk.turn().step == "enrolled"


def test_a_wrong_fingerprint_is_told_before_the_token_is_sent(toml: Path, club: Club) -> None:
    kiosk = Kiosk(toml)
    kiosk.correct(club.fingerprint, "ab" * 32)
    told = kiosk.turn()
    assert (told.step, told.reason, club.asked) == ("asking-authority", "wrong-authority", [])
    assert club.fingerprint in told.detail
    kiosk.correct("ab" * 32, club.fingerprint)
    assert kiosk.turn().step == "enrolled"


def test_without_a_token_there_is_nothing_to_enrol_with(toml: Path, club: Club) -> None:
    kiosk = Kiosk(toml)
    kiosk.correct(f'token = "{TOKEN}"', "")
    told = kiosk.turn()
    assert (told.step, told.reason, club.asked) == ("making-key", "no-token", [])
    assert not (kiosk.data / "identity.new").exists()


def test_a_file_that_is_being_written_is_looked_at_again(toml: Path, club: Club) -> None:
    club.tokens = {}
    kiosk = Kiosk(toml)
    kiosk.turn()
    whole = toml.read_text("utf-8")
    toml.write_text(whole[:40], "utf-8")
    with pytest.raises(ConfigError):
        load(toml, {})
    kiosk.turn()
    toml.write_text(whole, "utf-8")
    assert kiosk.turn().reason == "token-unknown"


Spoil = Callable[[Enrolled], Enrolled]
SPOILT: dict[str, Spoil] = {
    "another kiosk's name": lambda a: msgspec.structs.replace(a, kiosk="other-1"),
    "another store": lambda a: msgspec.structs.replace(a, store="other"),
    "no authority of its": lambda a: msgspec.structs.replace(a, authorities=pem(Club().issuer.certificate)),
    "no certificate": lambda a: msgspec.structs.replace(a, certificate="-----BEGIN"),
    "no broker": lambda a: msgspec.structs.replace(a, broker="mqtts://a:b:c"),
    "a broker in clear": lambda a: msgspec.structs.replace(a, broker="mqtt://127.0.0.1"),
}


def test_a_certificate_of_another_key_is_not_kept(toml: Path, club: Club) -> None:
    other = club.certificate(new_key().public_key())
    club.enrolled = lambda answer: msgspec.structs.replace(answer, certificate=other)
    told = Kiosk(toml).turn()
    assert (told.step, told.reason, told.detail[-11:]) == ("enrolling", "bad-answer", "another key")


@pytest.mark.parametrize("spoil", SPOILT.values(), ids=SPOILT)
def test_an_answer_that_cannot_be_true_is_not_kept(toml: Path, club: Club, spoil: Spoil) -> None:
    club.enrolled = spoil
    kiosk = Kiosk(toml)
    told = kiosk.turn()
    assert (told.step, told.reason) == ("enrolling", "bad-answer")
    assert identity.load(kiosk.data) is None
    club.enrolled = lambda answer: answer
    kiosk.now += 60
    assert kiosk.turn().step == "enrolled"


def test_another_token_gives_an_enrolled_kiosk_a_new_key_and_identity(toml: Path, club: Club) -> None:
    kiosk = Kiosk(toml)
    kiosk.turn()
    key = (kiosk.data / "identity" / "key.pem").read_bytes()
    club.tokens[OTHER] = None
    toml.write_text(f'token = "{OTHER}"\n' + toml.read_text("utf-8"), "utf-8")
    assert Kiosk(toml).turn().step == "enrolled"
    assert (kiosk.data / "identity" / "key.pem").read_bytes() != key
    assert "token" not in tomllib.loads(toml.read_text("utf-8"))
    assert sorted(file.name for file in kiosk.data.iterdir()) == ["enrolment.json", "identity"]


def test_the_key_of_a_former_identity_that_a_cut_left_goes_at_the_next_start(toml: Path) -> None:
    kiosk = Kiosk(toml)
    kiosk.turn()
    former = kiosk.data / "identity.old"
    shutil.copytree(kiosk.data / "identity", former)
    Kiosk(toml).turn()
    assert not former.exists()
    assert (kiosk.data / "identity" / "key.pem").exists()


def test_a_token_that_is_not_taken_costs_an_enrolled_kiosk_nothing(toml: Path) -> None:
    kiosk = Kiosk(toml)
    kiosk.turn()
    toml.write_text(f'token = "{OTHER}"\n' + toml.read_text("utf-8"), "utf-8")
    again = Kiosk(toml)
    told = again.turn()
    assert again.machine.identity
    assert (told.step, told.reason) == ("enrolled", "token-unknown")
    assert told.detail.startswith("going on as tajrish-1")


def test_a_gate_that_is_away_delays_an_enrolled_kiosk_with_another_token_a_little(toml: Path) -> None:
    kiosk = Kiosk(toml)
    kiosk.turn()
    text = re.sub("127.0.0.1:[0-9]+", f"127.0.0.1:{free_port()}", toml.read_text("utf-8"))
    toml.write_text(f'token = "{OTHER}"\n' + text, "utf-8")
    again = Kiosk(toml, within=0.2)
    for _ in range(ENOUGH - 1):
        again.turn()
        assert again.machine.identity is None
        again.now += 60
    again.turn()
    assert again.machine.identity


def test_the_state_on_the_disk_is_read_by_whoever_knows_it(tmp_path: Path) -> None:
    assert progress.read(tmp_path) is None
    for step in get_args(Step):
        progress.write(tmp_path, Progress(step, 5.0, "clock", "so"))
        assert progress.read(tmp_path) == Progress(step, 5.0, "clock", "so")
    (tmp_path / progress.FILE).write_bytes(b'{"step":"of another release","since":0}')
    assert progress.read(tmp_path) is None
