"""A crowd that comes at once is answered a few at a time, and each of them is."""

import asyncio

from django.http import HttpRequest, HttpResponse, HttpResponseBase

from cloud.desk.together import TOGETHER, at_most_together

CROWD = 5 * TOGETHER


def test_no_more_are_answered_at_once_than_may_be_and_everybody_is_in_the_end() -> None:
    within, most = 0, 0

    async def crowd() -> list[HttpResponseBase]:
        full = asyncio.Event()

        async def page(_request: HttpRequest) -> HttpResponseBase:
            nonlocal within, most
            within += 1
            most = max(most, within)
            if within >= TOGETHER:
                full.set()
            await full.wait()
            await asyncio.sleep(0)
            within -= 1
            return HttpResponse()

        answer = at_most_together(page)
        return await asyncio.gather(*(answer(HttpRequest()) for _ in range(CROWD)))

    assert len(asyncio.run(crowd())) == CROWD
    assert most == TOGETHER
