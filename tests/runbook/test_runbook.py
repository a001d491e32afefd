"""Both runbooks say the same, in step with each other and with what the code says and takes."""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import pytest

from kiosk.config import Config, ToEnrol, load
from kiosk.setting_up import RIGHT
from kiosk.views import SetupReason
from mqtt.vocabulary import Language
from tests.runbook.books import BOOKS, MARKED, renewed, written
from tests.runbook.tables import tables
from ui import setup_words, technician_words

ANCHORED = re.compile(r'^<a id="([\w-]+)"></a>\n(#{1,6} |\*\*)', re.MULTILINE)
HEADING = re.compile(r"^#{2,6} ", re.MULTILINE)
FENCED = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
KEYED = re.compile(r"^\| `([a-z_.]+)` \|", re.MULTILINE)
COMMAND = re.compile(
    r"`((?:python -m|sudo|systemctl|systemd-analyze|journalctl|cat|ls|tr|kill|echo|sysctl|ss) [^`]*)`"
)
NOT_PROSE = re.compile(
    r"^```.*?^```$|`[^`\n]*`|<code.*?</code>|<bdi.*?</bdi>|<(?:a|img) [^>]*>|<!--.*?-->|\]\([^)]*\)",
    re.MULTILINE | re.DOTALL,
)
NUMBER = re.compile(r"(?<![\w.-])[0-9]+(?![\w-])(?!\. )")
OF_PRODUCTS = (
    "Pi 400",
    "Pi 3",
    "Pi 4",
    "Pi 5",
    "Zero 2 W",
    "HDMI 0",
    "TCP 8443",
    "8883",
    "UDP 123",
    "6.12",
    "IR",
    "0-9",
)


@pytest.fixture(params=get_args(Language))
def language(request: pytest.FixtureRequest) -> Language:
    """Each of the two."""
    found: Language = request.param
    return found


def table_of_keys(text: str) -> list[str]:
    return KEYED.findall(text.partition('<a id="kiosk-toml"></a>')[2].partition('<a id="by-hand"></a>')[0])


def check_list(text: str) -> list[str]:
    """The rows of the check-list, which alone have boxes."""
    return [line for line in text.splitlines() if "☐" in line]


def flat(kind: object) -> Iterator[str]:
    """The words of a Literal, or of a union of some."""
    for inner in get_args(kind):
        yield from (inner,) if isinstance(inner, str) else flat(inner)


def test_every_message_is_there_as_the_code_says_it(language: Language) -> None:
    assert written(language) == renewed(language), "run `python -m tests.runbook`"


def test_every_table_of_messages_is_there_once(language: Language) -> None:
    assert [name for name, _ in MARKED.findall(written(language))] == list(tables(language))


def test_every_reason_that_holds_an_enrolment_up_is_there(language: Language) -> None:
    reasons = set(flat(SetupReason))
    assert reasons
    assert {reason for reason in reasons if f"`{reason}`" not in tables(language)["reasons"]} == set()


def test_what_stands_beside_the_lines_and_on_the_setup_is_there(language: Language) -> None:
    setup, technician = setup_words.WORDS[language], technician_words.WORDS[language]
    words = (
        *(setup.title, setup.wrong_title, setup.online, setup.remade),
        *(technician.pin_tries, technician.pin_locked, technician.read_only, technician.all_good),
        *(technician.wrong, technician.looking, technician.panel_why, technician.touch_why),
        *(technician.touch_done, technician.restart_ask),
    )
    assert [word for word in words if word.replace("{}", "…") not in written(language)] == []


def test_every_line_of_the_technicians_screen_has_its_row(language: Language) -> None:
    part = (
        written(language)
        .partition('<a id="technician"></a>')[2]
        .partition('<a id="technician-lines"></a>')[0]
    )
    named = [row.split("|")[1] for row in part.splitlines() if row.startswith("|")]
    lines = technician_words.WORDS[language].checks.values()
    assert [line for line in lines if not any(line in name for name in named)] == []


def test_every_key_of_kiosk_toml_has_its_row_and_no_other(language: Language) -> None:
    keys = table_of_keys(written(language))
    assert len(keys) == len(set(keys))
    assert set(keys) == set(RIGHT)


def test_the_files_that_are_shown_can_be_used(language: Language, tmp_path: Path) -> None:
    path = tmp_path / "kiosk.toml"
    examples = [text for kind, text in FENCED.findall(written(language)) if kind == "toml"]
    found = []
    for text in examples:
        path.write_text(text.replace("<64 hex digits>", "0f" * 32).replace("uvwxy", "uv234"), "utf-8")
        found.append(load(path, {}))
    assert [type(config) for config in found] == [ToEnrol, Config]
    assert all(tomllib.loads(text) for text in examples)


def test_both_have_the_same_headings_in_the_same_order() -> None:
    one, other = (ANCHORED.findall(written(language)) for language in BOOKS)
    assert one == other
    assert len(one) > 20
    for language in BOOKS:
        headed = [mark for _, mark in ANCHORED.findall(written(language)) if mark.startswith("#")]
        assert len(headed) == len(HEADING.findall(written(language)))


def test_both_show_the_same_files_and_commands() -> None:
    one, other = (written(language) for language in BOOKS)
    assert FENCED.findall(one) == FENCED.findall(other)
    assert COMMAND.findall(one) == COMMAND.findall(other)


def test_both_have_the_same_tables_row_by_row() -> None:
    def shape(text: str) -> list[int]:
        rows = (line for line in text.splitlines() if line.startswith("|"))
        return [len(re.findall(r"(?<!\\)\|", row)) for row in rows]

    one, other = (shape(written(language)) for language in BOOKS)
    assert one == other


def test_both_have_the_same_check_list() -> None:
    one, other = (check_list(written(language)) for language in BOOKS)
    assert [row.split("|")[-3:] for row in one] == [row.split("|")[-3:] for row in other]
    assert len(one) >= 30


def test_the_persian_one_runs_from_right_to_left_and_its_code_does_not() -> None:
    text = written("fa")
    assert text.startswith('<div dir="rtl">\n\n')
    assert text.endswith("\n\n</div>\n")
    assert text.count("<div") == text.count("</div>")
    fences = len(FENCED.findall(text))
    assert len(re.findall(r'^<div dir="ltr">\n\n```', text, re.MULTILINE)) == fences > 0


def test_the_persian_ones_prose_has_persian_digits() -> None:
    prose = NOT_PROSE.sub("", written("fa"))
    for name in OF_PRODUCTS:
        prose = prose.replace(name, "")
    lines = [line for line in prose.splitlines() if NUMBER.search(line)]
    assert lines == []
