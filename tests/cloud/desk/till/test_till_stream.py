"""The till's stream through the real web: who stands at a till, and what it costs the database."""

from collections.abc import Iterator
from contextlib import closing

import pytest

from tests.cloud.desk.house import Visitor, Web
from tests.cloud.desk.till.counter import OTHER, TILL
from tests.cloud.desk.till.shop import Shop


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    return Shop(tmp_path_factory.mktemp("shop")).prepare()


@pytest.fixture(scope="module")
def web(shop: Shop) -> Iterator[Web]:
    web = Web.start(shop)
    yield web
    assert web.stop() == 0


@pytest.fixture
def clerk(web: Web) -> Iterator[Visitor]:
    with closing(Visitor(web.url)) as visitor:
        yield visitor.sign_in("clerk")


def stand_at(clerk: Visitor, till: str) -> None:
    assert clerk.post("/till/choose", {"till": till}).status == 302


def test_open_tills_hold_no_connection_to_the_database(clerk: Visitor, web: Web, shop: Shop) -> None:
    stand_at(clerk, TILL)
    streams = [clerk.get("/till/stream").messages() for _ in range(30)]
    for stream in streams:
        next(message for message in stream if message.get("event") == "customer")
    visit = shop.tap()
    for stream in streams:
        assert visit in next(message for message in stream if message.get("event") == "customer")["data"]
    assert web.connections < 10


def test_a_till_without_a_kiosk_beside_it_has_no_stream(clerk: Visitor) -> None:
    assert clerk.get("/till/stream").status == 204
    stand_at(clerk, OTHER)
    assert clerk.get("/till/stream").status == 204


def test_the_tills_stream_is_refused_to_who_is_not_signed_in(web: Web) -> None:
    with closing(Visitor(web.url)) as stranger:
        assert stranger.get("/till/stream").status == 401
