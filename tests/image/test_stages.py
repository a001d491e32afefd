"""What is kept between builds, and what a person reads during one."""

import re
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from image import digest, manifest, stages
from image.errors import Trouble
from image.run import run
from image.steps import Steps


@given(st.lists(st.text(), max_size=4), st.lists(st.text(), max_size=4))
def test_a_stage_is_found_again_by_the_same_inputs_only(one: list[str], other: list[str]) -> None:
    assert (stages.key(*one) == stages.key(*other)) == (one == other)


def test_a_changed_file_is_another_stage(tmp_path: Path) -> None:
    file = tmp_path / "lock"
    file.write_text("1")
    before = stages.key(file)
    file.write_text("2")
    assert stages.key(file) != before


def test_a_root_comes_back_from_its_tar_as_it_was(tmp_path: Path) -> None:
    root = tmp_path / "root"
    (root / "bin").mkdir(parents=True)
    (root / "bin/su").write_text("x")
    (root / "bin/su").chmod(0o4755)
    (root / "link").symlink_to("bin/su")
    stages.pack(root, tmp_path / "kept.tar")
    stages.unpack(tmp_path / "kept.tar", tmp_path / "again")
    assert (tmp_path / "again/bin/su").stat().st_mode & 0o7777 == 0o4755
    assert (tmp_path / "again/link").readlink() == Path("bin/su")
    assert not (tmp_path / "kept.tar.new").exists()


def test_a_step_says_what_it_does_and_how_long_it_took(capsys: pytest.CaptureFixture[str]) -> None:
    steps = Steps()
    with steps.step("a thing"):
        pass
    assert re.fullmatch(r"image: a thing \.\.\. \d s\n", capsys.readouterr().out)
    assert list(steps.seconds) == ["a thing"]


def test_a_step_that_comes_again_adds_up() -> None:
    steps = Steps({"a thing": 5.0, "another": 2.0})
    with steps.step("a thing"):
        pass
    assert steps.total() >= 7.0


def test_a_step_that_fails_says_so_and_counts_for_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    steps = Steps()
    with pytest.raises(Trouble), steps.step("a thing"):
        raise Trouble("no")
    assert capsys.readouterr().out == "image: a thing ... stopped\n"
    assert steps.seconds == {}


def test_a_program_that_fails_is_quoted() -> None:
    with pytest.raises(Trouble, match=r"ended with 3(.|\n)*for this reason"):
        run("sh", "-c", "echo for this reason >&2; exit 3")


def test_a_program_gets_its_input_and_gives_its_output() -> None:
    assert run("cat", text="سلام") == "سلام"


def test_a_file_of_many_names_counts_once(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"x" * 1000)
    (tmp_path / "b").hardlink_to(tmp_path / "a")
    (tmp_path / "c").symlink_to("a")
    assert manifest.total([tmp_path]) == 1000


def test_the_sum_is_what_sha256sum_says(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"x")
    said = subprocess.run(["sha256sum", tmp_path / "a"], check=True, capture_output=True, text=True).stdout
    assert digest.sha256(tmp_path / "a") == said.split()[0]
