"""The console keeps every line and when it came."""

import os
from pathlib import Path

from tests.image.qemu.console import Console


def test_a_line_is_found_whenever_it_came_and_the_log_has_it(tmp_path: Path) -> None:
    inner, outer = os.pipe()
    console = Console(os.fdopen(inner, "rb"), tmp_path / "log")
    os.write(outer, b"one\r\ntwo \xff\n")
    found = console.wait_for("tw[o]", 10.0)
    assert found is not None
    assert found[1].startswith("two")
    assert console.wait_for("tw[o]", 0.0, after=found[0]) is None
    os.write(outer, b"half a li")
    os.close(outer)
    assert console.wait_for("half a li", 10.0) is not None
    console.join()
    assert console.text.splitlines()[0] == "one"
    assert "one" in (tmp_path / "log").read_text()


def test_nobody_waits_for_a_machine_that_is_off(tmp_path: Path) -> None:
    inner, outer = os.pipe()
    os.close(outer)
    console = Console(os.fdopen(inner, "rb"), tmp_path / "log")
    assert console.wait_for("anything", 3600.0) is None
