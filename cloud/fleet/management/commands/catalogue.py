"""`python -m cloud catalogue publish FILE`, `show`, `key`: what head office says to every kiosk, signed."""

from datetime import UTC, datetime

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from cloud.fleet import catalogue
from cloud.fleet.arguments import text_of
from cloud.fleet.ready import assert_ready
from cloud.fleet.signing import BadKey, Signer


class Command(BaseCommand):
    help = "Publish the catalogue to every kiosk, show the newest, or print the key that checks it."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        what = parser.add_subparsers(dest="what", required=True)
        publish = what.add_parser("publish", help="check, sign and publish a document; prints its version")
        publish.add_argument("document", type=text_of, metavar="FILE")
        what.add_parser("show", help="the newest document")
        what.add_parser("key", help="the public key: `catalogue_key` in every kiosk.toml")

    def handle(self, *_args: object, what: str, document: str = "", **_options: object) -> None:
        assert_ready()
        try:
            self.stdout.write({"publish": _publish, "show": _show, "key": _key}[what](document))
        except (catalogue.Unfit, BadKey) as error:
            raise CommandError(str(error)) from None


def _publish(document: str) -> str:
    return str(catalogue.publish(document, settings.DATA, datetime.now(UTC)))


def _show(_: str) -> str:
    newest = catalogue.newest()
    if newest is None:
        raise CommandError("no catalogue was ever published; kiosks use the one that they are built with")
    return f"version {newest.version}\n{newest.document}"


def _key(_: str) -> str:
    return Signer(settings.DATA).public
