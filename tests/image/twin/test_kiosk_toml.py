"""kiosk.toml as it comes from a laptop: words on the glass, the network, and who comes in by ssh."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.image.keys import new_key
from tests.image.twin import scan
from tests.image.twin.machine import BY_HAND, SCREEN, TOUCHES, Twin, booted
from tests.image.twin.wire import Wire
from tests.kiosk.enrolling import until

WATCHED = f"[Service]\nEnvironment=BASHGAH_KIOSK_SCREEN_TOUCHES=/data/{TOUCHES}\n"
"""So that the glass is seen whatever kiosk.toml says."""
SMART = BY_HAND.replace('"tajrish-1"', "\u201ctajrish-1\u201d")
WRONG: dict[str, tuple[str | bytes, str]] = {
    "empty": ("", "there is nothing in it"),
    "UTF-16 without its mark": (BY_HAND.encode("utf-16-le"), "UTF-16"),
    "smart quotes": (SMART, "line 1"),
    "a key that there is not": (BY_HAND.replace("store =", "stoer ="), "stoer"),
    "half a file": (BY_HAND[:30], "end of document"),
}
RIGHT = {
    "UTF-8": BY_HAND.encode(),
    "UTF-8 with a BOM, as Windows writes it": BY_HAND.replace("\n", "\r\n").encode("utf-8-sig"),
    "UTF-16 with its mark": BY_HAND.encode("utf-16"),
}


@pytest.fixture(scope="module")
def twin(wire: Wire) -> Iterator[Twin]:
    """Without a kiosk.toml at first, and on a network where nobody answers DHCP."""
    with booted(None, wire=wire, drop_ins={SCREEN: WATCHED}) as twin:
        yield twin


def test_without_a_kiosk_toml_the_glass_says_so(twin: Twin) -> None:
    with twin.screen() as screen:
        assert screen.wait_for("Setup", timeout=60)
    assert "there is no such file" in twin.said(SCREEN)


def test_who_asks_for_an_address_listens_for_that_alone(twin: Twin) -> None:
    assert twin.run("ss -Hltn") == ""
    assert twin.run("ss -Hlun | grep -vE ':(68|546) ' || true") == ""
    assert "DHCP=yes" in twin.run("cat /run/systemd/network/*.network")


@pytest.mark.parametrize("how", RIGHT)
def test_a_right_file_is_taken_without_another_hand_and_a_wrong_one_said(twin: Twin, how: str) -> None:
    with twin.screen() as screen:
        assert screen.wait_for("Setup", timeout=60)
        twin.write(RIGHT[how])
        assert screen.wait_for("Attract", timeout=60), twin.said(SCREEN)
        twin.write(None)
        twin.run(f"systemctl restart {SCREEN}")
        assert screen.wait_for("Setup", timeout=60, after=screen.drawn)


@pytest.mark.parametrize("how", WRONG)
def test_a_wrong_file_is_named_on_the_glass(twin: Twin, how: str) -> None:
    file, word = WRONG[how]
    twin.write(file)
    with twin.screen() as screen:
        before = screen.drawn
        twin.run(f"systemctl restart {SCREEN}")
        assert screen.wait_for("Setup", timeout=60, after=before)
    assert word in twin.run(
        f"journalctl -o cat _SYSTEMD_INVOCATION_ID={twin.shown(SCREEN, 'InvocationID')} | grep ^kiosk:"
    )


def test_with_a_key_in_kiosk_toml_its_holder_comes_in_and_nobody_else(wire: Wire, tmp_path: Path) -> None:
    (private, public), (other, _) = new_key(tmp_path / "key"), new_key(tmp_path / "other")
    with booted(f'{BY_HAND}{wire.toml}[ssh]\nkeys = ["{public}"]\n', wire=wire) as twin:
        until(lambda: scan.refuses(wire.inside), "its network is up")
        assert scan.open_ports(wire.inside) == [22]
        assert _login(wire, private, "-o", "PasswordAuthentication=no").stdout.strip() == "0"
        assert "Permission denied (publickey)" in _login(wire, other).stderr
        assert "Permission denied (publickey)" in _login(wire, other, "-o", "PubkeyAuthentication=no").stderr
        listening = twin.run("ss -Hltnp").splitlines()
        assert all('"sshd"' in line for line in listening)


def _login(wire: Wire, key: Path, *options: str) -> "subprocess.CompletedProcess[str]":
    """`id -u` as root over there."""
    given = ("-F", "none", "-i", str(key), "-o", "IdentitiesOnly=yes", "-o", "StrictHostKeyChecking=no")
    quiet = ("-o", "UserKnownHostsFile=/dev/null", "-o", "BatchMode=yes", "-o", "LogLevel=ERROR")
    return subprocess.run(
        ["ssh", *given, *quiet, *options, f"root@{wire.inside}", "id", "-u"],
        capture_output=True, text=True, timeout=30, check=False,
    )  # fmt: skip
