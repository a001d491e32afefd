"""Whoever answers at `cloud`, honest or not, broken or slow: one clear reason each, and never a secret."""

import logging
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest

from cloud.fleet.authority.certificates import new_authority, pem
from kiosk import gate
from kiosk.addresses import parse_gate
from kiosk.gate import GateError
from kiosk.progress import Progress
from mqtt import enrolment
from tests.kiosk.enrolling import Kiosk
from tests.kiosk.gate import CLUB_KEY, TOKEN, Club, handler, server_of, serving, write_toml
from tests.mqtt.pki import Issued, self_signed

PATIENCE = 20.0
"""Seconds in which a server of this machine has answered."""
SOON = 3.0
"""Seconds for one that never does."""
DRIPS = 30.0
"""Seconds until one that answers byte by byte has done so."""
Say = Callable[[BaseHTTPRequestHandler], None]


@pytest.fixture
def club() -> Club:
    return Club()


@pytest.fixture
def stack() -> Iterator[ExitStack]:
    with ExitStack() as open_things:
        yield open_things


def posting(club: Club, say: Say) -> type[BaseHTTPRequestHandler]:
    """A gate that hands out the authority, and answers everything else as `say` does."""

    class Handler(handler(club)):  # type: ignore[misc]
        def do_POST(self) -> None:  # noqa: N802 - http.server's name
            self.rfile.read(int(self.headers["Content-Length"]))
            say(self)

    return Handler


def getting(club: Club, say: Say) -> type[BaseHTTPRequestHandler]:
    """A gate that answers as `say` does when it is asked for the authority."""

    class Handler(handler(club)):  # type: ignore[misc]
        def do_GET(self) -> None:  # noqa: N802 - http.server's name
            say(self)

    return Handler


def said_to(
    folder: Path,
    club: Club,
    handles: type[BaseHTTPRequestHandler],
    server: Issued | None,
    host: str = "",
    *,
    within: float = PATIENCE,
) -> Progress:
    """What a kiosk says that meets this server."""
    with serving(handles, server, folder) as address:
        toml = write_toml(folder, address.replace("127.0.0.1", host or "127.0.0.1"), club.fingerprint)
        return Kiosk(toml, within=within).turn()


def with_status(status: int, body: bytes = b"{}", **headers: str) -> Say:
    def say(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name, value)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    return say


def endless(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(200)
    handler.end_headers()
    while True:
        handler.wfile.write(b"a" * 65536)


def dripping(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(200)
    handler.end_headers()
    for _ in range(200):
        handler.wfile.write(b"a")
        handler.wfile.flush()
        time.sleep(DRIPS / 200)  # the pace of the one who is tested against, not a wait of the test


def cut_short(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(200)
    handler.send_header("Content-Length", "5000")
    handler.end_headers()
    handler.wfile.write(b'{"kiosk":')


def no_http(handler: BaseHTTPRequestHandler) -> None:
    handler.wfile.write(b"220 mail.example ESMTP\r\n")


ODD: dict[str, Say] = {
    "a page": with_status(200, b"<html>Welcome to the hotel's network</html>"),
    "JSON of something else": with_status(200, b'{"access_token": 1}'),
    "nothing": with_status(200, b""),
    "not found": with_status(404, b"<html>not found</html>"),
    "an error": with_status(500, b"oh"),
    "a redirect": with_status(307, Location="http://127.0.0.1/enrolment"),
    "an endless answer": endless,
    "an answer that is cut short": cut_short,
    "another protocol": no_http,
    "a refusal of no known reason": with_status(403, b'{"reason":"because"}'),
    "a wait for ever": with_status(202, b'{"seconds":1e308}'),
    "a deep nest": with_status(200, b"[" * 60_000),
}


@pytest.mark.parametrize("say", ODD.values(), ids=ODD)
def test_what_no_gate_answers_is_a_bad_answer_and_says_no_secret(
    tmp_path: Path, club: Club, say: Say, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    told = said_to(tmp_path, club, posting(club, say), server_of(club.issuer))
    assert (told.step, told.reason) == ("enrolling", "bad-answer")
    assert told.detail.startswith("whoever answers at `cloud` is no gate: ")
    for word in (*TOKEN.split("-"), CLUB_KEY, "PRIVATE"):
        assert word not in caplog.text + told.detail


@pytest.mark.parametrize("say", ODD.values(), ids=ODD)
def test_what_is_no_authority_is_a_bad_answer(tmp_path: Path, club: Club, say: Say) -> None:
    told = said_to(tmp_path, club, getting(club, say), server_of(club.issuer))
    assert (told.step, told.reason) == ("asking-authority", "bad-answer")


def test_a_busy_gate_is_one_to_come_back_to(tmp_path: Path, club: Club) -> None:
    told = said_to(tmp_path, club, posting(club, with_status(503, b"Busy")), server_of(club.issuer))
    assert (told.step, told.reason) == ("enrolling", "no-network")


def test_an_answer_in_drips_is_given_up_in_time(tmp_path: Path, club: Club) -> None:
    began = time.monotonic()
    told = said_to(tmp_path, club, posting(club, dripping), server_of(club.issuer), within=SOON)
    assert (told.step, told.reason) == ("enrolling", "no-network")
    assert time.monotonic() - began < DRIPS


def test_a_server_that_says_nothing_is_given_up_in_time(tmp_path: Path, club: Club) -> None:
    with socket.create_server(("127.0.0.1", 0)) as mute:
        toml = write_toml(tmp_path, f"https://127.0.0.1:{mute.getsockname()[1]}", club.fingerprint)
        told = Kiosk(toml, within=SOON).turn()
    assert (told.step, told.reason) == ("asking-authority", "no-network")
    assert "in time" in told.detail


def test_a_server_in_clear_is_told_from_one_that_is_away(tmp_path: Path, club: Club) -> None:
    told = said_to(tmp_path, club, handler(club), None)
    assert (told.step, told.reason) == ("asking-authority", "bad-answer")
    assert "TLS" in told.detail


def test_a_name_that_nobody_has_is_no_network(tmp_path: Path, club: Club) -> None:
    toml = write_toml(tmp_path, "https://gate.invalid", club.fingerprint)
    told = Kiosk(toml).turn()
    assert (told.step, told.reason) == ("asking-authority", "no-network")
    assert "gate.invalid:8443" in told.detail


AGO = datetime.now(UTC) - timedelta(days=365)
AHEAD = datetime.now(UTC) + timedelta(days=2)
SERVERS: dict[str, tuple[Callable[[Club], Issued], str]] = {
    "self-signed": (lambda _: self_signed("127.0.0.1"), "wrong-authority"),
    "of another authority": (lambda _: server_of(new_authority(datetime.now(UTC))), "wrong-authority"),
    "for another host": (lambda club: server_of(club.issuer, "gate.example"), "wrong-name"),
    "for another address": (lambda club: server_of(club.issuer, "127.0.0.3"), "wrong-name"),
    "expired": (lambda club: server_of(club.issuer, now=AGO), "clock"),
    "not valid yet": (lambda club: server_of(club.issuer, now=AHEAD), "clock"),
}


@pytest.mark.parametrize(("server", "reason"), SERVERS.values(), ids=SERVERS)
def test_a_server_with_a_wrong_certificate_gets_no_token(
    tmp_path: Path, club: Club, server: Callable[[Club], Issued], reason: str
) -> None:
    told = said_to(tmp_path, club, handler(club), server(club))
    assert (told.step, told.reason) == ("enrolling", reason)
    assert club.asked == []


def test_a_host_is_checked_by_its_name(tmp_path: Path, club: Club) -> None:
    told = said_to(tmp_path, club, handler(club), server_of(club.issuer, "localhost"), "localhost")
    assert told.step == "enrolled"


def test_one_of_several_authorities_may_be_the_one_that_is_known(tmp_path: Path, club: Club) -> None:
    """As it is while the club's authority is exchanged for another one."""
    both = pem(new_authority(datetime.now(UTC)).certificate) + pem(club.issuer.certificate)
    told = said_to(tmp_path, club, getting(club, with_status(200, both.encode())), server_of(club.issuer))
    assert told.step == "enrolled"


@contextmanager
def verbose(club: Club, folder: Path) -> Iterator[str]:
    """A gate that refuses at length, with a new line and a terminal's control sequence in it."""

    class Handler(handler(club)):  # type: ignore[misc]
        def do_POST(self) -> None:  # noqa: N802 - http.server's name
            self.rfile.read(int(self.headers["Content-Length"]))
            with_status(403, b'{"reason":"too-many","detail":"a\\nb\\u001b[2J' + b"c" * 5000 + b'"}')(self)

    with serving(Handler, server_of(club.issuer), folder) as address:
        yield address


def test_a_refusals_text_is_made_fit_for_a_screen(tmp_path: Path, club: Club) -> None:
    trusted = pem(club.issuer.certificate)
    question = enrolment.Enrol("tajrish", TOKEN, "")
    with verbose(club, tmp_path) as address, pytest.raises(GateError) as caught:
        gate.ask(parse_gate(address), trusted, question, PATIENCE)
    assert caught.value.reason == "too-many"
    assert str(caught.value).startswith("a b [2Jccc")
    assert len(str(caught.value)) <= 300


def test_many_kiosks_at_one_gate_hinder_nobody(tmp_path: Path, club: Club, stack: ExitStack) -> None:
    address = stack.enter_context(serving(handler(club), server_of(club.issuer), tmp_path))
    club.tokens |= {f"aaaaa-aaaaa-aaaaa-aaaaa-aaaa{c}": None for c in "abcdefgh"}
    tomls = []
    for number, token in enumerate(list(club.tokens)[1:]):
        folder = tmp_path / str(number)
        folder.mkdir()
        tomls.append(write_toml(folder, address, club.fingerprint, token))
    threads = [threading.Thread(target=Kiosk(toml).turn) for toml in tomls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(club.live) == len(tomls)
