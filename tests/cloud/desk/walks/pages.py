"""What the web can be asked, from its own resolver: names, and what stands in the addresses."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from django.urls import URLPattern, URLResolver, get_resolver, reverse

INTERFACE = "api/"
"""Where tills and web shops call; it has tests of its own."""


@dataclass(frozen=True)
class Page:
    """An address by its name, and the kinds of what stands in it by name."""

    name: str
    parts: tuple[tuple[str, str], ...]

    @property
    def named(self) -> bool:
        """Whether its address names something."""
        return bool(self.parts)

    def path(self, names: Mapping[str, str | int]) -> str:
        """Its address with these names in it."""
        return reverse(self.name, kwargs={part: names[part] for part, _kind in self.parts})


def pages() -> list[Page]:
    """All that have a name, and one more for each way to write their addresses."""
    return sorted(set(_found(get_resolver().url_patterns, ())), key=lambda page: (page.name, page.parts))


def _found(
    patterns: Iterable[URLPattern | URLResolver], before: tuple[tuple[str, str], ...]
) -> Iterator[Page]:
    for each in patterns:
        parts = before + tuple((name, type(kind).__name__) for name, kind in each.pattern.converters.items())
        if isinstance(each, URLPattern):
            yield Page(str(each.name), parts)
        elif not str(each.pattern).startswith(INTERFACE):
            yield from _found(each.url_patterns, parts)
