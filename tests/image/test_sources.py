"""What an image is made from is the mirror's with its security updates, and the lock's to the byte."""

from pathlib import Path

import pytest

from image import lgpio
from image.apt import sources
from image.errors import Trouble

MAIN = "http://mirror/debian bookworm main\nhttp://mirror/debian bookworm-updates main\n"
SECURITY = "http://mirror/security bookworm-security main\n"


def test_the_cards_suite_comes_from_this_machines_mirrors_with_its_security_updates() -> None:
    lines = [line.partition("] ")[2] for line in sources(MAIN + SECURITY).splitlines()]
    assert [line.split()[:2] for line in lines] == [
        ["http://mirror/debian", "trixie"],
        ["http://mirror/debian", "trixie-updates"],
        ["http://mirror/security", "trixie-security"],
    ]


def test_without_a_mirror_of_security_updates_no_image_is_made_and_it_says_what_to_do() -> None:
    with pytest.raises(Trouble, match=r"add `deb \S+ bookworm-security main` .*to .*; apt-get update"):
        sources(MAIN)


def test_a_kept_source_that_is_not_the_locks_is_thrown_away(tmp_path: Path) -> None:
    kept = tmp_path / "lgpio.tar.gz"
    assert not lgpio.is_locked(kept)
    kept.write_bytes(b"something else")
    assert not lgpio.is_locked(kept)
    assert not kept.exists()
