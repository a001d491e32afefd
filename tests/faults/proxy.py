"""A TCP proxy before the broker, one door for each client, that can be cut, swallow, be slow or stall."""

import asyncio
import threading
from collections.abc import Coroutine, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Literal

Mode = Literal["pass", "cut", "hole", "delay", "stall"]
"""`hole`: what is open then swallows everything and is never closed, so that it stays half open for ever."""
CHUNK = 65_536
DELAY = 0.4
"""Seconds by which each piece comes late."""


@dataclass
class Door:
    """Where one client connects; `mode` may be set from any thread."""

    port: int = 0
    mode: Mode = "pass"
    open: set["_Pipe"] = field(default_factory=set)
    flows: asyncio.Event = field(default_factory=asyncio.Event)


@dataclass(eq=False)
class _Pipe:
    """A connection, in both directions."""

    writers: tuple[asyncio.StreamWriter, asyncio.StreamWriter]
    dead: bool = False


class Proxy:
    """Doors to one port of this machine, served by a thread of its own."""

    def __init__(self, target: int, names: Iterable[str]) -> None:
        self.doors = {name: Door() for name in names}
        self._target = target
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="proxy", daemon=True)
        self._thread.start()
        asyncio.run_coroutine_threadsafe(self._listen(), self._loop).result()

    def set(self, name: str, mode: Mode) -> None:
        """Change what a door does."""
        asyncio.run_coroutine_threadsafe(self._change(self.doors[name], mode), self._loop).result()

    def close(self) -> None:
        """Close every door."""
        asyncio.run_coroutine_threadsafe(self._end(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    async def _listen(self) -> None:
        self._servers = [await self._serve(door) for door in self.doors.values()]

    async def _serve(self, door: Door) -> asyncio.Server:
        async def entered(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await self._connect(door, reader, writer)

        server = await asyncio.start_server(entered, "127.0.0.1", 0)
        door.flows.set()
        door.port = server.sockets[0].getsockname()[1]
        return server

    async def _change(self, door: Door, mode: Mode) -> None:
        door.mode = mode
        if mode == "stall":
            door.flows.clear()
        else:
            door.flows.set()
        for pipe in list(door.open):
            if mode == "hole":
                pipe.dead = True
            elif mode == "cut":
                _abort(pipe)

    async def _end(self) -> None:
        for server in self._servers:
            server.close()
        tasks = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for door in self.doors.values():
            for pipe in list(door.open):
                _abort(pipe)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _connect(self, door: Door, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            if door.mode == "cut":
                writer.transport.abort()
                return
            back_reader, back = await asyncio.open_connection("127.0.0.1", self._target)
            pipe = _Pipe((writer, back), dead=door.mode == "hole")
            door.open.add(pipe)
            try:
                await _either(
                    _pump(door, pipe, reader, back, own=True),
                    _pump(door, pipe, back_reader, writer, own=False),
                )
            finally:
                door.open.discard(pipe)
                _abort(pipe)
        writer.transport.abort()


async def _either(*ways: Coroutine[None, None, None]) -> None:
    """Until one way has ended."""
    tasks = [asyncio.ensure_future(way) for way in ways]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _pump(
    door: Door, pipe: _Pipe, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, own: bool
) -> None:
    """Carry one way; `own` is the way from the client, whose end is seen even in a dead pipe."""
    while data := await reader.read(CHUNK):
        await _hindrance(door)
        if not pipe.dead:
            writer.write(data)
            await writer.drain()
    if pipe.dead and not own:
        await asyncio.Event().wait()


async def _hindrance(door: Door) -> None:
    if door.mode == "delay":
        await asyncio.sleep(DELAY)
    await door.flows.wait()


def _abort(pipe: _Pipe) -> None:
    for writer in pipe.writers:
        writer.transport.abort()
