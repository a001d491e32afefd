"""A link over mutual TLS: whom it trusts, what it says of its troubles, and that no data hides in TLS."""

import shutil
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing

import pytest

from mqtt.client import BadBroker, BadIdentity, Link, Message, Tls
from tests.mqtt.pki import DAY, Authority, now
from tests.mqtt.secure import SecureBroker

UP, DOWN = "club/v1/14/vanak-1/up/events", "club/v1/14/vanak-1/down/members"
LARGE = 200_000
PATIENCE = 20.0


@pytest.fixture
def broker() -> Iterator[SecureBroker]:
    with closing(SecureBroker([("vanak-1", "tehran")])) as made:
        made.start()
        yield made


@pytest.fixture
def stack() -> Iterator[ExitStack]:
    with ExitStack() as things:
        yield things


def _until(done: Callable[[], bool], *links: Link) -> list[Message]:
    """Drive the links until something is so; what arrived meanwhile."""
    arrived, end = [], time.monotonic() + PATIENCE
    while not done():
        assert time.monotonic() < end, [link.trouble for link in links]
        for link in links:
            for message in link.step(0.02):
                link.done(message)
                arrived.append(message)
    return arrived


def _kiosk(broker: SecureBroker, stack: ExitStack, *topics: str, tls: Tls | None = None) -> Link:
    tls = tls or broker.identity("vanak-1")
    return stack.enter_context(closing(Link(broker.url, "vanak-1-sync", topics, tls=tls)))


def _cloud(broker: SecureBroker, stack: ExitStack, *topics: str) -> Link:
    return stack.enter_context(closing(Link(broker.cloud_url, "cloud", topics, tls=broker.cloud)))


def test_it_connects_and_has_no_trouble(broker: SecureBroker, stack: ExitStack) -> None:
    link = _kiosk(broker, stack)
    _until(lambda: link.connected, link)
    assert link.trouble == ""


def test_a_server_of_another_name_is_refused_with_the_reason(broker: SecureBroker, stack: ExitStack) -> None:
    server = broker.authority.server(["elsewhere.example"])
    broker.change(certificate=server.certificate, key=server.key)
    link = _kiosk(broker, stack)
    _until(lambda: "not valid for 'localhost'" in link.trouble, link)
    assert not link.session


def test_a_server_of_a_foreign_authority_is_refused_with_the_reason(
    broker: SecureBroker, stack: ExitStack
) -> None:
    foreign = Authority("somebody else")
    tls = broker.identity("vanak-1")
    tls.authorities.write_text(foreign.pem)
    link = _kiosk(broker, stack, tls=tls)
    _until(lambda: "certificate verify failed" in link.trouble, link)
    assert not link.session


def test_a_server_whose_certificate_has_ended_is_refused_with_the_reason(
    broker: SecureBroker, stack: ExitStack
) -> None:
    link = _kiosk(broker, stack)
    server = broker.authority.server(begins=now() - 9 * DAY, ends=now() - DAY)
    broker.change(certificate=server.certificate, key=server.key)
    _until(lambda: "certificate has expired" in link.trouble, link)
    assert not link.session


def test_a_broker_that_refuses_the_certificate_leaves_a_reason(
    broker: SecureBroker, stack: ExitStack
) -> None:
    link = _kiosk(broker, stack, tls=broker.files_of(Authority("somebody else").issue("vanak-1")))
    # TLS 1.3 lets a client go on before the server has looked: it hears either its alert or the end
    _until(lambda: link.trouble != "", link)
    assert not link.session


def test_a_broker_that_takes_the_certificate_but_not_the_client_leaves_its_answer(
    broker: SecureBroker, stack: ExitStack
) -> None:
    link = _kiosk(broker, stack, tls=broker.files_of(broker.authority.issue("")))
    _until(lambda: link.trouble != "", link)
    assert "the broker says" in link.trouble


def test_it_survives_the_brokers_restart(broker: SecureBroker, stack: ExitStack) -> None:
    kiosk, cloud = _kiosk(broker, stack), _cloud(broker, stack, UP)
    _until(lambda: kiosk.connected and cloud.connected, kiosk, cloud)
    broker.kill()
    _until(lambda: bool(kiosk.trouble and cloud.trouble), kiosk, cloud)
    broker.start()
    _until(lambda: kiosk.session == cloud.session == 2, kiosk, cloud)
    assert kiosk.publish(UP, b"after")
    got: list[Message] = []
    while not got:
        got = [*cloud.step(0.1), *kiosk.step(0.0)]
    assert got[0].payload == b"after"


def test_large_messages_are_taken_whole_and_at_once(broker: SecureBroker, stack: ExitStack) -> None:
    kiosk, cloud = _kiosk(broker, stack, DOWN), _cloud(broker, stack)
    _until(lambda: kiosk.connected and cloud.connected, kiosk, cloud)
    sizes = [LARGE, 1, 16_384, 16_383, 16_385, 65_536, LARGE]
    for size in sizes:
        assert cloud.publish(DOWN, b"m" * size)
    got: list[int] = []
    while len(got) < len(sizes):
        cloud.step(0.0)
        began = time.monotonic()
        messages = kiosk.step(PATIENCE)
        assert time.monotonic() - began < PATIENCE / 2
        got += [len(message.payload) for message in messages]
        for message in messages:
            kiosk.done(message)
    assert got == sizes


def test_messages_that_tls_has_decrypted_do_not_wait_for_the_network(
    broker: SecureBroker, stack: ExitStack
) -> None:
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    own = broker.files_of(broker.authority.server())
    server.load_cert_chain(own.certificate, own.key)
    listening = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
    one_record = b"\x20\x02\x00\x00" + b"".join(b"\x30\x04\x00\x01a%d" % number for number in range(10))

    def serve() -> None:
        plain, _ = listening.accept()
        with plain, server.wrap_socket(plain, server_side=True) as secure:
            secure.recv(1000)
            secure.sendall(one_record)
            while secure.recv(1000):
                pass

    threading.Thread(target=serve, daemon=True).start()
    url = f"mqtts://localhost:{listening.getsockname()[1]}"
    link = Link(url, "k", [], tls=broker.cloud)
    stack.callback(link.close)
    end, got = time.monotonic() + PATIENCE / 4, 0
    while got < 10:
        got += len(link.step(PATIENCE / 4))
        assert time.monotonic() < end


def test_a_half_open_connection_is_found_and_made_anew(stack: ExitStack) -> None:
    broker = stack.enter_context(closing(SecureBroker([("vanak-1", "tehran")])))
    broker.start()
    tls = broker.identity("vanak-1")
    link = stack.enter_context(closing(Link(broker.url, "k", [], keep_alive=1, tls=tls)))
    _until(lambda: link.connected, link)
    broker.freeze()
    _until(lambda: not link.connected, link)
    broker.kill()
    broker.start()
    _until(lambda: link.session == 2, link)


def test_new_files_are_used_at_the_next_connection(broker: SecureBroker, stack: ExitStack) -> None:
    old, new = broker.authority.issue("vanak-1"), broker.authority.issue("vanak-1")
    tls = broker.files_of(old)
    link = _kiosk(broker, stack, tls=tls)
    _until(lambda: link.connected, link)
    broker.change(revoked=broker.authority.revoking(old))
    fresh = broker.files_of(new)
    for name in ("certificate", "key"):
        shutil.copy(getattr(fresh, name), getattr(tls, name))
    link.hang_up(0.0)
    _until(lambda: link.session == 2, link)


def test_half_exchanged_files_are_a_trouble_and_no_crash(broker: SecureBroker, stack: ExitStack) -> None:
    tls = broker.identity("vanak-1")
    fresh = broker.files_of(broker.authority.issue("vanak-1"))
    shutil.copy(fresh.certificate, tls.certificate)
    link = _kiosk(broker, stack, tls=tls)
    _until(lambda: "no usable identity" in link.trouble, link)
    shutil.copy(fresh.key, tls.key)
    _until(lambda: link.connected, link)
    assert link.trouble == ""


def test_a_server_that_never_shakes_hands_holds_nobody_up(broker: SecureBroker, stack: ExitStack) -> None:
    mute = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
    url = f"mqtts://127.0.0.1:{mute.getsockname()[1]}"
    link = stack.enter_context(closing(Link(url, "k", [], tls=broker.cloud)))
    began = time.monotonic()
    link.step(0.0)
    assert time.monotonic() - began < PATIENCE / 2
    assert "timed out" in link.trouble


def test_an_identity_and_a_url_for_tls_belong_together(broker: SecureBroker) -> None:
    with pytest.raises(BadBroker):
        Link(broker.url, "k", [])
    with pytest.raises(BadBroker):
        Link("mqtt://localhost", "k", [], tls=broker.cloud)
    broker.cloud.key.unlink()
    with pytest.raises(BadIdentity):
        broker.cloud.context()
