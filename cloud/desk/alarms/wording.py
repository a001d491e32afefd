"""A signal as a sentence, and a watch in words, in the active language."""

from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cloud.desk import numerals
from cloud.desk.language import active
from cloud.fleet.models import Store, Touchpoint, Unit
from cloud.voice.alarms.judging import INDICES
from cloud.voice.alarms.models import Signal, Watch

NAMES: Final = {
    "ces": gettext_lazy("CES"),
    "ces_share": gettext_lazy("CES (easy)"),
    "csat": "CSAT",
    "nps": "NPS",
    "cli": "CLI",
}
_AHEAD: Final = "\N{LEFT-TO-RIGHT MARK}"
"""Keeps a minus sign before its number in a right-to-left line."""
_PERCENT: Final = "\N{ARABIC PERCENT SIGN}"


def what(watch: Watch) -> str:
    """The index and of what it is, such as `CES at Ekbatan`."""
    said = {"index": NAMES[watch.index], "place": place(watch)}
    if watch.store_id or watch.touchpoint_id:
        return _("%(index)s at %(place)s") % said
    return _("%(index)s of %(place)s") % said


def place(watch: Watch) -> str:
    """Of what the index is."""
    named = watch.store or watch.unit or watch.touchpoint
    return _("the whole chain") if named is None else _name(named)


def sentence(signal: Signal) -> str:
    """What happened: the figure with its interval and answers, the day, and what was crossed."""
    index, more = signal.watch.index, decimals(signal)
    figures = {name: figure(index, getattr(signal, name), more) for name in ("value", "low", "high", "limit")}
    said = {
        "what": what(signal.watch),
        "n": numerals.number(signal.n, 0, active()),
        "when": when(signal),
        "long": _("weeks") if signal.days > 1 else _("days"),
    }
    return _told(signal) % (said | figures)


def when(signal: Signal) -> str:
    """On which day, or in which week, with its preposition."""
    said = {"day": numerals.day(signal.day, active())}
    return (_("in the week until %(day)s") if signal.days > 1 else _("on %(day)s")) % said


def earlier(signal: Signal) -> str:
    """What it was raised for, where late answers changed it; else nothing."""
    if signal.changed_at is None:
        return ""
    said = {
        "value": figure(signal.watch.index, signal.first_value),
        "n": numerals.number(signal.first_n, 0, active()),
    }
    changed = _("Late answers changed the figure; it was raised at %(value)s (n = %(n)s).") % said
    undone = "" if signal.stands else _("With them it would not have been raised.")
    return f"{changed} {undone}".strip()


def rule(watch: Watch) -> str:
    """What a watch looks for."""
    parts = [_("beyond its control limits")] if watch.limits else []
    if watch.below is not None:
        parts.append(_("surely below %(limit)s") % {"limit": figure(watch.index, watch.below)})
    if watch.above is not None:
        parts.append(_("surely above %(limit)s") % {"limit": figure(watch.index, watch.above)})
    return _(", ").join(parts)


def figure(index: str, value: float, more: int = 0) -> str:
    """A value as it is written for an index; with so many decimals more."""
    measured, language = INDICES[index], active()
    written = numerals.number(value, measured.places + more, language)
    sign = (_PERCENT if language == "fa" else "%") if measured.percent else ""
    return f"{_AHEAD if value < 0 else ''}{written}{sign}"


def decimals(signal: Signal) -> int:
    """How many decimals more tell a figure, or the end of its interval, from the limit that it crossed."""
    index, ends = signal.watch.index, {"below": (signal.high,), "above": (signal.low,)}
    crossed = (signal.value, *ends.get(signal.kind, ()))
    return int(figure(index, signal.limit) in {figure(index, each) for each in crossed})


def _told(signal: Signal) -> str:
    match signal.kind:
        case "below":
            return _(
                "%(what)s fell to %(value)s (%(low)s to %(high)s, n = %(n)s) %(when)s,"
                " surely below %(limit)s."
            )
        case "above":
            return _(
                "%(what)s rose to %(value)s (%(low)s to %(high)s, n = %(n)s) %(when)s,"
                " surely above %(limit)s."
            )
        case "lower":
            return _(
                "%(what)s fell to %(value)s (%(low)s to %(high)s, n = %(n)s) %(when)s,"
                " below the lower limit %(limit)s."
            )
        case "upper":
            return _(
                "%(what)s rose to %(value)s (%(low)s to %(high)s, n = %(n)s) %(when)s,"
                " above the upper limit %(limit)s."
            )
    if signal.value < signal.limit:
        return _(
            "%(what)s has been below its usual %(limit)s for many %(long)s: %(value)s (%(low)s to %(high)s,"
            " n = %(n)s) %(when)s."
        )
    return _(
        "%(what)s has been above its usual %(limit)s for many %(long)s: %(value)s (%(low)s to %(high)s,"
        " n = %(n)s) %(when)s."
    )


def _name(named: Store | Unit | Touchpoint) -> str:
    return named.name_fa if active() == "fa" else named.name_en
