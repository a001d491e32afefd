"""One tail of the stored events a process: it looks for new ones and hands them to whoever may see them.

All state lives on the event loop; all questions to the database are asked on one thread of the tail's own,
so a stream holds no connection. It looks only while somebody listens.
"""

import asyncio
import logging
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from typing import Final, Literal, ParamSpec, Protocol, TypeVar

from mqtt.vocabulary import Language

POLL: Final = 0.25
"""Seconds between two looks for new events."""
FIGURES_EVERY: Final = 1.0
"""Seconds at least between two looks at the figures."""
PAGE: Final = 200
"""Events taken in one look."""
KEEP_ALIVE: Final = 15.0
"""Seconds of silence after which a comment is sent, so that nothing between takes the line for dead."""
LIFE: Final = 300.0
"""Seconds that one stream lives: the browser comes back by itself, and is asked again who it is.

So whoever gets another role or other stores, is locked or signs out, sees by an open stream what was theirs
for so long at most.
"""
REPLAY: Final = 500
"""Events at most that are sent again to who comes back; the rest is skipped, and said so."""
BACKLOG: Final = 20
"""Looks that wait for a slow reader before the tail lets go of it; it resumes where it was."""
RETRY: Final = 1000
"""Milliseconds after which a browser comes back."""

P = ParamSpec("P")
T = TypeVar("T")
Texts = Mapping[Language, str]
Parts = Mapping[str, str]
"""Parts of a page as HTML, by name."""
View = Literal["figures", "machines", "board"]
"""What a stream is for: the live page, the same without customers' figures, or the board, without events."""
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Item:
    """An event as it is shown: its id, by which a stream resumes, its store, its HTML in each language.

    `said` is the event itself, for who watches for some of them.
    """

    id: int
    store: str
    html: Texts
    said: object = None


@dataclass(frozen=True, slots=True)
class Scope:
    """What may be seen: a view of these stores (None: of all there are, and of what belongs to none)."""

    stores: frozenset[str] | None
    view: View

    def shows(self, item: Item) -> bool:
        """Whether an event belongs here."""
        return self.view != "board" and (self.stores is None or item.store in self.stores)


@dataclass(frozen=True, slots=True)
class Audience:
    """Who sees and reads the same; for all of them everything is drawn once."""

    language: Language
    scope: Scope


class Source(Protocol):
    """Where the tail looks. No event ever becomes visible behind a position that it told."""

    def head(self) -> int:
        """The newest event's id; 0 if there is none."""

    def after(self, position: int, limit: int) -> Sequence[Item]:
        """The events after a position, oldest first."""

    def missed(self, scope: Scope, position: int, upto: int, limit: int) -> tuple[int, Sequence[Item]]:
        """How many events in scope lie after `position` up to `upto`; the newest of them, oldest first."""

    def skipped(self, count: int) -> Texts:
        """What is shown in place of events that are not sent again."""

    def shown(self, audiences: Collection[Audience]) -> Mapping[Audience, Parts]:
        """The parts of each one's page as they are now."""


def message(data: str, *, event: str = "", position: int | None = None) -> bytes:
    """One server-sent event (WHATWG HTML, "Server-sent events"); `position` is its id."""
    head = [f"event: {event}"] if event else []
    head += [f"id: {position}"] if position is not None else []
    # splitlines would also cut where the standard sees no end of a line
    body = data.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "\n".join([*head, *(f"data: {line}" for line in body), "", ""]).encode()


def place(position: int) -> bytes:
    """Moves on the id by which a browser resumes, and shows nothing (an event without data is none)."""
    return f"id: {position}\n\n".encode()


class Tail:
    """Follows a source and feeds any number of streams."""

    def __init__(self, source: Source, *, poll: float = POLL, life: float = LIFE) -> None:
        """Prepare; nothing runs before the first stream is read."""
        self._source, self._poll, self._life = source, poll, life
        self._thread = ThreadPoolExecutor(1, "tail")
        self._joining, self._looking = asyncio.Lock(), asyncio.Lock()
        self._task: asyncio.Task[None] | None = None
        self._listeners: set[_Listener] = set()
        self._watchers: set[_Watcher] = set()
        self._position = 0
        self._shown: dict[Audience, Parts] = {}
        self._shown_due = 0.0
        self._closed = False

    @property
    def listening(self) -> int:
        """How many streams are open."""
        return len(self._listeners) + len(self._watchers)

    async def stream(self, audience: Audience, after: int | None) -> AsyncGenerator[bytes]:
        """Server-sent events from the one behind `after` on (None: from now on), until somebody ends it."""
        listener = _Listener(audience)
        ends_at = _now() + self._life
        try:
            yield f"retry: {RETRY}\n\n".encode()
            yield await self._join(listener, after)
            async for data in listener.read(ends_at):
                yield data
        except _Closed:
            return
        finally:
            self._listeners.discard(listener)

    async def watch(self, wanted: Callable[[Item], bool]) -> AsyncGenerator[bool]:
        """True at once, and whenever something wanted has come since; False after silence; ends some day.

        What has come is for the watcher to look up, by `ask`: so nothing is missed and nothing piles up.
        """
        watcher, ends_at = _Watcher(wanted), _now() + self._life
        try:
            async with self._joining:
                await self._be_level(None)
                self._watchers.add(watcher)
                self._keep_following()
            async for come in watcher.read(ends_at):
                yield come
        except _Closed:
            return
        finally:
            self._watchers.discard(watcher)

    async def ask(self, question: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Ask the database something on the tail's own thread. Raises what the question does."""
        return await self._ask(question, *args, **kwargs)

    def close(self) -> None:
        """End all streams, for good; called on the event loop."""
        self._closed = True
        self._end_all()
        self._thread.shutdown(wait=False)

    async def _join(self, listener: "_Listener", after: int | None) -> bytes:
        """Begin to listen; what the listener is to get at once: the figures, and what it missed."""
        if self._closed:
            listener.end()
            return b""
        async with self._joining:
            await self._be_level(listener.audience)
            # no await from here on: what comes behind this position comes through the queue
            self._listeners.add(listener)
            upto, parts = self._position, self._shown[listener.audience]
            self._keep_following()
        return _parts(parts) + await self._replay(listener.audience, upto if after is None else after, upto)

    async def _replay(self, audience: Audience, after: int, upto: int) -> bytes:
        if after >= upto:
            return place(upto)
        count, items = await self._ask(self._source.missed, audience.scope, after, upto, REPLAY)
        skipped = b""
        if count > len(items):
            skipped = message(self._source.skipped(count - len(items))[audience.language], event="skipped")
        return skipped + _told(items, audience, upto)

    async def _be_level(self, audience: Audience | None) -> None:
        """Know the newest event there is: else who saw it on its page would be told it again."""
        if self._following:
            await self._catch_up()
        else:
            self._position, self._shown = await self._ask(self._source.head), {}
        if audience and audience not in self._shown:
            async with self._looking:
                self._shown |= await self._ask(self._source.shown, {audience})

    @property
    def _following(self) -> bool:
        return self._task is not None and not self._task.done()

    def _keep_following(self) -> None:
        if not self._following:
            self._task = asyncio.create_task(self._follow())
            self._task.add_done_callback(_report)

    async def _follow(self) -> None:
        try:
            while self.listening:
                await self._catch_up()
                await asyncio.sleep(self._poll)
        except _Closed:
            return
        finally:
            self._end_all()

    def _end_all(self) -> None:
        for listener in self._listeners:
            listener.end()
        for watcher in self._watchers:
            watcher.end()

    async def _catch_up(self) -> None:
        async with self._looking:
            while await self._look() == PAGE:
                pass
            if _now() >= self._shown_due:
                await self._look_at_parts()

    async def _look(self) -> int:
        items = await self._ask(self._source.after, self._position, PAGE)
        if items:
            upto = self._position = items[-1].id
            self._tell(lambda audience: _told(items, audience, upto))
            for watcher in self._watchers:
                watcher.see(items)
        return len(items)

    async def _look_at_parts(self) -> None:
        self._shown_due = _now() + FIGURES_EVERY
        before = self._shown
        shown = await self._ask(self._source.shown, {listener.audience for listener in self._listeners})
        self._shown = dict(shown)
        self._tell(lambda audience: _parts(_changed(before[audience], shown[audience])))

    def _tell(self, say: Callable[[Audience], bytes]) -> None:
        said = {audience: say(audience) for audience in {it.audience for it in self._listeners}}
        for listener in list(self._listeners):
            data = said[listener.audience]
            if data and not listener.put(data):
                self._listeners.discard(listener)
                listener.end()

    async def _ask(self, question: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        if self._closed:
            raise _Closed
        ask = partial(question, *args, **kwargs)
        return await asyncio.get_running_loop().run_in_executor(self._thread, ask)


class _Closed(Exception):
    """The tail was closed while somebody wanted to know something: there is nothing more to say."""


@dataclass(eq=False, slots=True)
class _Listener:
    """One open stream: what waits to be sent on it; None ends it."""

    audience: Audience
    waiting: asyncio.Queue[bytes | None] = field(default_factory=lambda: asyncio.Queue(BACKLOG))

    def put(self, data: bytes) -> bool:
        """Hand over a message; False if too much is waiting already."""
        if self.waiting.full():
            return False
        self.waiting.put_nowait(data)
        return True

    def end(self) -> None:
        """Let the stream end at once, whatever is waiting."""
        while not self.waiting.empty():
            self.waiting.get_nowait()
        self.waiting.put_nowait(None)

    async def read(self, ends_at: float) -> AsyncIterator[bytes]:
        """What is handed over, and a sign of life in between, until the end."""
        while (left := ends_at - _now()) > 0:
            try:
                async with asyncio.timeout(min(KEEP_ALIVE, left)):
                    data = await self.waiting.get()
            except TimeoutError:
                data = b": still here\n\n"
            if data is None:
                return
            yield data


@dataclass(eq=False, slots=True)
class _Watcher:
    """Somebody who is woken when something wanted comes."""

    wanted: Callable[[Item], bool]
    woken: asyncio.Event = field(default_factory=asyncio.Event)
    ended: bool = False

    def see(self, items: Sequence[Item]) -> None:
        """Wake if it is one of these."""
        if any(map(self.wanted, items)):
            self.woken.set()

    def end(self) -> None:
        """Let it end."""
        self.ended = True
        self.woken.set()

    async def read(self, ends_at: float) -> AsyncIterator[bool]:
        """True at once and whenever woken, False in between, until the end."""
        come = True
        while not self.ended and (left := ends_at - _now()) > 0:
            yield come
            try:
                async with asyncio.timeout(min(KEEP_ALIVE, left)):
                    come = await self.woken.wait()
            except TimeoutError:
                come = False
            if not self.ended:
                self.woken.clear()


def _told(items: Sequence[Item], audience: Audience, upto: int) -> bytes:
    """Those of some events that are for this audience; behind them it is at `upto` in any case."""
    theirs = [item for item in items if audience.scope.shows(item)]
    said = b"".join(message(item.html[audience.language], position=item.id) for item in theirs)
    return said if theirs and theirs[-1].id == upto else said + place(upto)


def _parts(parts: Parts) -> bytes:
    return message("\n".join(parts.values()), event="figures") if parts else b""


def _changed(before: Parts, now: Parts) -> Parts:
    if now is before:
        return {}
    return {name: html for name, html in now.items() if html != before.get(name)}


def _now() -> float:
    return asyncio.get_running_loop().time()


def _report(task: asyncio.Task[None]) -> None:
    if not task.cancelled() and task.exception():
        _log.error("the live streams end, and browsers come back by themselves", exc_info=task.exception())
