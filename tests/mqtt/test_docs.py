"""The documents name what the code has: types, fields, topics, limits, commands, variables and files."""

import re
from pathlib import Path
from typing import get_args

import msgspec
import pytest

from mqtt import down, envelope, events, topics
from mqtt.vocabulary import GroupId, KioskId

ROOT = Path(__file__).resolve().parents[2]
CONTRACT = (ROOT / "docs/contract.md").read_text("utf-8")
DOCUMENTS = [ROOT / "README.md", ROOT / "SECURITY.md", ROOT / "CHANGELOG.md", *(ROOT / "docs").rglob("*.md")]
WRITTEN = "\n".join(path.read_text("utf-8") for path in DOCUMENTS)
DOWN = [shape for shape in vars(down).values() if getattr(shape, "__module__", "") == "mqtt.down"]
SHAPES = [shape for shape in DOWN if isinstance(shape, type) and issubclass(shape, msgspec.Struct)]
ATTRIBUTES = CONTRACT.partition("| attribute |")[2].partition("A *stream* is")[0]
CODE = ("mqtt", "drivers", "kiosk", "ui", "cloud", "tests/demo", "tests/bench")


def named(text: str) -> bool:
    """Whether the contract names it as code."""
    return (
        f"`{text}`" in CONTRACT
        or f"[{text}," in CONTRACT
        or f" {text}," in CONTRACT
        or f" {text}]" in CONTRACT
    )


def row(first: str) -> str:
    """The line of a table that begins with a code."""
    (found,) = re.findall(rf"^\| `{re.escape(first)}` \|.*$", CONTRACT, re.MULTILINE)
    return str(found)


def topic(text: str, kiosk: KioskId) -> str:
    return text.replace(f"/{topics.shard(kiosk)}/{kiosk}/", "/<shard>/<kiosk>/").replace(
        "/city/", "/<group>/"
    )


@pytest.mark.parametrize("name", sorted(events.TYPES))
def test_the_contract_names_a_type_with_all_its_fields(name: str) -> None:
    line = row(name)
    for field in msgspec.structs.fields(events.TYPES[name]):
        assert f"`{field.encode_name}`" in line, field.encode_name


@pytest.mark.parametrize("shape", [events.Scale, *SHAPES])
def test_the_contract_names_every_field_of_a_message(shape: type[msgspec.Struct]) -> None:
    for field in msgspec.structs.fields(shape):
        assert named(field.encode_name), field.encode_name


@pytest.mark.parametrize("name", ["id", "source", "type", "time", "sequence", "chain", "clock", "data"])
def test_the_contract_names_the_attributes_of_an_envelope(name: str) -> None:
    assert f"\n| `{name}` | " in ATTRIBUTES


def test_the_contract_names_every_topic() -> None:
    kiosk = KioskId("vanak-1")
    ups = [topics.up(kiosk, what) for what in get_args(topics.Up)]
    downs = [topics.down(kiosk, what) for what in get_args(topics.Down)]
    for each in [*ups, *downs, topics.group_members(GroupId("city")), topics.BOOT, topics.CATALOGUE]:
        assert row(topic(each, kiosk))


def test_the_contract_names_no_type_and_no_topic_that_is_not_there() -> None:
    assert set(re.findall(r"^\| `(club\.[a-z.-]+\.v\d+)`", CONTRACT, re.MULTILINE)) == set(events.TYPES)
    assert len(re.findall(r"^\| `club/v1/", CONTRACT, re.MULTILINE)) == 13


def test_the_contract_names_the_limits() -> None:
    assert f"{envelope.MAX_EVENTS}; {envelope.MAX_BYTES:,}" in CONTRACT
    assert f"rows in a page of members | {down.MAX_PAGE} " in CONTRACT
    assert f"years {envelope.YEARS.start} to {envelope.YEARS.stop - 1}" in CONTRACT
    assert f"modulo {topics.SHARDS}" in CONTRACT


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_what_a_document_links_to_is_there(path: Path) -> None:
    links = re.findall(r"\]\((?!https?://)([^)#]+)", path.read_text("utf-8"))
    assert [link for link in links if not (path.parent / link).exists()] == []


def test_every_make_command_that_is_written_down_exists() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    assert set(re.findall(r"\bmake ([a-z-]+)(?=[ `\n])", code(WRITTEN))) <= targets


def code(text: str) -> str:
    """What stands in backticks or in fenced blocks."""
    return "\n".join(re.findall(r"```.*?```|`[^`\n]+`", text, re.DOTALL))


def test_every_python_command_that_is_written_down_exists() -> None:
    for module, word in re.findall(r"`python -m (\w+) (\w+)", WRITTEN):
        assert (ROOT / module / "__main__.py").exists()
        if module == "cloud" and word not in {"migrate", "createsuperuser"}:
            assert list((ROOT / "cloud").glob(f"*/management/commands/{word}.py")), word


def test_every_variable_of_the_environment_is_written_down() -> None:
    sources = [path.read_text("utf-8") for folder in CODE for path in (ROOT / folder).rglob("*.py")]
    found = set(re.findall(r"\bBASHGAH_[A-Z_]*[A-Z]\b", "\n".join(sources)))
    assert sorted(name for name in found if name not in WRITTEN) == []


def test_every_file_that_is_named_in_a_document_exists() -> None:
    paths = re.findall(r"`((?:mqtt|drivers|kiosk|ui|cloud|tests|docs)/[\w./-]+\.\w+)`", WRITTEN)
    assert sorted({path for path in paths if not (ROOT / path).exists()}) == []


def test_every_decision_is_numbered_and_short() -> None:
    decisions = sorted((ROOT / "docs/adr").glob("*.md"))
    assert [int(path.name[:4]) for path in decisions] == list(range(1, len(decisions) + 1))
    for path in decisions:
        text = path.read_text("utf-8")
        assert text.startswith(f"# {int(path.name[:4])}. ")
        assert len(text.split()) < 400, path.name
