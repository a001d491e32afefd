"""A signal as its page shows it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.urls import reverse

from cloud.desk.access import Viewer, may
from cloud.desk.alarms.people import fits, may_handle
from cloud.desk.alarms.wording import decimals, earlier, figure, sentence, what
from cloud.desk.experience.kinds import ALL
from cloud.voice.alarms.models import CLOSED, Signal
from cloud.voice.alarms.payload import scope_of
from cloud.voice.alarms.rounds import chain_zone

RELATED: Final = ("watch__store", "watch__unit", "watch__touchpoint", "watch__accountable")
"""What a row needs, to be fetched with the signals."""
_PAGES: Final[dict[str, str]] = {each.control: each.slug for each in ALL}
"""By index, where its figures stand."""


@dataclass(frozen=True, slots=True)
class Row:
    """One signal: in words, with what may be done. Moments are in the store's own time."""

    signal: Signal
    what: str
    sentence: str
    earlier: str
    value: str
    low: str
    high: str
    limit: str
    raised_at: datetime
    handled_at: datetime | None
    accountable: str
    deserted: bool
    behind: str
    acknowledge: bool
    close: bool


def rows(signals: Iterable[Signal], who: Viewer) -> list[Row]:
    """Signals (fetched with :data:`RELATED`) for whoever looks."""
    zone = chain_zone()
    return [_row(signal, who, zone) for signal in signals]


def _row(signal: Signal, who: Viewer, chain: ZoneInfo) -> Row:
    watch = signal.watch
    zone = ZoneInfo(watch.store.time_zone) if watch.store else chain
    theirs, index, more = may_handle(who, signal), watch.index, decimals(signal)
    return Row(
        signal=signal,
        what=what(watch),
        sentence=sentence(signal),
        earlier=earlier(signal),
        value=figure(index, signal.value, more),
        low=figure(index, signal.low, more),
        high=figure(index, signal.high, more),
        limit=figure(index, signal.limit, more),
        raised_at=signal.raised_at.astimezone(zone),
        handled_at=signal.at.astimezone(zone) if signal.at else None,
        accountable=watch.accountable.get_full_name() or watch.accountable.get_username(),
        deserted=not fits(watch.accountable, watch.store_id),
        behind=_behind(signal, who),
        acknowledge=theirs and signal.state not in ("acknowledged", CLOSED),
        close=theirs and signal.state != CLOSED,
    )


def _behind(signal: Signal, who: Viewer) -> str:
    """The figures of that day or week, where there is a page of them for whoever looks."""
    if not may(who.role, "experience-index"):
        return ""
    said = {
        "period": "dates",
        "since": (signal.day - timedelta(days=signal.days - 1)).isoformat(),
        "until": signal.day.isoformat(),
        **scope_of(signal.watch),
        "wording": signal.wording,
    }
    return f"{reverse('experience-index', args=(_PAGES[signal.watch.index],))}?{urlencode(said)}"
