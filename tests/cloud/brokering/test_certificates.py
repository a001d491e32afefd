"""Who gets a connection to a real broker, by the certificate that he shows: a table of its own."""

import ssl
from collections.abc import Iterator
from contextlib import closing

import pytest

from tests.mqtt import raw
from tests.mqtt.pki import DAY, SERVER, Authority, Issued, now, self_signed
from tests.mqtt.raw import GRANTED, NO_NAME
from tests.mqtt.secure import SecureBroker

CLUBS, FOREIGN = Authority(), Authority("somebody else's")
NAMESAKE = Authority(CLUBS.name)
REVOKED = CLUBS.issue("vanak-1")

REFUSED: dict[str, Issued | None] = {
    "none": None,
    "expired": CLUBS.issue("vanak-1", begins=now() - 9 * DAY, ends=now() - DAY),
    "not yet valid": CLUBS.issue("vanak-1", begins=now() + DAY),
    "revoked": REVOKED,
    "of another authority": FOREIGN.issue("vanak-1"),
    "of another authority of the same name": NAMESAKE.issue("vanak-1"),
    "the cloud's of another authority": FOREIGN.issue("cloud.club"),
    "self-signed": self_signed("vanak-1"),
    "self-signed for the cloud": self_signed("cloud.club"),
    "a server's": CLUBS.issue("vanak-1", use=SERVER),
    "the broker's own": CLUBS.server(),
}


@pytest.fixture(scope="module")
def broker() -> Iterator[SecureBroker]:
    with closing(SecureBroker([("vanak-1", "tehran")], authority=CLUBS)) as made:
        made.start()
        made.change(revoked=CLUBS.revoking(REVOKED))
        yield made


def _answers(broker: SecureBroker, issued: Issued | None) -> set[bytes | str]:
    tls = broker.files_of(issued) if issued else None
    context = raw.context(tls, broker.cloud.authorities)
    return {raw.answer(context, port) for port in (broker.port, broker.cloud_port)}


def test_a_valid_certificate_is_let_in(broker: SecureBroker) -> None:
    assert _answers(broker, CLUBS.issue("vanak-1")) == {GRANTED}


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_not_a_valid_clients_certificate_gets_no_connection(broker: SecureBroker, case: str) -> None:
    answers = _answers(broker, REFUSED[case])
    assert all(isinstance(answer, str) for answer in answers), answers


def test_a_certificate_without_a_name_is_refused(broker: SecureBroker) -> None:
    assert _answers(broker, CLUBS.issue("")) == {NO_NAME}


@pytest.mark.parametrize("old", [ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1])
def test_old_tls_is_refused(broker: SecureBroker, old: ssl.TLSVersion) -> None:
    context = raw.context(broker.identity("vanak-1"), broker.cloud.authorities, old)
    answer = raw.answer(context, broker.port)
    assert isinstance(answer, str), answer
    assert "PROTOCOL_VERSION" in answer, answer


def test_who_speaks_no_tls_is_refused(broker: SecureBroker) -> None:
    for port in (broker.port, broker.cloud_port):
        assert raw.plain_answer(port) == b""


def test_a_session_from_before_the_revocation_opens_no_door(broker: SecureBroker) -> None:
    stolen = CLUBS.issue("vanak-1")
    context = raw.context(broker.files_of(stolen), broker.cloud.authorities)
    session = raw.session(context, broker.port)
    assert raw.answer(context, broker.port, session=session) == GRANTED
    broker.change(revoked=CLUBS.revoking(REVOKED, stolen))
    assert isinstance(raw.answer(context, broker.port, session=session), str)
