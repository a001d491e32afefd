"""Three addresses and no more, as an ASGI application (mqtt.enrolment says what is said at each)."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from typing import Any, Final, Protocol

import msgspec

from cloud.fleet.authority.queue import Answer, Kind
from cloud.fleet.gate.guessing import Guesses
from mqtt.enrolment import AUTHORITY, ENROL, LARGEST, RENEW, Enrol, Refused, Renew, Wait, decode
from mqtt.vocabulary import BadMessage

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

BODY_WITHIN: Final = 10.0
"""Seconds in which a request's body has to be there."""
HEARD_OUT: Final = 16 * LARGEST
"""Bytes of one too large that are read and dropped: who is still writing does not read the answer."""
TOGETHER: Final = 32
"""Askers that are kept waiting at a time; more are told to come again."""
AGAIN: Final = 2.0
"""Seconds after which an asker is to come again."""
SHAPES: Final[Mapping[str, tuple[Kind, type[Enrol] | type[Renew]]]] = {
    ENROL: ("enrol", Enrol),
    RENEW: ("renew", Renew),
}
JSON, PEM = b"application/json", b"application/pem-certificate-chain"


class Gone(Exception):
    """The asker went away, or took too long."""


class Asking(Protocol):
    """The way to the authority, as the gate needs it: `cloud.fleet.gate.asks.Asks`."""

    async def ask(self, kind: Kind, body: bytes, address: str) -> Answer | None:
        """What the authority says; None if nothing yet."""

    async def note(self, reason: str, name: str, address: str) -> None:
        """Count a refusal of the gate's own."""


class Gate:
    """Checks the shape of what is asked, has the authority answer it, and keeps guessers out."""

    def __init__(
        self,
        asks: Asking,
        authority: Callable[[], bytes],
        *,
        clock: Callable[[], float] = time.monotonic,
        body_within: float = BODY_WITHIN,
    ) -> None:
        """`authority` gives the certificate of the one that signs, PEM; `clock` is a steady one."""
        self._asks, self._authority, self._clock = asks, authority, clock
        self._body_within = body_within
        self._guesses = Guesses()
        self._kept = 0

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Answer a request."""
        assert scope["type"] == "http"
        where = (scope["method"], scope["path"])
        if where == ("GET", AUTHORITY):
            await _send(send, Answer(200, self._authority()), PEM)
        elif where[0] == "POST" and where[1] in SHAPES:
            await self._post(scope, receive, send)
        else:
            known = where[1] in {AUTHORITY, *SHAPES}
            await _send(send, Answer(405 if known else 404, b"{}"))

    async def _post(self, scope: Message, receive: Receive, send: Send) -> None:
        address = scope["client"][0] if scope["client"] else ""
        try:
            async with asyncio.timeout(self._body_within):
                body = await _body(receive)
        except (Gone, TimeoutError):
            return
        answer = await self._answer(scope["path"], body, address)
        # a renewal has nothing to guess, and one who shares a shop's address must not keep its kiosks from it
        if scope["path"] == ENROL and 400 <= answer.status < 500:  # noqa: PLR2004 - refused, as HTTP says it
            self._guesses.refused(address, self._clock())
        await _send(send, answer)

    async def _answer(self, path: str, body: bytes | None, address: str) -> Answer:
        if path == ENROL and self._guesses.wait(address, self._clock()):
            return await self._refuse(
                429, Refused("too-many", "refused too often: wait ten minutes"), address
            )
        if body is None:
            return await self._refuse(413, Refused("request-malformed", "too large"), address)
        kind, shape = SHAPES[path]
        try:
            decode(body, shape)
        except BadMessage as error:
            return await self._refuse(400, Refused("request-malformed", str(error)), address)
        return await self._asked(kind, body, address)

    async def _refuse(self, status: int, refused: Refused, address: str) -> Answer:
        await self._asks.note(refused.reason, "", address)
        return Answer(status, msgspec.json.encode(refused))

    async def _asked(self, kind: Kind, body: bytes, address: str) -> Answer:
        answer = None
        if self._kept < TOGETHER:
            self._kept += 1
            try:
                answer = await self._asks.ask(kind, body, address)
            finally:
                self._kept -= 1
        if answer is None or answer.status >= 500:  # noqa: PLR2004 - it may go better next time
            return Answer(202, msgspec.json.encode(Wait(AGAIN)))
        return answer


async def _body(receive: Receive) -> bytes | None:
    """The whole body; None if it has more bytes than any request, of which some are heard out.

    Raises Gone.
    """
    body, read, more = bytearray(), 0, True
    while more and read <= HEARD_OUT:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise Gone
        part = message.get("body", b"")
        read += len(part)
        if len(body) <= LARGEST:
            body += part
        more = message.get("more_body", False)
    return bytes(body) if len(body) <= LARGEST else None


async def _send(send: Send, answer: Answer, kind: bytes = JSON) -> None:
    headers = [
        (b"content-type", kind),
        (b"content-length", str(len(answer.body)).encode()),
        (b"cache-control", b"no-store"),
        (b"connection", b"close"),
    ]
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    await send({"type": "http.response.body", "body": answer.body})
