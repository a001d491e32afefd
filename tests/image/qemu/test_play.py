"""Scenarios are chosen by name, and one that fails ends no other; what is measured is read right."""

import tempfile
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest

from kiosk.config import ToEnrol, load
from tests.image.keys import new_key
from tests.image.qemu.image import Image
from tests.image.qemu.measured import stages
from tests.image.qemu.play import MORE, USUAL, Outcome, Unknown, chosen, play
from tests.image.qemu.stand import Stand
from tests.image.qemu.toml import Toml

WHO = f'store = "vanak"\ncloud = "https://10.0.2.2:8443"\nauthority = "{"0f" * 32}"\n'


def test_without_a_word_the_usual_ones_are_played_and_all_are_all() -> None:
    assert chosen("") == list(USUAL)
    assert chosen("all") == [*USUAL, *MORE]
    assert [module.NAME for module in chosen("panel,first")] == ["first", "panel"]


def test_a_scenario_that_there_is_not_is_said_with_those_that_there_are() -> None:
    with pytest.raises(Unknown, match="nothing; there are first"):
        chosen("first,nothing")


def test_one_that_fails_ends_no_other(image: Image) -> None:
    def breaks(_stand: Stand) -> Outcome:
        raise AssertionError("it does not start")

    said: list[str] = []
    with ExitStack() as stack:
        scratch = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        stand = Stand(image, scratch, scratch, said.append, stack)
        found = play(stand, [("one", breaks), ("other", lambda _: {"seen": 1})])
    assert not found["one"]["passed"]
    assert "it does not start" in found["one"]["why"]
    assert found["other"]["passed"]
    assert found["other"]["seen"] == 1
    assert any("FAILED one" in line for line in said)


def test_stages_are_seconds_whatever_they_are_said_in() -> None:
    said = "Startup finished in 980ms (kernel) + 12.5s (initrd) + 1min 35.340s (userspace) = 1min 48.8s "
    assert stages(said) == {"kernel": 0.98, "initrd": 12.5, "userspace": 95.34}


@pytest.mark.parametrize("ntp", [True, False])
def test_what_the_test_writes_is_a_right_kiosk_toml(tmp_path: Path, ntp: bool) -> None:  # noqa: FBT001
    path, (_, public) = tmp_path / "kiosk.toml", new_key(tmp_path / "key")
    toml = Toml(who=WHO, public=public)
    path.write_text(replace(toml, ntp=ntp).text(), "utf-8")
    found = load(path, {"BASHGAH_KIOSK_DATA": "/data/kiosk"})
    assert isinstance(found, ToEnrol)
    assert found.ssh.keys == (public,)
    assert found.network.ntp == (("10.0.2.2",) if ntp else ())
