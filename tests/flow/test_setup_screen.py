"""A kiosk's glass from the first start to serving shoppers, while sync enrols it at the real gate."""

from collections.abc import Iterator

import pytest

from kiosk.wiring.common import RESTART
from tests.flow.certified import Club, kiosk, running
from ui.remote_client import Screen


@pytest.fixture(scope="module")
def club() -> Iterator[Club]:
    with running() as club:
        yield club


def test_the_glass_follows_the_enrolment_and_then_serves_shoppers(club: Club) -> None:
    path = club.device("watched")
    token = path.read_text("utf-8").split('token = "')[1][:29]
    with Screen(path.with_name("touches.sock")) as eyes:
        with kiosk("screen", path) as screen:
            assert eyes.wait_for("Setup", timeout=60)
            with kiosk("sync", path):
                assert screen.wait(60) == RESTART
        assert eyes.notice
        assert eyes.notice.view == "Setup"
        with kiosk("screen", path):
            assert eyes.wait_for("Attract", timeout=60)
    assert token not in path.with_name("screen.log").read_text("utf-8")


def test_a_wrong_kiosk_toml_that_is_mended_on_the_ladder_needs_no_other_hand(club: Club) -> None:
    path = club.device("mended")
    right = path.read_text("utf-8")
    path.write_text(right.replace("cloud", "clould"), "utf-8")
    with kiosk("screen", path) as screen, Screen(path.with_name("touches.sock")) as eyes:
        assert eyes.wait_for("Setup", timeout=60)
        with kiosk("sync", path) as sync:
            assert sync.wait(60) == 2
        path.write_text(right, "utf-8")
        with kiosk("sync", path):
            assert screen.wait(60) == RESTART
    assert "key clould" in path.with_name("screen.log").read_text("utf-8")
