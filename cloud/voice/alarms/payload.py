"""The body of a webhook: what was raised, as docs/alarms.md describes it."""

import json
from datetime import datetime

from django.conf import settings
from django.urls import reverse

from cloud.voice.alarms.models import Notice, Signal, Watch


def payload(notice: Notice, at: datetime) -> str:
    """The body of a message, the same for every try of it."""
    signals = Signal.objects.filter(notice=notice).select_related("watch").order_by("day", "id")
    said = {
        "type": "alarm.test" if notice.test else "alarm.raised",
        "timestamp": at.isoformat(timespec="seconds"),
        "data": {"accountable": notice.person.get_username(), "signals": [_told(each) for each in signals]},
    }
    return json.dumps(said, ensure_ascii=False)


def permalink(signal: Signal) -> str:
    """Where a person finds a signal; empty where nobody said what this installation is called."""
    return f"{settings.URL}{reverse('alarm-signal', args=(signal.pk,))}" if settings.URL else ""


def scope_of(watch: Watch) -> dict[str, str]:
    """Of what it is: the store, unit or touchpoint; nothing for the whole chain."""
    named = {"store": watch.store_id, "unit": watch.unit_id, "touchpoint": watch.touchpoint_id}
    return {what: name for what, name in named.items() if name}


def _told(signal: Signal) -> dict[str, object]:
    return {
        "id": signal.pk,
        "index": signal.watch.index,
        "scope": scope_of(signal.watch),
        "day": signal.day.isoformat(),
        "days": signal.days,
        "kind": signal.kind,
        "limit": signal.limit,
        "value": signal.value,
        "low": signal.low,
        "high": signal.high,
        "n": signal.n,
        "url": permalink(signal),
    }
