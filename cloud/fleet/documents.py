"""Commands that take what a person writes as one JSON document, or show how things are as such a document."""

from typing import ClassVar

from django.core.management.base import BaseCommand, CommandError, CommandParser

from cloud.fleet.arguments import text_of
from cloud.fleet.ready import assert_ready

SHOW = "show"


def _document(word: str) -> str | None:
    """What stands in a file; None where it is only asked how things are. Raises ArgumentTypeError."""
    return None if word == SHOW else text_of(word)


class DocumentCommand(BaseCommand):
    """`COMMAND FILE|show`; `refused` is what `take` raises for a document that cannot be."""

    requires_system_checks = ()
    refused: ClassVar[type[Exception]]

    def take(self, text: str) -> None:
        """Let it be as a document says."""
        raise NotImplementedError

    def shown(self) -> str:
        """How it is, as a document."""
        raise NotImplementedError

    def add_arguments(self, parser: CommandParser) -> None:
        """A file, or the word `show`."""
        parser.add_argument(
            "document", type=_document, metavar="FILE|show", help="a JSON document; `show` prints one"
        )

    def handle(self, *_args: object, document: str | None, **_options: object) -> None:
        """Take the document if there is one, then say how it is. Raises CommandError."""
        assert_ready()
        try:
            if document is not None:
                self.take(document)
        except self.refused as error:
            raise CommandError(str(error)) from None
        self.stdout.write(self.shown())
