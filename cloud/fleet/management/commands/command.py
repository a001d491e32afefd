"""`python -m cloud command KIOSK KIND`: tell a kiosk to do something once."""

from datetime import UTC, datetime, timedelta

from django.core.management.base import BaseCommand, CommandError, CommandParser

from cloud.fleet import commands
from cloud.fleet.ready import assert_ready

WITHIN = 3600.0
"""Seconds after which a command is no longer to be done."""


class Command(BaseCommand):
    help = "Tell a kiosk to do something once; prints the command's id. See `commands` for what became of it."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("kiosk")
        parser.add_argument("kind", help=", ".join(commands.KINDS))
        parser.add_argument("--within", type=float, default=WITHIN, metavar="SECONDS")

    def handle(self, *_args: object, kiosk: str, kind: str, within: float, **_options: object) -> None:
        assert_ready()
        try:
            self.stdout.write(commands.give(kiosk, kind, timedelta(seconds=within), datetime.now(UTC)))
        except (commands.Unknown, OverflowError, ValueError) as error:
            raise CommandError(str(error)) from None
