"""Where in this process a secret lies: Kivy's caches, the widgets and what they hold, every live object."""

import functools
import gc
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, cast

from kivy.cache import Cache
from kivy.core.window import Window

from tests.ui.conftest import Kiosk

CODINGS = "utf-8", "utf-16-le", "utf-32-le"
DEEP = 6
"""How far containers are followed that the collector does not know: a tuple of texts is not tracked."""


@dataclass(frozen=True)
class Secret:
    """Texts, and numbers that nothing else is."""

    texts: tuple[str, ...]
    numbers: frozenset[int] = frozenset()

    def __post_init__(self) -> None:
        assert self.written, "made before anything is looked at, so that they are not taken for a find"
        assert self.coded

    @functools.cached_property
    def written(self) -> re.Pattern[str]:
        """Any of the texts."""
        return re.compile("|".join(map(re.escape, self.texts)))

    @functools.cached_property
    def coded(self) -> re.Pattern[bytes]:
        """Any of them, in any coding."""
        codes = (text.encode(coding) for text in self.texts for coding in CODINGS)
        return re.compile(b"|".join(map(re.escape, codes)), re.DOTALL)

    def told_by(self, thing: object) -> bool:
        """Whether a text, some bytes or a number is it, or has it within."""
        kind = type(thing)  # a dead proxy has no __class__
        if issubclass(kind, str):
            return self.written.search(str(thing)) is not None
        if issubclass(kind, bytes | bytearray):
            return self.coded.search(bytes(thing)) is not None  # type: ignore[call-overload]
        return kind is int and thing in self.numbers

    def within(self, thing: object, deep: int = DEEP) -> bool:
        """Whether a thing is it or holds it; only through what the collector does not look into itself."""
        return self.told_by(thing) or any(self._beneath(part, deep) for part in _referents(thing))

    def _beneath(self, thing: object, deep: int) -> bool:
        if self.told_by(thing):
            return True
        return bool(deep) and not gc.is_tracked(thing) and self.within(thing, deep - 1)


def in_caches(secret: Secret) -> set[str]:
    """The categories of Kivy's cache that hold it, as a key, in a value, or in what a value holds."""
    entries = ((name, each) for name, kept in Cache._objects.items() for each in kept.items())  # noqa: SLF001
    return {name for name, (key, entry) in entries if secret.within(key) or _deep(secret, entry)}


def in_widgets(kiosk: Kiosk, secret: Secret) -> set[str]:
    """The properties and attributes that hold it, of every widget on the window or kept for later."""
    return {
        f"{type(widget).__name__}.{name}"
        for widget in _widgets(kiosk)
        for name, value in _parts(widget)
        if _deep(secret, value)
    }


def in_objects(secret: Secret) -> Counter[str]:
    """How many live objects of which type hold it. Two looks tell what has come between them."""
    gc.collect()
    here = gc.get_objects()
    return Counter(_named(thing) for thing in here if thing is not here and secret.within(thing))


def _referents(thing: object) -> list[object]:
    """The collector does not visit a dictionary's keys while all of them are texts."""
    keys: list[object] = []
    if issubclass(type(thing), dict):
        keys = list(dict.keys(cast("dict[object, object]", thing)))
    return gc.get_referents(thing) + keys


def _named(thing: object) -> str:
    return f"{type(thing).__module__}.{type(thing).__qualname__}"


def _deep(secret: Secret, thing: object, deep: int = DEEP) -> bool:
    """Whether a value or what it contains is it; other widgets are looked at by themselves."""
    if secret.within(thing):
        return True
    if not deep or not isinstance(thing, dict | list | tuple | set | frozenset):
        return False
    return any(_deep(secret, part, deep - 1) for part in _referents(thing))


def _widgets(kiosk: Kiosk) -> Iterator[Any]:
    stage = kiosk.app.stage
    for root in {*Window.children, stage, *stage._screens.values()}:  # noqa: SLF001
        yield from root.walk()


def _parts(widget: Any) -> Iterator[tuple[str, object]]:  # noqa: ANN401 - Kivy's widgets have no types
    for name in widget.properties():
        yield name, getattr(widget, name)
    yield from vars(widget).items()
