"""`python -m cloud enrol KIOSK`: a token with which one device becomes this kiosk."""

import getpass
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from cloud.fleet import tokens
from cloud.fleet.commands import Unknown
from cloud.fleet.enrolling import fingerprint, fragment
from cloud.fleet.models import Kiosk
from cloud.fleet.ready import assert_ready
from mqtt.vocabulary import KioskId

HOURS = 72.0
"""How long a token waits, if nothing else is said."""


class Command(BaseCommand):
    help = "Print a token that lets one device become this kiosk, once; or write what its kiosk.toml needs."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("kiosk")
        parser.add_argument("--hours", type=float, default=HOURS, help="how long it waits (%(default)s)")
        parser.add_argument("--toml", type=Path, metavar="FILE", help="a new file to be copied to the device")

    def handle(self, *_args: object, kiosk: str, hours: float, toml: Path | None, **_options: object) -> None:
        assert_ready()
        try:
            with transaction.atomic():  # a token that nobody could be told is none
                token = tokens.issue(KioskId(kiosk), _who(), datetime.now(UTC), timedelta(hours=hours))
                if toml is not None:
                    _write(toml, _fragment(kiosk, token))
        except (Unknown, tokens.BadToken, OverflowError, ValueError, OSError) as error:
            raise CommandError(str(error)) from None
        self.stdout.write(str(toml or token))


def _fragment(kiosk: str, token: str) -> str:
    if not fingerprint():
        raise tokens.BadToken("there is no authority yet: run `python -m cloud authority init`")
    return fragment(Kiosk.objects.get(id=kiosk), token)


def _who() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container's user has no name
        return str(os.getuid())


def _write(path: Path, text: str) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)
