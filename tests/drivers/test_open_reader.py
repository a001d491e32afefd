"""Which URL opens what, what a wrong one says, and that no text carries a card's digits."""

import subprocess
import sys

import pytest

from drivers.reader import (
    BadUrl,
    Card,
    CardPresented,
    CardRemoved,
    DriverError,
    ReaderLost,
    open_reader,
    reader_name,
)


@pytest.mark.parametrize("url", ["rfid:///dev/ttyUSB0", "/dev/ttyUSB0", "", "em4100//dev", "em4100://["])
def test_an_unknown_scheme_says_what_would_be_understood(url: str) -> None:
    with pytest.raises(BadUrl) as bad:
        open_reader(url)
    if "[" not in url:
        assert all(scheme in str(bad.value) for scheme in ("em4100:///dev/", "rc522://spi", "rc522+sim:///"))


@pytest.mark.parametrize(
    "url",
    [
        "em4100://ttyUSB0",
        "magstripe://ttyUSB0",
        "magstripe:",
        "rc522+sim://x",
        "rc522+sim:///x?y=1",
        "wedge://input/event0",
        "wedge+sim://x",
    ],
)
def test_a_wrong_address_says_how_it_looks(url: str) -> None:
    with pytest.raises(BadUrl, match=r"is (em4100|magstripe|rc522\+sim|wedge|wedge\+sim):///"):
        open_reader(url)


@pytest.mark.parametrize("url", ["rc522://spi0", "rc522://spi0.0/x", "rc522://spi0.0?reset=x", "rc522://"])
def test_a_wrong_bus_says_how_it_looks(url: str) -> None:
    from drivers.simulated.rc522 import Chip, stand_in  # noqa: PLC0415 - the stand-ins make the library importable

    stand_in(Chip())
    with pytest.raises(BadUrl, match="is rc522://spi"):
        open_reader(url)


@pytest.mark.parametrize(
    ("query", "right"),
    [
        ("baud=9601", "4800, 9600"),
        ("baud=", "4800, 9600"),
        ("speed=9600", "baud"),
        ("digits=16", "4 to 11 digits"),
        ("check=x", "none or luhn"),
    ],
)
def test_a_wrong_setting_of_a_magstripe_reader_says_what_would_be_right(query: str, right: str) -> None:
    with pytest.raises(BadUrl, match=right):
        open_reader(f"magstripe:///dev/serial/by-id/x?{query}")


def test_every_wrong_url_is_one_kind_of_error() -> None:
    assert issubclass(BadUrl, DriverError)
    assert issubclass(ReaderLost, DriverError)


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("em4100:///x", "em4100"),
        ("magstripe:///x?digits=8", "magstripe"),
        ("rc522://spi0.0", "rc522"),
        ("rc522+sim:///x", "rc522"),
        ("wedge+sim:///x", "wedge"),
    ],
)
def test_a_reader_has_its_name_before_it_is_open(url: str, name: str) -> None:
    assert reader_name(url) == name


def test_a_chip_that_nobody_serves_is_a_lost_reader() -> None:
    with pytest.raises(ReaderLost) as lost:
        open_reader("rc522+sim:///nowhere/rc522.sock")
    assert lost.value.reason == "no-device"


def in_a_fresh_process(program: str) -> str:
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    return ran.stdout.strip()


def test_a_family_is_imported_only_when_asked_for() -> None:
    program = (
        "import sys, drivers.reader, drivers.watch;"
        "print(sorted({'serial', 'mfrc522', 'spidev', 'RPi', 'gpiozero', 'evdev'} & set(sys.modules)))"
    )
    assert in_a_fresh_process(program) == "[]"


@pytest.mark.skipif(sys.platform != "linux", reason="SPI is Linux's")
def test_a_real_bus_without_its_library_or_device_is_a_lost_reader() -> None:
    program = (
        "from drivers.reader import open_reader, ReaderLost\n"
        "try: open_reader('rc522://spi77.7')\n"
        "except ReaderLost as lost: print(lost.reason)"
    )
    assert in_a_fresh_process(program) in {"no-library", "no-device"}


@pytest.mark.parametrize("wrap", [CardPresented, CardRemoved])
def test_no_digit_of_a_card_is_in_a_repr(wrap: type[CardPresented | CardRemoved]) -> None:
    identity = bytes.fromhex("0a1b2c3d4e")
    shown = repr(wrap("em4100", Card("em4100", identity)))
    assert identity.hex() not in shown.lower()
    assert repr(identity) not in shown
    assert "em4100 5 bytes" in shown
