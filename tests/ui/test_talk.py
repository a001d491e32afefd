"""By touches: somebody tells the shop something, and reads what it answered; on a full disk, too."""

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from kiosk.talking import GLANCE
from kiosk.views import Ask, Attract, History, Reply, Sorry, Talk, Ticket, Welcome
from mqtt.down import Answer, Movement
from mqtt.tracking import of_visit, parse
from mqtt.vocabulary import TicketCode, VisitId
from tests.ui.glass import texts
from tests.ui.shop import MINA, NEGAR, Shop, open_shop
from tests.ui.test_disk import Gate, fill, gate
from ui.widgets import BusyRing
from ui.words import WORDS

CODE = TicketCode("04HMASW9N5")
SAID = "آن را درست کردیم."
LINE = Movement(date(2026, 11, 9), 90, "visit")
ANSWER = Answer(CODE, 1, "complaint", "points", date(2026, 11, 20), SAID, LINE)
WAITS = replace(NEGAR[1], replies=(CODE,))


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    yield from open_shop(tmp_path)


@pytest.fixture
def slow(tmp_path: Path) -> Iterator[Shop]:
    for shop in open_shop(tmp_path, make=Gate):
        yield shop
        gate(shop).set()


@pytest.fixture
def answered(tmp_path: Path) -> Iterator[Shop]:
    """A shop with a cloud behind it that has an answer for Negar."""
    yield from open_shop(tmp_path, members=(WAITS, MINA[1]), answers={CODE: ANSWER})


def written(shop: Shop) -> str:
    return " ".join(text.text for text in texts(shop.kiosk))


def facts(shop: Shop, name: str) -> list[dict[str, Any]]:
    return [json.loads(row.data) for row in shop.rows() if row.type == f"club.{name}.v1"]


def tell(shop: Shop, *keys: str) -> None:
    shop.lay()
    for key in keys:
        shop.kiosk.tap(key)


def test_what_is_chosen_becomes_a_ticket_whose_code_can_be_read_and_photographed(shop: Shop) -> None:
    tell(shop, "talk", "answer-3", "answer-2")
    shop.until(Ticket)
    (ticket,) = facts(shop, "ticket.opened")
    assert (ticket["kind"], ticket["category"]) == ("praise", "goods")
    assert parse(shop.seen(Ticket).code) == ticket["ticket"] == of_visit(VisitId(ticket["visit"]))
    assert shop.seen(Ticket).code in written(shop)
    screen = shop.kiosk.app.stage.screen
    assert screen
    assert [each for each in screen.walk() if getattr(each, "content", "") == shop.seen(Ticket).code]
    shop.kiosk.tap("done")
    assert shop.seen(Attract)


def test_a_line_that_is_wrong_is_touched_in_its_own_place(shop: Shop) -> None:
    tell(shop, "history")
    assert shop.seen(History).talk
    shop.kiosk.tap("wrong")
    assert len(shop.seen(Talk).lines) == 2
    shop.kiosk.tap("answer-2")
    shop.until(Ticket)
    (ticket,) = facts(shop, "ticket.opened")
    assert ticket["line"] == ["2026-11-09", 90, "visit"]


def test_while_the_disk_does_not_come_back_there_is_a_spinner_and_no_code(slow: Shop) -> None:
    slow.rows()
    tell(slow, "talk", "answer-1")
    slow.rows()
    gate(slow).clear()
    slow.kiosk.tap("answer-1")
    slow.kiosk.camera.frames(2)
    assert slow.seen(Talk).step == "keeping"
    screen = slow.kiosk.app.stage.screen
    assert screen
    spinner = next(each for each in screen.walk() if isinstance(each, BusyRing))
    slow.kiosk.until(lambda: spinner.angle > 0)
    slow.wait(60)
    assert slow.seen(Talk).step == "keeping"
    assert Ticket not in {type(view) for view in slow.kiosk.flipped}
    gate(slow).set()
    slow.until(Ticket)


def test_a_disk_that_takes_nothing_is_said_and_no_code_is_shown(shop: Shop) -> None:
    tell(shop, "talk", "answer-1")
    shop.rows()
    fill(shop)
    shop.kiosk.tap("answer-1")
    shop.until(Sorry)
    assert shop.seen(Sorry).reason == "not-kept"
    assert WORDS["fa"].sorry["not-kept"].title in written(shop)
    assert Ticket not in {type(view) for view in shop.kiosk.flipped}


def test_an_answer_is_said_to_wait_and_is_read_before_the_question(answered: Shop) -> None:
    answered.lay()
    assert WORDS["fa"].reply_waits in written(answered)
    answered.kiosk.camera.frames(2)
    answered.kiosk.tap("continue")
    shown = answered.seen(Reply)
    assert (shown.text, shown.line is not None) == (SAID, True)
    assert SAID in written(answered)
    answered.look(GLANCE)
    answered.kiosk.tap("no")
    answered.until(Ask)
    assert SAID not in written(answered)
    (seen,) = facts(answered, "reply.seen")
    assert (seen["ticket"], seen["reply"], seen["better"]) == (CODE, 1, "no")


@pytest.mark.parametrize(("key", "better"), [("yes", "yes"), ("done", None)])
def test_each_key_says_its_own(answered: Shop, key: str, better: str | None) -> None:
    answered.lay()
    answered.kiosk.camera.frames(2)
    answered.kiosk.tap("continue")
    answered.look(GLANCE)
    answered.kiosk.tap(key)
    answered.until(Ask)
    assert [seen.get("better") for seen in facts(answered, "reply.seen")] == [better]


def test_an_answer_that_nobody_touches_waits_for_the_next_tap(answered: Shop) -> None:
    answered.lay()
    answered.kiosk.camera.frames(2)
    answered.wait(7)
    assert answered.seen(Reply)
    answered.wait(60)
    assert answered.seen(Attract)
    assert facts(answered, "reply.seen") == []
    answered.lay()
    answered.kiosk.camera.frames(2)
    answered.kiosk.tap("continue")
    assert answered.seen(Reply)


def test_the_next_card_sees_nothing_of_an_answer(answered: Shop) -> None:
    answered.lay()
    answered.kiosk.camera.frames(2)
    answered.kiosk.tap("continue")
    answered.lay(MINA[0])
    assert answered.seen(Welcome).name == "مینا"
    assert not answered.seen(Welcome).replies
    assert SAID not in written(answered)


def test_without_a_cloud_an_answer_is_still_said_to_wait(tmp_path: Path) -> None:
    for shop in open_shop(tmp_path, members=(WAITS,)):
        shop.lay()
        assert shop.seen(Welcome).replies
        shop.kiosk.tap("continue")
        assert shop.seen(Ask)
