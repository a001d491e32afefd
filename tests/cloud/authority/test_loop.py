"""The authority's loop: what fails holds up nothing else, and what was answered is dropped in time."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from cloud.fleet.authority import queue
from cloud.fleet.authority.answering import Answers, Offer
from cloud.fleet.authority.loop import POLL, RETRY, Loop
from cloud.fleet.authority.registry import Registry
from cloud.fleet.authority.upkeep import Places, Upkeep
from cloud.fleet.models import SigningRequest
from mqtt.enrolment import Key
from tests.cloud.kiosks import NOON

pytestmark = pytest.mark.usefixtures("club")

OFFER = Offer("mqtts://broker.example", "0" * 64, (Key("1", "5a" * 16),))


class Clock:
    """Moves when it is told to."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now


class Rig:
    """A loop with folders of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.clock = folder, Clock()
        registry = Registry(folder / "authority", "a passphrase of some length")
        registry.found(NOON)
        places = Places(folder / "broker", folder / "gate", ("broker.example",), ("gate.example",))
        self.loop = Loop(Answers(registry, OFFER), Upkeep(registry, places), self.clock)


@pytest.fixture
def rig(tmp_path: Path) -> Rig:
    return Rig(tmp_path)


def test_with_nothing_to_do_it_waits_a_moment(rig: Rig) -> None:
    assert rig.loop.turn() == POLL


def test_a_folder_that_cannot_be_written_holds_up_no_answer(rig: Rig) -> None:
    (rig.folder / "gate").write_text("in the way")
    number = queue.put("enrol", b"garbage", "", NOON)
    assert rig.loop.turn() == RETRY
    answer = queue.answer_of(number)
    assert answer
    assert answer.status == 400


def test_what_cannot_be_unsealed_is_answered_and_the_next_one_too(rig: Rig) -> None:
    numbers = [queue.put("renew", b"{}", "", NOON) for _ in range(2)]
    SigningRequest.objects.filter(id=numbers[0]).update(body="AAAA")
    rig.loop.turn()
    assert [answer.status for number in numbers if (answer := queue.answer_of(number))] == [400, 400]


def test_answers_are_dropped_after_an_hour(rig: Rig) -> None:
    queue.put("renew", b"{}", "", NOON)
    rig.loop.turn()
    rig.clock.now = NOON + timedelta(minutes=59)
    rig.loop.turn()
    assert SigningRequest.objects.get().body == ""
    rig.clock.now = NOON + timedelta(minutes=61)
    rig.loop.turn()
    assert not SigningRequest.objects.exists()


def test_no_more_than_so_many_requests_wait(rig: Rig) -> None:
    assert rig.loop
    SigningRequest.objects.bulk_create(
        SigningRequest(kind="enrol", address="", made_at=NOON) for _ in range(queue.MOST)
    )
    with pytest.raises(queue.Full):
        queue.put("enrol", b"{}", "", NOON)
