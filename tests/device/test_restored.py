"""What root put back by hand: to whom it belongs afterwards, and what nobody else may read."""

import os
from pathlib import Path

import pytest

from kiosk.device.restored import give_back

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")
USER, GROUP = 602, 600


def owned(path: Path) -> tuple[int, int, str]:
    found = path.lstat()
    return found.st_uid, found.st_gid, oct(found.st_mode & 0o7777)


def test_what_was_roots_is_the_kiosks_again_and_the_key_is_syncs_alone(tmp_path: Path) -> None:
    identity = tmp_path / "identity"
    identity.mkdir()
    for file in (tmp_path / "journal.db", identity / "identity.json", identity / "key.pem"):
        file.touch(0o600)
    assert give_back(tmp_path, USER, GROUP) == 4
    assert owned(tmp_path / "journal.db") == (USER, GROUP, "0o660")
    assert owned(identity) == (USER, GROUP, "0o2750")
    assert owned(identity / "identity.json") == (USER, GROUP, "0o640")
    assert owned(identity / "key.pem") == (USER, GROUP, "0o600")
    assert give_back(tmp_path, USER, GROUP) == 0


def test_a_link_leads_nobody_out_of_the_folder(tmp_path: Path) -> None:
    outside, kiosk = tmp_path / "outside", tmp_path / "kiosk"
    outside.mkdir()
    kiosk.mkdir()
    (outside / "secret").touch(0o600)
    (kiosk / "file").symlink_to(outside / "secret")
    (kiosk / "folder").symlink_to(outside)
    assert give_back(kiosk, USER, GROUP) == 0
    assert owned(outside / "secret") == (0, 0, "0o600")


def test_what_cannot_be_looked_at_is_left_and_all_else_is_given_back(tmp_path: Path) -> None:
    deep = os.open(tmp_path, os.O_RDONLY)
    for _ in range(20):  # deeper than a path can say: PATH_MAX
        os.mkdir("d" * 250, dir_fd=deep)
        inner = os.open("d" * 250, os.O_RDONLY, dir_fd=deep)
        os.close(deep)
        deep = inner
    os.close(deep)
    (tmp_path / "journal.db").touch(0o600)
    assert give_back(tmp_path, USER, GROUP) > 1
    assert owned(tmp_path / "journal.db") == (USER, GROUP, "0o660")
