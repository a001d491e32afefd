"""`python -m cloud member ...`: what an operator does for a member: cards, merging, leaving, export."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from cloud.club import cards, joining, kiosk_joining, leaving, merging, phones
from cloud.club.card_schema import CardSchema
from cloud.club.decisions import decide, decided, written
from cloud.club.errors import ClubError, Unknown
from cloud.club.export import export
from cloud.club.models import Card, Member, Merge, Person, Receipt
from cloud.fleet.arguments import text_of
from cloud.fleet.ready import assert_ready
from cloud.fleet.scrubbing import scrub
from mqtt.vocabulary import CardKey, MemberId


class Command(BaseCommand):
    help = "Do for a member what a club owes them: find, block and replace cards, merge, let leave, export."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        what = parser.add_subparsers(dest="what", required=True)
        what.add_parser("find", help="whose a telephone number is; it is asked, never an argument")
        _with(what.add_parser("show", help="a member's cards and merges"), "member")
        _with(what.add_parser("lost", help="block a card at every kiosk"), "card")
        _with(
            what.add_parser("replace", help="an empty card in the place of a lost or broken one"),
            "card",
            "new",
        )
        _with(
            what.add_parser("merge", help="GONE's cards become KEPT's; prints the merge's number"),
            "gone",
            "kept",
        )
        _with(what.add_parser("unmerge", help="put a merge back"), "number")
        _with(what.add_parser("confirm", help="let a merge be for good: one person stays"), "number")
        leave = _with(what.add_parser("leave", help="erase who a member is; prints a receipt"), "member")
        leave.add_argument("--yes", action="store_true", help="it cannot be undone")
        _with(what.add_parser("receipt", help="what was erased when somebody left"), "code")
        what.add_parser("joins", help="who joined at a kiosk and is not who they said, or is no member; why")
        _with(what.add_parser("export", help="a member's own data, as JSON"), "member")
        whole = what.add_parser("scrub", help="take what was erased out of the database's files")
        whole.add_argument(
            "--whole", action="store_true", help="write them anew: with everything else stopped"
        )
        rules = what.add_parser("joining", help="how one can join: decide by FILE, or show")
        schema = what.add_parser(
            "card-schema", help="how the club's swiped cards look: decide by FILE, or show"
        )
        for decision in (rules, schema):
            decision.add_argument("document", type=text_of, nargs="?", metavar="FILE")

    def handle(self, *_args: object, what: str, **options: Any) -> None:  # noqa: ANN401 - argparse's values
        assert_ready()
        try:
            for line in DONE[what](options):
                self.stdout.write(line)
        except ClubError as error:
            raise CommandError(str(error)) from None


def _with(parser: CommandParser, *names: str) -> CommandParser:
    for name in names:
        parser.add_argument(name, metavar=name.upper(), type=int if name == "number" else str)
    return parser


def _find(_: dict[str, Any]) -> Iterator[str]:
    number = phones.phone(input("telephone number: "), joining.rules().home)
    member = Person.objects.filter(phone=number).values_list("member", flat=True).first()
    if member is None:
        raise Unknown("nobody has this telephone number")
    yield member


def _show(options: dict[str, Any]) -> Iterator[str]:
    row = Member.objects.filter(id=options["member"]).first()
    if row is None:
        raise Unknown("there is no such member")
    yield f"{row.id}  {row.kind}  joined {row.joined_on}" + (f"  left {row.left_on}" if row.left_on else "")
    for card in Card.objects.filter(member=row).order_by("issued_at", "key"):
        yield f"  {card.key}  {card.status}"
    for merge in Merge.objects.filter(kept=row).order_by("id") | Merge.objects.filter(gone=row).order_by(
        "id"
    ):
        state = "undone" if merge.undone_at else "confirmed" if merge.confirmed_at else "open"
        yield f"  merge {merge.id}: {merge.gone_id} into {merge.kept_id}, {state}"


def _lost(options: dict[str, Any]) -> Iterator[str]:
    yield f"blocked at every kiosk; {cards.lose(CardKey(options['card']), _now())} keeps every point"


def _replace(options: dict[str, Any]) -> Iterator[str]:
    member = cards.replace(CardKey(options["card"]), CardKey(options["new"]), _now())
    yield f"{member} has the new card and keeps every point"


def _merge(options: dict[str, Any]) -> Iterator[str]:
    merged = merging.merge(MemberId(options["gone"]), MemberId(options["kept"]), _now())
    yield f"merge {merged.id}: put it back with `unmerge {merged.id}`, or `confirm {merged.id}`"


def _unmerge(options: dict[str, Any]) -> Iterator[str]:
    merged = merging.unmerge(options["number"], _now())
    yield f"merge {merged.id} undone: {merged.gone_id} is a member again"


def _confirm(options: dict[str, Any]) -> Iterator[str]:
    merged = merging.confirm(options["number"], _now())
    yield f"merge {merged.id} confirmed: {merged.kept_id} is the one who is left"
    yield from _scrub({"whole": False})


def _leave(options: dict[str, Any]) -> Iterator[str]:
    if not options["yes"]:
        raise CommandError("nothing was erased: it cannot be undone, say --yes if the member wants it")
    receipt = leaving.leave(MemberId(options["member"]), _now())
    yield from _receipt_lines(receipt)
    yield from _scrub({"whole": False})


def _receipt(options: dict[str, Any]) -> Iterator[str]:
    receipt = leaving.receipt(options["code"])
    yield f"left on {receipt.at:%Y-%m-%d %H:%M} UTC"
    yield from _receipt_lines(receipt)


def _receipt_lines(receipt: Receipt) -> Iterator[str]:
    yield f"receipt {receipt.code}"
    yield f"erased: {_told(receipt.erased)}"
    yield f"kept, without a name: {_told(receipt.kept)}"


def _joins(_: dict[str, Any]) -> Iterator[str]:
    for join in kiosk_joining.without_person():
        why = join.ignored or join.person
        yield f"{join.joined_at:%Y-%m-%d %H:%M} UTC  {join.kiosk}  {join.member_id or '-'}  {why}"


def _export(options: dict[str, Any]) -> Iterator[str]:
    yield export(MemberId(options["member"])).decode()


def _scrub(options: dict[str, Any]) -> Iterator[str]:
    if scrub(whole=options["whole"]):
        yield "what was erased is out of the database's files"
    else:
        yield "somebody reads the database: its log still has what was erased; say `member scrub` in a moment"


def _joining(options: dict[str, Any]) -> Iterator[str]:
    text = options["document"]
    yield written(joining.rules() if text is None else joining.decide(text))


def _card_schema(options: dict[str, Any]) -> Iterator[str]:
    text = options["document"]
    yield written(decided(CardSchema) if text is None else decide(CardSchema, text))


def _told(numbers: dict[str, int]) -> str:
    return ", ".join(f"{number} {what}" for what, number in numbers.items())


def _now() -> datetime:
    return datetime.now(UTC)


DONE: dict[str, Callable[[dict[str, Any]], Iterator[str]]] = {
    "find": _find,
    "show": _show,
    "lost": _lost,
    "replace": _replace,
    "merge": _merge,
    "unmerge": _unmerge,
    "confirm": _confirm,
    "leave": _leave,
    "receipt": _receipt,
    "joins": _joins,
    "export": _export,
    "scrub": _scrub,
    "joining": _joining,
    "card-schema": _card_schema,
}
