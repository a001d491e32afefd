"""Why an entry is there: one sentence, in the language that is active."""

from collections.abc import Callable
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from cloud.club.models import Entry
from cloud.desk.numerals import digits, long_day, number
from cloud.fleet.models import Store
from mqtt.vocabulary import Language

REASONS: Final[dict[str, Promise]] = {
    "purchase-missed": gettext_lazy("a purchase that was not counted"),
    "counted-twice": gettext_lazy("something that was counted twice"),
    "typing-error": gettext_lazy("a typing error"),
    "kiosk-fault": gettext_lazy("a fault of a kiosk or a till"),
    "complaint": gettext_lazy("a complaint"),
    "promised": gettext_lazy("a promise of the shop"),
}
"""Why somebody of the shop gives or takes points, by the code that the entry keeps."""


def explain(entry: Entry, language: Language) -> str:
    """One sentence; a kind of a later release is named as it is."""
    with override(language):
        said = _SAYINGS.get(entry.kind, _other)(entry)
        when, where = _when(entry, language), _where(entry, language)
        return said % {
            "amount": _amount(abs(entry.points), language),
            "day": when,
            "store": where,
            "invoice": digits(entry.invoice or "", language),
            "line": digits(entry.line or "", language),
            "reason": _reason(entry),
            "of": digits(str(entry.reverses_id or ""), language),
            "kind": entry.kind,
        }


def _amount(points: int, language: Language) -> str:
    said = _("%(points)s point") if points == 1 else _("%(points)s points")
    return said % {"points": number(points, 0, language)}


def _when(entry: Entry, language: Language) -> str:
    zone = ZoneInfo(entry.store.time_zone) if entry.store else ZoneInfo("UTC")
    moment: datetime = entry.occurred_at
    return long_day(moment.astimezone(zone).date(), language)


def _where(entry: Entry, language: Language) -> str:
    store: Store | None = entry.store
    if store is None:
        return _("the club")
    return str(store.name_fa if language == "fa" else store.name_en)


def _reason(entry: Entry) -> str:
    reasons = {
        "visit": _("a visit"),
        "purchase": _("a purchase"),
        "answer": _("an answer"),
        "birthday": _("a birthday"),
        "first-visit": _("the first visit"),
        "joining": _("joining the club"),
    }
    return str(reasons.get(entry.reason) or REASONS.get(entry.reason, entry.reason))


def _earned(entry: Entry) -> str:
    if entry.invoice:
        return _("%(amount)s for invoice %(invoice)s at %(store)s on %(day)s.")
    return _("%(amount)s for %(reason)s at %(store)s on %(day)s.")


def _redeemed(entry: Entry) -> str:
    if entry.invoice:
        return _("%(amount)s spent on invoice %(invoice)s at %(store)s on %(day)s.")
    return _("%(amount)s spent at %(store)s on %(day)s.")


def _given_back(_entry: Entry) -> str:
    return _("%(amount)s given back on %(day)s of those that entry %(of)s spent.")


def _clawed(entry: Entry) -> str:
    if entry.reason == "answer":
        return _("%(amount)s taken back on %(day)s, because the answer that earned them does not count.")
    return _("%(amount)s taken back on %(day)s, because what earned them (entry %(of)s) was returned.")


def _lapsed(_entry: Entry) -> str:
    return _("%(amount)s of entry %(of)s lapsed: their last day was over on %(day)s.")


def _moved(entry: Entry) -> str:
    if entry.points > 0:
        return _("%(amount)s came from another account on %(day)s.")
    return _("%(amount)s went to another account on %(day)s.")


def _adjusted(entry: Entry) -> str:
    if entry.reason == "write-off-undone":
        return _("%(amount)s came back on %(day)s: a kiosk told at last what became of them.")
    if entry.reason == "answer":
        return _("%(amount)s given again on %(day)s, for the answer that was given instead.")
    if entry.points > 0:
        return _("%(amount)s added on %(day)s to correct the account: %(reason)s.")
    return _("%(amount)s taken off on %(day)s to correct the account: %(reason)s.")


def _given(_entry: Entry) -> str:
    return _("%(amount)s as a present of %(store)s on %(day)s.")


def _referred(_entry: Entry) -> str:
    return _("%(amount)s on %(day)s for bringing somebody to the club.")


def _other(_entry: Entry) -> str:
    return _("%(amount)s on %(day)s, of a kind that this release does not know: %(kind)s.")


_SAYINGS: dict[str, Callable[[Entry], str]] = {
    "earn": _earned,
    "redeem": _redeemed,
    "redeem_return": _given_back,
    "clawback": _clawed,
    "expire": _lapsed,
    "transfer": _moved,
    "adjust": _adjusted,
    "goodwill": _given,
    "referral": _referred,
}
