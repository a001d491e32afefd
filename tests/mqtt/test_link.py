"""The link against a real Mosquitto that is killed, and against a peer that talks nonsense."""

import os
import socket
import struct
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mqtt.client import AGAIN, READ_BYTES, BadBroker, Link, Message, parse_broker
from tests.mqtt.broker import Broker
from tests.mqtt.ports import free_port

Links = Callable[..., Link]
WITHIN = 20.0
CONNACK = b"\x20\x02\x00\x00"


def step_until(link: Link, reached: Callable[[], bool]) -> list[Message]:
    end, arrived = time.monotonic() + WITHIN, []
    while not reached():
        assert time.monotonic() < end, "not reached in time"
        arrived += link.step(0.05)
    return arrived


def connect(*links: Link) -> None:
    for link in links:
        step_until(link, partial(getattr, link, "connected"))


def connect_reader(link: Link) -> None:
    """Connect, and wait until the broker has taken the subscription: then the link hears itself."""
    connect(link)
    link.publish("a", b"heard", qos=0)
    assert payloads(receive(link, 1)) == [b"heard"]


def receive(link: Link, count: int) -> list[Message]:
    got: list[Message] = []
    end = time.monotonic() + WITHIN
    while len(got) < count:
        assert time.monotonic() < end, f"{len(got)} of {count} messages"
        got += link.step(0.05)
    return got


def lose(link: Link, broker: Broker) -> None:
    broker.kill()
    step_until(link, lambda: not link.connected)


def take(link: Link, count: int) -> list[bytes]:
    """What the next messages hold, each acknowledged."""
    messages = receive(link, count)
    for message in messages:
        link.done(message)
    return payloads(messages)


def payloads(messages: list[Message]) -> list[bytes]:
    return [message.payload for message in messages]


def sockets_to(port: int) -> Iterator[socket.socket]:
    for entry in Path("/proc/self/fd").iterdir():
        try:
            with socket.socket(fileno=os.dup(int(entry.name))) as sock:
                if sock.family == socket.AF_INET and sock.getpeername()[1] == port:
                    yield sock
        except OSError:
            continue


@pytest.fixture
def server() -> Iterator[socket.socket]:
    """A listener that knows nothing of MQTT."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener


@contextmanager
def halfway(server: socket.socket) -> Iterator[tuple[Link, socket.socket]]:
    """A link whose TCP connection stands and whose CONNECT has no answer yet; and its peer."""
    with closing(Link(f"mqtt://127.0.0.1:{server.getsockname()[1]}", "one", ["a"])) as link:
        link.step(0.0)
        peer, _ = server.accept()
        with peer:
            yield link, peer


def test_a_message_goes_through_the_broker(broker: Broker, link: Links) -> None:
    broker.start()
    one = link("one", "a/+")
    connect(one)
    assert one.publish("a/b", b"hello")
    (message,) = receive(one, 1)
    assert (message.topic, message.payload, message.qos, message.session) == ("a/b", b"hello", 1, 1)


def test_a_retained_message_says_so(broker: Broker, link: Links) -> None:
    broker.start()
    writer, reader = link("writer", "a"), link("reader", "a")
    connect(writer)
    writer.publish("a", b"kept", retain=True)
    receive(writer, 1)
    (message,) = receive(reader, 1)
    assert message.retained


def test_a_broker_absent_at_the_start_is_no_error(broker: Broker, link: Links) -> None:
    one = link("one", "a")
    assert one.step(0.0) == []
    assert not one.connected
    broker.start()
    connect(one)
    assert one.session == 1


def test_publishing_without_a_connection_says_no_and_queues_nothing(broker: Broker, link: Links) -> None:
    one = link("one", "a")
    assert not one.publish("a", b"too early")
    one.step(0.0)
    assert not one.publish("a", b"still too early")
    broker.start()
    connect(one)
    one.publish("a", b"now")
    assert payloads(receive(one, 1)) == [b"now"]


def test_a_killed_broker_is_noticed_and_found_again_as_a_new_session(broker: Broker, link: Links) -> None:
    broker.start()
    one = link("one", "a")
    connect(one)
    lose(one, broker)
    assert not one.publish("a", b"lost")
    broker.start()
    connect(one)
    assert one.session == 2
    one.publish("a", b"again")
    assert payloads(receive(one, 1)) == [b"again"]


def test_two_with_one_name_do_not_throw_each_other_out_many_times_a_second(broker: Broker) -> None:
    broker.start()
    began = time.monotonic()
    with closing(Link(broker.url, "same", [])) as one, closing(Link(broker.url, "same", [])) as other:
        while (elapsed := time.monotonic() - began) < AGAIN / 2 or not (one.session and other.session):
            assert elapsed < WITHIN
            one.step(0.01)
            other.step(0.01)
        assert one.session + other.session <= 2 * (1 + elapsed / (AGAIN / 2))


def test_only_done_acknowledges(broker: Broker, link: Links) -> None:
    """The broker lets one message be unacknowledged; a QoS 0 marker passes it by."""
    broker.start()
    one = link("one", "a")
    connect(one)
    one.publish("a", b"1")
    one.publish("a", b"2")
    (first,) = receive(one, 1)
    one.publish("a", b"marker", qos=0)
    assert payloads(receive(one, 1)) == [b"marker"]
    one.done(first)
    assert payloads(receive(one, 1)) == [b"2"]


def test_a_message_of_a_lost_session_is_not_acknowledged_on_the_new_one(broker: Broker, link: Links) -> None:
    broker.start()
    one = link("one", "a")
    connect(one)
    one.publish("a", b"old")
    (old,) = receive(one, 1)
    lose(one, broker)
    broker.start()
    connect(one)
    one.publish("a", b"1")
    one.publish("a", b"2")
    (first,) = receive(one, 1)
    assert first.mid == old.mid, "the test needs the same packet id in both sessions"
    one.done(old)
    one.publish("a", b"marker", qos=0)
    assert payloads(receive(one, 1)) == [b"marker"]
    one.done(first)
    assert payloads(receive(one, 1)) == [b"2"]


def test_done_without_a_connection_does_nothing(broker: Broker, link: Links) -> None:
    broker.start()
    one = link("one", "a")
    connect(one)
    one.publish("a", b"1")
    (message,) = receive(one, 1)
    lose(one, broker)
    one.done(message)


def test_what_a_lost_connection_left_unanswered_is_not_sent_again(broker: Broker, link: Links) -> None:
    broker.start()
    writer, reader = link("writer"), link("reader", "a")
    connect(writer)
    broker.freeze()
    assert writer.publish("a", b"into the void")
    lose(writer, broker)
    broker.start()
    connect_reader(reader)
    connect(writer)
    writer.publish("a", b"after")
    assert payloads(receive(reader, 1)) == [b"after"]


def test_what_is_published_goes_out_at_once_however_much_is_unanswered(broker: Broker, link: Links) -> None:
    broker.start()
    writer, reader = link("writer"), link("reader", "a")
    connect(writer)
    connect_reader(reader)
    assert all(writer.publish("a", b"%d" % n) for n in range(60))
    writer.flush()
    got: list[Message] = []
    while len(got) < 60:
        for message in receive(reader, 1):
            reader.done(message)
            got.append(message)
    assert payloads(got) == [b"%d" % n for n in range(60)]


def test_one_step_takes_all_that_has_arrived(broker: Broker, link: Links) -> None:
    broker.start()
    writer, reader = link("writer", "end"), link("reader", "a")
    connect(writer)
    connect_reader(reader)
    for n in range(50):
        writer.publish("a", b"%d" % n, qos=0)
    for _ in "the second end is sent when all before it has been":
        writer.publish("end", b"", qos=0)
        receive(writer, 1)
    assert len(reader.step(WITHIN)) == 50


def test_a_step_takes_a_bounded_number_of_bytes(broker: Broker, link: Links) -> None:
    broker.start()
    writer, reader = link("writer"), link("reader", "a")
    connect(writer)
    connect_reader(reader)
    large, number = b"x" * (READ_BYTES // 4), 24
    for _ in range(number):
        writer.publish("a", large, qos=0)
    writer.flush(WITHIN)
    steps: list[int] = []
    end = time.monotonic() + WITHIN
    while sum(steps) < number and time.monotonic() < end:
        steps.append(len(reader.step(0.05)))
    assert (sum(steps), max(steps) <= 4) == (number, True)


def test_a_readable_wake_ends_the_wait(broker: Broker, link: Links) -> None:
    broker.start()
    one = link("one")
    connect(one)
    out, into = os.pipe()
    with closing(os.fdopen(out, "rb")), closing(os.fdopen(into, "wb", 0)) as writer:
        writer.write(b"!")
        before = time.monotonic()
        assert one.step(WITHIN, [out]) == []
        assert time.monotonic() - before < WITHIN / 2


def test_a_step_returns_in_time_while_there_is_no_broker(broker: Broker, link: Links) -> None:
    one = link("one")
    before = time.monotonic()
    for _ in range(10):
        one.step(0.01)
    assert time.monotonic() - before < WITHIN / 2
    assert not one.connected, broker.url


def test_nagle_is_off(broker: Broker, link: Links) -> None:
    broker.start()
    one = link("one")
    connect(one)
    (no_delay,) = [s.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY) for s in sockets_to(broker.port)]
    assert no_delay


def test_close_says_goodbye_and_may_be_called_again(broker: Broker, link: Links) -> None:
    broker.start()
    one = link("one")
    connect(one)
    one.close()
    assert not one.connected
    assert not list(sockets_to(broker.port))
    one.close()


def test_nothing_is_published_before_the_broker_has_said_yes(server: socket.socket) -> None:
    with halfway(server) as (one, peer):
        assert not one.publish("a", b"early")
        peer.sendall(CONNACK)
        step_until(one, lambda: one.connected)
        assert one.publish("a", b"in time")


def test_a_refused_connection_is_let_go(server: socket.socket) -> None:
    with halfway(server) as (one, peer):
        peer.sendall(b"\x20\x02\x00\x05")
        step_until(one, lambda: not list(sockets_to(server.getsockname()[1])))
        assert (one.connected, one.session) == (False, 0)


PACKETS = st.builds(
    lambda first, body: bytes([first, len(body)]) + body,
    st.integers(0, 255),
    st.binary(max_size=100),
)


@settings(max_examples=150, deadline=None)
@given(nonsense=st.lists(PACKETS | st.binary(max_size=20), max_size=6).map(b"".join))
def test_whatever_a_peer_says_a_step_does_not_raise(nonsense: bytes) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener, halfway(listener) as (one, peer):
        peer.sendall(CONNACK + nonsense)
        peer.shutdown(socket.SHUT_WR)
        step_until(one, lambda: not one.connected and one.session > 0)


def test_a_topic_that_is_not_utf8_is_an_unknown_topic(server: socket.socket) -> None:
    with halfway(server) as (one, peer):
        peer.sendall(CONNACK + b"\x30\x04\x00\x01\xffx")
        (message,) = receive(one, 1)
        assert (message.topic, message.payload) == ("", b"x")


def test_a_connection_reset_while_publishing_says_no_in_the_end(server: socket.socket) -> None:
    with halfway(server) as (one, peer):
        peer.sendall(CONNACK)
        step_until(one, lambda: one.connected)
        peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        peer.close()
        end = time.monotonic() + WITHIN
        while one.publish("a", b"x"):
            assert time.monotonic() < end, "a reset connection still takes messages"
        assert not one.connected


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("mqtt://broker", ("broker", 1883, False)),
        ("mqtt://127.0.0.1:18830", ("127.0.0.1", 18830, False)),
        ("mqtt://[::1]:1884", ("::1", 1884, False)),
        ("mqtts://broker", ("broker", 8883, True)),
        ("mqtts://broker:8884", ("broker", 8884, True)),
    ],
)
def test_a_broker_is_a_host_and_a_port(url: str, address: tuple[str, int, bool]) -> None:
    assert parse_broker(url) == address


@pytest.mark.parametrize(
    "url",
    [
        "", "broker", "http://broker", "mqtt://", "mqtt://broker:0", "mqtt://broker:65536", "mqtt://broker:x",
        "mqtt://user:secret@broker", "mqtt://broker/path", "mqtt://broker?x", "mqtt://[::1", "mqtt://a..b",
    ],
)  # fmt: skip
def test_anything_else_is_a_bad_broker(url: str) -> None:
    with pytest.raises(BadBroker):
        parse_broker(url)


@given(st.text() | st.text().map("mqtt://{}".format))
def test_a_brokers_address_is_read_or_refused(url: str) -> None:
    try:
        host, port, _ = parse_broker(url)
    except BadBroker:
        return
    assert host
    assert 0 < port < 65536


def test_a_link_is_refused_at_once_for_a_bad_address() -> None:
    with pytest.raises(BadBroker):
        Link(f"mqtt:/127.0.0.1:{free_port()}", "one", [])


def test_what_is_published_before_closing_is_sent(broker: Broker, link: Links) -> None:
    broker.start()
    reader = link("reader", "a")
    connect_reader(reader)
    writer = link("writer")
    connect(writer)
    writer.publish("a", b"x" * 200_000)
    writer.close()
    (message,) = receive(reader, 1)
    assert len(message.payload) == 200_000


def test_a_topic_is_read_from_when_it_is_asked_for_until_it_is_left(broker: Broker, link: Links) -> None:
    broker.start()
    reader = link("reader", "a")
    connect_reader(reader)
    reader.subscribe(["b"])
    reader.publish("b", b"taken")
    assert take(reader, 1) == [b"taken"]
    reader.unsubscribe(["b", "never asked for"])
    reader.publish("b", b"left")
    reader.publish("a", b"heard")
    assert take(reader, 1) == [b"heard"]


def test_what_is_asked_for_later_or_left_is_so_on_the_next_connection_too(
    broker: Broker, link: Links
) -> None:
    broker.start()
    reader = link("reader", "a", "b")
    connect_reader(reader)
    lose(reader, broker)
    reader.subscribe(["c"])
    reader.unsubscribe(["b"])
    broker.start()
    connect(reader)
    for topic in ("b", "c", "a"):
        reader.publish(topic, topic.encode())
    assert [take(reader, 1), take(reader, 1)] == [[b"c"], [b"a"]]
