"""The club's card schema as a reader's URL tells it: `?digits=6-11&prefix=77&check=luhn`."""

import re
from collections.abc import Collection
from urllib.parse import parse_qsl

from drivers.payment import DEFAULT_SCHEMA, FEWEST, MOST, Check, Schema
from drivers.reader import BadUrl

FIELDS = ("digits", "prefix", "check")
"""What of a query tells the schema; each may be left out, and is then as in DEFAULT_SCHEMA."""
EXAMPLE = "digits=6-11&prefix=77&check=luhn"
_DEFAULT_DIGITS = f"{DEFAULT_SCHEMA.fewest}-{DEFAULT_SCHEMA.most}"
_CHECKS: dict[str, Check] = {"none": "none", "luhn": "luhn"}
_DIGITS = re.compile(r"([0-9]{1,2})(?:-([0-9]{1,2}))?")


def schema_of(query: str, others: Collection[str] = ()) -> Schema:
    """The schema that a URL's query tells, without its `?`: how many digits, their beginning, a check digit.

    `others` are the fields of the query that the reader's family reads for itself, such as `baud`. Raises
    BadUrl, which says what would be right.
    """
    fields = fields_of(query, (*FIELDS, *others))
    fewest, most = _digits(fields.get("digits", _DEFAULT_DIGITS))
    try:
        return Schema(fewest, most, fields.get("prefix", ""), _check(fields.get("check", "none")))
    except ValueError as error:
        raise BadUrl(f"{error}; right is {EXAMPLE}") from None


def fields_of(query: str, known: Collection[str]) -> dict[str, str]:
    """The fields of a query by name. Raises BadUrl for one that is not known or comes twice."""
    try:
        pairs = parse_qsl(query, keep_blank_values=True, strict_parsing=True) if query else []
    except ValueError:
        raise BadUrl(f"{query!r} is not fields like {EXAMPLE}") from None
    fields = dict(pairs)
    if len(fields) < len(pairs) or not fields.keys() <= set(known):
        raise BadUrl(f"{query!r} has other fields than {', '.join(known)}, each once")
    return fields


def _digits(text: str) -> tuple[int, int]:
    match = _DIGITS.fullmatch(text)
    if match is None:
        raise BadUrl(f"digits is a number or a range from {FEWEST} to {MOST}, as in digits=8, not {text!r}")
    return int(match[1]), int(match[2] or match[1])


def _check(text: str) -> Check:
    if text not in _CHECKS:
        raise BadUrl(f"check is {' or '.join(_CHECKS)}, not {text!r}")
    return _CHECKS[text]
