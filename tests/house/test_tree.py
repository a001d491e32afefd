"""What is true of every committed file."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

KEY = "-----BEGIN [A-Z ]*PRIVATE KEY-----"
TOKENS = (r"AKIA[0-9A-Z]{16}", r"gh[pousr]_[A-Za-z0-9]{36}", r"pypi-[A-Za-z0-9_-]{50,}")
SECRETS = re.compile("|".join([KEY, *(rf"\b{token}\b" for token in TOKENS)]))
SETTINGS = (
    "/etc/pip.conf",
    "/etc/xdg/pip/pip.conf",
    "~/.config/pip/pip.conf",
    "/etc/apt/sources.list",
    "/etc/apt/sources.list.d/*",
)
"""Where this machine says from which hosts its packages come."""


def modules(committed: list[Path]) -> Iterator[Path]:
    return (path for path in committed if path.suffix == ".py" and "migrations" not in path.parts)


def opening(module: Path) -> str:
    """The first paragraph of a module's docstring."""
    docstring = ast.get_docstring(ast.parse(module.read_text(encoding="utf-8"))) or ""
    return " ".join(docstring.split("\n\n")[0].split())


def registries() -> set[str]:
    files = [file for pattern in SETTINGS for file in expanded(pattern)]
    urls = [url for file in files for url in re.findall(r"https?://\S+", uncommented(file))]
    return {host for url in urls if (host := urlsplit(url).hostname)}


def expanded(pattern: str) -> Iterator[Path]:
    return Path("/").glob(str(Path(pattern).expanduser()).lstrip("/"))


def uncommented(file: Path) -> str:
    return re.sub(r"^\s*#.*$", "", file.read_text(), flags=re.MULTILINE)


def test_every_module_begins_with_a_sentence(committed: list[Path]) -> None:
    mute = [str(path) for path in modules(committed) if not re.fullmatch(r"\S.*\S[.]", opening(path))]
    assert mute == []


def test_no_file_names_a_host_that_packages_come_from(texts: dict[Path, str]) -> None:
    hosts = registries()
    named = [(str(path), host) for path, text in texts.items() for host in hosts if host in text]
    assert named == []


def test_the_lock_names_no_index(root: Path) -> None:
    lock = (root / "requirements.lock").read_text()
    assert not re.search(r"--(extra-)?index-url|--find-links|://", lock)


def test_no_file_names_the_folder_that_it_was_written_in(root: Path, texts: dict[Path, str]) -> None:
    homes = {str(root), str(root.parent / "shared")}
    named = [(str(path), home) for path, text in texts.items() for home in homes if f"{home}/" in text]
    assert named == []


def test_no_file_holds_a_secret_of_a_known_form(texts: dict[Path, str]) -> None:
    assert [str(path) for path, text in texts.items() if SECRETS.search(text)] == []


@pytest.mark.parametrize(
    "written", ["-----BEGIN " + "PRIVATE KEY-----", "AKIA" + "A" * 16, "ghp_" + "a" * 36]
)
def test_a_secret_is_known_by_its_form(written: str) -> None:
    assert SECRETS.search(f"x = '{written}'")
