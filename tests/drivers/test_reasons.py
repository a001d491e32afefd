"""The technician's table: every reason that a driver can tell is in it, in two languages."""

import ast
import importlib
import re
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import get_args

import pytest

import drivers
from drivers import payment
from drivers.reader import FAMILIES
from drivers.reasons import LOST, REFUSED, Advice

FOLDER = Path(drivers.__file__).parent
CODE = re.compile(r"[a-z]+(-[a-z]+)*")


def told(what: str, argument: int) -> Iterator[tuple[str, str]]:
    """Where drivers call this, and the literals in that argument."""
    for path in FOLDER.rglob("*.py"):
        for call in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(call, ast.Call) and ast.unparse(call.func) == what and len(call.args) > argument:
                for part in ast.walk(call.args[argument]):
                    if isinstance(part, ast.Constant) and isinstance(part.value, str):
                        yield f"{path.name}:{call.lineno}", part.value


def tabled() -> Iterator[tuple[str, str]]:
    """The codes of drivers' tables from an error number to code and words."""
    for path in FOLDER.rglob("*.py"):
        for reason, _ in getattr(_module(path), "_REASONS", {}).values():
            yield path.name, reason


def _module(path: Path) -> object:
    return sys.modules.get(".".join(path.relative_to(FOLDER.parent).with_suffix("").parts))


def test_every_reason_for_a_lost_reader_is_in_the_table() -> None:
    for family, _ in FAMILIES.values():
        with suppress(ModuleNotFoundError):  # the real RC522's library is only on the Pi
            importlib.import_module(family)
    reasons = [*told("ReaderLost", 0), *tabled()]
    assert len(reasons) > 5
    assert [(place, reason) for place, reason in reasons if reason not in LOST] == []


def test_every_reason_for_a_refused_card_is_in_the_table() -> None:
    reasons = [*told("CardRefused", 1), *told("self._unclear", 0)]
    reasons += [("payment.py", reason) for reason in get_args(payment.Reason)]
    assert {reason for _, reason in reasons} <= REFUSED.keys()


@pytest.mark.parametrize(("code", "advice"), [*LOST.items(), *REFUSED.items()])
def test_advice_is_one_sentence_in_each_language(code: str, advice: Advice) -> None:
    assert CODE.fullmatch(code)
    assert re.fullmatch(r"[A-Z].{20,100}[^.]\.", advice.en)
    assert re.fullmatch(r"[\u0600-\u06ff].{20,120}[^.]\.", advice.fa)
