"""What this machine says of itself in its files; no socket is opened, and what it does not say is None."""

import platform
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

ROOT = Path("/")
_UP = 0x0001
"""A route's flag for one that can be used (RTF_UP, route.h)."""


def links(root: Path = ROOT) -> tuple[str, ...]:
    """The network interfaces that have a carrier, but the machine's own (Linux, sysfs-class-net)."""
    return tuple(sorted(_carried(root)))


def default_route(root: Path = ROOT) -> str:
    """The interface of the IPv4 or IPv6 default route; empty where there is none (proc_net(5))."""
    four = (_fields(line) for line in _text(root / "proc/net/route").splitlines()[1:])
    for name, target, _gateway, flags, *_ in (fields for fields in four if len(fields) > 3):  # noqa: PLR2004
        if target == "00000000" and int(flags, 16) & _UP:
            return name
    six = (_fields(line) for line in _text(root / "proc/net/ipv6_route").splitlines())
    for target, length, *_rest, flags, name in (fields for fields in six if len(fields) > 3):  # noqa: PLR2004
        if set(target) == {"0"} and length == "00" and int(flags, 16) & _UP and name != "lo":
            return name
    return ""


def undervoltage(root: Path = ROOT) -> bool | None:
    """Whether a Raspberry Pi's supply is or was too low (its kernel's driver `rpi_volt`)."""
    for folder in sorted((root / "sys/class/hwmon").glob("*")):
        if _text(folder / "name").strip() == "rpi_volt":
            return _text(folder / "in0_lcrit_alarm").strip() == "1"
    return None


def image(root: Path = ROOT) -> str:
    """What the system was made from (os-release(5)): the image's own version where it has one."""
    found = _release(root)
    named = f"{found.get('IMAGE_ID', '')} {found.get('IMAGE_VERSION', '')}".strip()
    return named or found.get("PRETTY_NAME", "") or "?"


def image_version(root: Path = ROOT) -> str:
    """The SD image's release; empty where the system was not made from one."""
    return _release(root).get("IMAGE_VERSION", "")


def python() -> str:
    """The interpreter's version."""
    return platform.python_version()


def version(package: str) -> str:
    """An installed package's version."""
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return "?"


def size(path: Path) -> int:
    """Bytes of a database and its write-ahead log."""
    return sum(file.stat().st_size for file in (path, Path(f"{path}-wal")) if file.exists())


def _release(root: Path) -> dict[str, str]:
    return dict(_settings(_text(root / "etc/os-release")))


def _carried(root: Path) -> Iterator[str]:
    for folder in (root / "sys/class/net").glob("*"):
        if folder.name != "lo" and _text(folder / "carrier").strip() == "1":
            yield folder.name


def _settings(text: str) -> Iterator[tuple[str, str]]:
    for line in text.splitlines():
        name, equals, value = line.partition("=")
        if equals:
            yield name.strip(), value.strip().strip("\"'")


def _fields(line: str) -> list[str]:
    return line.split()


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8", errors="replace")
    except OSError:
        return ""
