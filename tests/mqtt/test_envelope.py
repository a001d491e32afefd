"""Events go through bytes unchanged, and any bytes at all are read or refused."""

import hashlib
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from msgspec.structs import replace

from mqtt import envelope
from mqtt.envelope import (
    START,
    Envelope,
    Unreadable,
    decode_batch,
    encode_batch,
    encode_data,
    format_time,
    next_chain,
    type_name,
)
from mqtt.events import TYPES, CardRefused, Event, QuestionAnswered, Scale
from mqtt.vocabulary import BadMessage, Chain, MemberId, VisitId
from tests.mqtt.examples import EVENTS as EXAMPLES
from tests.mqtt.record import rows
from tests.mqtt.strategies import BATCHES, BROKEN_BATCHES, CHAINS, EVENTS, KINDS_OF_EVENT, envelopes

GOOD = encode_batch(rows("club.card.refused.v1", EXAMPLES["club.card.refused.v1"] * 3))
BRACKETS = b"[" * 50_000 + b"1" + b"]" * 50_000 + b"]"


def with_row(place: int, old: bytes, new: bytes) -> list[Envelope | Unreadable]:
    """Three good rows, of which the one at `place` has `old` exchanged for `new`."""
    items = GOOD[1:-1].split(b',{"specversion"')
    texts = [items[0], *(b'{"specversion"' + item for item in items[1:])]
    assert old in texts[place]
    texts[place] = texts[place].replace(old, new)
    return decode_batch(b"[" + b",".join(texts) + b"]")


def read(payload: bytes) -> None:
    """Read all there is to read; what may come out of it is BadMessage alone."""
    try:
        got = decode_batch(payload)
    except BadMessage:
        return
    for row in got:
        assert 0 < row.sequence <= envelope.MAX_SEQUENCE
        assert len(row.chain) == len(row.epoch) == 16
        if isinstance(row, Envelope):
            read_event(row)


def read_event(row: Envelope) -> None:
    """What can be stored can also be sent on: text is UTF-8, times have a place in every zone."""
    row.data.decode()
    row.type.encode()
    assert "\0" not in row.type
    row.time.astimezone(UTC) + timedelta(days=1)
    try:
        event = row.event()
    except BadMessage:
        return
    assert event is None or isinstance(event, TYPES[row.type])


def test_the_strategies_know_every_event() -> None:
    assert set(KINDS_OF_EVENT) == set(TYPES.values())


@given(BATCHES)
def test_every_event_goes_through_the_bytes_of_a_batch(batch: list[Envelope]) -> None:
    got = decode_batch(encode_batch(batch))
    assert got == batch
    assert [row.event() for row in got if isinstance(row, Envelope)] == [row.event() for row in batch]


@given(EVENTS)
def test_every_event_is_the_same_after_its_data_are_read(event: Event) -> None:
    (row,) = rows(type_name(event), [event])
    assert row.event() == event


@given(envelopes(), CHAINS)
def test_a_chain_can_be_computed_by_anyone(row: Envelope, before: Chain) -> None:
    text = before.encode() + b"\n" + row.id.encode() + b"\n" + row.type.encode() + b"\n" + row.data
    assert next_chain(before, row.id, row.type, row.data) == hashlib.sha256(text).hexdigest()[:16]


@given(envelopes(), st.data())
def test_a_chain_changes_with_every_byte_of_id_type_and_data(row: Envelope, data: st.DataObject) -> None:
    parts = [row.id.encode(), row.type.encode(), row.data]
    which = data.draw(st.integers(0, 2))
    at = data.draw(st.integers(0, len(parts[which]) - 1))
    flipped = bytearray(parts[which])
    flipped[at] ^= 1  # ASCII stays ASCII in id and type
    parts[which] = bytes(flipped)
    other = next_chain(START, parts[0].decode(), parts[1].decode(), parts[2])
    assert other != next_chain(START, row.id, row.type, row.data)


@given(envelopes(), CHAINS)
def test_a_chain_changes_with_the_row_before(row: Envelope, before: Chain) -> None:
    same = next_chain(before, row.id, row.type, row.data) == next_chain(START, row.id, row.type, row.data)
    assert same == (before == START)


def test_a_corrected_time_leaves_the_chain_alone() -> None:
    (row,) = rows("club.card.refused.v1", [CardRefused("two-cards")])
    corrected = replace(row, time=row.time + timedelta(days=3), clock="corrected")
    (got,) = decode_batch(encode_batch([corrected]))
    assert isinstance(got, Envelope)
    assert next_chain(START, got.id, got.type, got.data) == got.chain


@given(BROKEN_BATCHES)
@example(b"")
@example(b"\xef\xbb\xbf" + GOOD)
@example(GOOD.decode().encode("utf-16"))
@example(b"[" * 100_001)
@example(b'{"a":' * 20_000)
@example(GOOD.replace(b'{"reason":"two-cards"}', BRACKETS))
@example(GOOD.replace(b'"clock"', b'"unknown":' + BRACKETS + b',"clock"'))
@example(GOOD.replace(b'"synced"', b'"\xff"'))
@example(GOOD.replace(b"two-cards", b"\xff"))
@example(GOOD.replace(b'"clock"', b'"unknown":"\xff","clock"'))
@example(GOOD.replace(b'"clock"', b'"id":"0000000000000000-7","clock"'))
def test_any_bytes_give_rows_or_a_bad_message(payload: bytes) -> None:
    read(payload)


@given(st.sampled_from(sorted(TYPES)), BROKEN_BATCHES | st.just(BRACKETS))
def test_any_data_give_an_event_or_a_bad_message(name: str, data: bytes) -> None:
    (good, *_) = rows(name, EXAMPLES[name])
    try:
        assert isinstance(replace(good, data=data).event(), TYPES[name])
    except BadMessage:
        return


@pytest.mark.parametrize("place", [0, 1, 2])
@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'"synced"', b'"guessed"'),
        (b'"1.0"', b'"2.0"'),
        (b"/stores/vanak", b"/shops/vanak"),
        (b"2026-03-20T20:29:59.123Z", b"yesterday"),
        (b"2026-03-20T20:29:59.123Z", b"2026-03-20T20:29:59.123"),
        (b"2026-03-20T20:29:59.123Z", b"0001-01-01T00:00:00+14:00"),
        (b"2026-03-20T20:29:59.123Z", b"9999-12-31T23:59:59-14:00"),
        (b"club.card.refused.v1", b""),
        (b"club.card.refused.v1", b"club.\\u0000.v1"),
        (b"club.card.refused.v1", b"x" * 101),
        (b'"sequence":"0', b'"sequence":"1'),
        (b"application/json", b"text/xml"),
        (b"two-cards", b"\xff"),
        (b',"data"', b',"daten"'),
    ],
)
def test_an_unreadable_row_keeps_its_place_between_its_neighbours(place: int, old: bytes, new: bytes) -> None:
    got = with_row(place, old, new)
    assert [row.sequence for row in got] == [1, 2, 3]
    assert [isinstance(row, Unreadable) for row in got] == [n == place for n in range(3)]
    lost = got[place]
    assert isinstance(lost, Unreadable)
    assert new in lost.raw
    assert lost.chain == decode_batch(GOOD)[place].chain


@pytest.mark.parametrize("secret", ["6037991234567893", "a' - at `$.b"])
def test_a_reason_does_not_repeat_what_was_sent(secret: str) -> None:
    (_, lost, _) = with_row(1, b'"synced"', f'"{secret}"'.encode())
    assert isinstance(lost, Unreadable)
    assert secret not in lost.reason
    assert "clock" in lost.reason


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"00c0ffee00c0ffee-2", b"00c0ffee00c0ffee-0"),
        (b"00c0ffee00c0ffee-2", b"00C0FFEE00C0FFEE-2"),
        (b"00c0ffee00c0ffee-2", b"00c0ffee00c0ffee-9223372036854775808"),
        (b'"chain":"', b'"chain":"0'),
        (b'"chain"', b'"chains"'),
        (b'"id"', b'"ids"'),
    ],
)
def test_a_row_without_a_place_makes_the_whole_message_bad(old: bytes, new: bytes) -> None:
    with pytest.raises(BadMessage):
        with_row(1, old, new)


def test_a_batch_holds_1_to_100_events() -> None:
    fact = CardRefused("x")
    assert len(decode_batch(encode_batch(rows("club.card.refused.v1", [fact] * 100)))) == 100
    for count in (0, 101):
        with pytest.raises(BadMessage, match="1 to 100"):
            decode_batch(encode_batch(rows("club.card.refused.v1", [fact] * count)))


def test_a_batch_has_at_most_128_kibibytes() -> None:
    room = envelope.MAX_BYTES - len(GOOD)
    assert len(decode_batch(GOOD + b" " * room)) == 3
    with pytest.raises(BadMessage, match="bytes"):
        decode_batch(GOOD + b" " * (room + 1))


def test_an_unknown_type_is_kept_and_says_so() -> None:
    (row, *_) = with_row(0, b"club.card.refused.v1", b"club.tea.served.v9")
    assert isinstance(row, Envelope)
    assert (row.type, row.event(), row.data) == ("club.tea.served.v9", None, b'{"reason":"two-cards"}')


def test_a_known_type_with_other_data_is_a_bad_message() -> None:
    (row, *_) = with_row(0, b"reason", b"motive")
    assert isinstance(row, Envelope)
    with pytest.raises(BadMessage):
        row.event()


@pytest.mark.parametrize("value", [0, 8])
def test_an_answer_off_its_scale_cannot_be_made(value: int) -> None:
    with pytest.raises(ValueError, match="scale"):
        QuestionAnswered(VisitId("0" * 16), MemberId("m-1"), "ces", 1, "fa", Scale(1, 7), value, 1, 0.5)


def test_an_answer_off_its_scale_is_a_bad_message() -> None:
    (row, _) = rows("club.question.answered.v1", EXAMPLES["club.question.answered.v1"])
    with pytest.raises(BadMessage, match="scale"):
        replace(row, data=row.data.replace(b'"value":6', b'"value":9')).event()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'"wording":1', b'"wording":' + b"9" * 30),
        (b'"attempt":1', b'"attempt":-1'),
        (b'"took":2.345', b'"took":-1'),
        (b'"took":2.345', b'"took":1e999'),
        (b'"worst":1', b'"worst":-99999'),
        (b"0123456789abcdef", b"0123456789abcdef0"),
        (b"m-abcde23456", b"m" * 41),
        (b'"question":"ces"', b'"question":"' + b"x" * 41 + b'"'),
    ],
)
def test_what_no_database_could_hold_is_a_bad_message(old: bytes, new: bytes) -> None:
    (row, _) = rows("club.question.answered.v1", EXAMPLES["club.question.answered.v1"])
    assert old in row.data
    with pytest.raises(BadMessage):
        replace(row, data=row.data.replace(old, new)).event()


def test_a_time_is_written_in_utc_with_milliseconds() -> None:
    tehran = datetime.fromisoformat("2026-03-21T00:00:00.123456+03:30")
    assert format_time(tehran) == "2026-03-20T20:30:00.123Z"


def test_data_are_the_bytes_that_the_chain_is_over() -> None:
    assert encode_data(CardRefused("two-cards")) == b'{"reason":"two-cards"}'
