"""What is laid over Debian's packages, and what is taken away that belongs to one machine."""

import os
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from image import apply, identity, overlay, trim
from image.places import CHECKOUT
from image.release import Release


def put(root: Path, *names: str) -> None:
    for name in names:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(name)


def test_every_file_of_the_table_lies_in_its_place_with_its_rights(tmp_path: Path) -> None:
    apply.lay(tmp_path)
    for copy in overlay.OVERLAY:
        place = tmp_path / copy.place.lstrip("/")
        assert place.read_bytes() == (CHECKOUT / copy.source).read_bytes()
        assert place.stat().st_mode & 0o777 == copy.mode
    for link in overlay.LINKS:
        assert (tmp_path / link.place.lstrip("/")).readlink() == Path(link.target)


def test_laying_twice_is_laying_once(tmp_path: Path) -> None:
    apply.lay(tmp_path)
    before = sorted(trim.everything(tmp_path))
    apply.lay(tmp_path)
    assert sorted(trim.everything(tmp_path)) == before


def test_a_root_is_nobodys(tmp_path: Path) -> None:
    put(tmp_path, "etc/machine-id", "etc/ssh/ssh_host_ed25519_key", "var/lib/dbus/machine-id")
    put(tmp_path, "var/lib/systemd/random-seed", "etc/ssh/sshd_config", "etc/hostname")
    trim.nobody(tmp_path)
    left = {str(path.relative_to(tmp_path)) for path in trim.everything(tmp_path) if path.is_file()}
    assert left == {"etc/machine-id", "etc/ssh/sshd_config"}
    assert (tmp_path / "etc/machine-id").read_text() == ""


def test_a_link_that_leads_out_takes_nothing_with_it(tmp_path: Path) -> None:
    put(tmp_path, "precious/file")
    (tmp_path / "root/tmp").mkdir(parents=True)
    (tmp_path / "root/tmp/link").symlink_to(tmp_path / "precious")
    trim.clean(tmp_path / "root")
    assert (tmp_path / "precious/file").exists()
    assert not (tmp_path / "root/tmp/link").is_symlink()


@given(st.lists(st.integers(0, 2**31), min_size=1, max_size=5), st.integers(0, 2**31))
def test_nothing_is_younger_than_the_release(tmp_path_factory: object, times: list[int], epoch: int) -> None:
    root = tmp_path_factory.mktemp("root")  # type: ignore[attr-defined]
    for index, then in enumerate(times):
        put(root, f"{index}/file")
        os.utime(root / f"{index}/file", (then, then))
    trim.clamp(root, epoch)
    found = [int((root / f"{index}/file").stat().st_mtime) for index in range(len(times))]
    assert found == [min(then, epoch) for then in times]
    assert all(path.lstat().st_mtime <= epoch for path in trim.everything(root))


def test_the_release_is_where_the_kiosk_looks_for_it(tmp_path: Path) -> None:
    put(tmp_path, "usr/lib/os-release", "etc/hostname")
    (tmp_path / "etc/os-release").symlink_to("../usr/lib/os-release")
    identity.write(tmp_path, Release("1.2.3", "abcdef0", 0))
    assert "IMAGE_ID=bashgah\nIMAGE_VERSION=1.2.3+abcdef0\n" in (tmp_path / "etc/os-release").read_text()
    assert "IMAGE_ID" not in (tmp_path / "usr/lib/os-release").read_text()
