"""Every kiosk's topics are read back; everything else is a bad message."""

import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mqtt import topics
from mqtt.topics import UpTopic, parse_up
from mqtt.vocabulary import BadMessage, GroupId, KioskId
from tests.mqtt.strategies import IDS

UPS: list[topics.Up] = ["events", "hello"]
DOWNS: list[topics.Down] = ["ack", "members"]


def matches(subscription: str, topic: str) -> bool:
    """Whether a broker would deliver `topic` to `subscription` (`+` only)."""
    wanted, given_ = subscription.split("/"), topic.split("/")
    return len(wanted) == len(given_) and all(a in ("+", b) for a, b in zip(wanted, given_, strict=True))


@given(IDS.map(KioskId), st.sampled_from(UPS))
def test_where_a_kiosk_writes_is_read_back(kiosk: KioskId, what: topics.Up) -> None:
    topic = topics.up(kiosk, what)
    assert parse_up(topic) == UpTopic(kiosk, what)
    assert matches(topics.up_filter(what), topic)
    assert matches(topics.up_filter(what, topics.shard(kiosk)), topic)


@given(IDS.map(KioskId), st.integers(0, 99))
def test_a_foreign_shard_is_a_bad_message(kiosk: KioskId, number: int) -> None:
    topic = f"club/v1/{number:02d}/{kiosk}/up/events"
    if number == zlib.crc32(kiosk.encode()) % 64:
        assert parse_up(topic).kiosk == kiosk
    else:
        with pytest.raises(BadMessage, match="shard"):
            parse_up(topic)


@given(IDS.map(KioskId), st.sampled_from(DOWNS))
def test_where_the_cloud_writes_is_never_where_a_kiosk_writes(kiosk: KioskId, what: topics.Down) -> None:
    with pytest.raises(BadMessage):
        parse_up(topics.down(kiosk, what))


@given(st.text() | st.text().map("club/v1/00/{}/up/events".format))
def test_any_other_text_is_a_bad_message_or_a_kiosks_own_topic(topic: str) -> None:
    try:
        found = parse_up(topic)
    except BadMessage:
        return
    assert topics.up(found.kiosk, found.what) == topic


OWN = topics.up(KioskId("vanak-1"), "events")


@pytest.mark.parametrize(
    "topic",
    [
        topics.BOOT, "club/v1/10/../up/events", "club/v1/1/kkk/up/events", "club/v2/00/kkk/up/events",
        f"{OWN}\n", f"{OWN}/more", f" {OWN}", OWN.upper(), OWN.replace("events", "wealth"), "/" * 9999,
    ],
)  # fmt: skip
def test_a_foreign_topic_is_a_bad_message(topic: str) -> None:
    with pytest.raises(BadMessage):
        parse_up(topic)


def test_a_shard_is_the_crc_that_everyone_else_would_compute() -> None:
    """The check value of CRC-32 (IEEE 802.3) is that of the digits 1 to 9."""
    assert topics.shard(KioskId("123456789")) == f"{0xCBF43926 % 64:02d}"


def test_a_groups_topic_is_heard_by_the_filter_for_groups() -> None:
    assert matches(topics.GROUP_FILTER, topics.group_members(GroupId("tehran")))
