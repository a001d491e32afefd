"""Log lines for a machine: one JSON object each, whatever is said."""

import json
import logging
import sys

from hypothesis import given
from hypothesis import strategies as st

from cloud.fleet.logs import JsonLine


def line(text: str, *args: object, failed: bool = False) -> dict[str, object]:
    error = sys.exc_info() if failed else None
    record = logging.LogRecord("cloud.collector", logging.WARNING, "", 1, text, args, error)
    written = JsonLine().format(record)
    assert "\n" not in written
    found: dict[str, object] = json.loads(written)
    return found


def test_a_line_says_when_how_bad_who_and_what() -> None:
    said = line("no broker at %s", "mqtt://x")
    assert (said["level"], said["logger"], said["text"]) == (
        "warning",
        "cloud.collector",
        "no broker at mqtt://x",
    )
    assert str(said["at"]).endswith("+00:00")


@given(st.text())
def test_whatever_is_said_stays_one_line(text: str) -> None:
    assert line("%s", text)["text"] == text


def test_an_exception_is_told_in_the_same_line() -> None:
    try:
        int("two\nlines")
    except ValueError:
        assert "two\\nlines" in str(line("failed", failed=True)["error"])
