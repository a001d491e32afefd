"""What is sent down and asked with hello: read exactly, or refused."""

from typing import TypeVar

import msgspec
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from mqtt import down
from mqtt.vocabulary import BadMessage
from tests.mqtt.examples import MESSAGES
from tests.mqtt.strategies import broken

SHAPES: list[type[msgspec.Struct]] = sorted(
    {type(each) for each in MESSAGES.values()}, key=lambda each: each.__name__
)
MEMBERS = down.encode(MESSAGES["members"])
GOOD = [down.encode(message) for message in MESSAGES.values()]
Shape = TypeVar("Shape", bound=msgspec.Struct)


@given(st.sampled_from(SHAPES), broken(st.sampled_from(GOOD)))
@example(down.Hello, b"")
@example(down.Hello, b"\xef\xbb\xbf" + GOOD[0])
@example(down.Ack, b"[" * 100_001)
@example(
    down.MembersBatch, MEMBERS.replace(b'"rows":[', b'"x":' + b"[" * 50_000 + b"]" * 50_000 + b',"rows":[')
)
@example(down.MembersBatch, MEMBERS.replace("نرگس".encode(), b"\xff"))
@example(down.MembersBatch, MEMBERS.replace("نرگس".encode(), b"\\ud800"))
def test_any_bytes_give_the_shape_or_a_bad_message(shape: type[Shape], payload: bytes) -> None:
    try:
        message = down.decode(payload, shape)
    except BadMessage:
        return
    assert down.decode(down.encode(message), shape) == message


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'"epoch":"00c0ffee00c0ffee"', b'"epoch":"00c0ffee"'),
        (b'"epoch":"00c0ffee00c0ffee"', b'"epoch":"00c0ffee00c0ffee\\n"'),
        (b'"chain_at_acked":"fedcba9876543210"', b'"chain_at_acked":"?"'),
        (b'"highest":480', b'"highest":-1'),
        (b'"highest":480', b'"highest":9223372036854775808'),
        (b'"nonce":"n0nce"', b'"nonce":"' + b"x" * 65 + b'"'),
    ],
)
def test_a_hello_that_could_upset_a_database_is_a_bad_message(old: bytes, new: bytes) -> None:
    assert old in GOOD[0]
    with pytest.raises(BadMessage):
        down.decode(GOOD[0].replace(old, new), down.Hello)


def test_a_balance_without_a_time_zone_is_a_bad_message() -> None:
    payload = down.encode(MESSAGES["members"])
    with pytest.raises(BadMessage):
        down.decode(payload.replace(b".123000Z", b".123000"), down.MembersBatch)
