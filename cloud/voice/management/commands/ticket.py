"""`python -m cloud ticket list|show CODE|answer CODE TEXT|close CODE`: what members told the shop."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from cloud.fleet.ready import assert_ready
from cloud.voice import conversations
from cloud.voice.conversations import TicketError
from cloud.voice.models import Message, MessageSeen, Ticket
from mqtt.tracking import parse, spaced
from mqtt.vocabulary import BadCode, TicketCode

SHOWN = 50
"""Tickets that are listed, the newest first."""


class Command(BaseCommand):
    help = "List what members told the shop, show one ticket, answer it, close it."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True)
        actions.add_parser("list").add_argument("--all", action="store_true", help="closed ones too")
        for name in ("show", "answer", "close"):
            action = actions.add_parser(name)
            action.add_argument("code")
            if name == "answer":
                action.add_argument("text")

    def handle(self, *_args: object, action: str, **options: Any) -> None:  # noqa: ANN401 - Django's own
        assert_ready()
        now = datetime.now(UTC)
        try:
            if action == "list":
                self._say(_listed(closed=options["all"]))
                return
            code = parse(options["code"])
            if action == "answer":
                conversations.answer(code, options["text"], now)
            elif action == "close":
                conversations.close(code, now)
            self._say(_told(code))
        except (BadCode, TicketError) as error:
            raise CommandError(str(error)) from None

    def _say(self, lines: Iterator[str]) -> None:
        for line in lines:
            self.stdout.write(line)


def _listed(*, closed: bool) -> Iterator[str]:
    told = 0
    for ticket in Ticket.objects.order_by("-opened_at").iterator():
        state = conversations.talks([ticket.code])[ticket.code].state
        if closed or state != "closed":
            yield _line(ticket, state)
            told += 1
        if told == SHOWN:
            return


def _told(code: TicketCode) -> Iterator[str]:
    ticket = Ticket.objects.filter(code=code).first()
    if ticket is None:
        raise TicketError(f"there is no ticket {spaced(code)}")
    yield _line(ticket, conversations.talks([code])[code].state)
    line = conversations.line_of(ticket)
    if line is not None:
        yield f"  about {line.on} {line.points:+} {line.reason}"
    said = [(message.at, _words(message)) for message in Message.objects.filter(ticket=code)]
    seen = [
        (each.at, f"member: read {each.number}, better: {each.better or '-'}")
        for each in MessageSeen.objects.filter(ticket=code)
    ]
    for at, words in sorted(said + seen):
        yield f"  {at:%Y-%m-%d %H:%M:%S}  {words}"


def _words(message: Message) -> str:
    return f"shop {message.number}: closed" if message.closes else f"shop {message.number}: {message.text}"


def _line(ticket: Ticket, state: str) -> str:
    code, when = spaced(TicketCode(ticket.code)), f"{ticket.opened_at:%Y-%m-%d %H:%M:%S}"
    return f"{code}  {when}  {state:8}  {ticket.store_id}  {ticket.member}  {ticket.kind}  {ticket.category}"
