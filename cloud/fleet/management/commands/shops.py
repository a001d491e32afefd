"""`python -m cloud shops FILE|show`: groups, their stores, and the kiosks in them."""

from django.core.management.base import BaseCommand, CommandError, CommandParser

from cloud.fleet import shops
from cloud.fleet.management.commands.places import document
from cloud.fleet.ready import assert_ready


class Command(BaseCommand):
    help = "Say which stores and kiosks there are and which stores share members, or show it."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "document", type=document, metavar="FILE|show", help="a JSON document; `show` prints one"
        )

    def handle(self, *_args: object, document: str | None, **_options: object) -> None:
        assert_ready()
        try:
            if document is not None:
                shops.open_shops(shops.read(document))
        except shops.BadShops as error:
            raise CommandError(str(error)) from None
        self.stdout.write(shops.written(shops.opened()))
