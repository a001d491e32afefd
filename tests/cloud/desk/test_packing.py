"""Pages come packed to who can unpack them; a stream comes at once, whatever its reader can unpack."""

import gzip

import pytest

from tests.cloud.desk.house import Database, Visitor

PACKED = {"Accept-Encoding": "gzip, deflate, br"}


def test_a_page_is_packed_for_who_can_unpack_it(analyst: Visitor) -> None:
    answer = analyst.get("/board", PACKED)
    assert answer.response.headers["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in answer.response.headers["Vary"]
    packed = answer.response.read()
    page = gzip.decompress(packed)
    assert page.startswith(b"<!doctype html>")
    assert len(packed) < len(page) / 2


def test_who_says_nothing_gets_the_page_as_it_is(analyst: Visitor) -> None:
    answer = analyst.get("/board")
    assert "Content-Encoding" not in answer.response.headers
    assert answer.read().startswith("<!doctype html>")


def test_a_page_has_another_length_each_time(analyst: Visitor) -> None:
    """Whoever makes a browser ask again and again learns nothing by how much comes."""
    lengths = {len(analyst.get("/account/password", PACKED).response.read()) for _ in range(20)}
    assert max(lengths) - min(lengths) > 20


@pytest.mark.parametrize("said", ["gzip, deflate, br", "identity"])
def test_a_stream_is_never_packed_and_what_happens_comes_at_once(
    analyst: Visitor, database: Database, said: str
) -> None:
    [head] = database.store_events(1)
    stream = analyst.get(f"/stream?after={head}", {"Accept-Encoding": said})
    assert stream.response.headers["Content-Type"] == "text/event-stream"
    assert "Content-Encoding" not in stream.response.headers
    for _ in range(3):  # each is read while the stream stays open and nothing else is sent
        new = database.store_events(1)
        assert stream.events(1) == new
