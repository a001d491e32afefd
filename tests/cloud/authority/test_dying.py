"""The authority is killed at each step of its answer: the device asks again, and one certificate counts."""

from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import pytest

from cloud.fleet.authority.answering import Point
from tests.cloud.authority.house import Device, House
from tests.cloud.dying_collector import DEAD
from tests.cloud.processes import wait_for


@pytest.fixture(scope="module")
def half(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A gate, and an authority that has written its files and gone."""
    house = House(tmp_path_factory.mktemp("house"))
    house.fingerprint = house.done("authority", "init")
    first = house.authority()
    first.terminate()
    assert first.wait() == 0
    house.gate()
    yield house
    house.stop()


@pytest.mark.parametrize("point", get_args(Point))
def test_who_asks_again_gets_the_one_certificate_that_counts(half: House, point: str) -> None:
    kiosk = half.kiosk()
    device, token = Device(half, kiosk), half.token(kiosk)
    dying = half.start("-m", "tests.cloud.authority.dying_authority", point)
    if point == "after commit":
        wait_for(lambda: device.enrol(token)[0] == 200, "the answer")
    else:
        assert device.enrol(token)[0] == 202
    assert dying.wait(20) == DEAD
    assert len(half.live(kiosk)) == (1 if point == "after commit" else 0)
    again = half.authority()
    assert device.enrol(token)[0] == 200
    assert [serial for serial, _ in half.live(kiosk)] == [device.serial]
    assert half.ask("SELECT count(*) FROM fleet_signingrequest WHERE status = 0") == [(0,)]
    again.terminate()
    again.wait()


def test_while_there_is_no_authority_a_device_waits_and_is_asked_for_once(half: House) -> None:
    kiosk = half.kiosk()
    device, token = Device(half, kiosk), half.token(kiosk)
    before = half.ask("SELECT count(*) FROM fleet_signingrequest")
    for _ in range(2):
        status, said = device.enrol(token)
        assert (status, said) == (202, {"seconds": 2.0})
    ((count,),) = half.ask("SELECT count(*) FROM fleet_signingrequest")
    assert count == before[0][0] + 1
    half.authority()
    assert device.enrol(token)[0] == 200


def test_two_authorities_do_not_run_at_once(half: House) -> None:
    assert "another authority runs" in half.refused("authority", "run")


def test_the_folder_is_as_it_should_be(half: House) -> None:
    folder: Path = half.data / "authority"
    (sealed,) = folder.glob("*.sealed")
    assert sealed.stat().st_mode & 0o777 == 0o600
    assert "ENCRYPTED PRIVATE KEY" in sealed.read_text()
