"""The gate asks the authority: one thread of its own speaks with the database, however many ask."""

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from hashlib import sha256
from typing import Final, TypeVar

from django.db import DatabaseError, InterfaceError, close_old_connections

from cloud.fleet import refusals, sealing
from cloud.fleet.authority import queue
from cloud.fleet.models import SigningRequest

PATIENCE: Final = 5.0
"""Seconds that an asker is kept; then it is told to come again."""
LOOK: Final = 0.1
"""Seconds between two looks for an answer."""
KNOWN: Final = 1000
"""Requests that are remembered, so that one that is sent again is not asked again."""
T = TypeVar("T")
log = logging.getLogger("cloud.gate")


class Asks:
    """Puts requests into the tables, and waits for what becomes of them."""

    def __init__(self, patience: float = PATIENCE) -> None:
        """With a thread of its own."""
        self._patience = patience
        self._thread = ThreadPoolExecutor(1, "gate-database")
        self._waiting: OrderedDict[bytes, int] = OrderedDict()

    async def ask(self, kind: queue.Kind, body: bytes, address: str) -> queue.Answer | None:
        """What the authority says; None if it has said nothing in time, or cannot be asked now."""
        digest = sha256(kind.encode() + body).digest()
        try:
            number = self._waiting.get(digest) or await self._put(kind, body, address, digest)
            answer = await self._answer(number)
        except SigningRequest.DoesNotExist:
            self._waiting.pop(digest, None)
            return None
        except (DatabaseError, InterfaceError, queue.Full, sealing.Broken) as error:
            log.error("the authority cannot be asked: %s", error)  # noqa: TRY400 - the text says all
            return None
        if answer:
            self._waiting.pop(digest, None)
        return answer

    async def note(self, reason: str, name: str, address: str) -> None:
        """Count a refusal of the gate's own."""
        try:
            await self._do(lambda: refusals.note("enrolment", reason, name, address, datetime.now(UTC)))
        except (DatabaseError, InterfaceError) as error:
            log.error("a refusal is not counted: %s", error)  # noqa: TRY400 - the text says all

    def close(self) -> None:
        """End the thread."""
        self._thread.shutdown(cancel_futures=True)

    async def _put(self, kind: queue.Kind, body: bytes, address: str, digest: bytes) -> int:
        number = await self._do(lambda: queue.put(kind, body, address, datetime.now(UTC)))
        self._waiting[digest] = number
        if len(self._waiting) > KNOWN:
            self._waiting.popitem(last=False)
        return number

    async def _answer(self, number: int) -> queue.Answer | None:
        end = asyncio.get_running_loop().time() + self._patience
        while True:
            answer = await self._do(lambda: queue.answer_of(number))
            if answer or asyncio.get_running_loop().time() >= end:
                return answer
            await asyncio.sleep(LOOK)

    async def _do(self, ask: Callable[[], T]) -> T:
        def asked() -> T:
            try:
                return ask()
            except (DatabaseError, InterfaceError):
                close_old_connections()
                raise

        return await asyncio.get_running_loop().run_in_executor(self._thread, asked)
