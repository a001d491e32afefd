"""No body above 256 KiB reaches Django, which would first write all of it to the disk."""

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, Final

from cloud.api.middleware import BELOW
from cloud.api.problems import TOO_LARGE, Problem

MOST: Final = 256 * 1024
"""Bytes of a request's body."""
HEARD_OUT: Final = 16 * MOST
"""Bytes of one too large that are read and dropped: who is still writing does not read the answer."""

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Message, Receive, Send], Awaitable[None]]


class Limited:
    """An ASGI application before another: bodies below `/api/` are read here, as far as they are small."""

    def __init__(self, app: App) -> None:
        """Stand before `app`."""
        self._app = app

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Pass a request on, or answer 413."""
        if scope["type"] != "http" or not scope["path"].startswith(BELOW):
            await self._app(scope, receive, send)
            return
        body = await _body(receive)
        if body is None:
            return
        if len(body) > MOST:
            await _refuse(send)
        else:
            await self._app(scope, _again(body, receive), send)


async def _body(receive: Receive) -> bytes | None:
    """The whole body, or more than :data:`MOST` of it; None if the caller went away before its end."""
    body, read, more = bytearray(), 0, True
    while more and read <= HEARD_OUT:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        part = message.get("body", b"")
        read += len(part)
        if len(body) <= MOST:
            body += part
        more = message.get("more_body", False)
    return bytes(body)


def _again(body: bytes, receive: Receive) -> Receive:
    waiting: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def given() -> Message:
        return waiting.pop() if waiting else await receive()

    return given


async def _refuse(send: Send) -> None:
    response = Problem(TOO_LARGE, headers={"Connection": "close"}).response()
    headers = [(name.lower().encode(), value.encode()) for name, value in response.items()]
    await send({"type": "http.response.start", "status": response.status_code, "headers": headers})
    await send({"type": "http.response.body", "body": response.content})
