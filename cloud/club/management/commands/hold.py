"""`python -m cloud hold ...`: points set aside, and what becomes of those of which no word comes."""

from argparse import ArgumentParser
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from cloud.club import holds
from cloud.club.account import Cause
from cloud.club.decisions import Allowances, Coupons, decide, decided, written
from cloud.club.errors import ClubError, Unknown
from cloud.club.models import Hold
from cloud.fleet.arguments import text_of
from cloud.fleet.ready import assert_ready

RELEASING = (
    "{points} points of {member} could be spent again at once. If {kiosk} has spent them, or still does, that"
    " is booked when it tells of it, and what is not there by then is owed by the member."
)
WRITING_OFF = (
    "{points} points of {member} would be booked as spent, for good unless {kiosk} is heard of again: what it"
    " then tells is set off against this, so that nothing is spent twice."
)


class Command(BaseCommand):
    help = (
        "Points set aside for redemptions and as kiosks' allowances: list, release, write off; what is lent."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        what = parser.add_subparsers(dest="what", required=True)
        shown = what.add_parser("list", help="holds that are open, the oldest first")
        shown.add_argument("--kiosk", help="only those of one kiosk")
        shown.add_argument("--member", help="only those of one member")
        shown.add_argument("--all", action="store_true", help="those that have ended too")
        _sure(what.add_parser("release", help="let the points be spent by anybody again"))
        off = _sure(what.add_parser("write-off", help="book them as spent: the kiosk is lost"))
        off.add_argument(
            "--reason", required=True, help="why, as it stands in the ledger: at most 40 letters"
        )
        for name in ("allowances", "coupons"):
            decides = what.add_parser(name, help=f"what the club decided about {name}: by FILE, or show")
            decides.add_argument("document", type=text_of, nargs="?", metavar="FILE")

    def handle(self, *_args: object, what: str, **options: Any) -> None:  # noqa: ANN401 - argparse's values
        assert_ready()
        try:
            for line in DONE[what](options):
                self.stdout.write(line)
        except ClubError as error:
            raise CommandError(str(error)) from None


def _sure(parser: CommandParser) -> ArgumentParser:
    which = parser.add_mutually_exclusive_group(required=True)
    which.add_argument("number", metavar="NUMBER", type=int, nargs="?")
    which.add_argument("--kiosk", help="all that is open of one kiosk")
    parser.add_argument("--yes", action="store_true", help="without it, it is only said what it means")
    return parser


def _list(options: dict[str, Any]) -> Iterator[str]:
    wanted = {"device": options["kiosk"], "member": options["member"]}
    if not options["all"]:
        wanted["state"] = "open"
    for held in Hold.objects.filter(**{name: value for name, value in wanted.items() if value}).order_by(
        "id"
    ):
        called_back = ", called back" if held.state == "open" and held.recalled_at else ""
        yield (
            f"{held.id}  {held.made_at:%Y-%m-%d %H:%M}  {held.device}  {held.member_id}"
            f"  {held.points} points  {held.purpose}  {held.state}{called_back}"
        )


def _release(options: dict[str, Any]) -> Iterator[str]:
    for held in _meant(options, RELEASING):
        holds.release(held.id, datetime.now(UTC))
        yield f"{held.points} points of {held.member_id} can be spent again"


def _write_off(options: dict[str, Any]) -> Iterator[str]:
    found, reason, now = _meant(options, WRITING_OFF), options["reason"], datetime.now(UTC)
    if not 0 < len(reason) <= 40:  # noqa: PLR2004 - as the column
        raise CommandError("--reason has 1 to 40 letters")
    for held in found:
        entry = holds.write_off(held.id, Cause("", now, now, reason, device=held.device, actor="operator"))
        yield f"{held.points} points of {held.member_id} are booked as spent: entry {entry.id}"


def _meant(options: dict[str, Any], meaning: str) -> Sequence[Hold]:
    """The holds, if whoever asks has said that they mean them. Raises CommandError and Unknown."""
    number, kiosk = options["number"], options["kiosk"]
    asked = {"id": number} if kiosk is None else {"device": kiosk, "state": "open"}
    found = list(Hold.objects.filter(**asked).order_by("id"))
    if not found:
        raise Unknown("there is no such hold: `hold list` shows them")
    if not options["yes"]:
        members = ", ".join(sorted({held.member_id for held in found[:5]}))
        whose = members if len(found) == 1 else f"{len(found)} holds ({members} ...)"
        said = meaning.format(points=sum(held.points for held in found), member=whose, kiosk=found[0].device)
        raise CommandError(f"nothing was done. {said} Say --yes if that is meant.")
    return found


def _decision(shape: type[Allowances | Coupons]) -> Callable[[dict[str, Any]], Iterator[str]]:
    def told(options: dict[str, Any]) -> Iterator[str]:
        text = options["document"]
        yield written(decided(shape) if text is None else decide(shape, text))

    return told


DONE: dict[str, Callable[[dict[str, Any]], Iterator[str]]] = {
    "list": _list,
    "release": _release,
    "write-off": _write_off,
    "allowances": _decision(Allowances),
    "coupons": _decision(Coupons),
}
