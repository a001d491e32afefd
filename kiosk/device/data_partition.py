"""`python -m kiosk.device data`: the card's partitions, mounted, and the first report."""

import logging

from kiosk.device import data, disk, folders, mounting, places, report
from kiosk.device.disk import Disk
from kiosk.device.priorities import ALERT
from kiosk.device.report import Report

log = logging.getLogger(__name__)


def main() -> None:
    """Never raises: what is wrong is in the report."""
    try:
        card = disk.of_root()
        if card is not None:
            _mount_card(card)
        told = _prepare(card)
    except Exception as error:  # noqa: BLE001 - whatever it is, the screen has to say that data is not there
        log.log(ALERT, "the card cannot be understood: %r", error)
        told = Report("broken", repr(error))
    told = data.ready(places.DATA, told, _at)
    log.info("data: %s %s", told.data, told.detail)
    places.RUN.mkdir(mode=0o755, exist_ok=True)
    report.write(told)


def _prepare(card: Disk | None) -> Report:
    if card is None:
        return Report("sound", f"this system is on no disk of its own: {places.DATA} is used as it is")
    return data.Card(card, places.DATA, lambda: disk.named(card.node.name), _at).prepare()


def _mount_card(card: Disk) -> None:
    boot = card.partitions.get(disk.BOOT)
    try:
        if boot is not None:
            mounting.card(boot.node, places.CARD, folders.group())
    except mounting.NotMounted:
        log.exception("the partition with kiosk.toml is not mounted")


def _at(step: str) -> None:
    log.info("%s", step)
