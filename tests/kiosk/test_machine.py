"""What a machine says of itself, read from files laid out as the kernel's."""

from pathlib import Path

import pytest

from kiosk import machine

HEAD = "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\n"
SIX = f"{'0' * 32} 00 {'0' * 32} 00 {'0' * 32} 00000400 00000003 00000000 {{flags}} {{name}}\n"


def put(root: Path, name: str, text: str) -> None:
    (root / name).parent.mkdir(parents=True, exist_ok=True)
    (root / name).write_text(text, "utf-8")


@pytest.mark.parametrize(
    ("four", "six", "route"),
    [
        ("eth0\t00000000\t0102A8C0\t0003\t0\t0\t0\t00000000\n", "", "eth0"),
        ("eth0\t0002A8C0\t00000000\t0001\t0\t0\t0\t00FFFFFF\n", "", ""),
        ("eth0\t00000000\t0102A8C0\t0002\t0\t0\t0\t00000000\n", "", ""),
        ("", SIX.format(flags="00000003", name="wlan0"), "wlan0"),
        ("", SIX.format(flags="00200200", name="lo"), ""),
        ("broken\n", "broken\n", ""),
    ],
)
def test_the_default_route_is_the_one_that_is_up(tmp_path: Path, four: str, six: str, route: str) -> None:
    put(tmp_path, "proc/net/route", HEAD + four)
    put(tmp_path, "proc/net/ipv6_route", six)
    assert machine.default_route(tmp_path) == route


def test_a_link_is_an_interface_with_a_carrier(tmp_path: Path) -> None:
    for name, carrier in (("eth0", "1"), ("wlan0", "0"), ("lo", "1")):
        put(tmp_path, f"sys/class/net/{name}/carrier", carrier)
    assert machine.links(tmp_path) == ("eth0",)


@pytest.mark.parametrize(("alarm", "low"), [("0\n", False), ("1\n", True)])
def test_a_pi_tells_undervoltage(tmp_path: Path, alarm: str, low: bool) -> None:  # noqa: FBT001 - a parameter
    put(tmp_path, "sys/class/hwmon/hwmon0/name", "cpu_thermal\n")
    put(tmp_path, "sys/class/hwmon/hwmon1/name", "rpi_volt\n")
    put(tmp_path, "sys/class/hwmon/hwmon1/in0_lcrit_alarm", alarm)
    assert machine.undervoltage(tmp_path) is low


def test_a_machine_without_any_of_it_says_nothing(tmp_path: Path) -> None:
    said = machine.links(tmp_path), machine.default_route(tmp_path), machine.undervoltage(tmp_path)
    assert said == ((), "", None)
    assert machine.image(tmp_path) == "?"
    assert machine.version("no-such-package") == "?"


def test_an_image_goes_by_its_own_version_and_else_by_the_systems_name(tmp_path: Path) -> None:
    put(tmp_path, "etc/os-release", 'PRETTY_NAME="Debian GNU/Linux 12"\nID=debian\n')
    assert machine.image(tmp_path) == "Debian GNU/Linux 12"
    put(tmp_path, "etc/os-release", 'PRETTY_NAME="x"\nIMAGE_ID=bashgah\nIMAGE_VERSION=7\n')
    assert machine.image(tmp_path) == "bashgah 7"
