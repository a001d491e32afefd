"""The contract as AsyncAPI 3.0, made from the code: `python -m mqtt.asyncapi > docs/asyncapi.yaml`."""

import sys
from typing import Any, get_args

import msgspec

from mqtt import VERSION, down, envelope, events, topics

Document = dict[str, Any]

_UP: dict[topics.Up, type[msgspec.Struct] | None] = {
    "events": None,
    "hello": down.Hello,
    "ask": down.Ask,
    "person": down.Person,
    "health": down.Health,
}
_DOWN: dict[topics.Down, type[msgspec.Struct]] = {
    "ack": down.Ack,
    "members": down.MembersBatch,
    "catalogue": down.SignedCatalogue,
    "command": down.Command,
    "reply": down.Reply,
}
BATCH = "EventBatch"
_REF = "#/components/schemas/{name}"
_ID = "3 to 40 of a-z, 0-9 and '-'"


def document() -> Document:
    """The whole document: channels from the topics, schemas from the shapes."""
    channels = _channels()
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Bashgah: kiosks and their cloud",
            "version": VERSION,
            "license": {"name": "Apache-2.0"},
            "description": "What goes over MQTT 3.1.1; docs/contract.md says what it means.",
        },
        "defaultContentType": "application/json",
        "channels": channels,
        "operations": {
            name: _operation(name, "receive" if name.startswith("up") else "send") for name in channels
        },
        "components": {"schemas": schemas(), "messages": _messages()},
    }


def schemas() -> Document:
    """JSON Schemas of everything that is sent, by name; an event's `data` depend on its `type`."""
    shapes = [*events.TYPES.values(), *filter(None, _UP.values()), *_DOWN.values()]
    _, components = msgspec.json.schema_components(shapes, ref_template=_REF)
    return {**components, "Event": _event(), BATCH: _batch()}


def _event() -> Document:
    text = {"type": "string"}
    attributes: Document = {
        "specversion": {"const": "1.0"},
        "id": {"type": "string", "pattern": "^[0-9a-f]{16}-[1-9][0-9]{0,18}$"},
        "source": {"type": "string", "pattern": "^/stores/[a-z0-9-]{3,40}/kiosks/[a-z0-9-]{3,40}$"},
        "type": text | {"minLength": 1, "maxLength": envelope.MAX_TYPE},
        "time": text | {"format": "date-time"},
        "datacontenttype": {"const": "application/json"},
        "sequence": text | {"pattern": "^[0-9]{20}$"},
        "chain": text | {"pattern": "^[0-9a-f]{16}$"},
        "clock": {"enum": list(get_args(envelope.Clock))},
        "data": {"type": "object"},
    }
    return {
        "type": "object",
        "description": "A CloudEvents 1.0 envelope; `data` of a type that is not listed may be any object.",
        "properties": attributes,
        "required": [name for name in attributes if name != "datacontenttype"],
        "allOf": [_data_of(name, shape) for name, shape in events.TYPES.items()],
    }


def _data_of(name: str, shape: type[events.Event]) -> Document:
    return {
        "if": {"properties": {"type": {"const": name}}},
        "then": {"properties": {"data": {"$ref": _REF.format(name=shape.__name__)}}},
    }


def _batch() -> Document:
    return {
        "type": "array",
        "description": f"A CloudEvents JSON batch, at most {envelope.MAX_BYTES} bytes.",
        "items": {"$ref": _REF.format(name="Event")},
        "minItems": 1,
        "maxItems": envelope.MAX_EVENTS,
    }


def _payloads() -> dict[str, str]:
    """Channel name to the name of what it carries."""
    up = {f"up-{what}": shape.__name__ if shape else BATCH for what, shape in _UP.items()}
    own = {f"down-{what}": shape.__name__ for what, shape in _DOWN.items()}
    return up | own | {"group-members": "MembersBatch", "all-catalogue": "SignedCatalogue", "all-boot": ""}


def _addresses() -> dict[str, str]:
    own = f"{topics.ROOT}/{{shard}}/{{kiosk}}"
    up = {f"up-{what}": f"{own}/up/{what}" for what in _UP}
    down_ = {f"down-{what}": f"{own}/down/{what}" for what in _DOWN}
    return (
        up
        | down_
        | {
            "group-members": f"{topics.ROOT}/groups/{{group}}/members",
            "all-catalogue": topics.CATALOGUE,
            "all-boot": topics.BOOT,
        }
    )


def _channels() -> Document:
    about = {
        "shard": {"description": f"Two digits: CRC-32 of the kiosk's id modulo {topics.SHARDS}."},
        "kiosk": {"description": f"The kiosk's id: {_ID}."},
        "group": {"description": f"The store group's id: {_ID}."},
    }
    return {
        name: {
            "address": address,
            "messages": {"message": {"$ref": f"#/components/messages/{name}"}},
            "parameters": {word: about[word] for word in about if f"{{{word}}}" in address},
        }
        for name, address in _addresses().items()
    }


def _messages() -> Document:
    return {
        name: {"payload": {"$ref": _REF.format(name=carried)} if carried else {"type": "object"}}
        for name, carried in _payloads().items()
    }


def _operation(name: str, action: str) -> Document:
    return {
        "action": action,
        "channel": {"$ref": f"#/channels/{name}"},
        "messages": [{"$ref": f"#/channels/{name}/messages/message"}],
    }


if __name__ == "__main__":
    sys.stdout.write("# Made by `python -m mqtt.asyncapi`; the cloud's view: it receives what goes up.\n")
    sys.stdout.write(msgspec.yaml.encode(document()).decode())
