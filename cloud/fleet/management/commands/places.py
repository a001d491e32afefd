"""`python -m cloud places FILE|show`: units, touchpoints, and at which of them each kiosk stands."""

from django.core.management.base import BaseCommand, CommandError, CommandParser

from cloud.fleet import places
from cloud.fleet.arguments import text_of
from cloud.fleet.ready import assert_ready

SHOW = "show"


def document(word: str) -> str | None:
    """What stands in a file; None where it is only asked how things are. Raises ArgumentTypeError."""
    return None if word == SHOW else text_of(word)


class Command(BaseCommand):
    help = "Say which units and touchpoints there are and where each kiosk stands, or show it."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "document", type=document, metavar="FILE|show", help="a JSON document; `show` prints one"
        )

    def handle(self, *_args: object, document: str | None, **_options: object) -> None:
        assert_ready()
        try:
            if document is not None:
                places.arrange(places.read(document))
        except places.BadPlaces as error:
            raise CommandError(str(error)) from None
        self.stdout.write(places.written(places.arranged()))
