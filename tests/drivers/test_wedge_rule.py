"""The udev rule that hides the wedge: its form, and what it says; udevadm reads it where there is one."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

RULE = Path(__file__).resolve().parents[2] / "systemd/udev/70-bashgah-wedge.rules"
LINE = re.compile(
    r'(?:[A-Z]+(?:\{\w+\})?(?:==|!=|\+=|:=|=)"[^"]*")(?:, (?:[A-Z]+(?:\{\w+\})?(?:==|!=|\+=|:=|=)"[^"]*"))*'
)
PART = re.compile(r'([A-Z]+(?:\{\w+\})?)(==|!=|=)"([^"]*)"')
KEYBOARD = {"SUBSYSTEM": "input", "KERNEL": "event7", "ACTION": "add"}
READER = {**KEYBOARD, "ATTRS{idVendor}": "0801", "ATTRS{idProduct}": "0001"}


def lines() -> list[str]:
    text = RULE.read_text(encoding="utf-8").splitlines()
    return [line for line in text if line and not line.startswith("#")]


def applied(device: dict[str, str]) -> dict[str, str]:
    """What the rule assigns to a device, by udev's own order: top down, jumps forward only."""
    given: dict[str, str] = {}
    target = ""
    for line in lines():
        parts = PART.findall(line)
        if target:
            target = "" if ("LABEL", "=", target) in parts else target
        elif all(matches(device, key, how, value) for key, how, value in parts):
            told = {key: value for key, how, value in parts if how == "="}
            target = told.pop("GOTO", "")
            given |= {key: value for key, value in told.items() if key != "LABEL"}
    assert not target, "a label is missing"
    return given


def matches(device: dict[str, str], key: str, how: str, value: str) -> bool:
    is_so = re.fullmatch(value.replace("*", ".*"), device.get(key, "")) is not None
    return {"==": is_so, "!=": not is_so, "=": True}[how]


def test_every_line_has_udevs_form() -> None:
    assert all(LINE.fullmatch(line) for line in lines())


def test_the_reader_is_hidden_and_the_kiosks_alone() -> None:
    assert applied(READER) == {
        "ENV{LIBINPUT_IGNORE_DEVICE}": "1",
        "ENV{ID_INPUT}": "",
        "ENV{ID_INPUT_KEY}": "",
        "ENV{ID_INPUT_KEYBOARD}": "",
        "GROUP": "bashgah-wedge",
        "MODE": "0440",
    }


@pytest.mark.parametrize(
    "other",
    [
        KEYBOARD,
        {**READER, "ACTION": "remove"},
        {**READER, "SUBSYSTEM": "hidraw"},
        {**READER, "KERNEL": "mouse0"},
        {**READER, "ATTRS{idProduct}": "0002"},
    ],
)
def test_everything_else_is_left_alone(other: dict[str, str]) -> None:
    assert applied(other) == {}


def test_udevadm_accepts_it() -> None:
    udevadm = shutil.which("udevadm")
    if (
        udevadm is None
        or subprocess.run([udevadm, "verify", "--help"], capture_output=True, check=False).returncode
    ):
        pytest.skip("no udevadm that verifies (systemd 254 or newer)")
    ran = subprocess.run([udevadm, "verify", "--resolve-names=never", RULE], capture_output=True, check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr
