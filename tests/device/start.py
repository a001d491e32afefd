"""One start of a kiosk on a card, in a machine of its own."""

import shutil
from dataclasses import dataclass
from pathlib import Path

import msgspec

from kiosk.device.report import Report
from tests import uml

NEEDED = ("mke2fs", "e2fsck", "debugfs", "sfdisk", "partx", "resize2fs")


def missing() -> list[str]:
    """Programs that are not here."""
    return uml.missing(*NEEDED)


@dataclass(frozen=True)
class Start:
    """`report` is None where the power went before it; `tree` is all at /data: name, mode, group, size."""

    report: Report | None
    steps: list[str]
    tree: dict[str, list[str]]
    mounts: str
    said: str

    @property
    def told(self) -> Report:
        """The report of a start that came to its end."""
        assert self.report is not None, self.said
        return self.report


def start(card: Path, *deeds: str, cut: str = "", read_only: bool = False) -> Start:
    """Power on; go on until the start is over and `deeds` are done, or until the step `cut`.

    `read_only`: a card that takes nothing.
    """
    folder = card.parent / "start"
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "data").mkdir(parents=True)
    said = uml.run(folder, [card], "tests.device.guest", str(folder), cut, *deeds, read_only=read_only)
    report = folder / "report.json"
    return Start(
        msgspec.json.decode(report.read_bytes(), type=Report) if report.exists() else None,
        _lines(folder / "steps"),
        {line.split(" ")[0]: line.split(" ")[1:] for line in _lines(folder / "tree")},
        "\n".join(_lines(folder / "mounts")),
        said,
    )


def _lines(file: Path) -> list[str]:
    return file.read_text().splitlines() if file.exists() else []
