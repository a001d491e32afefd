"""The documents' links to files, pictures and headings of this tree lead somewhere."""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from urllib.parse import unquote

import pytest

FENCE = re.compile(r"^(```|~~~).*?^\1", re.MULTILINE | re.DOTALL)
CODE = re.compile(r"`[^`\n]*`")
LINK = re.compile(r"""\]\(([^)\s]+)\)|\b(?:href|src)="([^"]+)\"""")
HEADING = re.compile(r"^#{1,6} +(.+?) *$", re.MULTILINE)
NAMED = re.compile(r"""\bid="([^"]+)\"""")
ELSEWHERE = re.compile(r"^[a-z][a-z0-9+.-]*:")


def documents(root: Path) -> list[Path]:
    return [*root.glob("*.md"), *(root / "docs").rglob("*.md")]


def links(text: str) -> Iterator[str]:
    """What is linked to, but for other hosts and what stands in code."""
    for match in LINK.finditer(CODE.sub("", FENCE.sub("", text))):
        target = match[1] or match[2]
        if not ELSEWHERE.match(target):
            yield target


@cache
def anchors(document: Path) -> frozenset[str]:
    """The names in a document: those that it gives itself, and those of its headings as GitHub makes them."""
    text = FENCE.sub("", document.read_text("utf-8"))
    made = (re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in HEADING.findall(text))
    return frozenset([*made, *NAMED.findall(text)])


def leads_somewhere(document: Path, target: str) -> bool:
    path, _, anchor = unquote(target).partition("#")
    file = (document.parent / path) if path else document
    if not file.exists():
        return False
    return not anchor or file.suffix != ".md" or anchor in anchors(file)


def test_every_link_of_the_documents_leads_somewhere(root: Path) -> None:
    found = [(document, link) for document in documents(root) for link in links(document.read_text("utf-8"))]
    lost = [f"{document.name}: {link}" for document, link in found if not leads_somewhere(document, link)]
    assert found
    assert lost == []


@pytest.mark.parametrize("link", ["gone.md", "here.md#gone", "#gone", "gone.svg"])
def test_a_link_that_leads_nowhere_is_found(tmp_path: Path, link: str) -> None:
    (tmp_path / "here.md").write_text("# Here it is\n")
    assert leads_somewhere(tmp_path / "here.md", "#here-it-is")
    assert not leads_somewhere(tmp_path / "here.md", link)
