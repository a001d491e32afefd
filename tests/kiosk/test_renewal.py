"""A certificate is renewed in time, on command and when it has ended; a failure is said and costs nothing."""

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import msgspec
import pytest

from cloud.fleet.authority.certificates import new_key, pem
from kiosk import identity
from kiosk.addresses import parse_gate
from kiosk.identity import Identity
from kiosk.renewal import DAY, Renewal
from mqtt.enrolment import Key, Refused, Renew, Wait
from tests.kiosk.enrolling import Kiosk, until
from tests.kiosk.gate import CLUB_KEY, Club, handler, server_of, serving, write_toml
from tests.mqtt.ports import free_port

LIFE = 90 * DAY + 300
"""Seconds of a kiosk's certificate, which begins five minutes before it is made."""


@pytest.fixture
def club() -> Club:
    return Club()


@pytest.fixture
def address(club: Club, tmp_path: Path) -> Iterator[str]:
    with serving(handler(club), server_of(club.issuer), tmp_path) as address:
        yield address


@dataclass
class Renewing:
    """A kiosk that renews, with clocks that a test turns."""

    data: Path
    address: str
    jitter: Callable[[float, float], float] = lambda least, most: (least + most) / 2
    now: float = 0.0
    passed: float = 0.0
    did: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        found = self.found()
        self.began = found.begins.timestamp()
        self.renewal = Renewal(
            found,
            parse_gate(self.address),
            reconnect=lambda: self.did.append("reconnect"),
            restart=lambda: self.did.append("restart"),
            now=lambda: self.now,
            wall=lambda: self.began + self.passed,
            jitter=self.jitter,
            within=20.0,
        )

    def found(self) -> Identity:
        found = identity.load(self.data)
        assert found is not None
        identity.sound(found)
        return found

    def turn(self) -> None:
        """One turn, and whatever it began brought to its end."""
        self.renewal.turn()
        until(lambda: not self.renewal.is_asking, "the gate's answer")
        self.renewal.turn()


@pytest.fixture
def kiosk(club: Club, address: str, tmp_path: Path) -> Iterator[Renewing]:
    enrolling = Kiosk(write_toml(tmp_path, address, club.fingerprint))
    assert enrolling.turn().step == "enrolled"
    club.asked.clear()
    renewing = Renewing(enrolling.data, address)
    yield renewing
    renewing.renewal.close()


def test_at_two_thirds_of_its_life_it_is_renewed_and_used(kiosk: Renewing, club: Club) -> None:
    before = kiosk.found()
    kiosk.passed = LIFE * 2 / 3 - 60
    kiosk.turn()
    assert (club.asked, kiosk.did) == ([], [])
    kiosk.passed += 120
    kiosk.turn()
    (question,) = club.asked
    assert isinstance(question, Renew)
    assert question.certificate == before.enrolled.certificate
    assert kiosk.found().enrolled.certificate != before.enrolled.certificate
    assert kiosk.found().tls.certificate.read_text("ascii") == kiosk.found().enrolled.certificate
    assert kiosk.did == ["reconnect"]
    kiosk.turn()
    assert len(club.asked) == 1, "a new one that seems old by this clock is not asked for without end"


@pytest.mark.parametrize(("jitter", "days"), [(min, 57.3), (max, 62.7)])
def test_kiosks_of_one_day_are_renewed_on_different_ones(
    kiosk: Renewing, address: str, club: Club, jitter: Callable[[float, float], float], days: float
) -> None:
    another = Renewing(kiosk.data, address, jitter)
    another.passed = (days - 0.1) * DAY
    another.turn()
    assert club.asked == []
    another.passed = (days + 0.1) * DAY
    another.turn()
    assert len(club.asked) == 1
    another.renewal.close()


def test_on_command_it_is_renewed_once(kiosk: Renewing, club: Club) -> None:
    kiosk.renewal.want()
    kiosk.turn()
    kiosk.turn()
    assert (len(club.asked), kiosk.did) == (1, ["reconnect"])


def test_one_that_has_ended_is_renewed(kiosk: Renewing, club: Club) -> None:
    kiosk.passed = LIFE + 30 * DAY
    assert kiosk.renewal.days() == -30
    kiosk.turn()
    assert (len(club.asked), kiosk.did) == (1, ["reconnect"])


def test_an_authority_that_takes_its_time_is_asked_again(kiosk: Renewing, club: Club) -> None:
    club.answers.append(Wait(5))
    kiosk.renewal.want()
    kiosk.turn()
    kiosk.now += 4
    kiosk.turn()
    assert (len(club.asked), kiosk.did) == (1, [])
    kiosk.now += 2
    kiosk.turn()
    assert kiosk.did == ["reconnect"]


def test_a_revoked_kiosk_says_so_once_and_goes_on_trying_slowly(
    kiosk: Renewing, club: Club, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    club.answers += [Refused("kiosk-revoked", "ask head office")] * 12
    before = kiosk.found()
    kiosk.passed = LIFE - DAY
    kiosk.turn()
    for asked, pause in enumerate((45, 90, 180, 360), 1):
        kiosk.now += pause - 1
        kiosk.turn()
        assert len(club.asked) == asked
        kiosk.now += 2
        kiosk.turn()
        assert len(club.asked) == asked + 1
    assert caplog.text.count("kiosk-revoked: ask head office; 1 days are left") == 1
    assert kiosk.found().enrolled == before.enrolled
    assert kiosk.did == []


def test_a_gate_that_is_away_costs_nothing(kiosk: Renewing, caplog: pytest.LogCaptureFixture) -> None:
    away = Renewing(kiosk.data, f"https://127.0.0.1:{free_port()}")
    away.renewal.want()
    away.turn()
    assert "no-network" in caplog.text
    assert away.did == []
    away.renewal.close()


def test_a_server_of_another_authority_gets_no_request(kiosk: Renewing, club: Club, tmp_path: Path) -> None:
    other = Club()
    folder = tmp_path / "other"
    folder.mkdir()
    with serving(handler(other), server_of(other.issuer), folder) as address:
        cheated = Renewing(kiosk.data, address)
        cheated.renewal.want()
        cheated.turn()
        cheated.renewal.close()
    assert (other.asked, club.asked, cheated.did) == ([], [], [])


def test_an_answer_for_another_key_or_kiosk_is_not_kept(kiosk: Renewing, club: Club) -> None:
    before = kiosk.found()
    club.enrolled = lambda a: msgspec.structs.replace(a, certificate=club.certificate(new_key().public_key()))
    kiosk.renewal.want()
    kiosk.turn()
    assert (kiosk.found().enrolled, kiosk.did) == (before.enrolled, [])


def test_new_authorities_are_trusted_with_the_next_connection(kiosk: Renewing, club: Club) -> None:
    both = pem(club.issuer.certificate) + pem(Club().issuer.certificate)
    club.enrolled = lambda answer: msgspec.structs.replace(answer, authorities=both)
    kiosk.renewal.want()
    kiosk.turn()
    assert kiosk.found().tls.authorities.read_text("ascii") == both
    assert kiosk.did == ["reconnect"]


@pytest.mark.parametrize(
    "change",
    [
        {"group": "isfahan"},
        {"broker": "mqtts://elsewhere"},
        {"club_keys": (Key("2", "ab" * 16), Key("1", CLUB_KEY))},
        {"club_keys": (Key("1", "ab" * 16),)},
        {"catalogue_key": "1" * 64},
    ],
)
def test_what_is_read_only_at_a_start_makes_one(
    kiosk: Renewing, club: Club, change: dict[str, object]
) -> None:
    club.enrolled = lambda answer: msgspec.structs.replace(answer, **change)
    kiosk.renewal.want()
    kiosk.turn()
    assert kiosk.did == ["restart"]


def test_a_cut_between_the_answer_and_openssls_copy_of_it_is_mended(kiosk: Renewing) -> None:
    old = kiosk.found().tls.certificate.read_bytes()
    kiosk.renewal.want()
    kiosk.turn()
    path = kiosk.found().tls.certificate
    path.write_bytes(old)
    assert kiosk.found().tls.certificate.read_text("ascii") == kiosk.found().enrolled.certificate


def test_a_disk_that_takes_nothing_is_tried_again(kiosk: Renewing, caplog: pytest.LogCaptureFixture) -> None:
    before = kiosk.found()
    in_the_way = kiosk.data / "identity" / "identity.json.new"
    in_the_way.mkdir()
    kiosk.renewal.want()
    kiosk.turn()
    assert (kiosk.found().enrolled, kiosk.did) == (before.enrolled, [])
    assert "renewal: " in caplog.text
    in_the_way.rmdir()
    kiosk.now += 60
    kiosk.turn()
    assert kiosk.did == ["reconnect"]
