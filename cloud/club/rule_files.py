"""A rule set as its JSON document says it, and what is wrong with a document that says none; pure."""

import re
from collections import Counter
from typing import Annotated, TypeVar

import msgspec

from cloud.club.rules import MAX_RULES, Rule, Rules, in_order

T = TypeVar("T")
_WRONG = re.compile(r"(?P<what>.*?)(?: - at `\$\.?(?P<field>.*)`)?", re.DOTALL)
_UNKNOWN = re.compile("unknown field `(.*)`")
_HINTS = {
    "id": "1 to 20 of a-z, 0-9 and -, each rule its own",
    "when": "one of purchase, visit, answer, birthday, first-visit, joining",
    "gives": 'an object with "kind": per-amount (step, points), fixed (points) or multiplier (percent)',
    "step": "the whole Rial for which `points` are given",
    "points": "whole points, at least 1",
    "percent": "a whole number from 1 to 1000: 100 doubles what the other rules gave",
    "limits": "an object with any of per_visit, per_day, per_member, budget",
    "per_visit": "a whole number of times, at least 1; leave it out for no limit",
    "per_day": "a whole number of times, at least 1; leave it out for no limit",
    "per_member": "a whole number of times, at least 1; leave it out for no limit",
    "budget": "whole points for all members together, at least 1; leave it out for no limit",
    "valid_days": "whole days, 1 to 36500; leave it out for points that never lapse",
    "pending_hours": "whole hours, 0 to 8760",
    "since": "a moment with its offset, as 2026-03-21T00:00:00+03:30",
    "until": "a moment with its offset, as 2026-03-21T00:00:00+03:30",
    "priority": "a whole number from -1000 to 1000",
    "excludes_lower": "true or false",
}
_HINTS |= dict.fromkeys(("groups", "stores", "products", "categories"), "a list of names; empty for all")


class BadRules(ValueError):
    """A document that is no rule set; the text names the rule and the field, and says what to do."""


class _Document(msgspec.Struct, forbid_unknown_fields=True):
    rules: Annotated[tuple[msgspec.Raw, ...], msgspec.Meta(max_length=MAX_RULES)]


def read(text: str, version: int) -> Rules:
    """The rules of a JSON document, `{"rules": [...]}`. Raises BadRules."""
    raws = _decoded(text.encode(errors="replace"), _Document, "the document").rules
    rules = [_decoded(bytes(raw), Rule, _called(bytes(raw), at)) for at, raw in enumerate(raws, 1)]
    twice = [name for name, times in Counter(rule.id for rule in rules).items() if times > 1]
    if twice:
        raise BadRules(f'rule "{twice[0]}", field id: two rules have it. Write {_HINTS["id"]}')
    return in_order(version, rules)


def _decoded(text: bytes, shape: type[T], whose: str) -> T:
    try:
        return msgspec.json.decode(text, type=shape)
    except RecursionError:
        raise BadRules(f"{whose}: nested too deep") from None
    except msgspec.DecodeError as error:
        raise BadRules(f"{whose}{_said(str(error))}") from None


def _said(error: str) -> str:
    found = _WRONG.fullmatch(error)
    what, field = (found["what"], found["field"] or "") if found else (error, "")
    unknown = _UNKNOWN.search(what)
    if unknown:
        field = f"{field}.{unknown[1]}".strip(".")
        return f", field {field}: there is no such field. Take it out, or mend its name"
    known = [_HINTS[part] for part in re.split(r"[.\[]", field) if part in _HINTS]
    hint = f". Write {known[-1]}" if known else ""
    return f", field {field}: {what}{hint}" if field else f": {what}"


def _called(raw: bytes, number: int) -> str:
    """What a rule that may be broken is to be called: its id, or its place from 1."""
    try:
        loose = msgspec.json.decode(raw)
    except (RecursionError, msgspec.DecodeError):
        return f"rule {number}"
    name = loose.get("id") if isinstance(loose, dict) else None
    return f'rule "{name[:40]}"' if isinstance(name, str) else f"rule {number}"
