"""How many streams one user may hold open."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, aclosing
from typing import cast

from django.http import StreamingHttpResponse

from cloud.desk.stream import MOST, event_stream

FLOODS, ANOTHER = -1, -2


async def endless() -> AsyncGenerator[bytes]:
    while True:
        yield b": still here\n\n"


async def opened(stack: AsyncExitStack, user: int) -> int:
    answer = event_stream(endless(), user)
    if isinstance(answer, StreamingHttpResponse):
        messages = cast("AsyncGenerator[bytes]", aiter(answer))
        await anext(await stack.enter_async_context(aclosing(messages)))
    return answer.status_code


async def flood() -> tuple[set[int], int, int]:
    async with AsyncExitStack() as stack:
        first = {await opened(stack, FLOODS) for _ in range(MOST)}
        return first, await opened(stack, FLOODS), await opened(stack, ANOTHER)


def test_who_has_too_many_streams_open_gets_no_more_until_some_end_and_others_are_not_kept_out() -> None:
    assert asyncio.run(flood()) == ({200}, 429, 200)
    assert asyncio.run(flood()) == ({200}, 429, 200)
