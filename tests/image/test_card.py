"""What lies on the first partition: the one file for a technician, and what a Pi starts by."""

import tomllib
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from image import firmware
from image.release import Release
from kiosk import config
from kiosk.device.places import KIOSK

RELEASE = Release("1.2.3", "abcdef0", 1_700_000_000)
FOUR = {
    "store": "tajrish",
    "cloud": "https://club.example:8443",
    "authority": "0" * 64,
    "token": "",
}


@pytest.fixture
def template() -> str:
    return firmware.template("kiosk.toml", RELEASE).decode()


def test_kiosk_toml_is_valid_as_it_comes(template: str) -> None:
    assert tomllib.loads(template)["data"] == str(KIOSK)


def test_kiosk_toml_is_right_once_its_four_lines_are_filled(template: str, tmp_path: Path) -> None:
    file = tmp_path / "kiosk.toml"
    file.write_text("\n".join(filled(line) for line in template.splitlines()))
    found = config.load(file, {})
    assert isinstance(found, config.ToEnrol)
    assert {name: getattr(found, name) for name in FOUR} == FOUR
    assert found.readers == ("rc522://spi0.0",)


def test_every_line_that_is_commented_is_right_too(template: str, tmp_path: Path) -> None:
    """So that a technician only takes away the sign before it."""
    lines = [line.removeprefix("# ") if setting(line) else line for line in template.splitlines()]
    file = tmp_path / "kiosk.toml"
    file.write_text("\n".join(filled(line) for line in lines if not line.startswith('readers = ["rc522')))
    found = config.load(file, {})
    assert isinstance(found, config.ToEnrol)
    assert (found.wifi.ssid, found.network.address, len(found.ssh.keys)) == ("SHOP", "192.168.1.20/24", 1)


def test_files_for_an_editor_end_their_lines_as_every_editor_takes_it(template: str) -> None:
    assert template.count("\n") == template.count("\r\n")
    assert not template.startswith("\ufeff")


def test_the_note_is_in_two_languages_and_says_which_release_it_is() -> None:
    note = firmware.template("README.txt", RELEASE).decode()
    assert "1.2.3+abcdef0" in note
    assert len([line for line in note.splitlines() if line]) <= 10
    assert "«امن و برخط»" in note
    assert '"Secure and online"' in note


def test_the_kernels_line_names_no_label_and_writes_nothing_over_the_kiosk() -> None:
    """A foreign card of the same image has the same labels."""
    (line,) = (firmware.HERE / "cmdline.txt").read_text().splitlines()
    words = line.split()
    assert "root=/dev/mmcblk0p2" in words
    assert "ro" in words
    assert "LABEL=" not in line
    assert [word for word in words if word.startswith("console=")] == ["console=tty3"]
    assert {"quiet", "panic=10", "net.ifnames=0", "rootwait", "consoleblank=0"} <= set(words)


def test_the_boot_loader_is_told_what_lies_beside_it() -> None:
    lines = [line for line in (firmware.HERE / "config.txt").read_text().splitlines() if line[:1] != "#"]
    assert {"arm_64bit=1", "upstream_kernel=1", "kernel=vmlinuz", "initramfs initrd.img followkernel"} <= set(
        lines
    )
    assert "disable_splash=1" in lines
    assert not [line for line in lines if line.startswith("dtparam")], "upstream's trees know none"


def setting(line: str) -> bool:
    body = line.removeprefix("# ")
    return line.startswith("# ") and (body.startswith("[") or " = " in body.split("#")[0])


def filled(line: str) -> str:
    if "AAAA..." in line:
        key = Ed25519PrivateKey.generate().public_key()
        return line.replace(
            "ssh-ed25519 AAAA...", key.public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH).decode()
        )
    for name, value in FOUR.items():
        if line.startswith((f"# {name} =", f"{name} =")):
            return f'{name} = "{value}"'
    return line
