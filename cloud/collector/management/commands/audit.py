"""`python -m cloud audit`: one JSON line that says whether all that happened is there, and there once."""

import json
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

import msgspec
from django.core.management.base import BaseCommand, CommandParser

from cloud.collector.audit import Audit, Of, Seen, totals
from cloud.fleet.ready import assert_ready
from mqtt.vocabulary import Epoch, KioskId


class Command(BaseCommand):
    help = "Print, as one JSON line, what is stored and posted, and whether anything is lost or doubled."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--kiosk", help="only this kiosk's streams")
        parser.add_argument("--epoch", help="only the stream of this epoch")
        parser.add_argument(
            "--seen",
            type=Path,
            metavar="FILE",
            help='JSON lines {"what": "tap", "card": CardKey, "value": null}',
        )

    def handle(
        self, *_args: object, kiosk: str | None, epoch: str | None, seen: Path | None, **_options: object
    ) -> None:
        assert_ready()
        of = Of(KioskId(kiosk) if kiosk else None, Epoch(epoch) if epoch else None)
        audit = Audit()
        found = asdict(totals(of)) | {"doubled": audit.doubled(), "points_off": audit.points_off()}
        if seen:
            found["lost"] = audit.lost(_lines(seen), of)
        self.stdout.write(json.dumps(found))


def _lines(path: Path) -> Iterator[Seen]:
    decoder = msgspec.json.Decoder(Seen)
    return (decoder.decode(line) for line in path.read_bytes().splitlines() if line)
