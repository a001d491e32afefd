"""What the worker does for the alarms: judge every hour, deliver what is due; the one place that wires it."""

import logging
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Final

from django.conf import settings

from cloud.desk.alarms.letters import letter
from cloud.desk.alarms.people import recipients
from cloud.fleet.aside import aside
from cloud.voice.alarms.delivery import Delivery
from cloud.voice.alarms.outbox import Outbox
from cloud.voice.alarms.rounds import judge_all
from cloud.voice.alarms.sending import Webhooks
from cloud.voice.control import chart

HOURLY: Final = timedelta(hours=1)

log = logging.getLogger("cloud.alarms")


def judge(now: datetime) -> int:
    """Judge the days that are over and put what is new into the outbox; how many signals were raised."""
    return judge_all(now, chart, Outbox(recipients, mail=settings.MAIL).put)


class Alarms:
    """The worker's part in the alarms."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """Judge at the first turn."""
        self._clock, self._next = clock, clock()
        send = Webhooks(private=settings.WEBHOOK_PRIVATE)
        self._delivery = Delivery(letter, send, lambda: datetime.now(UTC))

    def turn(self) -> None:
        """Do what is due; it runs in a thread of its own, which keeps no connection between two turns."""
        with aside(log, "alarms wait"):
            self._judge()
            self._delivery.turn()

    def _judge(self) -> None:
        if self._clock() >= self._next:
            raised = judge(datetime.now(UTC))
            self._next = self._clock() + HOURLY.total_seconds()
            if raised:
                log.info("%d signals were raised", raised)
