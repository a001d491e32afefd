"""`python -m cloud commands KIOSK`: what a kiosk was told to do, and what became of it."""

from django.core.management.base import BaseCommand, CommandParser

from cloud.fleet.models import Command as Given
from cloud.fleet.ready import assert_ready

SHOWN = 50
"""Commands that are listed, the newest first."""


class Command(BaseCommand):
    help = "List what a kiosk was told to do, the newest first, and what became of it."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("kiosk")

    def handle(self, *_args: object, kiosk: str, **_options: object) -> None:
        assert_ready()
        for given in Given.objects.filter(kiosk=kiosk).order_by("-given_at")[:SHOWN]:
            self.stdout.write(_line(given))


def _line(given: Given) -> str:
    state = given.result or ("sent" if given.sent_at else "waiting")
    when = f"{given.given_at:%Y-%m-%d %H:%M:%S}"
    return f"{given.id}  {when}  {given.kind:8}  {state:7}  {given.detail}".rstrip()
