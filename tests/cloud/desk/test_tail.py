"""The tail, against a source in memory: nothing lost, nothing doubled, nobody waits for the slow."""

import asyncio
from collections.abc import AsyncIterator, Collection, Coroutine, Mapping, Sequence
from contextlib import AsyncExitStack, aclosing
from dataclasses import dataclass, field
from typing import Any, TypeVar

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cloud.desk.tail import BACKLOG, REPLAY, Audience, Item, Parts, Scope, Tail, Texts, message
from mqtt.vocabulary import Language

T = TypeVar("T")
FAST = 0.001
EVERYTHING = Scope(None, "figures")
FA, EN = Audience("fa", EVERYTHING), Audience("en", EVERYTHING)


@dataclass
class Shelf:
    """A source whose events stand in memory."""

    ids: list[int] = field(default_factory=list)
    stores: tuple[str, ...] = ("vanak",)
    figures: dict[Language, Parts] = field(
        default_factory=lambda: {"fa": {"taps": "sefr", "days": "ruz"}, "en": {"taps": "zero", "days": "day"}}
    )
    drawn: list[int] = field(default_factory=list)
    looks: int = 0
    broken: bool = False

    def head(self) -> int:
        return max(self.ids, default=0)

    def after(self, position: int, limit: int) -> Sequence[Item]:
        self.looks += 1
        if self.broken:
            raise OSError("no database")
        return [self._item(n) for n in self.ids if n > position][:limit]

    def missed(self, scope: Scope, position: int, upto: int, limit: int) -> tuple[int, Sequence[Item]]:
        missed = [item for n in self.ids if position < n <= upto and scope.shows(item := self._item(n))]
        return len(missed), missed[-limit:]

    def skipped(self, count: int) -> Texts:
        return {"fa": f"{count} رفت", "en": f"{count} gone"}

    def shown(self, audiences: Collection[Audience]) -> Mapping[Audience, Parts]:
        self.drawn.append(len(audiences))
        return {audience: self.figures[audience.language] for audience in audiences}

    def put(self, count: int) -> list[int]:
        new = [self.head() + 1 + n for n in range(count)]
        self.ids += new
        return new

    def _item(self, n: int) -> Item:
        """The stores take turns."""
        return Item(n, self.stores[n % len(self.stores)], {"fa": f"f{n}", "en": f"e{n}"})


def run(work: Coroutine[Any, Any, T]) -> T:
    async def within() -> T:
        async with asyncio.timeout(10):
            return await work

    return asyncio.run(within())


def places(data: bytes) -> list[tuple[int, bool]]:
    """The ids in what was sent, and whether each belongs to an event or is a place only."""
    messages = [text.split("\n") for text in data.decode().split("\n\n")]
    return [(int(m[0][4:]), len(m) > 1) for m in messages if m[0].startswith("id: ")]


async def ids(stream: AsyncIterator[bytes], count: int) -> list[int]:
    """The ids of the next events, `count` at least."""
    found: list[int] = []
    while len(found) < count:
        found += [n for n, said in places(await anext(stream)) if said]
    return found


async def text(stream: AsyncIterator[bytes], wanted: str) -> str:
    """All that comes until `wanted` does."""
    heard = ""
    while wanted not in heard:
        heard += (await anext(stream)).decode()
    return heard


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 30), st.integers(0, 30), st.lists(st.integers(1, 5), min_size=1, max_size=8))
def test_whenever_one_joins_each_event_comes_once_and_in_order(
    seen: int, unseen: int, bursts: list[int]
) -> None:
    async def work() -> None:
        shelf = Shelf()
        shelf.put(seen + unseen)
        tail = Tail(shelf, poll=FAST)
        async with aclosing(tail.stream(FA, seen)) as other, aclosing(tail.stream(FA, seen)) as stream:
            await text(other, "event: figures")
            heard = asyncio.create_task(ids(stream, unseen + sum(bursts)))
            for count in bursts:
                shelf.put(count)
                await asyncio.sleep(0)
            assert await heard == [n for n in shelf.ids if n > seen]
        tail.close()

    run(work())


def test_each_stream_is_in_its_own_language() -> None:
    async def work() -> None:
        shelf = Shelf()
        tail = Tail(shelf, poll=FAST)
        async with aclosing(tail.stream(FA, 0)) as fa, aclosing(tail.stream(EN, 0)) as en:
            shelf.put(1)
            assert "data: sefr" in await text(fa, "data: f1")
            assert "data: zero" in await text(en, "data: e1")
        tail.close()

    run(work())


def test_who_missed_too_much_is_told_how_much() -> None:
    async def work() -> None:
        shelf = Shelf()
        shelf.put(REPLAY + 7)
        tail = Tail(shelf, poll=FAST)
        async with aclosing(tail.stream(EN, 0)) as stream:
            heard = await text(stream, f"id: {REPLAY + 7}\n")
        assert "event: skipped\ndata: 7 gone" in heard
        assert "id: 7\n" not in heard
        assert "id: 8\n" in heard
        tail.close()

    run(work())


def test_a_slow_reader_is_let_go_and_resumes_where_it_was() -> None:
    async def work() -> None:
        shelf = Shelf()
        tail = Tail(shelf, poll=FAST)
        async with aclosing(tail.stream(EN, 0)) as slow, aclosing(tail.stream(EN, 0)) as quick:
            await text(slow, "event: figures")
            await text(quick, "event: figures")
            for n in range(1, BACKLOG + 2):
                shelf.put(1)
                await text(quick, f"data: e{n}")
            assert [data async for data in slow] == []
            assert tail.listening == 1
        async with aclosing(tail.stream(EN, 0)) as again:
            assert await ids(again, BACKLOG + 1) == shelf.ids
        tail.close()

    run(work())


def test_a_part_of_the_figures_is_told_again_only_when_it_changed() -> None:
    async def work() -> None:
        shelf = Shelf()
        tail = Tail(shelf, poll=FAST)
        async with aclosing(tail.stream(EN, 0)) as stream:
            await text(stream, "event: figures")
            shelf.put(3)
            assert "figures" not in await text(stream, "data: e3")
            shelf.figures = {"en": {"taps": "one", "days": "day"}}
            assert "event: figures\ndata: one\n\n" in await text(stream, "event: figures")
        tail.close()

    run(work())


def test_nobody_looks_when_nobody_listens() -> None:
    async def work() -> None:
        shelf = Shelf()
        tail = Tail(shelf, poll=FAST)
        async with aclosing(tail.stream(EN, 0)) as stream:
            await text(stream, "event: figures")
        assert tail.listening == 0
        ended = {task for task in asyncio.all_tasks() if task is not asyncio.current_task()}
        await asyncio.gather(*ended)
        looks = shelf.looks
        shelf.put(2)
        async with aclosing(tail.stream(EN, 0)) as stream:
            assert await ids(stream, 2) == [1, 2]
        assert looks < shelf.looks + 3
        tail.close()

    run(work())


def test_a_source_that_fails_ends_the_streams_and_the_next_begins_anew(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def work() -> None:
        shelf = Shelf()
        tail = Tail(shelf, poll=FAST)
        async with aclosing(tail.stream(EN, 0)) as stream:
            await text(stream, "event: figures")
            shelf.broken = True
            assert [data async for data in stream] == []
        shelf.broken = False
        shelf.put(1)
        async with aclosing(tail.stream(EN, 0)) as stream:
            assert await ids(stream, 1) == [1]
        tail.close()

    run(work())
    assert "the live streams end" in caplog.text


def test_a_stream_ends_by_itself_so_that_its_reader_is_asked_again_who_it_is() -> None:
    async def work() -> list[bytes]:
        tail = Tail(Shelf(), poll=FAST, life=0.01)
        heard = [data async for data in tail.stream(EN, 0)]
        tail.close()
        return heard

    assert run(work())[0] == b"retry: 1000\n\n"


def test_a_closed_tail_ends_every_stream_open_or_new() -> None:
    async def work() -> None:
        tail = Tail(Shelf(), poll=FAST)
        async with aclosing(tail.stream(EN, 0)) as stream:
            await text(stream, "event: figures")
            tail.close()
            assert [data async for data in stream] == []
        assert b"figures" not in b"".join([data async for data in tail.stream(EN, 0)])

    run(work())


def test_a_message_keeps_its_lines_and_none_can_forge_a_field() -> None:
    assert message("a\rid: 7\r\nb\u2028c", event="x", position=3) == (
        "event: x\nid: 3\ndata: a\ndata: id: 7\ndata: b\u2028c\n\n".encode()
    )


def test_each_hears_of_their_own_stores_only_and_moves_on_past_the_others() -> None:
    async def work() -> None:
        shelf = Shelf(stores=("vanak", "zand"))
        tail = Tail(shelf, poll=FAST)
        odd, even = (Audience("en", Scope(frozenset({name}), "figures")) for name in ("zand", "vanak"))
        async with aclosing(tail.stream(odd, 0)) as zand, aclosing(tail.stream(even, 0)) as vanak:
            await text(zand, "event: figures")
            await text(vanak, "event: figures")
            shelf.put(4)
            assert places(await anext(zand)) == [(1, True), (3, True), (4, False)]
            assert places(await anext(vanak)) == [(2, True), (4, True)]
        tail.close()

    run(work())


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 12), st.integers(0, 12), st.integers(0, 12), st.sampled_from(["zand", "shiraz"]))
def test_who_resumes_at_the_last_id_that_was_sent_misses_and_repeats_nothing(
    before: int, between: int, behind: int, store: str
) -> None:
    async def work() -> None:
        shelf = Shelf(stores=("vanak", "zand", "tajrish"))
        audience = Audience("en", Scope(frozenset({store}), "figures"))
        tail = Tail(shelf, poll=FAST)
        heard: list[int] = []
        position: int | None = 0
        for count in (before, between, behind):
            shelf.put(count)
            async with aclosing(tail.stream(audience, position)) as stream:
                while position != shelf.head():
                    for position, said in places(await anext(stream)):
                        heard += [position] * said
        assert heard == [n for n in shelf.ids if shelf.stores[n % 3] == store]
        tail.close()

    run(work())


def test_a_board_hears_no_events() -> None:
    async def work() -> None:
        shelf = Shelf()
        shelf.put(2)
        tail = Tail(shelf, poll=FAST)
        async with aclosing(tail.stream(Audience("en", Scope(None, "board")), 0)) as stream:
            assert "data: e" not in await text(stream, "id: 2\n")
        tail.close()

    run(work())


def test_what_all_see_alike_is_drawn_once_and_not_for_each_of_them() -> None:
    async def work() -> None:
        shelf = Shelf()
        tail = Tail(shelf, poll=FAST)
        async with AsyncExitStack() as stack:
            streams = [await stack.enter_async_context(aclosing(tail.stream(EN, 0))) for _ in range(50)]
            for stream in streams:
                await text(stream, "event: figures")
            assert set(shelf.drawn) == {1}
            assert len(shelf.drawn) < 3
        tail.close()

    run(work())


def test_200_streams_all_hear_every_event_once() -> None:
    async def work() -> None:
        shelf = Shelf(stores=("vanak", "zand"))
        tail = Tail(shelf, poll=FAST)
        zand = Audience("fa", Scope(frozenset({"zand"}), "figures"))
        async with AsyncExitStack() as stack:
            audiences = [EN, FA, zand, EN] * 50
            streams = [await stack.enter_async_context(aclosing(tail.stream(each, 0))) for each in audiences]
            for stream in streams:
                await text(stream, "event: figures")
            heard = [asyncio.create_task(ids(stream, 15)) for stream in streams]
            for _ in range(15):
                shelf.put(2)
                await asyncio.sleep(FAST)
            odd = shelf.ids[::2]
            for audience, found in zip(audiences, await asyncio.gather(*heard), strict=True):
                assert found == (odd if audience is zand else shelf.ids[: len(found)])
        tail.close()

    run(work())


def test_a_watcher_is_woken_by_what_it_wants_and_by_nothing_else() -> None:
    async def watched() -> list[int]:
        shelf, seen = Shelf(), list[int]()
        tail = Tail(shelf, poll=FAST)
        async with aclosing(tail.watch(lambda item: item.id % 2 == 0)) as come:
            assert await anext(come), "at once, for what is there already"
            async with aclosing(tail.stream(EN, 0)) as stream:
                shelf.put(1)
                await ids(stream, 1)
            woken = asyncio.ensure_future(anext(come))
            await asyncio.sleep(0)
            assert not woken.done(), "nobody wanted that one"
            shelf.put(1)
            assert await woken
            seen.append(await tail.ask(shelf.head))
            tail.close()
            seen += [0 async for _ in come]
        return seen

    assert run(watched()) == [2]
