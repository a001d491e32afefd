"""What a row of a timeline says, in the active language, and in the time of its store."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from cloud.club.models import (
    LEFT,
    LOST,
    REKEYED,
    REPLACED,
    Card,
    CardMove,
    Consent,
    Coupon,
    Entry,
    KioskJoin,
    Member,
    Merge,
    Purchase,
    Return,
)
from cloud.desk.explain import explain
from cloud.desk.language import active
from cloud.desk.numerals import digits, number
from cloud.desk.wording import question_name, store_name
from cloud.fleet.models import Kiosk, Store
from cloud.voice.models import Answer, Message, MessageSeen, Ticket
from mqtt.tracking import spaced
from mqtt.vocabulary import CouponCode, TicketCode

UTC: Final = ZoneInfo("UTC")


@dataclass(frozen=True, slots=True)
class Said:
    """What happened, what belongs to it line by line, where, and in which time zone."""

    text: str
    lines: Sequence[str] = ()
    store: str = ""
    zone: ZoneInfo = UTC


class Teller:
    """Tells rows of members of one group; where a row knows no store, it is the time of the group's first."""

    def __init__(self, members: Sequence[str]) -> None:
        """Tell of these members, who are one."""
        self._members = members

    def __call__(self, stream: str, row: Any) -> Said:  # noqa: ANN401 - a row of the stream's table
        """What a row of a stream says."""
        text, lines, store = _SAYINGS[stream](self, row)
        name = store_name(store, active()) if store else ""
        return Said(text, lines, name, ZoneInfo(store.time_zone) if store else self.home)

    @cached_property
    def home(self) -> ZoneInfo:
        """The time of members who are nowhere in particular."""
        group = Member.objects.filter(id=self._members[0]).values_list("group_id", flat=True).first()
        # never by a join: a group has a million members
        zone = Store.objects.filter(group=group).order_by("id").values_list("time_zone", flat=True).first()
        return ZoneInfo(zone) if zone else UTC

    @cached_property
    def kiosks(self) -> dict[str, Store]:
        """Where kiosks stand."""
        return {kiosk.id: kiosk.store for kiosk in Kiosk.objects.select_related("store")}


Told = tuple[str, Sequence[str], Store | None]


def card_state(status: str) -> str:
    """How a card stands."""
    states = {
        LOST: _("lost, blocked"),
        REPLACED: _("replaced, blocked"),
        REKEYED: _("known by a newer name"),
        LEFT: _("nobody's any more"),
    }
    return states.get(status, _("active"))


def ticket_kind(kind: str) -> str:
    """What somebody told the shop."""
    kinds = {"complaint": _("Complaint"), "suggestion": _("Suggestion"), "praise": _("Praise")}
    return kinds.get(kind, kind)


def isolated(text: str) -> str:
    """A text that turns nothing around it, whichever way it is written."""
    return f"\N{FIRST STRONG ISOLATE}{text}\N{POP DIRECTIONAL ISOLATE}"


def rial(amount: int) -> str:
    """An amount of money."""
    return _("%(amount)s Rial") % {"amount": number(amount, 0, active())}


def _entry(_teller: Teller, row: Entry) -> Told:
    return explain(row, active()), (), row.store


def _purchase(_teller: Teller, row: Purchase) -> Told:
    total = rial(sum(int(line["amount"]) for line in row.lines))
    text = _("Purchase: invoice %(invoice)s, %(total)s") % {
        "invoice": digits(row.invoice, active()),
        "total": total,
    }
    lines = [_line(line) for line in row.lines]
    if row.paid is not None:
        lines.append(_("Paid in money: %(amount)s") % {"amount": rial(row.paid)})
    return text, lines, row.store


def _line(line: dict[str, Any]) -> str:
    name = str(line.get("product") or line.get("category") or line["id"])
    quantity = int(line.get("quantity") or 1)
    times = f" \N{MULTIPLICATION SIGN} {number(quantity, 0, active())}" if quantity != 1 else ""
    return f"{isolated(name)}{times}: {rial(int(line['amount']))}"


def _return(_teller: Teller, row: Return) -> Told:
    text = _("Return %(number)s of invoice %(invoice)s") % {
        "number": digits(row.number, active()),
        "invoice": digits(row.invoice, active()),
    }
    refused = [_("Refused: the sale was another one.")] if row.state == "refused" else []
    return (
        text,
        [*(f"{isolated(line)}: {rial(int(amount))}" for line, amount in row.lines.items()), *refused],
        row.store,
    )


def _answer(_teller: Teller, row: Answer) -> Told:
    text = _("%(question)s: answered %(value)s") % {
        "question": question_name(row.question),
        "value": number(row.value, 0, active()),
    }
    undone = [_("Undone by the member; it does not count.")] if row.undone else []
    flagged = [_("Too quick to be meant; it does not count.")] if row.flagged else []
    return text, undone + flagged, row.store


def _coupon(_teller: Teller, row: Coupon) -> Told:
    said = {
        "code": _code(CouponCode(row.code)),
        "rial": rial(row.rial),
        "points": number(row.points, 0, active()),
    }
    return _("Coupon %(code)s: %(rial)s off for %(points)s points") % said, (), row.store


def _used(_teller: Teller, row: Coupon) -> Told:
    said = {"code": _code(CouponCode(row.code)), "invoice": digits(row.invoice or "", active())}
    return _("Coupon %(code)s used on invoice %(invoice)s") % said, (), row.used_store


def _ticket(_teller: Teller, row: Ticket) -> Told:
    said = {
        "kind": ticket_kind(row.kind),
        "code": _code(TicketCode(row.code)),
        "category": isolated(row.category),
    }
    return _("%(kind)s, ticket %(code)s: %(category)s") % said, (), row.store


def _message(_teller: Teller, row: Message) -> Told:
    code = _code(TicketCode(row.ticket.code))
    if row.closes:
        return _("The shop closed ticket %(code)s") % {"code": code}, (), row.ticket.store
    return _("The shop's answer to ticket %(code)s") % {"code": code}, (isolated(row.text),), row.ticket.store


def _seen(_teller: Teller, row: MessageSeen) -> Told:
    after = {"yes": (_("It is better now."),), "no": (_("It is not better: the ticket is open again."),)}
    text = _("The member read the answer to ticket %(code)s") % {"code": _code(TicketCode(row.ticket.code))}
    return text, after.get(row.better, ()), row.ticket.store


def _card(_teller: Teller, _row: Card) -> Told:
    return _("A card was issued"), (), None


def _card_ended(_teller: Teller, row: Card) -> Told:
    return _("A card ended: %(state)s") % {"state": card_state(row.status)}, (), None


def _card_moved(_teller: Teller, row: CardMove) -> Told:
    if row.merge_id is None:
        return _("A card went to somebody else"), (), None
    return _("A card moved by merge %(number)s") % {"number": digits(str(row.merge_id), active())}, (), None


def _consent(_teller: Teller, row: Consent) -> Told:
    said = {"purpose": isolated(row.purpose), "wording": number(row.wording, 0, active())}
    return _("Consent to “%(purpose)s”, wording %(wording)s") % said, (), None


def _withdrawn(_teller: Teller, row: Consent) -> Told:
    return _("Consent to “%(purpose)s” ended") % {"purpose": isolated(row.purpose)}, (), None


def _join(teller: Teller, row: KioskJoin) -> Told:
    return _("Joined at kiosk %(kiosk)s") % {"kiosk": isolated(row.kiosk)}, (), teller.kiosks.get(row.kiosk)


def _merge(_teller: Teller, row: Merge) -> Told:
    return _("Merge %(number)s: %(gone)s into %(kept)s") % _numbered(row), (), None


def _unmerge(_teller: Teller, row: Merge) -> Told:
    return _("Merge %(number)s was undone") % _numbered(row), (), None


def _confirm(_teller: Teller, row: Merge) -> Told:
    return _("Merge %(number)s was confirmed") % _numbered(row), (), None


def _code(code: TicketCode | CouponCode) -> str:
    return isolated(spaced(code))


def _numbered(row: Merge) -> dict[str, str]:
    return {
        "number": digits(str(row.pk), active()),
        "gone": isolated(row.gone_id),
        "kept": isolated(row.kept_id),
    }


_SAYINGS: Final[dict[str, Callable[[Teller, Any], Told]]] = {
    "entry": _entry,
    "purchase": _purchase,
    "return": _return,
    "answer": _answer,
    "coupon": _coupon,
    "used": _used,
    "ticket": _ticket,
    "message": _message,
    "seen": _seen,
    "card": _card,
    "card-ended": _card_ended,
    "card-moved": _card_moved,
    "consent": _consent,
    "withdrawn": _withdrawn,
    "join": _join,
    "merge": _merge,
    "unmerge": _unmerge,
    "confirm": _confirm,
}
