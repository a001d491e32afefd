"""A secret sought in the memory of a running process, in every form in which a program writes text."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

CODINGS = ("utf-8", "utf-16-le", "utf-32-le")
"""CPython keeps a text in 1, 2 or 4 bytes a letter; C libraries as UTF-8 or in 4. ASCII is itself in 1."""
CHUNK = 8 << 20
AROUND = 48
"""Bytes before and behind a trace, by which one sees what wrote it."""


@dataclass(frozen=True, slots=True)
class Trace:
    """One place where a secret lies: its form, the mapping's name ("" for a heap), the bytes round it."""

    secret: str
    coding: str
    mapping: str
    address: int
    around: bytes


@dataclass(frozen=True, slots=True)
class Region:
    """What may have been written to: from `start` to before `end`."""

    start: int
    end: int
    name: str


def traces(pid: int, secrets: Iterable[str]) -> list[Trace]:
    """Every trace of the secrets in a process of the same user. Raises OSError if it is closed to us."""
    needles = {form: (secret, coding) for secret in secrets for coding, form in forms(secret)}
    longest = max(map(len, needles))
    found: dict[tuple[int, bytes], Trace] = {}
    for region, address, data in _chunks(pid, longest):
        for needle, (secret, coding) in needles.items():
            for at in _places(data, needle):
                around = data[max(0, at - AROUND) : at + len(needle) + AROUND]
                found[address + at, needle] = Trace(secret, coding, region.name, address + at, around)
    return list(found.values())


def forms(text: str) -> Iterator[tuple[str, bytes]]:
    """The text in each coding that can write it."""
    yield from ((coding, text.encode(coding)) for coding in CODINGS)
    if not text.isascii() and all(ord(letter) < 256 for letter in text):
        yield "latin-1", text.encode("latin-1")


def regions(pid: int) -> Iterator[Region]:
    """The mappings that the process may write to; only there can it have put a text (proc_pid_maps(5))."""
    for line in Path(f"/proc/{pid}/maps").read_text("utf-8").splitlines():
        span, rights, _, _, _, *name = line.split(maxsplit=5)
        if rights.startswith("rw"):
            start, end = (int(edge, 16) for edge in span.split("-"))
            yield Region(start, end, name[0] if name else "")


def _chunks(pid: int, overlap: int) -> Iterator[tuple[Region, int, bytes]]:
    with Path(f"/proc/{pid}/mem").open("rb", buffering=0) as memory:
        for region in regions(pid):
            for address in range(region.start, region.end, CHUNK):
                size = min(CHUNK + overlap, region.end - address)
                try:
                    memory.seek(address)
                    yield region, address, memory.read(size)
                except OSError:  # a device's pages, or a mapping that is gone by now
                    break


def _places(data: bytes, needle: bytes) -> Iterator[int]:
    at = data.find(needle)
    while at >= 0:
        yield at
        at = data.find(needle, at + 1)
