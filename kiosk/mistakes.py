"""A mistake in kiosk.toml as somebody can find it: file, line, key, and what would be right."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import msgspec

from kiosk import slips

_DEEP: Final = "there are far too many brackets within brackets; look for [ and { that should not be there"
_LONG: Final = "a number in it has far too many digits; shorten it"


@dataclass(frozen=True, slots=True)
class Place:
    """A kiosk.toml: its text, which keys came from which variable of the environment, its shape."""

    path: Path
    text: str
    overridden: Mapping[str, str]
    shape: type[msgspec.Struct]

    def explain(self, error: str) -> str:
        """Turn `Expected `str`, got `int` - at `$.screen.inches`` into file, line, key and what is wrong."""
        what, _, where = error.partition(" - at `$")
        unknown = re.search(r"(?:unknown|required) field `(\w+)`", what)
        keys = [*re.findall(r"[a-z_]\w*", where), *(unknown.groups() if unknown else ())]
        if named := re.match(r"`(\w+)`(?! and `)", what):
            keys.append(named[1])
        known = f" (known keys: {', '.join(self._known(keys))})" if "unknown field" in what else ""
        return self.said(keys, what + known + self._slip(keys))

    def misread(self, error: ValueError | RecursionError) -> str:
        """Say where the text is no TOML, and why where one character is to blame.

        Two things tomllib does not count as a mistake in the text: how deep Python calls itself, and more
        digits than int takes (Python's documentation, "Integer string conversion length limitation").
        """
        if not isinstance(error, tomllib.TOMLDecodeError):
            return f"{self.path}: {_DEEP if isinstance(error, RecursionError) else _LONG}"
        number, slip = slips.in_syntax(self.text, error)
        if not slip:
            return f"{self.path}: {error}"
        key = _key_at(self.text, number)
        return f"{self.path}, line {number}{f', key {key}' if key else ''}: {slip}"

    def said(self, keys: list[str], what: str) -> str:
        """`what` is wrong with the key `a.b`, given as a list of its parts."""
        if keys and keys[-1] in self.overridden:
            return f"{self.overridden[keys[-1]]} in the environment: {what}"
        line = _line_of(self.text, keys)
        place = f"{self.path}, line {line}" if line else f"{self.path}"
        return f"{place}, key {'.'.join(keys)}: {what}" if keys else f"{place}: {what}"

    def _slip(self, keys: list[str]) -> str:
        """What may be why a value is wrong: it only looks right."""
        number = _line_of(self.text, keys)
        slip = slips.in_value(self.text.split("\n")[number - 1]) if number else ""
        return f" ({slip})" if slip else ""

    def _known(self, keys: list[str]) -> tuple[str, ...]:
        fields = {field.name: field.type for field in msgspec.structs.fields(self.shape)}
        inner = fields.get(keys[0]) if len(keys) > 1 else self.shape
        return inner.__struct_fields__ if isinstance(inner, msgspec.StructMeta) else ()


def _line_of(text: str, keys: list[str]) -> int | None:
    """The line on which `a.b` is set: `b =` after `[a]`, else the line of `[a]`; None if it is nowhere."""
    section, best = "", None
    for number, line in enumerate(text.split("\n"), 1):
        if head := re.match(r"\s*\[\s*([\w.]+)\s*\]", line):
            section = head[1]
            best = number if keys and section == keys[0] else best
        elif (at := re.match(r"\s*(\w+)\s*=", line)) and [*filter(None, [section]), at[1]] == keys:
            return number
    return best


def _key_at(text: str, number: int) -> str:
    """The key that is set on a line, with its section; empty where none is."""
    lines = text.split("\n")
    heads = (re.match(r"\s*\[\s*([\w.]+)\s*\]", line) for line in reversed(lines[: number - 1]))
    section = next((head[1] for head in heads if head), "")
    at = re.match(r"\s*[\"']?([A-Za-z_]\w*)", lines[number - 1], re.ASCII) if number <= len(lines) else None
    return ".".join(filter(None, [section, at[1]])) if at else ""
