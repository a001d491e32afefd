"""`python -m cloud revoke KIOSK`: let a kiosk in nowhere any more, within seconds."""

from datetime import UTC, datetime

from django.core.management.base import BaseCommand, CommandError, CommandParser

from cloud.fleet import revoking
from cloud.fleet.authority.lists import READER
from cloud.fleet.commands import Unknown
from cloud.fleet.ready import assert_ready
from mqtt.vocabulary import KioskId


class Command(BaseCommand):
    help = "Let a kiosk in nowhere any more: its certificates and its token are worth nothing from now on."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("kiosk", help="a kiosk, or a tool: reader.NAME")

    def handle(self, *_args: object, kiosk: str, **_options: object) -> None:
        assert_ready()
        try:
            if kiosk.startswith(READER):
                revoking.revoke_reader(kiosk, datetime.now(UTC))
            else:
                revoking.revoke(KioskId(kiosk), datetime.now(UTC))
        except Unknown as error:
            raise CommandError(str(error)) from None
