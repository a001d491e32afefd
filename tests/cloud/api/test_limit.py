"""What comes in pieces, or breaks off, before Django sees it."""

import asyncio

from cloud.api.limit import MOST, Limited, Message, Receive, Send


class Django:
    """An application that notes the body that it reads."""

    def __init__(self) -> None:
        self.read: list[bytes] = []

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        _ = scope, send
        self.read.append((await receive())["body"])
        assert (await receive())["type"] == "http.disconnect"


def given(*messages: Message, path: str = "/api/v1/members") -> tuple[list[bytes], list[Message]]:
    """What Django reads and what the caller is sent, of a request in such pieces."""
    waiting, said, django = list(messages), list[Message](), Django()

    async def receive() -> Message:
        return waiting.pop(0)

    async def send(message: Message) -> None:
        said.append(message)

    asyncio.run(Limited(django)({"type": "http", "path": path}, receive, send))
    return django.read, said


def part(body: bytes, *, more: bool = True) -> Message:
    return {"type": "http.request", "body": body, "more_body": more}


GONE: Message = {"type": "http.disconnect"}


def test_a_body_in_pieces_is_read_as_one() -> None:
    assert given(part(b"a"), part(b"b"), part(b"c", more=False), GONE) == ([b"abc"], [])


def test_a_body_that_breaks_off_is_not_taken_for_a_whole_one() -> None:
    assert given(part(b"{}"), GONE) == ([], [])


def test_what_is_too_large_is_refused_and_django_does_not_see_it() -> None:
    read, (start, body) = given(part(bytes(MOST)), part(b"x", more=False))
    assert read == []
    assert start["status"] == 413
    assert b"256 KiB" in body["body"]


def test_elsewhere_bodies_are_left_alone() -> None:
    assert given(part(bytes(MOST + 1)), GONE, path="/login") == ([bytes(MOST + 1)], [])
