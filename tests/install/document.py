"""docs/install.md as what a person types and what they then see."""

import re
from dataclasses import dataclass

FENCE = re.compile(r"^```(sh|text)(?: (\w+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
ANYTHING = "..."
"""Stands in a line for what nobody can know before."""


@dataclass(frozen=True)
class Step:
    """A block of commands; `name` is that of one with a meaning of its own, `prints` the lines promised."""

    commands: str
    name: str
    prints: tuple[str, ...] = ()

    def unkept(self, output: str) -> list[str]:
        """The promised lines that did not come, in their order."""
        lines, missing = iter(output.splitlines()), []
        for promised in self.prints:
            if not any(_like(promised).fullmatch(line.strip()) for line in lines):
                missing.append(promised)
                lines = iter(output.splitlines())
        return missing


def steps(text: str) -> list[Step]:
    """All of a document: a block of output belongs to the commands before it. Raises ValueError."""
    found: list[Step] = []
    for kind, name, body in FENCE.findall(text):
        if kind == "sh":
            found.append(Step(body, name))
        elif not found:
            raise ValueError("output before any command")
        else:
            last = found[-1]
            found[-1] = Step(last.commands, last.name, (*last.prints, *body.splitlines()))
    return found


def packages(text: str) -> list[str]:
    """What the document has apt-get install."""
    [line] = re.findall(r"^apt-get install (.+)$", text, re.MULTILINE)
    return [word for word in line.split() if not word.startswith("-")]


def _like(promised: str) -> re.Pattern[str]:
    parts = (re.escape(part) for part in promised.strip().split(ANYTHING))
    return re.compile(".+".join(parts) if ANYTHING in promised else re.escape(promised.strip()))
