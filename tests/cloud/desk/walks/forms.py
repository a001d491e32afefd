"""The forms of a page, as a browser would find them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Final
from urllib.parse import urljoin

UNSENT: Final = frozenset({"submit", "button", "image", "reset", "file"})
CHOSEN: Final = frozenset({"hidden", "checkbox", "radio", "select"})
"""What nobody types into."""
TOKEN: Final = "csrfmiddlewaretoken"


@dataclass
class Form:
    """Where a form goes, and its fields: kind and value by name."""

    action: str
    method: str
    fields: dict[str, tuple[str, str]] = field(default_factory=dict)

    @property
    def typed(self) -> list[str]:
        """The fields that somebody types into."""
        return [name for name, (kind, _value) in self.fields.items() if kind not in CHOSEN]

    @property
    def chosen(self) -> list[str]:
        """The fields that hold what is chosen or hidden; not the token."""
        return [name for name, (kind, _v) in self.fields.items() if kind in CHOSEN and name != TOKEN]

    def filled(self, mad: str, names: list[str]) -> dict[str, str]:
        """All as it stands, but this text in these fields."""
        kept = {name: value for name, (_kind, value) in self.fields.items() if name != TOKEN}
        return kept | dict.fromkeys(names, mad)


class _Reader(HTMLParser):
    def __init__(self, address: str) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self._address, self._by_id = address, dict[str, Form]()
        self._open: Form | None = None
        self._select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        match tag:
            case "form":
                self._begin(said)
            case "input" | "textarea" | "select" | "button":
                self._field(tag, said)
            case "option" if self._select and self._open:
                self._option(self._open, said)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._open = None
        if tag == "select":
            self._select = ""

    def _begin(self, said: Mapping[str, str]) -> None:
        action = urljoin(self._address, said.get("action") or self._address)
        self._open = Form(action, said.get("method", "get").lower())
        self.forms.append(self._open)
        self._by_id[said.get("id", "")] = self._open

    def _field(self, tag: str, said: Mapping[str, str]) -> None:
        form = self._by_id.get(said["form"]) if "form" in said else self._open
        kind = said.get("type", "text") if tag == "input" else tag
        name = said.get("name", "")
        if form is None or not name or kind in UNSENT:
            return
        if tag == "select":
            self._select = name
        if kind != "radio" or name not in form.fields:
            form.fields[name] = ("hidden" if tag == "button" else kind, said.get("value", ""))

    def _option(self, form: Form, said: Mapping[str, str]) -> None:
        kind, value = form.fields.get(self._select, ("select", ""))
        if "selected" in said or not value:
            form.fields[self._select] = (kind, said.get("value", ""))


def forms(address: str, html: str) -> Iterator[Form]:
    """All forms of a page at an address."""
    reader = _Reader(address)
    reader.feed(html)
    yield from reader.forms
