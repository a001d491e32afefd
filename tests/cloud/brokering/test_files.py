"""The broker's files: whole, guarded, and left alone where nothing changed."""

import os
from dataclasses import replace
from pathlib import Path

import pytest

from cloud.fleet.brokering import conf
from cloud.fleet.brokering.checking import BadMaterial
from cloud.fleet.brokering.files import ACL, AUTHORITIES, REVOKED, SERVER, Material, write
from tests.mqtt.pki import Authority

AUTHORITY = Authority()
OURS, FOREIGN = AUTHORITY.server(), AUTHORITY.server()
MATERIAL = Material("user a\n", AUTHORITY.pem, AUTHORITY.revoking(), OURS.certificate, OURS.key)


def _modes(folder: Path) -> dict[str, int]:
    return {path.name: path.stat().st_mode & 0o777 for path in folder.iterdir()}


def test_all_files_are_there_and_nobody_else_may_read_them(tmp_path: Path) -> None:
    assert write(tmp_path, MATERIAL)
    assert _modes(tmp_path) == dict.fromkeys((ACL, AUTHORITIES, REVOKED, SERVER), 0o640)
    assert (tmp_path / SERVER).read_text() == OURS.certificate + OURS.key


@pytest.mark.skipif(os.getuid() != 0, reason="only root may give a folder to any group")
def test_the_files_are_of_the_folders_group(tmp_path: Path) -> None:
    os.chown(tmp_path, -1, 4321)
    write(tmp_path, MATERIAL)
    assert {path.stat().st_gid for path in tmp_path.iterdir()} == {4321}


def test_what_did_not_change_is_not_touched(tmp_path: Path) -> None:
    write(tmp_path, MATERIAL)
    before = {path.name: path.stat().st_ino for path in tmp_path.iterdir()}
    assert not write(tmp_path, MATERIAL)
    assert write(tmp_path, replace(MATERIAL, acl="user b\n"))
    after = {path.name: path.stat().st_ino for path in tmp_path.iterdir()}
    assert {name for name in after if after[name] != before[name]} == {ACL}


def test_a_file_that_others_may_read_is_written_anew(tmp_path: Path) -> None:
    write(tmp_path, MATERIAL)
    (tmp_path / SERVER).chmod(0o644)
    assert write(tmp_path, MATERIAL)
    assert _modes(tmp_path)[SERVER] == 0o640


def test_what_cannot_be_written_leaves_no_half_file(tmp_path: Path) -> None:
    (tmp_path / SERVER).mkdir()
    with pytest.raises(OSError, match="directory"):
        write(tmp_path, MATERIAL)
    assert {path.name for path in tmp_path.iterdir()} == {AUTHORITIES, REVOKED, SERVER}


def test_the_key_stands_in_no_repr() -> None:
    assert "KEY" not in repr(MATERIAL)


@pytest.mark.parametrize(
    "bad",
    [
        {"acl": ""},
        {"acl": "user a\nnonsense\n"},
        {"acl": "user a\ntopic read a b\n"},
        {"acl": "pattern write #\n"},
        {"authorities": "nothing"},
        {"authorities": AUTHORITY.pem + Authority("the next").pem},
        {"revoked": ""},
        {"revoked": "junk"},
        {"revoked": Authority(AUTHORITY.name).revoking()},
        {"certificate": FOREIGN.certificate},
        {"certificate": "junk"},
        {"key": FOREIGN.key},
        {"key": "junk"},
    ],
)
def test_what_would_open_or_shut_the_broker_to_all_is_not_written(
    tmp_path: Path, bad: dict[str, str]
) -> None:
    write(tmp_path, MATERIAL)
    with pytest.raises(BadMaterial):
        write(tmp_path, replace(MATERIAL, **bad))
    assert not write(tmp_path, MATERIAL)


def test_the_configuration_holds_no_placeholder_and_one_word_for_each(tmp_path: Path) -> None:
    text = conf.render(conf.Listening(tmp_path, tmp_path))
    assert "$" not in text
    assert "listener 8883 0.0.0.0\n" in text


@pytest.mark.parametrize("user", ["", "a b", "root\nallow_anonymous true"])
def test_a_setting_that_is_more_than_a_word_is_refused(tmp_path: Path, user: str) -> None:
    with pytest.raises(conf.BadSetting):
        conf.render(conf.Listening(tmp_path, tmp_path, user=user))
