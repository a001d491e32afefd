"""The published AsyncAPI document says what the code does, and what was ever recorded fits it."""

from collections.abc import Callable
from pathlib import Path

import jsonschema
import msgspec
import pytest

from mqtt import asyncapi, topics
from mqtt.events import TYPES
from mqtt.vocabulary import GroupId, KioskId
from tests.mqtt.examples import MESSAGES
from tests.mqtt.record import GOLDEN

PUBLISHED = Path(__file__).parents[2] / "docs" / "asyncapi.yaml"


@pytest.fixture(scope="module")
def published() -> asyncapi.Document:
    found: asyncapi.Document = msgspec.yaml.decode(PUBLISHED.read_bytes())
    return found


@pytest.fixture(scope="module")
def fits(published: asyncapi.Document) -> Callable[[str, bytes], None]:
    """Raise unless a payload fits the published schema of a name."""

    def check(name: str, payload: bytes) -> None:
        schema = {"$ref": f"#/components/schemas/{name}", "components": published["components"]}
        jsonschema.Draft202012Validator(schema).validate(msgspec.json.decode(payload))

    return check


def test_the_published_document_is_the_one_that_the_code_gives(published: asyncapi.Document) -> None:
    made = msgspec.json.decode(msgspec.json.encode(asyncapi.document()))
    assert published == made, "run: python -m mqtt.asyncapi > docs/asyncapi.yaml"


def test_every_topic_is_a_channel(published: asyncapi.Document) -> None:
    kiosk = KioskId("vanak-1")
    own = f"{topics.ROOT}/{topics.shard(kiosk)}/{kiosk}"
    built = [topics.up(kiosk, what) for what in asyncapi._UP]  # noqa: SLF001
    built += [topics.down(kiosk, what) for what in asyncapi._DOWN]  # noqa: SLF001
    said = {each.replace(own, f"{topics.ROOT}/{{shard}}/{{kiosk}}") for each in built}
    said |= {topics.group_members(GroupId("city")).replace("city", "{group}"), topics.BOOT, topics.CATALOGUE}
    assert {channel["address"] for channel in published["channels"].values()} == said


def test_every_reference_leads_somewhere(published: asyncapi.Document) -> None:
    def walk(node: object) -> None:
        if isinstance(node, dict):
            if isinstance(target := node.get("$ref"), str):
                found = published
                for step in target.removeprefix("#/").split("/"):
                    found = found[step]
            for each in node.values():
                walk(each)
        elif isinstance(node, list):
            for each in node:
                walk(each)

    walk(published)


@pytest.mark.parametrize("name", sorted(TYPES))
def test_every_recorded_batch_fits(name: str, fits: Callable[[str, bytes], None]) -> None:
    fits(asyncapi.BATCH, (GOLDEN / f"{name}.json").read_bytes())


@pytest.mark.parametrize("name", sorted(MESSAGES))
def test_every_recorded_message_fits(name: str, fits: Callable[[str, bytes], None]) -> None:
    fits(type(MESSAGES[name]).__name__, (GOLDEN / f"{name}.json").read_bytes())


def test_a_batch_whose_data_are_not_what_its_type_says_does_not_fit(
    fits: Callable[[str, bytes], None],
) -> None:
    payload = (GOLDEN / "club.card.refused.v1.json").read_bytes().replace(b'"reason"', b'"season"')
    with pytest.raises(jsonschema.ValidationError):
        fits(asyncapi.BATCH, payload)
