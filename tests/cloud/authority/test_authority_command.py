"""The authority's commands: made once, shown, replaced step by step, and a tool certified."""

import re
import tomllib
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import pytest
from cryptography.x509 import load_pem_x509_certificate
from django.core.management import CommandError, call_command
from pytest_django import Settings

from cloud.fleet.authority.certificates import fingerprint
from cloud.fleet.authority.issuing import held
from cloud.fleet.models import Authority, Certificate, Command, EnrolmentToken
from tests.cloud.authority.house import SECRET, House
from tests.cloud.processes import wait_for


class Desk:
    """Commands said in this process, with settings and a folder of their own."""

    def __init__(self, settings: Settings, folder: Path) -> None:
        self.settings, self.folder = settings, folder
        settings.AUTHORITY, settings.AUTHORITY_SECRET = folder / "authority", SECRET
        settings.GATE_FILES, settings.GATE_PUBLIC = folder / "gate", "https://gate.example:8443"
        settings.BROKER_FILES = folder / "broker"

    def done(self, *words: str) -> str:
        """What a command prints that does what it is to do."""
        said = StringIO()
        call_command(*words, stdout=said)
        return said.getvalue().strip()

    def refused(self, *words: str) -> str:
        """Why a command does not do it."""
        with pytest.raises(CommandError) as refused:
            call_command(*words)
        return str(refused.value)


@pytest.fixture
def desk(club: None, settings: Settings, tmp_path: Path) -> Desk:  # noqa: ARG001 - what it needs
    """A club without an authority; nothing runs."""
    return Desk(settings, tmp_path)


def test_without_an_authority_nothing_runs_and_it_says_what_to_do(desk: Desk) -> None:
    for words in (("authority", "run"), ("authority", "rotate", "begin")):
        assert "authority init" in desk.refused(*words)
    desk.settings.GATE_PORT = 0
    assert "authority run" in desk.refused("gate")
    file = desk.folder / "kiosk.toml"
    assert "authority init" in desk.refused("enrol", "vanak-1", "--toml", str(file))
    assert not file.exists()
    assert not EnrolmentToken.objects.exists()
    desk.settings.AUTHORITY_SECRET = ""
    assert "BASHGAH_AUTHORITY_SECRET is empty" in desk.refused("authority", "init")


def test_an_authority_is_made_once(desk: Desk) -> None:
    made = desk.done("authority", "init")
    assert re.fullmatch("[0-9a-f]{64}", made)
    assert "there is an authority already" in desk.refused("authority", "init")
    assert made in desk.done("authority", "show")
    (sealed,) = (desk.folder / "authority").glob("*.sealed")
    assert fingerprint(load_pem_x509_certificate(sealed.read_bytes())) == made


def test_where_the_database_was_lost_the_same_authority_goes_on(desk: Desk) -> None:
    made = desk.done("authority", "init")
    Certificate.objects.all().delete()
    Authority.objects.all().delete()
    assert desk.done("authority", "init") == made


def test_another_passphrase_is_told_and_a_short_one_is_not_taken(desk: Desk) -> None:
    desk.settings.AUTHORITY_SECRET = "short"
    assert "12 characters" in desk.refused("authority", "init")
    desk.settings.AUTHORITY_SECRET = SECRET
    desk.done("authority", "init")
    desk.settings.AUTHORITY_SECRET = "another passphrase"
    wrong = desk.refused("authority", "run")
    assert "is not its passphrase" in wrong
    assert "another passphrase" not in wrong


def test_what_kiosks_are_told_must_be_said(desk: Desk) -> None:
    desk.done("authority", "init")
    right = desk.settings.BROKER_PUBLIC
    for url in ("mqtt://broker.example", "x"):
        desk.settings.BROKER_PUBLIC = url
        assert "BASHGAH_BROKER_PUBLIC" in desk.refused("authority", "run")
    desk.settings.BROKER_PUBLIC = right
    for url in ("http://gate.example", "https://", "https://gate.example/x"):
        desk.settings.GATE_PUBLIC = url
        assert "BASHGAH_GATE_PUBLIC" in desk.refused("authority", "run")
    desk.settings.CLUB_KEY = None
    assert "BASHGAH_CLUB_KEY is empty" in desk.refused("authority", "run")


def test_a_technician_gets_four_lines(desk: Desk) -> None:
    made, file = desk.done("authority", "init"), desk.folder / "kiosk.toml"
    assert desk.done("enrol", "vanak-1", "--hours", "1", "--toml", str(file)) == str(file)
    assert file.stat().st_mode & 0o777 == 0o600
    said = tomllib.loads(file.read_text("utf-8"))
    assert said.pop("token").count("-") == 4
    assert said == {"store": "vanak", "cloud": "https://gate.example:8443", "authority": made}
    assert "File exists" in desk.refused("enrol", "vanak-1", "--toml", str(file))
    assert "there is no kiosk 'nobody'" in desk.refused("enrol", "nobody")
    for hours in ("0", "721", "nan", "1e300"):
        assert desk.refused("enrol", "vanak-1", "--hours", hours)


def test_a_tool_of_head_office_is_certified_and_renewed_with_its_key(desk: Desk) -> None:
    desk.done("authority", "init")
    folder = desk.folder / "grafana"
    desk.done("authority", "certificate", "reader.grafana", "--out", str(folder))
    first = {path.name: path.read_bytes() for path in folder.iterdir()}
    assert sorted(first) == ["authorities.pem", "certificate.pem", "key.pem"]
    (folder / "certificate.pem").unlink()
    desk.done("authority", "certificate", "reader.grafana", "--out", str(folder))
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == first
    for name in ("vanak-1", "cloud.club", "reader.a/b", "x y"):
        assert desk.refused("authority", "certificate", name, "--out", str(folder))
    desk.done("revoke", "reader.grafana")
    assert held("reader.grafana") is None
    assert "nobody is called" in desk.refused("revoke", "reader.nobody")
    assert "there is no kiosk" in desk.refused("revoke", "nobody")


def test_a_waiting_token_and_anyway_are_heard_when_the_next_authority_is_to_sign(desk: Desk) -> None:
    desk.done("authority", "init")
    desk.done("enrol", "vanak-1")
    desk.done("authority", "rotate", "begin")
    assert not Command.objects.exists()
    assert "the token of vanak-1" in desk.refused("authority", "rotate", "switch")
    assert desk.done("authority", "rotate", "switch", "--anyway").startswith("current: ")


@pytest.fixture
def shut(tmp_path: Path) -> Iterator[House]:
    """A club without an authority; nothing runs."""
    house = House(tmp_path)
    yield house
    house.stop()


def test_the_next_authority_signs_when_everybody_trusts_it_and_the_former_ends_when_nobody_needs_it(
    house: House,
) -> None:
    first, second = house.enrolled(), house.enrolled()
    assert "comes first" in house.refused("authority", "rotate", "switch")
    following = house.done("authority", "rotate", "begin").removeprefix("next: ")
    assert "under way" in house.refused("authority", "rotate", "begin")
    told = house.refused("authority", "rotate", "switch")
    assert first.kiosk in told
    assert second.kiosk in told
    given = "SELECT kiosk_id FROM fleet_command WHERE kind = 'renew'"
    assert {first.kiosk, second.kiosk} <= {row[0] for row in house.ask(given)}
    for kiosk in (first, second):
        assert kiosk.renew()[0] == 200
        assert kiosk.given["authorities"].count("BEGIN CERTIFICATE") == 2

    assert house.done("authority", "rotate", "switch") == f"current: {following}"
    former, house.fingerprint = house.fingerprint, following
    wait_for(lambda: printed(house.fetched()) == following, "the gate has the next one's certificate")
    assert first.renew()[0] == 200
    issuer = load_pem_x509_certificate(house.fetched().encode())
    load_pem_x509_certificate(first.given["certificate"].encode()).verify_directly_issued_by(issuer)
    left = house.refused("authority", "rotate", "end")
    assert second.kiosk in left
    assert first.kiosk not in left
    assert second.renew()[0] == 200
    assert former in house.done("authority", "rotate", "end")
    shown = house.done("authority", "show")
    assert re.search(f"retired .*{former}", shown)
    assert re.search(f"current .*{following}", shown)
    assert house.enrolled().given["authorities"].count("BEGIN CERTIFICATE") == 1


def printed(pem: str) -> str:
    return fingerprint(load_pem_x509_certificate(pem.encode()))


def test_a_backup_holds_neither_the_sealed_key_nor_its_passphrase(shut: House) -> None:
    shut.done("authority", "init")
    (sealed,) = (shut.data / "authority").glob("*.sealed")
    body = sealed.read_text().partition("ENCRYPTED PRIVATE KEY-----\n")[2][:60].encode()
    file = shut.folder / "night.tar"
    shut.done("backup", str(file))
    written = file.read_bytes()
    assert body not in written
    assert SECRET.encode() not in written
    assert b".sealed" not in written
