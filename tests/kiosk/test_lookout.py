"""What the technician's screen knows of the identity and of why there is no connection: from real files."""

from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import pytest

from kiosk import identity
from kiosk.checks import DAY, Facts, IdentityFact, checks
from kiosk.keeper import Limits
from kiosk.lookout import Lookout
from kiosk.members import Replica
from kiosk.views import CheckLine
from tests.kiosk.conftest import ToldClock
from tests.kiosk.enrolled import enrol
from tests.mqtt.pki import Authority, now


class Kiosk:
    """A data folder, and a lookout over it."""

    def __init__(self, data: Path, stack: ExitStack) -> None:
        self.data, self._stack, self._clock = data, stack, ToldClock(now().timestamp())
        self.replica = stack.enter_context(closing(Replica(data / "replica.db")))

    def look(self, *, enrolled: bool = True) -> Facts:
        lookout = Lookout(
            journal=self.data / "journal.db",
            replica=self.data / "replica.db",
            catalogue=self.data / "catalogue.json",
            limits=Limits(),
            clock=self._clock,
            takes=lambda: True,
            panel="mock",
            enrolled=True,
            identity_in=self.data if enrolled else None,
        )
        with closing(lookout):
            return lookout.look({})

    def line(self) -> CheckLine:
        (line,) = (line for line in checks(self.look(), "en") if line.check == "identity")
        return line


@pytest.fixture
def kiosk(tmp_path: Path) -> Iterator[Kiosk]:
    with ExitStack() as stack:
        yield Kiosk(tmp_path, stack)


def test_the_certificates_name_and_end_are_read_where_sync_put_them(kiosk: Kiosk) -> None:
    enrol(kiosk.data, Authority(), "mqtts://club.example")
    found = kiosk.look().identity
    assert found
    assert found.name == "tajrish-1"
    assert abs(found.ends - now().timestamp() - 90 * DAY) < 60
    assert kiosk.line().says == "identity-lasts"


def test_a_kiosk_by_hand_has_no_identity_and_one_without_files_a_damaged_one(kiosk: Kiosk) -> None:
    assert kiosk.look(enrolled=False).identity is None
    assert kiosk.look().identity == IdentityFact()
    enrol(kiosk.data, Authority(), "mqtts://club.example")
    (kiosk.data / identity.FOLDER / identity.ANSWER).write_text("{}")
    assert kiosk.look().identity == IdentityFact()


def test_what_sync_notes_of_the_broker_is_told(kiosk: Kiosk) -> None:
    enrol(kiosk.data, Authority(), "mqtts://club.example")
    kiosk.replica.set_trouble("revoked")
    assert kiosk.line().says == "identity-revoked"
    kiosk.replica.set_trouble("")
    assert kiosk.line().says == "identity-lasts"


def test_the_club_keys_secret_is_in_no_fact_and_no_line(kiosk: Kiosk) -> None:
    enrol(kiosk.data, Authority(), "mqtts://club.example")
    facts = kiosk.look()
    assert "00112233445566" not in repr(facts) + repr(checks(facts, "fa"))
