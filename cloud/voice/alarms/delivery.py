"""What is due in the outbox is tried, by e-mail and webhook, until it is there or a day is over."""

import logging
from collections.abc import Callable, Sequence
from datetime import datetime
from smtplib import SMTPException
from typing import NamedTuple, Protocol

from django.contrib.auth.models import User
from django.core.mail import EmailMessage
from django.db.models import F

from cloud.voice.alarms.models import Notice, Signal
from cloud.voice.alarms.payload import payload
from cloud.voice.alarms.quiet import again
from cloud.voice.alarms.sealing import Unreadable, unseal
from cloud.voice.alarms.sending import Undelivered
from cloud.voice.alarms.signing import headers

log = logging.getLogger("cloud.alarms")


class Letter(NamedTuple):
    """An e-mail, in the language of whoever gets it."""

    subject: str
    text: str


Letters = Callable[[User, Sequence[Signal]], Letter]
"""Writes a letter about signals; about none, that it is a test."""
Clock = Callable[[], datetime]


class Sender(Protocol):
    """Sends a webhook. Raises Undelivered."""

    def __call__(self, url: str, body: bytes, headers: dict[str, str]) -> None: ...  # noqa: D102


class Delivery:
    """Tries what is due."""

    def __init__(self, letters: Letters, send: Sender, clock: Clock) -> None:
        """Nothing is tried yet."""
        self._letters, self._send, self._clock = letters, send, clock

    def turn(self) -> int:
        """Try everything that is due, what was tried least first; how many messages are there now."""
        due = Notice.objects.filter(next_try__lte=self._clock()).order_by("attempts", "id")
        return sum(self._try(notice) for notice in due.values_list("id", flat=True))

    def _try(self, number: int) -> bool:
        notice = self._claimed(number)
        if notice is None:
            return False
        try:
            self._deliver(notice)
        except (Undelivered, Unreadable, SMTPException, OSError) as error:
            log.warning("notice %s: try %d failed: %s", notice.name, notice.attempts, error)
            Notice.objects.filter(pk=number).update(problem=str(error)[:200])
            return False
        Notice.objects.filter(pk=number).update(done_at=self._clock(), next_try=None, problem="")
        return True

    def _claimed(self, number: int) -> Notice | None:
        """Take it for one try: the next one is due by then, should this process not live to tell."""
        now, found = self._clock(), Notice.objects.get(pk=number)
        mine = Notice.objects.filter(pk=number, attempts=found.attempts, next_try__lte=now)
        if not mine.update(attempts=F("attempts") + 1, next_try=again(now, found.attempts + 1)):
            return None
        return Notice.objects.select_related("person", "hook").get(pk=number)

    def _deliver(self, notice: Notice) -> None:
        if notice.hook is None:
            self._mail(notice)
            return
        if not notice.body:
            notice.body = payload(notice, self._clock())
            notice.save(update_fields=("body",))
        body = notice.body.encode()
        signed = headers(unseal(notice.hook.secret), notice.name, self._clock(), body)
        self._send(notice.hook.url, body, signed)

    def _mail(self, notice: Notice) -> None:
        if not notice.person.email:
            raise Undelivered("this person has no e-mail address")
        signals = Signal.objects.filter(notice=notice).select_related("watch").order_by("day", "id")
        letter = self._letters(notice.person, list(signals))
        named = {"Message-ID": f"<{notice.name}@bashgah>"}
        EmailMessage(letter.subject, letter.text, to=[notice.person.email], headers=named).send()
