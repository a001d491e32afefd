"""docs/install.md can be typed: its blocks are a shell's, and what they promise is compared."""

import subprocess

import pytest

from tests.install.document import Step, packages, steps
from tests.systemd.places import CLOUD, DOCUMENT

TEXT = DOCUMENT.read_text("utf-8")
STEPS = steps(TEXT)


@pytest.mark.parametrize("step", STEPS, ids=lambda step: step.commands.splitlines()[0][:40])
def test_a_block_is_what_a_shell_understands(step: Step) -> None:
    done = subprocess.run(["bash", "-n"], input=step.commands, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_the_steps_that_the_test_does_something_around_are_there() -> None:
    assert [step.name for step in STEPS if step.name] == ["kiosk", "upgrade", "back", "remove"]


def test_what_a_step_prints_is_compared_line_by_line() -> None:
    [step] = steps("```sh\ntrue\n```\n\nand then\n\n```text\none ... s\ntwo\n```\n")
    assert step.unkept("noise\none 3.5 s\ntwo\n") == []
    assert step.unkept("one s\ntwo\n") == ["one ... s"]
    assert step.unkept("one 1 s\n") == ["two"]
    twice = Step("", "", ("active", "active"))
    assert twice.unkept("active\nactive\n") == []
    assert twice.unkept("inactive\nactive\n") == ["active"]


def test_output_before_any_command_is_refused() -> None:
    with pytest.raises(ValueError, match="before any command"):
        steps("```text\none\n```\n")


def test_the_document_brings_every_program_that_the_installation_asks_for() -> None:
    asked = {"python3", "python3-venv", "postgresql", "mosquitto", "nginx", "openssl"}
    assert asked <= set(packages(TEXT))


def test_the_document_tells_which_exposure_the_services_have() -> None:
    services = {path.stem for path in (CLOUD / "units").glob("bashgah-*.service")}
    assert services
    for name in services - {"bashgah-broker"}:
        assert name.removeprefix("bashgah-") in TEXT
