"""No more requests are answered at once than a database has connections for.

Under ASGI each request has a thread and a connection of its own. PostgreSQL refuses the 101st unless it is
told otherwise, and after the web has been away every browser comes back for its stream in the same second.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final

from asgiref.sync import iscoroutinefunction
from django.http import HttpRequest, HttpResponseBase
from django.utils.decorators import sync_and_async_middleware

TOGETHER: Final = 32
"""Requests that are answered at once; the others wait, with their bodies read and no connection."""
Answer = Callable[[HttpRequest], Awaitable[HttpResponseBase]]


@sync_and_async_middleware
def at_most_together(get_response: Answer) -> Answer:
    """Let so many pass; a stream counts until it begins, for then it holds no connection."""
    if not iscoroutinefunction(get_response):
        return get_response
    free = asyncio.Semaphore(TOGETHER)

    async def answer(request: HttpRequest) -> HttpResponseBase:
        async with free:
            return await get_response(request)

    return answer
