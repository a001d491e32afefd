"""The outbox: one message for each person and way about all that was raised, when they may be told."""

import secrets
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Final

from django.contrib.auth.models import User

from cloud.club.decisions import decided
from cloud.voice.alarms.models import Hook, Notice, Signal, Watch
from cloud.voice.alarms.quiet import QuietHours
from cloud.voice.alarms.rounds import chain_zone

Recipients = Callable[[Watch], Sequence[User]]
"""Who is told of a watch's signals: the one who is accountable, or who stands in."""
Way = tuple[int, int | None]
"""A person, and the webhook; without one it is the person's e-mail."""
_BYTES: Final = 12


class Outbox:
    """Takes what is to be told. `mail`: whether the installation can send e-mail at all."""

    def __init__(self, recipients: Recipients, *, mail: bool) -> None:
        """Nothing is looked up yet."""
        self._recipients, self._mail = recipients, mail

    def put(self, raised: Sequence[Signal], now: datetime) -> None:
        """Let everybody be told who is to be, in the caller's transaction."""
        if not raised:
            return
        at = decided(QuietHours).over(now, chain_zone())
        ways: defaultdict[Way, list[Signal]] = defaultdict(list)
        for signal in raised:
            for way in self._ways(signal.watch):
                ways[way].append(signal)
        for (person, hook), signals in sorted(ways.items(), key=str):
            _waiting(person, hook, now, at).signals.add(*signals)

    def _ways(self, watch: Watch) -> Iterable[Way]:
        people = self._recipients(watch)
        if watch.email and self._mail:
            yield from ((person.pk, None) for person in people if person.email)
        if watch.hook is not None and watch.hook.enabled:
            yield from ((person.pk, watch.hook.pk) for person in people[:1])


def put_test(person: User, hook: Hook | None, now: datetime) -> Notice:
    """A message that says only that it came; at any hour, since somebody waits for it."""
    return _made(person.pk, hook.pk if hook else None, now, now, test=True)


def _waiting(person: int, hook: int | None, now: datetime, at: datetime) -> Notice:
    """The message that has not been tried yet, or a new one."""
    unsent = Notice.objects.filter(person=person, hook=hook, attempts=0, test=False, next_try__isnull=False)
    return unsent.select_for_update().first() or _made(person, hook, now, at)


def _made(person: int, hook: int | None, now: datetime, at: datetime, *, test: bool = False) -> Notice:
    name = f"msg_{secrets.token_hex(_BYTES)}"
    return Notice.objects.create(
        name=name, person_id=person, hook_id=hook, made_at=now, next_try=at, test=test
    )
