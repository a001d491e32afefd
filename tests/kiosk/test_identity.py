"""The files of an enrolment, whole and damaged in every way: healed, or one clear reason."""

import json
import logging
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from kiosk import identity, keys
from kiosk.config import ToEnrol, load
from kiosk.errors import IdentityError
from kiosk.identity import Identity
from tests.kiosk.enrolling import Kiosk
from tests.kiosk.gate import CLUB_KEY, KIOSK, TOKEN, Club, handler, server_of, serving, write_toml

Harm = Callable[[Path], object]


@pytest.fixture(scope="module")
def club() -> Club:
    return Club()


@pytest.fixture(scope="module")
def enrolled(club: Club, tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """The folders of two kiosks, each enrolled; never written to."""
    homes = [tmp_path_factory.mktemp("k"), tmp_path_factory.mktemp("k")]
    with serving(handler(club), server_of(club.issuer), homes[0]) as address:
        for home, last in zip(homes, "56", strict=True):
            token = TOKEN[:-1] + last
            club.tokens[token] = None
            assert Kiosk(write_toml(home, address, club.fingerprint, token)).turn().step == "enrolled"
    return homes


@pytest.fixture
def home(enrolled: list[Path], tmp_path: Path) -> Path:
    """A copy of the first kiosk's."""
    shutil.copytree(enrolled[0], tmp_path / "home")
    toml = tmp_path / "home" / "kiosk.toml"
    toml.write_text(toml.read_text("utf-8").replace(str(enrolled[0]), str(tmp_path / "home")), "utf-8")
    return tmp_path / "home"


def use(data: Path) -> Identity:
    """As sync does at its start."""
    found = identity.own(data)
    assert found is not None
    identity.sound(found)
    found.tls.context()
    return found


def complaint(data: Path) -> str:
    with pytest.raises(IdentityError) as caught:
        use(data)
    said = str(caught.value)
    assert CLUB_KEY not in said
    assert "PRIVATE" not in said
    return said


def test_an_identity_completes_the_configuration(home: Path, club: Club) -> None:
    setup = load(home / "kiosk.toml", {})
    assert isinstance(setup, ToEnrol)
    found = use(home / "data")
    config = identity.completed(setup, found)
    assert (config.kiosk, config.group, config.broker) == (KIOSK, "tehran", club.broker)
    assert (config.key.id, config.key.secret.hex(), config.screen.inches) == ("1", CLUB_KEY, 10)
    assert (config.tls, config.cloud, config.catalogue_key) == (found.tls, setup.cloud, "0" * 64)
    assert CLUB_KEY not in repr(config) + repr(found)


def test_the_screen_needs_no_key_to_know_who_it_is(home: Path) -> None:
    (home / "data" / "identity" / "key.pem").unlink()
    found = identity.load(home / "data")
    assert found is not None
    assert found.kiosk == KIOSK


def test_there_may_be_none_yet(tmp_path: Path) -> None:
    assert identity.load(tmp_path) is None


def halve(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def empty(path: Path) -> None:
    path.write_bytes(b"")


def garble(path: Path) -> None:
    path.write_bytes(bytes(byte ^ 0x55 for byte in path.read_bytes()))


def make_a_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


HARMS: tuple[Harm, ...] = (halve, empty, garble)


@pytest.mark.parametrize("harm", [*HARMS, Path.unlink])
@pytest.mark.parametrize("name", ["certificate.pem", "authorities.pem"])
def test_what_openssl_reads_is_mended_from_the_answer(home: Path, name: str, harm: Harm) -> None:
    path = home / "data" / "identity" / name
    whole = path.read_bytes()
    harm(path)
    use(home / "data")
    assert path.read_bytes() == whole


@pytest.mark.parametrize("harm", [*HARMS, make_a_folder])
@pytest.mark.parametrize("name", ["identity.json", "key.pem"])
def test_what_cannot_be_mended_is_named(home: Path, name: str, harm: Harm) -> None:
    harm(home / "data" / "identity" / name)
    said = complaint(home / "data")
    assert str(home / "data" / "identity" / name) in said


def test_a_lost_key_is_named(home: Path) -> None:
    (home / "data" / "identity" / "key.pem").unlink()
    assert "key.pem: cannot be read (No such file" in complaint(home / "data")


@pytest.mark.parametrize("name", ["identity.json", "key.pem"])
def test_another_kiosks_file_is_found_out(home: Path, enrolled: list[Path], name: str) -> None:
    shutil.copy(enrolled[1] / "data" / "identity" / name, home / "data" / "identity" / name)
    assert "not the key of this kiosk's certificate; issue a token" in complaint(home / "data")


@pytest.mark.parametrize(
    ("key", "value", "why"),
    [
        ("kiosk", "other-1", "its certificate is for tajrish-1, not for other-1"),
        ("certificate", "", "it cannot be understood"),
        ("authorities", "", "it cannot be understood"),
        ("broker", "mqtt://127.0.0.1", "damaged"),
        ("club_keys", [], "damaged"),
        ("catalogue_key", "00", "damaged"),
    ],
)
def test_an_answer_that_was_tampered_with_is_found_out(home: Path, key: str, value: object, why: str) -> None:
    path = home / "data" / "identity" / "identity.json"
    path.write_text(json.dumps(json.loads(path.read_text("utf-8")) | {key: value}), "utf-8")
    assert why in complaint(home / "data")


def test_a_key_that_others_could_read_is_closed_and_said(
    home: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = home / "data" / "identity" / "key.pem"
    path.chmod(0o644)
    with caplog.at_level(logging.WARNING):
        use(home / "data")
    assert path.stat().st_mode & 0o777 == keys.OWNER_ONLY
    assert f"{path} could be read by others" in caplog.text


SCREEN = 4242
"""Somebody else's number."""


@pytest.mark.parametrize("name", ["", "identity.json", "key.pem"])
def test_what_somebody_laid_a_link_to_is_not_this_kiosks(home: Path, name: str) -> None:
    path = home / "data" / "identity" / name
    path.rename(home / "elsewhere")
    path.symlink_to(home / "elsewhere")
    assert f"{path}: it is a link" in complaint(home / "data")


@pytest.mark.skipif(os.geteuid() != 0, reason="giving a file away needs root")
@pytest.mark.parametrize("name", ["", "identity.json", "key.pem"])
def test_what_somebody_else_made_is_not_this_kiosks_and_the_screen_reads_all_the_same(
    home: Path, name: str
) -> None:
    path = home / "data" / "identity" / name
    os.chown(path, SCREEN, -1)
    assert f"{path}: of user {SCREEN}" in complaint(home / "data")
    assert identity.load(home / "data") is not None


@pytest.mark.parametrize("name", ["identity.json", "key.pem"])
def test_a_damaged_identity_is_told_and_mended_by_another_token(
    home: Path, club: Club, tmp_path: Path, name: str
) -> None:
    halve(home / "data" / "identity" / name)
    with serving(handler(club), server_of(club.issuer), tmp_path) as address:
        toml = write_toml(home, address, club.fingerprint, "")
        kiosk = Kiosk(toml)
        told = kiosk.turn()
        assert (told.reason, kiosk.machine.identity) == ("bad-identity", None)
        assert name in told.detail
        token = "abcde-fghij-klmno-pqrst-" + ("uv227" if name == "key.pem" else "uv222")
        club.tokens[token] = None
        kiosk.correct('token = ""', f'token = "{token}"')
        assert kiosk.turn().step == "enrolled"
    use(home / "data")
