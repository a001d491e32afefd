"""The catalogue at head office: only what every kiosk can use is signed, and every kiosk gets the newest."""

import stat
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path

import msgspec
import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.conf import settings
from django.core.management import CommandError, call_command

from cloud.collector.dispatcher import Dispatcher
from cloud.fleet import catalogue
from cloud.fleet.catalogue import Unfit, contrast_on_white, publish
from cloud.fleet.models import CatalogueVersion
from cloud.fleet.signing import BadKey, Signer
from kiosk.catalogue import DEFAULT, Intake, load
from mqtt.down import SignedCatalogue, encode
from mqtt.topics import CATALOGUE, down
from mqtt.vocabulary import KioskId
from tests.cloud.conftest import GENERATION
from tests.cloud.wires import Wire, hello

NOW = datetime(2026, 11, 22, 8, 30, tzinfo=UTC)
TEXT = msgspec.json.encode(DEFAULT).decode()
DOWN = down(KioskId("vanak-1"), "catalogue")


@pytest.fixture
def wire() -> Wire:
    return Wire()


@pytest.fixture
def dispatcher(club: None, wire: Wire) -> Dispatcher:  # noqa: ARG001 - what it needs
    return Dispatcher(wire, GENERATION)


def test_the_key_is_made_once_and_only_its_owner_can_read_it(tmp_path: Path) -> None:
    made, found = Signer(tmp_path), Signer(tmp_path)
    assert made.public == found.public
    assert stat.S_IMODE((tmp_path / "catalogue.key").stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["catalogue.key"]
    key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(found.public))
    key.verify(bytes.fromhex(made.sign(b"words")), b"words")
    with pytest.raises(InvalidSignature):
        key.verify(bytes.fromhex(made.sign(b"words")), b"other words")


@pytest.mark.parametrize("text", ["", "00", "z" * 64])
def test_a_file_that_is_no_key_is_said_and_never_replaced(tmp_path: Path, text: str) -> None:
    (tmp_path / "catalogue.key").write_text(text, "ascii")
    with pytest.raises(BadKey, match=r"catalogue\.key"):
        Signer(tmp_path)
    assert (tmp_path / "catalogue.key").read_text("ascii") == text


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("{", "no catalogue"),
        ("[" * 50_000, "no catalogue"),
        (TEXT.replace('"accent":"#0B5F59"', '"accent":"green"'), "no catalogue"),
        (TEXT.replace('"worst":1', '"worst":"bad"'), "no catalogue"),
        (TEXT.replace("#0B5F59", "#7FB8B4"), "contrast of 2.2"),
    ],
)
def test_what_no_kiosk_can_use_or_nobody_can_read_is_not_signed(
    db: None,  # noqa: ARG001 - what it needs
    tmp_path: Path,
    text: str,
    why: str,
) -> None:
    with pytest.raises(Unfit, match=why):
        publish(text, tmp_path, NOW)
    assert not CatalogueVersion.objects.exists()


def test_the_contrast_is_that_of_the_standard() -> None:
    assert [round(contrast_on_white(colour), 2) for colour in ("#000000", "#FFFFFF", "#767676")] == [
        21.0,
        1.0,
        4.54,
    ]


def test_every_version_is_higher_than_the_one_before_even_if_the_clock_stands(
    db: None,  # noqa: ARG001 - what it needs
    tmp_path: Path,
) -> None:
    versions = [publish(TEXT, tmp_path, NOW - timedelta(days=day)) for day in range(3)]
    assert versions == sorted(set(versions))


def test_what_is_published_is_what_a_kiosk_takes(club: None, tmp_path: Path) -> None:  # noqa: ARG001 - what it needs
    publish(TEXT.replace("Customer Club", "Book City"), tmp_path, NOW)
    newest = catalogue.newest()
    assert newest is not None
    intake = Intake(tmp_path / "catalogue.json", Signer(tmp_path).public, lambda: None)
    intake.take(encode(newest))
    assert intake.version == newest.version
    assert load(tmp_path / "catalogue.json").brand.en == "Book City"


def test_a_new_version_is_published_once_and_retained(
    dispatcher: Dispatcher, wire: Wire, tmp_path: Path
) -> None:
    assert not dispatcher.turn()
    for _ in range(2):
        version = publish(TEXT, tmp_path, NOW)
    assert dispatcher.turn() == 1
    assert [retained for topic, _, retained in wire.sent if topic == CATALOGUE] == [True]
    assert [signed.version for signed in wire.take(CATALOGUE, SignedCatalogue)] == [version]
    assert not dispatcher.turn()
    assert wire.sent == []


def test_a_broker_that_may_have_forgotten_it_is_given_it_again(
    dispatcher: Dispatcher, wire: Wire, tmp_path: Path
) -> None:
    publish(TEXT, tmp_path, NOW)
    wire.away = True
    dispatcher.turn()
    wire.away = False
    dispatcher.announce(now=True)
    assert len(wire.take(CATALOGUE, SignedCatalogue)) == 1


def test_a_kiosk_whose_catalogue_is_older_is_sent_the_newest(
    dispatcher: Dispatcher, wire: Wire, tmp_path: Path
) -> None:
    dispatcher.answer(hello("vanak-1"))
    assert wire.take(DOWN, SignedCatalogue) == []
    version = publish(TEXT, tmp_path, NOW)
    for held, sent in ((0, 1), (version - 1, 1), (version, 0), (version + 1, 0)):
        dispatcher.answer(hello("vanak-1", held))
        assert len(wire.take(DOWN, SignedCatalogue)) == sent, held


def test_the_commands_publish_show_and_tell_the_key(club: None, tmp_path: Path) -> None:  # noqa: ARG001 - what it needs
    with pytest.raises(CommandError, match="ever published"):
        run("show")
    (tmp_path / "club.json").write_text(TEXT, "utf-8")
    version = run("publish", str(tmp_path / "club.json"))
    assert run("show") == f"version {version}\n{TEXT}"
    assert run("key") == Signer(settings.DATA).public
    (tmp_path / "club.json").write_text("{}", "utf-8")
    with pytest.raises(CommandError, match="no catalogue"):
        run("publish", str(tmp_path / "club.json"))
    with pytest.raises(CommandError, match=r"none\.json"):
        run("publish", str(tmp_path / "none.json"))


def run(*words: str) -> str:
    out = StringIO()
    call_command("catalogue", *words, stdout=out)
    return out.getvalue().strip()
