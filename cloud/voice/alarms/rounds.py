"""Every hour the days and weeks that are over are judged, each watch's and each of them once."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Final, cast
from zoneinfo import ZoneInfo

from django.db import transaction

from cloud.fleet.models import Store
from cloud.voice.alarms.judging import (
    GRAINS,
    INDICES,
    WINDOW,
    Charted,
    Finding,
    Rules,
    Span,
    judge,
    look,
    summed,
)
from cloud.voice.alarms.models import Signal, Watch
from cloud.voice.buckets import day_of
from cloud.voice.control import Index
from cloud.voice.indices import Counts
from cloud.voice.reading import Asked, newest_wording, tell

LATE: Final = timedelta(days=14)
"""How long after a day its answers are still waited for: a kiosk may have been cut off."""
ZONE: Final = ZoneInfo("Asia/Tehran")
"""Of a club without stores."""

Tell = Callable[[Sequence[Signal], datetime], None]
"""Puts what was raised into the outbox, in the transaction that raised it."""


@dataclass(frozen=True, slots=True)
class Counted:
    """What the days of a watch came to: `through` is the last one that is over everywhere."""

    watch: Watch
    wording: int
    through: date
    days: dict[date, Counts]


def judge_all(now: datetime, chart: Charted, told: Tell) -> int:
    """Raise what is new, follow what came late; how many signals were raised."""
    stores = dict(Store.objects.values_list("id", "time_zone"))
    counted = [found for watch in _watches() if (found := _count(watch, now, stores))]
    judged = [(each, _judged(each, chart)) for each in counted]
    with transaction.atomic():
        raised = [signal for each, findings in judged for signal in _raise(each, findings, now)]
        told(raised, now)
    for each in counted:
        _follow(each, chart, now)
    return len(raised)


def chain_zone() -> ZoneInfo:
    """The time zone of the chain: that of its first store."""
    found = Store.objects.order_by("id").values_list("time_zone", flat=True).first()
    return ZoneInfo(found) if found else ZONE


def yesterday(now: datetime, stores: dict[str, str]) -> date:
    """The last day that is over in every one of the stores (time zone by id)."""
    return min(day_of(now, ZoneInfo(zone)) for zone in stores.values()) - timedelta(days=1)


def _watches() -> Sequence[Watch]:
    return list(Watch.objects.filter(enabled=True).order_by("id"))


def _count(watch: Watch, now: datetime, stores: dict[str, str]) -> Counted | None:
    scope = {watch.store_id: stores[watch.store_id]} if watch.store_id else stores
    if not scope:
        return None
    through = yesterday(now, scope)
    asked = Asked(
        question=INDICES[watch.index].question,
        since=through - LATE - WINDOW,
        until=through,
        stores=list(scope),
        touchpoint=watch.touchpoint_id or "",
        unit=watch.unit_id or "",
    )
    wording = newest_wording(asked)
    if wording is None:
        return None
    # a wording is no other's continuation: limits begin anew with it
    told = tell(replace(asked, wording=wording), "day")
    return Counted(
        watch, wording, through, {date.fromisoformat(at): each.counts for at, each in told.items()}
    )


def _judged(counted: Counted, chart: Charted) -> dict[date, Finding]:
    watch = counted.watch
    first = max(watch.since, counted.through - LATE)
    wanted = [first + timedelta(days=n) for n in range((counted.through - first).days + 1)]
    found = judge(cast("Index", watch.index), counted.days, wanted, _rules(watch), chart)
    return {finding.day: finding for finding in found}


def _rules(watch: Watch) -> Rules:
    return Rules(watch.below, watch.above, watch.limits)


def _raise(counted: Counted, findings: dict[date, Finding], now: datetime) -> list[Signal]:
    watch = counted.watch
    known = set(Signal.objects.filter(watch=watch, day__in=findings).values_list("day", flat=True))
    raised = []
    for day in sorted(findings.keys() - known):
        made = _signal(findings[day]) | {"raised_at": now, "wording": counted.wording}
        first = {"first_value": made["value"], "first_n": made["n"]}
        signal, new = Signal.objects.get_or_create(watch=watch, day=day, defaults=made | first)
        raised += [signal] if new else []
    return raised


def _follow(counted: Counted, chart: Charted, now: datetime) -> None:
    """Let what was raised show the answers that came since; nobody is told again."""
    index = cast("Index", counted.watch.index)
    raised = Signal.objects.filter(
        watch=counted.watch, wording=counted.wording, day__gte=counted.through - LATE
    )
    for signal in raised:
        estimate = INDICES[index].of(summed(counted.days, signal.day, signal.days))
        same = (estimate.n, estimate.value) == (signal.n, signal.value)
        if not same and None not in (estimate.value, estimate.low, estimate.high):
            figures = {"value": estimate.value, "low": estimate.low, "high": estimate.high, "n": estimate.n}
            # a week stays one, though late answers may have let its days be judged by now
            span, rules = Span(signal.day, GRAINS[signal.days]), _rules(counted.watch)
            stands = look(index, counted.days, span, rules, chart) is not None
            Signal.objects.filter(pk=signal.pk).update(**figures, changed_at=now, stands=stands)


def _signal(finding: Finding) -> dict[str, object]:
    estimate = finding.estimate
    return {
        "days": finding.days,
        "kind": finding.kind,
        "limit": finding.limit,
        "value": estimate.value,
        "low": estimate.low,
        "high": estimate.high,
        "n": estimate.n,
    }
