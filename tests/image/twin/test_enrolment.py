"""Two cards flashed alike, each in a kiosk: one becomes the club's, the other is refused; a day of the first.

The cloud outside is whole and real: authority, gate, Mosquitto with mutual TLS, collector. The tests of a day
follow one another.
"""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk import progress
from kiosk.journal import count
from tests.flow.certified import KIOSK, SECRETS, Club, running
from tests.image.keys import new_key
from tests.image.twin.machine import KIOSK_TOML, SCREEN, SYNC, Twin
from tests.image.twin.wire import Wire
from tests.kiosk.enrolling import until

CLUB_KEY = bytes.fromhex(SECRETS["BASHGAH_CLUB_KEY"][2:])


@pytest.fixture(scope="module")
def wires() -> Iterator[tuple[Wire, Wire]]:
    wires = Wire(), Wire()
    yield wires
    for wire in wires:
        wire.close()


@pytest.fixture(scope="module")
def club(wires: tuple[Wire, Wire]) -> Iterator[Club]:
    with running(wires[0].outside) as club:
        yield club


@pytest.fixture(scope="module")
def flashed(club: Club, tmp_path_factory: pytest.TempPathFactory) -> str:
    """What head office gives the technician, who adds a key for ssh."""
    told = tmp_path_factory.mktemp("told") / "kiosk.toml"
    club.say("enrol", KIOSK, "--toml", str(told))
    _, public = new_key(told.parent / "key")
    return told.read_text("utf-8") + KIOSK_TOML + f'[ssh]\nkeys = ["{public}"]\n'


def twin_of(flashed: str, wire: Wire) -> Iterator[Twin]:
    twin = Twin(flashed + wire.toml, wire=wire)
    try:
        yield twin
    finally:
        twin.close()


@pytest.fixture(scope="module")
def one(flashed: str, wires: tuple[Wire, Wire]) -> Iterator[Twin]:
    yield from twin_of(flashed, wires[0])


@pytest.fixture(scope="module")
def other(flashed: str, wires: tuple[Wire, Wire]) -> Iterator[Twin]:
    yield from twin_of(flashed, wires[1])


def token(toml: str) -> str:
    """The one in a kiosk.toml; empty if none is there."""
    found = re.search(r'^token = "(.*)"', toml, re.MULTILINE)
    return found[1] if found else ""


def holding(secret: bytes, *folders: Path) -> list[Path]:
    """The files with these bytes in them, or with their hexadecimal digits."""
    forms = (secret, secret.hex().encode(), secret.hex().upper().encode())
    files = (file for folder in folders for file in folder.rglob("*") if file.is_file())
    return [file for file in files if not file.is_symlink() and _has(file, forms)]


def _has(file: Path, forms: tuple[bytes, ...]) -> bool:
    held = file.read_bytes()
    return any(form in held for form in forms)


def reason(twin: Twin) -> str | None:
    """Why the enrolment does not go on."""
    told = progress.read(twin.data / "kiosk")
    return told.reason if told else None


def settled(club: Club, twin: Twin) -> dict[str, int]:
    """The audit of the screen's journal, once the cloud has posted all of it."""
    found: dict[str, int] = {}

    def posted() -> bool:
        epoch, journalled = count(twin.data / "kiosk/journal.db")
        found.update(json.loads(club.say("audit", "--kiosk", KIOSK, "--epoch", epoch)))
        return found["posted"] == journalled

    until(posted, "everything journalled is posted")
    return found


def test_before_it_is_the_clubs_a_card_knows_no_club_key(one: Twin) -> None:
    one.start(plugged=False)
    assert one.state() == "running"
    with one.screen() as screen:
        assert screen.wait_for("Setup", timeout=60)
    until(lambda: reason(one) == "no-network", "it finds nobody")
    assert holding(CLUB_KEY, one.root, one.data, one.card) == []


def test_plugged_in_it_becomes_the_clubs_and_serves_shoppers(one: Twin, wires: tuple[Wire, Wire]) -> None:
    wires[0].plug()
    with one.screen() as screen:
        assert screen.wait_for("Attract", timeout=60), f"{one.said(SCREEN)}\n{one.said(SYNC)}"
    assert holding(CLUB_KEY, one.data) == [one.data / "kiosk/identity/identity.json"]


def test_its_token_is_erased_from_the_card_which_is_read_only_again(one: Twin, flashed: str) -> None:
    until(lambda: not token(one.toml.read_text("utf-8")), "the token is erased")
    assert token(flashed) not in one.toml.read_text("utf-8")
    until(lambda: one.shown("bashgah-erase", "ActiveState") == "inactive", "it is done")
    # it is started again by the next change beside the identity, and then finds nothing to do
    assert one.shown("bashgah-erase", "Result") in {"success", "exec-condition"}
    assert "ro" in one.run("findmnt -no OPTIONS /boot/firmware").strip().split(",")
    assert holding(token(flashed).encode(), one.data) == []


def test_a_second_card_with_the_same_file_is_refused(other: Twin, flashed: str) -> None:
    other.boot()
    with other.screen() as screen:
        assert screen.wait_for("Setup", timeout=60)
        until(lambda: reason(other) == "token-used", "it is refused")
    assert token(other.toml.read_text("utf-8")) == token(flashed)
    wrong = "-".join(reversed(token(flashed).split("-")))
    other.write(flashed.replace(token(flashed), wrong))
    until(lambda: reason(other) == "token-unknown", "another token is tried without a restart")
    assert holding(CLUB_KEY, other.data, other.card) == []


def test_two_cards_share_no_identity_of_their_own(one: Twin, other: Twin) -> None:
    names = ("system/machine-id", "system/ssh/ssh_host_ed25519_key", "system/ssh/ssh_host_ed25519_key.pub")
    for name in names:
        assert (one.data / name).read_bytes() != (other.data / name).read_bytes()
    assert one.run("cat /etc/machine-id").strip() == one.machine_id
    keys = [file.read_bytes() for twin in (one, other) for file in (twin.data / "kiosk").rglob("key.pem*")]
    assert len(keys) == len(set(keys)) == 2
    assert not (one.root / "etc/machine-id").read_text().strip()
    assert list((one.root / "etc/ssh").glob("ssh_host_*")) == []


def test_a_tap_arrives_at_head_office(one: Twin, club: Club) -> None:
    with one.screen() as screen:
        one.tap(screen, "Welcome", "Sorry")
    assert settled(club, one)["taps"] == 1


def test_without_a_network_it_serves_and_keeps_and_then_all_arrives_once(
    one: Twin, club: Club, wires: tuple[Wire, Wire]
) -> None:
    before = one.journalled()
    wires[0].pull()
    with one.screen() as screen:
        for _ in range(3):
            one.tap(screen, "Welcome", "Sorry")
    kept = one.journalled()
    assert kept >= before + 3
    epoch, _ = count(one.data / "kiosk/journal.db")
    assert json.loads(club.say("audit", "--kiosk", KIOSK, "--epoch", epoch))["taps"] == 1
    wires[0].plug()
    found = settled(club, one)
    assert (found["taps"], found["parked"], found["doubled"]) == (4, 0, 0)


def test_after_the_power_was_off_it_is_the_same_kiosk(one: Twin, club: Club) -> None:
    names = ("machine-id", "ssh/ssh_host_ed25519_key")
    before = [(one.data / "system" / name).read_bytes() for name in names]
    connections = club.connections()
    one.pull()
    one.boot()
    with one.screen() as screen:
        assert screen.wait_for("Attract", timeout=60)
        until(lambda: club.connections() > connections, "it connects again")
        one.tap(screen, "Welcome", "Sorry")
    assert settled(club, one)["taps"] == 5
    assert [(one.data / "system" / name).read_bytes() for name in names] == before
    assert one.run("cat /etc/machine-id").strip() == one.machine_id


def test_in_a_whole_day_no_secret_was_logged_and_nothing_wrote_to_root(one: Twin, flashed: str) -> None:
    said = one.run("journalctl -o cat")
    pem = (one.data / "kiosk/identity/key.pem").read_text("ascii").splitlines()[1]
    for secret in (token(flashed), pem, CLUB_KEY.hex()):
        assert secret not in said
    assert "Read-only file system" not in said
    for unit in (SCREEN, SYNC):
        assert one.shown(unit, "NRestarts") == "0"
