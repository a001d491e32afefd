"""What kiosk.toml says of network, Wi-Fi and ssh is followed by the programs that it is said to."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.image.keys import new_key
from tests.image.twin.machine import BY_HAND, Twin, booted
from tests.image.twin.wire import Wire
from tests.kiosk.enrolling import until

WIFI = '[wifi]\nssid = "sh\\"op}"\npassword = "pa\\"ss}\\\\ wo#rd"\ncountry = "DE"\nhidden = true\n'
DNS = 'dns = ["192.0.2.53"]\nntp = ["192.0.2.123"]\n'
SETUP = "systemctl restart bashgah-setup.service"


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    return new_key(tmp_path_factory.mktemp("key") / "key")


@pytest.fixture(scope="module")
def key(pair: tuple[Path, str]) -> Path:
    return pair[0]


@pytest.fixture(scope="module")
def toml(wire: Wire, pair: tuple[Path, str]) -> str:
    return f'{BY_HAND}{wire.toml}{DNS}[ssh]\nkeys = ["{pair[1]}"]\n'


@pytest.fixture(scope="module")
def twin(wire: Wire, toml: str) -> Iterator[Twin]:
    with booted(toml, wire=wire) as twin:
        yield twin


def comes_in(wire: Wire, *words: str) -> "subprocess.CompletedProcess[str]":
    """What ssh says that runs `id` in the twin."""
    asked = ("-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null", "-o", "LogLevel=ERROR")
    command = ["ssh", *asked, "-o", "BatchMode=yes", *words, wire.inside, "id -un"]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_an_address_servers_of_names_and_of_time_are_as_written(twin: Twin, wire: Wire) -> None:
    assert f"default via {wire.outside} " in twin.run("ip route")
    assert twin.run("grep ^nameserver /etc/resolv.conf").split() == ["nameserver", "192.0.2.53"]
    assert "NTP=192.0.2.123\n" in twin.run("systemd-analyze cat-config systemd/timesyncd.conf")


def test_systemd_networkd_finds_nothing_wrong_with_its_files(twin: Twin) -> None:
    said = twin.run("journalctl -o cat -u systemd-networkd -p warning").splitlines()
    assert [line for line in said if "/run/systemd/network" in line and "unpredictable" not in line] == []


@pytest.mark.usefixtures("twin")
def test_root_comes_in_with_the_key_and_nobody_else_in_no_other_way(wire: Wire, key: Path) -> None:
    until(lambda: comes_in(wire, "-i", str(key), "-l", "root").stdout == "root\n", "root comes in")
    for user in ("bashgah-screen", "bashgah-sync", "nobody"):
        assert comes_in(wire, "-i", str(key), "-l", user).returncode == 255
    refused = comes_in(wire, "-o", "IdentityFile=none", "-o", "IdentitiesOnly=yes", "-l", "root")
    assert refused.stderr.endswith("Permission denied (publickey).\n")


def test_the_host_key_is_of_this_card_and_only_root_reads_it(twin: Twin) -> None:
    assert twin.run("stat -c '%U %a' /data/system/ssh /data/system/ssh/*_key").split("\n")[:2] == [
        "root 700",
        "root 600",
    ]
    assert twin.tried("ls /etc/ssh/*_key").returncode != 0


def test_wpa_supplicant_reads_name_and_passphrase_as_they_were_written(twin: Twin, toml: str) -> None:
    assert twin.tried("test -e /run/wpa_supplicant/bashgah.conf").returncode != 0
    twin.write(toml + WIFI)
    twin.run(SETUP)
    assert twin.run("stat -c '%U %a' /run/wpa_supplicant/bashgah.conf") == "root 600\n"
    said = twin.run(
        "timeout 10 wpa_supplicant -dd -K -Dnone -iwlan9 -c/run/wpa_supplicant/bashgah.conf 2>&1 || true"
    )
    lines = [line.strip() for line in said.splitlines()]
    for name, text in (("ssid", b'sh"op}'), ("sae_password", b'pa"ss}\\ wo#rd')):
        at = next(number for number, line in enumerate(lines) if line.startswith(f"{name} - hexdump_ascii"))
        assert lines[at + 1].startswith(text.hex(" "))
    assert {"scan_ssid=1 (0x1)", "country='DE'", "ieee80211w=1 (0x1)"} <= set(lines)
    assert not [line for line in lines if line.startswith("Line ") or "failed to parse" in line]


def test_udev_understands_the_rules_of_the_card(twin: Twin) -> None:
    rules = "/etc/udev/rules.d/60-bashgah.rules /etc/udev/rules.d/70-bashgah-wedge.rules"
    twin.run(f"udevadm verify --no-summary {rules}")
