"""`python -m cloud admit KIOSK`: let a kiosk that was revoked come back, with a new token."""

from datetime import UTC, datetime

from django.core.management.base import BaseCommand, CommandError, CommandParser

from cloud.fleet import revoking
from cloud.fleet.commands import Unknown
from cloud.fleet.ready import assert_ready
from mqtt.vocabulary import KioskId


class Command(BaseCommand):
    help = "Let a kiosk that was revoked come back; it needs a new token (enrol)."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("kiosk")

    def handle(self, *_args: object, kiosk: str, **_options: object) -> None:
        assert_ready()
        try:
            revoking.admit(KioskId(kiosk), datetime.now(UTC))
        except Unknown as error:
            raise CommandError(str(error)) from None
